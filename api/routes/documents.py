"""Documents and their claims: what questions are drawn from."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field
from sqlalchemy import Connection, Row

from api.access import InstanceDep
from api.answers import Answer, PageAnswer
from api.asking import AsOfDep, SlugQuery
from api.errors import problem_responses
from api.paging import PageDep
from data.formats.banks import BankFormat, Claim
from data.formats.base import Bilingual
from data.question_queries import QuestionFilters, question_rows
from data.sources import read_banks
from forecasts.errors import UnknownClaim, UnknownDocument

router = APIRouter(tags=["documents"])
DocumentId = Annotated[str, Path(max_length=80, examples=["deepseek-r2-article"])]
ClaimId = Annotated[str, Path(max_length=80, examples=["c01"])]


class DocumentAnswer(Answer):
    """A text that questions are drawn from; its own sentences are not copied."""

    id: str
    bank: str
    title: Bilingual
    language: str
    written: str
    characters: int
    licence: str = Field(description="of the bank; the text itself stays where it was published")
    curator: str
    worlds: tuple[str, ...]
    claims: int = Field(description="passages of it that can turn out true or false")


class DocumentList(PageAnswer):
    """A page of documents."""

    items: tuple[DocumentAnswer, ...]


class ClaimAnswer(Answer):
    """A passage that can turn out true or false, in our words, with the questions drawn from it."""

    id: str = Field(description="unique in its document")
    document: str
    start: int = Field(description="first character, from 0")
    end: int = Field(description="the character after the last")
    sha1: str = Field(description="first 10 digits, of the passage")
    section: int
    paraphrase: Bilingual
    actors: tuple[str, ...]
    check: Bilingual | None = Field(description="what a look at the sources gave")
    questions: tuple[str, ...]


class ClaimList(PageAnswer):
    """A page of claims."""

    items: tuple[ClaimAnswer, ...]


@router.get("/documents", operation_id="list_documents", responses=problem_responses(409))
async def list_documents(instance: InstanceDep, page: PageDep, as_of: AsOfDep) -> DocumentList:
    """List the documents that questions are drawn from, in the order of the ledger."""
    with instance.database.read() as connection:
        banks = read_banks(connection, as_of.until)
    shown, following = page.cut_whole(banks)
    items = tuple(_document(bank) for bank in shown)
    return DocumentList(items=items, next_cursor=following)


@router.get(
    "/documents/{document}", operation_id="get_document", responses=problem_responses(404, 409)
)
async def get_document(
    document: DocumentId, instance: InstanceDep, as_of: AsOfDep
) -> DocumentAnswer:
    """Get one document."""
    with instance.database.read() as connection:
        return _document(_bank_of(connection, document, as_of.until))


@router.get("/claims", operation_id="list_claims", responses=problem_responses(404, 409))
async def list_claims(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    *,
    document: SlugQuery = None,
    section: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> ClaimList:
    """List claims by document and id, each with the questions that are drawn from it."""
    at = as_of.until
    with instance.database.read() as connection:
        banks = [_bank_of(connection, document, at)] if document else read_banks(connection, at)
        found = [claim for bank in banks for claim in _claims(connection, bank, as_of.at, at)]
    found = [claim for claim in found if section in (None, claim.section)]
    shown, following = page.cut_whole(sorted(found, key=_place), _place)
    return ClaimList(items=shown, next_cursor=following)


@router.get(
    "/documents/{document}/claims/{claim}",
    operation_id="get_claim",
    responses=problem_responses(404, 409),
)
async def get_claim(
    document: DocumentId, claim: ClaimId, instance: InstanceDep, as_of: AsOfDep
) -> ClaimAnswer:
    """Get one claim and the questions that are drawn from it."""
    with instance.database.read() as connection:
        bank = _bank_of(connection, document, as_of.until)
        claims = _claims(connection, bank, as_of.at, as_of.until)
        found = next((one for one in claims if one.id == claim), None)
    if found is None:
        raise UnknownClaim
    return found


def _bank_of(connection: Connection, document: str, at: float) -> Row[Any]:
    """Read the bank of a document.

    Raises:
        UnknownDocument: there was none of this id by the instant.
    """
    for bank in read_banks(connection, at):
        if json.loads(bank.body)["bank"]["document"]["id"] == document:
            return bank
    raise UnknownDocument


def _document(bank: Row[Any]) -> DocumentAnswer:
    """Describe the document of a bank."""
    content = json.loads(bank.body)
    written = BankFormat.model_validate(content["bank"])
    return DocumentAnswer(
        **dict(written.document),
        bank=written.id,
        licence=written.licence,
        curator=written.curator,
        worlds=(written.world.id,),
        claims=len(content["claims"]),
    )


def _claims(connection: Connection, bank: Row[Any], now: float, at: float) -> Iterator[ClaimAnswer]:
    """Describe the claims of a bank's document."""
    content = json.loads(bank.body)
    written = BankFormat.model_validate(content["bank"])
    drawn: dict[str, list[str]] = {}
    for row in question_rows(connection, now, QuestionFilters(world=written.world.id), at=at):
        for claim in json.loads(row.body).get("claims", ()):
            drawn.setdefault(claim, []).append(row.id)
    for said in content["claims"]:
        claim = Claim.model_validate(said)
        questions = tuple(drawn.get(claim.id, ()))
        yield ClaimAnswer(**dict(claim), document=written.document.id, questions=questions)


def _place(claim: ClaimAnswer) -> tuple[str, str]:
    """Tell where a claim stands among all."""
    return claim.document, claim.id

"""Search: questions, evidence, claims, documents, sources and scenarios, by their words."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.access import InstanceDep
from api.asking import AsOfDep
from api.errors import problem_responses
from api.paging import BadCursor, Page, PageDep
from api.search_answers import FoundAnswer, FoundList, SnippetAnswer
from data.search import KINDS, Kind, find, snippets

router = APIRouter(prefix="/search", tags=["search"])
_ADDRESSES: dict[Kind, str] = {
    "question": "/api/v1/questions/{}",
    "evidence": "/api/v1/evidence/{}",
    "document": "/api/v1/documents/{}",
    "source": "/api/v1/sources/{}",
    "scenario": "/api/v1/scenarios/{}",
}
_CLAIM_ADDRESS = "/api/v1/documents/{}/claims/{}"


@router.get("", operation_id="search_all", responses=problem_responses(409))
async def search_all(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            description="words in English or Japanese, all of which must be there; no syntax",
            examples=["entity list", "規制"],
        ),
    ],
    kinds: Annotated[
        tuple[Kind, ...], Query(max_length=len(KINDS), description="only these; repeat it")
    ] = KINDS,
) -> FoundList:
    """Search by words: width, case, hiragana and katakana make no difference; the best first."""
    with instance.database.read() as connection:
        rows = find(connection, kinds, q, as_of.until, page.to_read, _after(page))
    shown, following = page.cut(rows, lambda row: (row.rank, row.id))
    items = tuple(
        FoundAnswer(
            kind=row.kind,
            id=row.name.rpartition("/")[2],
            url=_address(row.kind, row.name),
            snippets=tuple(
                SnippetAnswer(field=one.field, text=one.text, marks=one.marks)
                for one in snippets(row.parts, q)
            ),
        )
        for row in shown
    )
    return FoundList(items=items, next_cursor=following)


def _address(kind: Kind, name: str) -> str:
    """Give where what was found can be read."""
    return (
        _CLAIM_ADDRESS.format(*name.split("/"))
        if kind == "claim"
        else _ADDRESSES[kind].format(name)
    )


def _after(page: Page) -> tuple[float, int] | None:
    """Read where the page before ended.

    Raises:
        BadCursor: the cursor is one of another kind of page.
    """
    match page.after:
        case None:
            return None
        case (float(rank), int(entry)) if 0 <= entry < 2**31:
            return rank, entry
    raise BadCursor

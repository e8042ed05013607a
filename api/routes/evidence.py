"""Evidence: all, one, submit, retract."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response, status
from pydantic import Field

from api.access import ForecasterDep, InstanceDep, LanguageDep
from api.answers import EvidenceList, EvidenceMoved, evidence_answer
from api.asking import AsOfDep, SlugQuery, WordsQuery
from api.batches import MOST_ITEMS, BatchAnswer, ModeQuery, batch_of
from api.changes import ChangingDep
from api.errors import problem_responses
from api.paging import PageDep
from api.quotas import spend
from api.submissions import moved_by, take_evidence
from api.workflows.recording import Recorded, record_evidence, retract_evidence
from data.evidence_queries import EvidenceFilters, evidence_rows
from data.formats.base import Day, Format
from data.formats.evidence import EvidenceFormat, EvidenceKind
from data.standing import bits_by_record
from data.writer import Transaction

router = APIRouter(prefix="/evidence", tags=["evidence"])
EvidenceId = Annotated[str, Path(max_length=80, examples=["ev028"])]
_EXAMPLES: dict[str, Any] = {
    "report": {
        "summary": "A report that makes a date sooner",
        "value": {
            "published": "2026-11-23",
            "source": "reuters",
            "grade": "B2",
            "kind": "report",
            "fact": {"en": "Two people said that V5 is planned for the first quarter."},
            "stances": [
                {
                    "question": "deepseek-v5-release-date",
                    "direction": "sooner",
                    "strength": "moderate",
                }
            ],
        },
    },
    "measurement": {
        "summary": "A measured value with its spread",
        "value": {
            "published": "2026-11-23",
            "source": "deepseek",
            "grade": "A1",
            "kind": "fact",
            "fact": {"en": "The pricing page lists 1.20 dollars."},
            "stances": [
                {
                    "question": "deepseek-output-price-2028",
                    "measured": {"value": 1.2, "spread": 0.8},
                }
            ],
        },
    },
}
_BATCH_EXAMPLES: dict[str, Any] = {
    name: {"summary": example["summary"], "value": {"items": [example["value"]]}}
    for name, example in _EXAMPLES.items()
}


class EvidenceBatch(Format):
    """Up to 1,000 records of evidence."""

    items: Annotated[tuple[EvidenceFormat, ...], Field(min_length=1, max_length=MOST_ITEMS)]


@router.get("", operation_id="list_evidence", responses=problem_responses(409))
async def list_evidence(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    *,
    question: Annotated[SlugQuery, Query(description="bears on it; adds `bits`")] = None,
    source: SlugQuery = None,
    submitter: SlugQuery = None,
    origin: SlugQuery = None,
    kind: EvidenceKind | None = None,
    grade: Annotated[str | None, Query(pattern=r"^[A-F][1-6]$", examples=["B2"])] = None,
    retracted: bool | None = None,
    published_from: Annotated[Day | None, Query(description="of a month, its last day")] = None,
    published_to: Day | None = None,
    q: WordsQuery = None,
) -> EvidenceList:
    """List evidence, newest entry of the ledger first."""
    filters = EvidenceFilters(
        question,
        source,
        submitter,
        origin,
        kind,
        grade,
        retracted,
        published_from,
        published_to,
        q,
    )
    before, limit = page.after_entry(), page.to_read
    with instance.database.read() as connection:
        rows = evidence_rows(connection, filters, at=as_of.until, before=before, limit=limit)
        bits = bits_by_record(connection, question, as_of.until) if question else {}
    shown, following = page.cut(rows)
    items = tuple(evidence_answer(row, bits.get(row.id), as_of.until) for row in shown)
    return EvidenceList(items=items, next_cursor=following)


@router.get("/{evidence}", operation_id="get_evidence", responses=problem_responses(404, 409))
async def get_evidence(
    evidence: EvidenceId, instance: InstanceDep, as_of: AsOfDep
) -> EvidenceMoved:
    """Get one record and every forecast that it moved."""
    with instance.database.read() as connection:
        return moved_by(connection, Recorded(evidence, repeated=False), at=as_of.until)


@router.post(
    "",
    operation_id="submit_evidence",
    status_code=status.HTTP_201_CREATED,
    responses={
        200: {"model": EvidenceMoved, "description": "It was there already"},
        **problem_responses(401, 403, 404, 409, 503),
    },
)
async def submit_evidence(
    record: Annotated[EvidenceFormat, Body(openapi_examples=_EXAMPLES)],
    actor: ForecasterDep,
    changing: ChangingDep,
    response: Response,
) -> EvidenceMoved:
    """Submit a record: it moves every forecast of its worlds, and the answer says by how much.

    It is durable when this answers. The same record by the same hand is stored once.
    """
    answer = await take_evidence(changing, record, actor)
    if answer.repeated:
        response.status_code = status.HTTP_200_OK
    return answer


@router.post(
    "/batch",
    operation_id="submit_evidence_batch",
    responses=problem_responses(401, 403, 409, 503),
)
async def post_evidence_batch(
    batch: Annotated[EvidenceBatch, Body(openapi_examples=_BATCH_EXAMPLES)],
    request: Request,
    actor: ForecasterDep,
    changing: ChangingDep,
    language: LanguageDep,
    mode: ModeQuery = "all_or_nothing",
) -> BatchAnswer:
    """Submit up to 1,000 records in one change; the answer says what became of each."""
    now = changing.instance.clock()

    def store(transaction: Transaction, item: EvidenceFormat) -> tuple[str, bool]:
        recorded = record_evidence(transaction, item, actor.id, now)
        return recorded.evidence, recorded.repeated

    spend(request.scope, len(batch.items) - 1)
    change = batch_of(batch.items, mode, language, store)
    return await changing.do(BatchAnswer, actor.id, change)


@router.post(
    "/{evidence}/retraction",
    operation_id="retract_evidence",
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_retraction(
    evidence: EvidenceId, actor: ForecasterDep, changing: ChangingDep
) -> EvidenceMoved:
    """Take a record back; the movements are those of the retraction. The ledger keeps both."""
    now, is_admin = changing.instance.clock(), actor.role == "admin"

    def change(transaction: Transaction) -> EvidenceMoved:
        retract_evidence(transaction, evidence, actor.id, is_admin=is_admin, now=now)
        return moved_by(transaction.connection, Recorded(evidence, repeated=False), "retraction")

    return await changing.do(EvidenceMoved, actor.id, change)

"""Evidence: all, one, submit, retract."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response, status
from pydantic import Field
from sqlalchemy import Connection, select

from api.access import ForecasterDep, InstanceDep, LanguageDep
from api.answers import EvidenceList, EvidenceMoved, evidence_answer, movement_answer
from api.batches import MOST_ITEMS, BatchAnswer, ModeQuery, batch_of
from api.changes import ChangingDep
from api.errors import problem_responses
from api.quotas import spend
from api.workflows.recording import Recorded, record_evidence, retract_evidence
from data.facts import read_evidence_row
from data.formats.base import Format
from data.formats.evidence import EvidenceFormat
from data.standing import movements
from data.tables import EVIDENCE
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


@router.get("", operation_id="list_evidence")
async def list_evidence(
    instance: InstanceDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> EvidenceList:
    """List evidence, newest entry of the ledger first."""
    query = select(EVIDENCE).order_by(EVIDENCE.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(EVIDENCE.c.seq < before)
    with instance.database.read() as connection:
        rows = connection.execute(query).all()
    last = rows[-1].seq if len(rows) == limit else None
    return EvidenceList(items=tuple(evidence_answer(row) for row in rows), next_before=last)


@router.get("/{evidence}", operation_id="get_evidence", responses=problem_responses(404))
async def get_evidence(evidence: EvidenceId, instance: InstanceDep) -> EvidenceMoved:
    """Get one record and every forecast that it moved."""
    with instance.database.read() as connection:
        return _moved(connection, Recorded(evidence, repeated=False))


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
    now = changing.instance.clock()

    def change(transaction: Transaction) -> EvidenceMoved:
        recorded = record_evidence(transaction, record, actor.id, now)
        return _moved(transaction.connection, recorded)

    answer = await changing.do(EvidenceMoved, actor.id, change)
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
        return _moved(transaction.connection, Recorded(evidence, repeated=False), "retraction")

    return await changing.do(EvidenceMoved, actor.id, change)


def _moved(connection: Connection, recorded: Recorded, cause: str = "evidence") -> EvidenceMoved:
    """Read a record with what it, or its retraction, moved."""
    row = read_evidence_row(connection, recorded.evidence)
    moved = movements(connection, cause, recorded.evidence)
    return EvidenceMoved(
        evidence=evidence_answer(row),
        repeated=recorded.repeated,
        movements=tuple(movement_answer(step) for step in moved),
    )

"""Disputes about evidence: all, one, dispute a record, rule."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, status
from sqlalchemy import select

from api.access import AdminDep, ForecasterDep, InstanceDep
from api.answers import movement_answer
from api.asking import AsOfDep
from api.changes import ChangingDep
from api.dispute_answers import (
    DisputeAnswer,
    DisputeList,
    DisputeRuled,
    DisputeState,
    dispute_answer,
)
from api.errors import problem_responses
from api.paging import PageDep
from api.workflows.disputing import dispute_evidence, rule_on_dispute
from data.disputes import read_dispute
from data.formats.disputes import DisputeFormat, RulingFormat
from data.standing import movements
from data.tables import DISPUTES
from data.writer import Transaction
from forecasts.errors import UnknownDispute
from forecasts.times import instant_of

router = APIRouter(tags=["disputes"])
DisputeId = Annotated[str, Path(max_length=80, examples=["di-285"])]
EvidenceId = Annotated[str, Path(max_length=80, examples=["ev028"])]
_EXAMPLES: dict[str, Any] = {
    "exclude": {
        "summary": "It should not count",
        "value": {"asks": "exclude", "reason": "The page was withdrawn with an apology."},
    },
    "copy": {
        "summary": "It repeats another record",
        "value": {"asks": "origin", "origin": "ev027", "reason": "Both quote the same person."},
    },
}
_RULING = {"decision": "upheld", "reason": "The page is gone; the archive shows the apology."}


@router.get("/disputes", operation_id="list_disputes", responses=problem_responses(409))
async def list_disputes(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    evidence: Annotated[str | None, Query(max_length=80)] = None,
    state: Annotated[DisputeState | None, Query()] = None,
) -> DisputeList:
    """List disputes, newest entry of the ledger first."""
    query = select(DISPUTES).where(as_of.holds(DISPUTES))
    if evidence is not None:
        query = query.where(DISPUTES.c.evidence == evidence)
    known = DISPUTES.c.ruled_at <= as_of.at
    if state == "waiting":
        query = query.where(DISPUTES.c.ruled_at.is_(None) | ~known)
    elif state is not None:
        query = query.where(DISPUTES.c.decision == state, known)
    with instance.database.read() as connection:
        rows = connection.execute(page.newest(query, DISPUTES.c.seq)).all()
    shown, following = page.cut(rows)
    items = tuple(dispute_answer(row, as_of.at) for row in shown)
    return DisputeList(items=items, next_cursor=following)


@router.get(
    "/disputes/{dispute}", operation_id="get_dispute", responses=problem_responses(404, 409)
)
async def get_dispute(dispute: DisputeId, instance: InstanceDep, as_of: AsOfDep) -> DisputeAnswer:
    """Get one dispute, and the ruling on it."""
    with instance.database.read() as connection:
        row = read_dispute(connection, dispute)
    if row.recorded_at > as_of.at:
        raise UnknownDispute
    return dispute_answer(row, as_of.at)


@router.post(
    "/evidence/{evidence}/disputes",
    operation_id="dispute_evidence",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_dispute(
    evidence: EvidenceId,
    dispute: Annotated[DisputeFormat, Body(openapi_examples=_EXAMPLES)],
    actor: ForecasterDep,
    changing: ChangingDep,
) -> DisputeAnswer:
    """Dispute a record, or appeal its origin; it counts as before until an admin has ruled."""
    now = changing.instance.clock()

    def change(transaction: Transaction) -> DisputeAnswer:
        name = dispute_evidence(transaction, evidence, dispute, actor.id, now)
        return dispute_answer(read_dispute(transaction.connection, name), instant_of(now))

    return await changing.do(DisputeAnswer, actor.id, change)


@router.post(
    "/disputes/{dispute}/ruling",
    operation_id="rule_on_dispute",
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_ruling(
    dispute: DisputeId,
    ruling: Annotated[RulingFormat, Body(examples=[_RULING])],
    actor: AdminDep,
    changing: ChangingDep,
) -> DisputeRuled:
    """Rule on a dispute, as an admin who neither submitted the record nor disputed it.

    An upheld dispute takes the record out, or puts it under another origin; every forecast moves.
    """
    now = changing.instance.clock()

    def change(transaction: Transaction) -> DisputeRuled:
        entry = rule_on_dispute(transaction, dispute, ruling, actor.id, now)
        moved = []
        if entry.content.get("moved") or entry.content.get("excluded"):
            for cause in ("retraction", "evidence"):
                steps = movements(transaction.connection, cause, entry.content["evidence"])
                moved += [movement_answer(s) for s in steps if s.at == instant_of(now)]
        row = read_dispute(transaction.connection, dispute)
        return DisputeRuled(dispute=dispute_answer(row, instant_of(now)), movements=tuple(moved))

    return await changing.do(DisputeRuled, actor.id, change)

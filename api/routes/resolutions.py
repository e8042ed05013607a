"""Resolutions: all, and resolve."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, status
from sqlalchemy import Row, select

from api.access import InstanceDep, ResolverDep
from api.answers import (
    ResolutionAnswer,
    ResolutionList,
    ResolutionMoved,
    iso,
    movement_answer,
)
from api.changes import ChangingDep
from api.conditions import IfMatch
from api.errors import problem_responses
from api.workflows.resolving import resolve_question
from data.formats.resolutions import ResolutionFormat
from data.standing import movements
from data.tables import RESOLUTIONS

router = APIRouter(prefix="/resolutions", tags=["resolutions"])
_EXAMPLES: dict[str, Any] = {
    "date": {
        "summary": "A date question",
        "value": {
            "question": "deepseek-v5-release-date",
            "outcome": "2027-03-01",
            "resolved_at": "2027-03-01",
            "known_by": "2027-03-01",
            "sources": ["https://api-docs.deepseek.com/updates"],
            "basis": {"en": "The change log lists V5 on 1 March 2027."},
        },
    },
    "annulled": {
        "summary": "A question that lost its meaning",
        "value": {
            "question": "coding-arena-parity-2028",
            "status": "annulled",
            "resolved_at": "2026-11-23",
            "known_by": "2026-11-23",
            "basis": {"en": "The category was closed."},
        },
    },
}


@router.get("", operation_id="list_resolutions")
async def list_resolutions(instance: InstanceDep) -> ResolutionList:
    """List every outcome, superseded ones included, in the order of the ledger."""
    with instance.database.read() as connection:
        rows = connection.execute(select(RESOLUTIONS).order_by(RESOLUTIONS.c.seq)).all()
    return ResolutionList(items=tuple(_answer(row) for row in rows))


@router.post(
    "",
    operation_id="resolve_question",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 404, 409, 412, 503),
)
async def post_resolution(
    resolution: Annotated[ResolutionFormat, Body(openapi_examples=_EXAMPLES)],
    actor: ResolverDep,
    changing: ChangingDep,
    if_match: IfMatch = None,
) -> ResolutionMoved:
    """Resolve a question, annul it, or supersede an outcome with `supersedes_reason`.

    Who has forecast the question, or sent evidence on it, needs another admin's sign-off. With
    `If-Match` an outcome is superseded only if it is the one you name.
    """
    now = changing.instance.clock()

    def change(transaction: Any) -> ResolutionMoved:
        entry = resolve_question(transaction, resolution, actor.id, now, if_match)
        query = select(RESOLUTIONS).where(RESOLUTIONS.c.seq == entry.seq)
        row = transaction.connection.execute(query).one()
        moved = movements(transaction.connection, "resolution", resolution.question)
        return ResolutionMoved(
            resolution=_answer(row), movements=tuple(movement_answer(step) for step in moved)
        )

    return await changing.do(ResolutionMoved, actor.id, change)


def _answer(row: Row[Any]) -> ResolutionAnswer:
    """Give a row as an answer."""
    return ResolutionAnswer(
        entry=row.seq,
        recorded_at=iso(row.recorded_at),
        resolver=row.resolver,
        resolution=ResolutionFormat.model_validate_json(row.body),
    )

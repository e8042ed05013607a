"""Resolutions: all, and resolve."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from fastapi import status as codes
from sqlalchemy import select

from api.access import InstanceDep, ResolverDep
from api.answers import (
    ResolutionList,
    ResolutionMoved,
    movement_answer,
    resolution_answer,
)
from api.asking import AsOfDep, SlugQuery
from api.changes import ChangingDep
from api.conditions import IfMatch
from api.errors import problem_responses
from api.paging import PageDep
from api.workflows.resolving import resolve_question
from data.formats.resolutions import ResolutionFormat, ResolutionStatus
from data.resolution_queries import resolution_rows
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


@router.get("", operation_id="list_resolutions", responses=problem_responses(409))
async def list_resolutions(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    *,
    question: SlugQuery = None,
    status: ResolutionStatus | None = None,
    standing: Annotated[bool, Query(description="without superseded ones")] = False,
) -> ResolutionList:
    """List outcomes, superseded ones included, in the order of the ledger."""
    limit = page.to_read
    with instance.database.read() as connection:
        rows = resolution_rows(
            connection,
            question,
            status,
            standing=standing,
            at=as_of.until,
            after=page.after_entry() or 0,
            limit=limit,
        )
    shown, following = page.cut(rows)
    items = tuple(resolution_answer(row) for row in shown)
    return ResolutionList(items=items, next_cursor=following)


@router.post(
    "",
    operation_id="resolve_question",
    status_code=codes.HTTP_201_CREATED,
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
            resolution=resolution_answer(row),
            movements=tuple(movement_answer(step) for step in moved),
        )

    return await changing.do(ResolutionMoved, actor.id, change)

"""Nudges: one's own forecasts that have gone stale, and why."""

from fastapi import APIRouter
from pydantic import Field

from api.access import ActorDep, InstanceDep, LanguageDep
from api.answers import Answer
from api.errors import problem_responses
from api.nudge_answers import Nudge, nudge_of
from api.paging import PageDep
from data.nudges import standing_with_news

router = APIRouter(prefix="/me", tags=["me"])


class NudgeList(Answer):
    """A page of nudges, newest forecast first."""

    items: tuple[Nudge, ...]
    next_cursor: str | None = Field(description="give it as `cursor` for the next page")


@router.get("/nudges", operation_id="list_nudges", responses=problem_responses(401))
async def list_nudges(
    instance: InstanceDep,
    actor: ActorDep,
    page: PageDep,
    language: LanguageDep,
) -> NudgeList:
    """List your forecasts that have gone stale, and why.

    A page looks through `limit` of your standing forecasts, and has those of them that are stale.
    """
    now, after = instance.clock_instant(), page.after_entry()
    with instance.database.read() as connection:
        rows = standing_with_news(connection, actor.id, now, after, page.to_read)
    shown, following = page.cut(rows)
    nudges = (nudge_of(row, now, language) for row in shown)
    return NudgeList(items=tuple(n for n in nudges if n.reasons), next_cursor=following)

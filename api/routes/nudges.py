"""Nudges: one's own forecasts that have gone stale, and why."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api.access import ActorDep, InstanceDep, LanguageDep
from api.answers import Answer, iso
from api.errors import problem_responses
from api.language import translate
from api.paging import PageDep, next_cursor
from data.nudges import standing_with_news
from forecasts.staleness import Reason, Since, stale_because

router = APIRouter(prefix="/me", tags=["me"])
_WORDS: dict[Reason, str] = {
    "amended": "The question's words were amended since ({amendments} new versions).",
    "moved": "The model's own forecast has moved by {bits:+.2f} bits since.",
    "evidence": "{records} records of evidence on this question have come since.",
    "old": "It has stood for {days} days.",
}
_MEND = (
    "Submit what you think now. If it still holds, submit it with a new `rationale`: the very same "
    "again stores nothing."
)


class Nudge(Answer):
    """A forecast of yours that is worth a look."""

    forecast: str
    question: str
    recorded_at: str
    reasons: tuple[Reason, ...]
    days: float = Field(description="for which it has stood")
    bits: float = Field(description="by which the model's own forecast has moved since")
    records: int = Field(description="that came since and bear on the question itself")
    amendments: int = Field(description="new versions of the question's words since")
    words: str = Field(description="the same for people, and how to mend it")


class NudgeList(Answer):
    """A page of nudges, newest forecast first."""

    items: tuple[Nudge, ...]
    next_cursor: str | None = Field(description="give it as `cursor` for the next page")


@router.get("/nudges", operation_id="list_nudges", responses=problem_responses(401))
async def list_nudges(
    request: Request,
    response: Response,
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
        rows = standing_with_news(connection, actor.id, now, after, page.limit + 1)
    following = next_cursor(rows, page, lambda row: (row.seq,), request, response)
    nudges = (nudge_of(row, now, language) for row in rows[: page.limit])
    return NudgeList(items=tuple(n for n in nudges if n.reasons), next_cursor=following)


def nudge_of(row: Any, now: float, language: str) -> Nudge:
    """Give what came since a forecast, in numbers and in words."""
    days = now - row.recorded_at
    reasons = stale_because(Since(days, row.bits, row.records, row.amendments))
    facts = {"bits": row.bits, "records": row.records, "amendments": row.amendments}
    told = [
        translate(_WORDS[reason], language).format(days=int(days), **facts) for reason in reasons
    ]
    return Nudge(
        forecast=row.id,
        question=row.question,
        recorded_at=iso(row.recorded_at),
        reasons=reasons,
        days=round(days, 2),
        **facts,
        words=" ".join([*told, translate(_MEND, language)]),
    )

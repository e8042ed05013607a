"""The shape of a nudge: a forecast that has gone stale, and why, in numbers and in words."""

from typing import Any

from pydantic import Field

from api.answers import Answer, iso
from api.language import translate
from forecasts.staleness import Reason, Since, stale_because

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

"""What moved a scenario: records and outcomes, the largest of them, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row

from api.comparisons import chances_apart
from api.language import translate
from api.pages.wording import Wording, wording
from api.words import bits_in_words, day_in_words
from data.facts import read_evidence_row, read_question, written_record
from forecasts.times import day_of

#: Causes that are told: the largest.
_MOST_CAUSES = 12
#: Below so many bits a cause is not worth a line.
_WORTH_A_LINE = 0.02


@dataclass(frozen=True, slots=True)
class CauseLine:
    """What moved a scenario: a record, or an outcome that became known."""

    id: str
    day: str
    what: Wording
    cause: str
    address: str
    before: str
    after: str
    bits: str
    sign: str


@dataclass(frozen=True, slots=True)
class _Cause:
    """A step that is worth a line, and the chance before it."""

    step: Row[Any]
    before: float


def causes_of(
    connection: Connection, steps: Sequence[Row[Any]], language: str
) -> tuple[CauseLine, ...]:
    """Give what moved a scenario most, newest first."""
    pairs = [
        _Cause(step, before.probability)
        for before, step in pairwise(steps)
        if step.cause in ("evidence", "retraction", "resolution")
        and abs(step.bits) >= _WORTH_A_LINE
    ]
    largest = sorted(pairs, key=lambda one: -abs(one.step.bits))[:_MOST_CAUSES]
    newest = sorted(largest, key=lambda one: -one.step.id)
    return tuple(_cause_line(connection, one, language) for one in newest)


def _cause_line(connection: Connection, one: _Cause, language: str) -> CauseLine:
    """Say what moved a scenario."""
    step = one.step
    if step.cause == "resolution":
        _, other = read_question(connection, step.cause_id)
        what, address = wording(other.title, language), f"/questions/{step.cause_id}"
    else:
        record = written_record(read_evidence_row(connection, step.cause_id))
        asked = record.stances[0].question
        what, address = wording(record.fact, language), f"/questions/{asked}#ev-{step.cause_id}"
    causes = {
        "evidence": "a record of evidence",
        "retraction": "a record that was taken back",
        "resolution": "an outcome that became known",
    }
    before, after = chances_apart(one.before, step.probability, language)
    return CauseLine(
        id=str(step.id),
        day=day_in_words(day_of(step.at).isoformat(), language),
        what=what,
        cause=translate(causes[step.cause], language),
        address=address,
        before=before,
        after=after,
        bits=bits_in_words(max(min(step.bits, 40.0), -40.0)),
        sign="up" if step.bits >= 0 else "down",
    )

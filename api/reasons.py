"""Why a forecast moved, in a sentence, in English and Japanese."""

from collections.abc import Sequence
from typing import Any

from babel.dates import format_date
from sqlalchemy import Connection, Row

from api.answers import forecast_answer
from api.comparisons import told_apart
from api.language import translate
from api.words import WORTH_SAYING, bits_in_words, in_language, in_short
from data.facts import read_evidence_row, read_question, written_record
from data.formats.questions import QuestionFormat
from forecasts.times import day_of


def why_it_moved(
    connection: Connection, written: QuestionFormat, steps: Sequence[Row[Any]], language: str
) -> str:
    """Say in a sentence why a forecast last moved by something worth saying.

    Where nothing that became known has moved it, say so, and since when.
    """
    place, last = len(steps) - 1, len(steps) - 1
    while place > 0 and _is_quiet(steps[place]):
        place -= 1
    drift = sum(step.bits for step in steps[place + 1 :] if step.cause == "time")
    if abs(drift) >= WORTH_SAYING:  # many small steps of time are told as one
        first, cause = place + 1, "time"
    elif place > 0:
        first = last = place
        cause = "evidence through drivers" if _is_indirect(steps[place]) else steps[place].cause
    else:
        return _since_opening(steps, _NEVER if has_only_aged(steps) else _SMALL, language)
    old, new = (forecast_answer(step.at, step.body) for step in (steps[first - 1], steps[last]))
    before, after = told_apart(old, new, written, language)
    told = translate(_SENTENCES[cause], language).format(
        day=format_date(day_of(steps[first].at), "long", locale=language),
        before=before,
        after=after,
        bits=bits_in_words(sum(step.bits for step in steps[first : last + 1])),
        what=_what(connection, steps[last], language),
    )
    if cause == "time" and has_only_aged(steps):
        return f"{told} {_since_opening(steps, _ONLY_TIME, language)}"
    return told


def has_only_aged(steps: Sequence[Row[Any]]) -> bool:
    """Tell whether nothing that became known has moved a forecast since it opened."""
    moved = sum(abs(step.bits) for step in steps[1:] if step.cause != "time")
    return bool(steps[0].cause == "opening" and moved < WORTH_SAYING)


def _since_opening(steps: Sequence[Row[Any]], words: str, language: str) -> str:
    """Say that nothing moved a forecast, or little, and since when."""
    day = format_date(day_of(steps[0].at), "long", locale=language)
    return translate(words, language).format(day=day)


_NEVER = (
    "It opened on {day}, and no evidence has moved it yet: it says what was thought at the start."
)
_ONLY_TIME = "No evidence has moved it since it opened on {day}."
_SMALL = "Since {day} it moved in small steps only, none of them worth 0.02 bits."
_SENTENCES = {
    "evidence": "On {day} it moved from {before} to {after} ({bits} bits), because: {what}",
    "evidence through drivers": (
        "On {day} it moved from {before} to {after} ({bits} bits) through what it shares with "
        "other questions, because: {what}"
    ),
    "time": (
        "Since {day} it moved from {before} to {after} ({bits} bits), "
        "because time passed without the event."
    ),
    "resolution": (
        "On {day} it moved from {before} to {after} ({bits} bits), "
        "because the outcome of another question became known: {what}"
    ),
    "retraction": (
        "On {day} it moved from {before} to {after} ({bits} bits), "
        "because this record was taken back: {what}"
    ),
    "fit": (
        "On {day} it moved from {before} to {after} ({bits} bits), "
        "because the worth of sources was learned anew."
    ),
    "track_record": (
        "On {day} it moved from {before} to {after} ({bits} bits), "
        "because a submitter's record came to stand on its own."
    ),
}


def _is_quiet(step: Row[Any]) -> bool:
    """Tell whether a step was of time, or too small to be worth a word."""
    return bool(step.cause == "time" or abs(step.bits) < WORTH_SAYING)


def _is_indirect(step: Row[Any]) -> bool:
    """Tell whether evidence moved the question only through the drivers."""
    return step.cause == "evidence" and not step.direct


def _what(connection: Connection, step: Row[Any], language: str) -> str:
    """Give the words of the record, or the title of the question, behind a step."""
    if step.cause in ("evidence", "retraction"):
        record = written_record(read_evidence_row(connection, step.cause_id))
        return in_short(in_language(record.fact, language))
    if step.cause == "resolution":
        _, other = read_question(connection, step.cause_id)
        return in_language(other.title, language)
    return ""

"""Forecasts and their movements in words, in English and Japanese."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from sqlalchemy import Connection, Row

from api.answers import ForecastAnswer, forecast_answer
from api.language import translate
from data.facts import read_evidence_row, read_question, written_record
from data.formats.base import Bilingual
from data.formats.questions import QuestionFormat
from forecasts.times import day_of

#: Below this many bits a step is not worth a sentence.
WORTH_SAYING = 0.005


def in_language(text: Bilingual, language: str) -> str:
    """Give the Japanese where it is wanted and there, else the English."""
    return text.ja if language == "ja" and text.ja else text.en


def percent(probability: float, language: str) -> str:
    """Write a probability; the ends of the scale keep their digits.

    >>> percent(0.5, "en"), percent(0.0031, "en"), percent(0.99987, "en")
    ('50%', '0.3%', '>99.9%')
    """
    if probability < 0.0005:  # what would round to 0.0%
        return "<" + format_percent(0.001, "0.0%", locale=language)
    if probability > 0.9995:
        return ">" + format_percent(0.999, "0.0%", locale=language)
    fine = probability < 0.02 or probability > 0.98
    return format_percent(probability, "0.0%" if fine else "0%", locale=language)


def value(amount: float | str | None, language: str, beyond: str = "beyond the range") -> str:
    """Write a number or a day; None is what lies beyond the range, or later or never."""
    if amount is None:
        return translate(beyond, language)
    if isinstance(amount, str):
        return format_date(date.fromisoformat(amount), "medium", locale=language)
    digits = "#,##0" if abs(amount) >= 100 else "#,##0.0" if abs(amount) >= 10 else "#,##0.00"
    return format_decimal(amount, digits, locale=language)


def forecast_in_words(forecast: ForecastAnswer, written: QuestionFormat, language: str) -> str:
    """Write a forecast in a few words: 62% (41–78%), an option, or a median and range."""
    if forecast.probability is not None:
        assert isinstance(forecast.low, float)
        assert isinstance(forecast.high, float)
        ends = f"{percent(forecast.low, language)}–{percent(forecast.high, language)}"
        return f"{percent(forecast.probability, language)} ({ends})"
    if forecast.options is not None:
        titles = {choice.id: in_language(choice.title, language) for choice in written.choices}
        best = max(forecast.options, key=lambda option: option.probability)
        return f"{titles[best.option]} {percent(best.probability, language)}"
    beyond = "later or never" if written.type == "date" else "beyond the range"
    if forecast.median is None and forecast.outside is not None:
        return f"{percent(forecast.outside[-1], language)} {translate(beyond, language)}"
    ends = " – ".join(value(end, language, beyond) for end in (forecast.low, forecast.high))
    return f"{value(forecast.median, language, beyond)} ({ends})"


def why_it_moved(
    connection: Connection, written: QuestionFormat, steps: Sequence[Row[Any]], language: str
) -> str:
    """Say in a sentence why a forecast last moved by something worth saying."""
    moved = [place for place, step in enumerate(steps) if abs(step.bits) >= WORTH_SAYING]
    if not moved:
        return translate("It has not moved since it opened.", language)
    step, before = steps[moved[-1]], steps[moved[-1] - 1]
    sentence = _SENTENCES["evidence through drivers" if _is_indirect(step) else step.cause]
    return translate(sentence, language).format(
        day=format_date(day_of(step.at), "long", locale=language),
        before=forecast_in_words(forecast_answer(before.at, before.body), written, language),
        after=forecast_in_words(forecast_answer(step.at, step.body), written, language),
        bits=f"{step.bits:+.2f}",
        what=_what(connection, step, language),
    )


_SENTENCES = {
    "evidence": "On {day} it moved from {before} to {after} ({bits} bits), because: {what}",
    "evidence through drivers": (
        "On {day} it moved from {before} to {after} ({bits} bits) through what it shares with "
        "other questions, because: {what}"
    ),
    "time": (
        "On {day} it moved from {before} to {after} ({bits} bits), "
        "because another day passed without the event."
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


def _is_indirect(step: Row[Any]) -> bool:
    """Tell whether evidence moved the question only through the drivers."""
    return step.cause == "evidence" and not step.direct


def _what(connection: Connection, step: Row[Any], language: str) -> str:
    """Give the words of the record, or the title of the question, behind a step."""
    if step.cause in ("evidence", "retraction"):
        record = written_record(read_evidence_row(connection, step.cause_id))
        return in_language(record.fact, language)
    if step.cause == "resolution":
        _, other = read_question(connection, step.cause_id)
        return in_language(other.title, language)
    return ""

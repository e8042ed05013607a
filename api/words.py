"""Forecasts and their movements in words, in English and Japanese."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent
from sqlalchemy import Connection, Row

from api.answers import ForecastAnswer, forecast_answer
from api.language import translate
from data.facts import read_evidence_row, read_question, written_record
from data.formats.base import Bilingual
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from forecasts.times import day_of

#: Below this many bits a step is not worth a sentence.
WORTH_SAYING = 0.02
#: Below this many bits a movement is written as none.
_NO_BITS = 0.005
#: A fact inside a sentence has at most so many characters.
_SHORT = 300
#: Embeddings, overrides and isolates of writing from right to left; inside a sentence they would
#: turn the rest of it.
_TURNING_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def in_language(text: Bilingual, language: str) -> str:
    """Give the Japanese where it is wanted and there, else the English."""
    return text.ja if language == "ja" and text.ja else text.en


def in_short(text: str) -> str:
    """Give the beginning of a long text, without marks that would turn what stands around it.

    >>> in_short("a\u202eb"), in_short("x" * 500)[-3:]
    ('ab', 'xx…')
    """
    plain = text.translate(_TURNING_MARKS)
    return plain if len(plain) <= _SHORT else f"{plain[: _SHORT - 1]}\N{HORIZONTAL ELLIPSIS}"


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
        return day_in_words(amount, language)
    is_whole = abs(amount) >= 100 or amount == int(amount)
    digits = "#,##0" if is_whole else "#,##0.0" if abs(amount) >= 10 else "#,##0.00"
    return format_decimal(amount, digits, locale=language)


def ratio_in_words(ratio: float, language: str) -> str:
    """Write a factor with two digits that count.

    >>> ratio_in_words(0.843, "en"), ratio_in_words(1.62, "en"), ratio_in_words(26.9, "en")
    ('0.84', '1.6', '27')
    """
    digits = "0.00" if ratio < 0.995 else "0.0" if ratio < 9.95 else "#,##0"
    return format_decimal(ratio, digits, locale=language)


def day_in_words(day: str, language: str) -> str:
    """Write a day, or a month where only that is known.

    >>> day_in_words("2025-04-08", "en"), day_in_words("2025-04", "en")
    ('Apr 8, 2025', 'Apr 2025')
    """
    if len(day) == len("2025-04"):
        return format_skeleton("yMMM", date.fromisoformat(f"{day}-01"), locale=language)
    form = "long" if language == "ja" else "medium"  # 2025年4月8日, Apr 8, 2025
    return format_date(date.fromisoformat(day), form, locale=language)


def bits_in_words(bits: float) -> str:
    """Write a signed movement in bits.

    >>> bits_in_words(0.314), bits_in_words(-0.001)
    ('+0.31', '0.00')
    """
    if abs(bits) < _NO_BITS:
        return "0.00"
    return f"{bits:+.2f}".replace("-", "\N{MINUS SIGN}")


def outcome_in_words(resolution: ResolutionFormat, written: QuestionFormat, language: str) -> str:
    """Write what happened: yes, an option, a number with its unit, a day, or never."""
    outcome = resolution.outcome
    if outcome is None:
        return translate(resolution.status, language)
    if isinstance(outcome, bool):
        return translate("Yes" if outcome else "No", language)
    if isinstance(outcome, date):
        return day_in_words(outcome.isoformat(), language)
    if isinstance(outcome, str):
        titles = {choice.id: in_language(choice.title, language) for choice in written.choices}
        return titles.get(outcome) or translate("later or never", language)
    unit = in_language(written.range.unit, language) if written.range else ""
    return f"{value(outcome, language)} {unit}"


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
        return translate("It has not moved since it opened.", language)
    before, after = steps[first - 1], steps[last]
    return translate(_SENTENCES[cause], language).format(
        day=format_date(day_of(steps[first].at), "long", locale=language),
        before=forecast_in_words(forecast_answer(before.at, before.body), written, language),
        after=forecast_in_words(forecast_answer(after.at, after.body), written, language),
        bits=bits_in_words(sum(step.bits for step in steps[first : last + 1])),
        what=_what(connection, after, language),
    )


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

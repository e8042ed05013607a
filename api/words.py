"""Forecasts and their movements in words, in English and Japanese."""

from datetime import date

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

from api.answers import ForecastAnswer
from api.language import translate
from data.formats.base import Bilingual
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat

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


def with_unit(amount: str, written: QuestionFormat, language: str) -> str:
    """Put the unit of a question on a number behind an amount; of others nothing."""
    return f"{amount} {in_language(written.range.unit, language)}" if written.range else amount


def unit_of_chart(written: QuestionFormat, language: str) -> str:
    """Say in a sentence what a chart of a number is in; of others nothing."""
    if not written.range:
        return ""
    return translate("Unit: {unit}.", language).format(
        unit=in_language(written.range.unit, language)
    )


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
    return with_unit(value(outcome, language), written, language)


def forecast_in_words(
    forecast: ForecastAnswer, written: QuestionFormat, language: str, middle: str = ""
) -> str:
    """Write a forecast in a few words: 62% (41–78%), an option, or a median, range and unit.

    Args:
        middle: its chance or median, where that needs more digits than usual.
    """
    if forecast.probability is not None:
        assert isinstance(forecast.low, float)
        assert isinstance(forecast.high, float)
        ends = f"{percent(forecast.low, language)}–{percent(forecast.high, language)}"
        return f"{middle or percent(forecast.probability, language)} ({ends})"
    if forecast.options is not None:
        titles = {choice.id: in_language(choice.title, language) for choice in written.choices}
        best = max(forecast.options, key=lambda option: option.probability)
        return f"{titles[best.option]} {percent(best.probability, language)}"
    beyond = "later or never" if written.type == "date" else "beyond the range"
    if forecast.median is None and forecast.outside is not None:
        return f"{percent(forecast.outside[-1], language)} {translate(beyond, language)}"
    ends = " – ".join(value(end, language, beyond) for end in (forecast.low, forecast.high))
    middle = middle or value(forecast.median, language, beyond)
    return with_unit(f"{middle} ({ends})", written, language)

"""Two forecasts of one question side by side, written so that a movement between them is seen."""

import math
from collections.abc import Callable, Sequence

from babel.numbers import format_decimal, format_percent

from api.answers import ForecastAnswer
from api.language import translate
from api.words import day_in_words, forecast_in_words, in_language, percent, value
from data.formats.questions import QuestionFormat

#: More and more digits, of chances and of numbers, until two of them differ.
_CHANCES = ("0.0%", "0.00%", "0.000%")
_NUMBERS = ("#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000")
#: Chances are at least so far from certainty where their odds are compared.
_TINY = 1e-12


def told_apart(
    before: ForecastAnswer, after: ForecastAnswer, written: QuestionFormat, language: str
) -> tuple[str, str]:
    """Write a forecast before and after; both alike only where no digit would show a movement.

    Of several options it is the likeliest, or the one that moved most where the likeliest looks
    the same; of a day that looks the same, the chance that it comes by the close.
    """
    old, new = (forecast_in_words(one, written, language) for one in (before, after))
    if before.probability is not None and after.probability is not None:
        middles = chances_apart(before.probability, after.probability, language)
    elif isinstance(before.median, float) and isinstance(after.median, float):
        middles = _numbers_apart(before.median, after.median, language)
    elif old != new:
        return old, new
    elif before.options is not None and after.options is not None:
        return _options_apart(before, after, written, language)
    elif before.outside is not None and after.outside is not None:
        return _tails_apart(before.outside[-1], after.outside[-1], written, language)
    else:
        return old, new
    old, new = (
        forecast_in_words(one, written, language, middle)
        for one, middle in zip((before, after), middles, strict=True)
    )
    return old, new


def chances_apart(before: float, after: float, language: str) -> tuple[str, str]:
    """Write two chances with as few digits as show that they differ.

    >>> chances_apart(0.851, 0.848, "en"), chances_apart(0.2, 0.4, "en")
    (('85.1%', '84.8%'), ('20%', '40%'))
    """
    plain = percent(before, language), percent(after, language)
    return _with_digits(plain, (before, after), format_percent, _CHANCES, language)


def _numbers_apart(before: float, after: float, language: str) -> tuple[str, str]:
    """Write two numbers with as few digits as show that they differ."""
    plain = value(before, language), value(after, language)
    return _with_digits(plain, (before, after), format_decimal, _NUMBERS, language)


def _with_digits(
    plain: tuple[str, str],
    amounts: tuple[float, float],
    write: Callable[..., str],
    forms: Sequence[str],
    language: str,
) -> tuple[str, str]:
    """Write two amounts in the first form in which they differ; in none: plainly."""
    before, after = amounts
    finer = (
        (write(before, form, locale=language), write(after, form, locale=language))
        for form in forms
    )
    return next((pair for pair in (plain, *finer) if pair[0] != pair[1]), plain)


def _options_apart(
    before: ForecastAnswer, after: ForecastAnswer, written: QuestionFormat, language: str
) -> tuple[str, str]:
    """Write the option whose odds changed most."""
    assert before.options is not None and after.options is not None
    old = {one.option: one.probability for one in before.options}
    moved = max(
        after.options,
        key=lambda one: abs(_log_odds(one.probability) - _log_odds(old[one.option])),
    )
    titles = {choice.id: in_language(choice.title, language) for choice in written.choices}
    chances = chances_apart(old[moved.option], moved.probability, language)
    return f"{titles[moved.option]} {chances[0]}", f"{titles[moved.option]} {chances[1]}"


def _tails_apart(
    before: float, after: float, written: QuestionFormat, language: str
) -> tuple[str, str]:
    """Write the chance that a day comes by the close, or that a number lies beyond its range."""
    if written.type != "date":
        beyond = translate("beyond the range", language)
        chances = chances_apart(before, after, language)
        return f"{chances[0]} {beyond}", f"{chances[1]} {beyond}"
    words = translate("{chance} by {day}", language)
    close = day_in_words(written.closes.isoformat(), language)
    chances = chances_apart(1 - before, 1 - after, language)
    return words.format(chance=chances[0], day=close), words.format(chance=chances[1], day=close)


def _log_odds(chance: float) -> float:
    """Log odds, finite up to certainty."""
    inside = min(max(chance, _TINY), 1 - _TINY)
    return math.log(inside) - math.log1p(-inside)

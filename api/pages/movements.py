"""How a what-if moves forecasts: each before and after, with the change in points."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal, format_percent

from api.answers import ForecastAnswer, Movement, QuestionAnswer
from api.language import translate
from api.pages.wording import TYPES, Wording, wording
from api.words import day_in_words, in_language, percent, value

#: Below so many points a change is written as none.
_NO_POINTS = 0.05
#: Below so many points a change is muted; below so many both chances keep a decimal.
_MUTED, SMALL = 0.5, 1.0
#: Monte-Carlo errors of so many points and more are told.
_WORTH_TELLING = 0.5
#: Width of the drawn line from before to after, in its own units, and the room at its ends.
_WIDTH, _EDGE = 200.0, 6.0


@dataclass(frozen=True, slots=True)
class MovedBar:
    """Where a line from before to after begins and ends, and the interval after; 0 to 200."""

    before: float
    after: float
    low: float | None
    width: float | None


@dataclass(frozen=True, slots=True)
class MovedLine:
    """One question's forecast before and under a what-if.

    Attributes:
        of: the event whose chance is told.
        values: the median before and after, for dates and numbers.
        is_supposed: a condition is on the question itself.
    """

    id: str
    title: Wording
    kind: str
    of: str
    before: str
    after: str
    chances: tuple[float, float]
    points: float
    change: str
    sign: str
    error: str
    values: str
    bar: MovedBar
    is_supposed: bool


@dataclass(frozen=True, slots=True)
class _Chances:
    """The chance of one event before and after, and what the event is."""

    of: str
    before: float
    after: float
    low: float | None = None
    high: float | None = None


def moved_lines(
    movements: Sequence[Movement],
    questions: Mapping[str, QuestionAnswer],
    supposed: Collection[str],
    language: str,
) -> tuple[MovedLine, ...]:
    """Give every question's movement, largest change in points first; last what was supposed.

    Args:
        supposed: ids of the questions that a condition is on.
    """
    lines = [
        _line(one, questions[one.question], language, is_supposed=one.question in supposed)
        for one in movements
    ]
    return tuple(sorted(lines, key=lambda line: (line.is_supposed, -abs(line.points), line.id)))


def points_in_words(points: float, language: str) -> str:
    """Write a change in percentage points.

    >>> points_in_words(-14.26, "en"), points_in_words(0.01, "en")
    ('−14.3 points', 'no change')
    """
    if abs(points) < _NO_POINTS:
        return translate("no change", language)
    amount = format_decimal(points, "+0.0;\N{MINUS SIGN}0.0", locale=language)
    return translate("{amount} points", language).format(amount=amount)


def _line(
    moved: Movement, answer: QuestionAnswer, language: str, *, is_supposed: bool
) -> MovedLine:
    """Give one question's movement."""
    found = _chances(moved, answer, language)
    points = 100 * (found.after - found.before)
    still = abs(points) < _NO_POINTS
    error = 100 * moved.after.monte_carlo_error
    unsure = translate("± {points} points by too few draws", language)
    return MovedLine(
        id=moved.question,
        title=wording(answer.question.title, language),
        kind=translate(TYPES[answer.question.type], language),
        of=found.of,
        before=_chance(found.before, points, language),
        after=_chance(found.after, points, language),
        chances=(found.before, found.after),
        points=0.0 if still else points,
        change=points_in_words(points, language),
        sign="none" if abs(points) < _MUTED else "up" if points > 0 else "down",
        error=unsure.format(points=format_decimal(error, "0.0", locale=language))
        if error >= _WORTH_TELLING
        else "",
        values=_values(moved, answer, language),
        bar=_bar(found),
        is_supposed=is_supposed,
    )


def _chance(probability: float, points: float, language: str) -> str:
    """Write a chance so that a small change is seen in it."""
    told = percent(probability, language)
    if not _NO_POINTS <= abs(points) < SMALL or told[0] in "<>":
        return told
    return format_percent(probability, "0.0%", locale=language)


def _chances(moved: Movement, answer: QuestionAnswer, language: str) -> _Chances:
    """Choose the event by which a movement is told, and give its chances."""
    before, after, written = moved.before, moved.after, answer.question
    assert before is not None
    if after.probability is not None and before.probability is not None:
        low, high = after.low, after.high
        assert isinstance(low, float) and isinstance(high, float)
        words = translate("chance of yes", language)
        return _Chances(words, before.probability, after.probability, low, high)
    if after.options is not None and before.options is not None:
        old = {option.option: option.probability for option in before.options}
        most = max(after.options, key=lambda one: abs(one.probability - old[one.option]))
        titles = {choice.id: in_language(choice.title, language) for choice in written.choices}
        return _Chances(
            titles[most.option], old[most.option], most.probability, most.low, most.high
        )
    of_date = written.type == "date"
    if before.median is None:
        assert before.outside is not None and after.outside is not None
        close = day_in_words(written.closes.isoformat(), language)
        words = translate("chance by {close}", language).format(close=close)
        if not of_date:
            words = translate("chance beyond the range", language)
        ends = [1 - one.outside[-1] if of_date else one.outside[-1] for one in (before, after)]  # type: ignore[index]
        return _Chances(words, *ends)
    words = translate("chance by {day}" if of_date else "chance of at least {value}", language)
    median = value(before.median, language)
    share = 2.0**moved.bits  # odds of what was an even chance: that is what its bits are of
    return _Chances(words.format(day=median, value=median), 0.5, share / (1 + share))


def _values(moved: Movement, answer: QuestionAnswer, language: str) -> str:
    """Give the medians of a date or number before and after."""
    before, after = moved.before, moved.after
    if before is None or before.median is None:
        return ""
    words = translate("median {before} → {after}", language)
    unit = answer.question.range.unit if answer.question.range else None
    told = words.format(before=_median(before, language), after=_median(after, language))
    return f"{told} {in_language(unit, language)}" if unit else told


def _median(forecast: ForecastAnswer, language: str) -> str:
    """Write a median; of a date that is mostly never, that."""
    beyond = "beyond the range" if isinstance(forecast.high, float) else "later or never"
    return value(forecast.median, language, beyond)


def _bar(found: _Chances) -> MovedBar:
    """Place both chances, and the interval of the latter."""
    low, width = None, None
    if found.low is not None and found.high is not None:
        low, width = _place(found.low), round(_place(found.high) - _place(found.low), 1)
    return MovedBar(_place(found.before), _place(found.after), low, width)


def _place(chance: float) -> float:
    """Give where a chance lies."""
    return round(_EDGE + chance * (_WIDTH - 2 * _EDGE), 1)

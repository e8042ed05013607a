"""The switches and sliders of a what-if: of drivers, of outcomes, and what else is supposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from babel.numbers import format_decimal

from api.answers import QuestionAnswer
from api.language import translate
from api.pages.assumptions import Assumption, assumption, deviations, place_in_words
from api.pages.what_if_addresses import lines_beside
from api.pages.wording import TYPES, Wording, wording
from api.suppositions import line_of
from api.words import forecast_in_words, in_language
from data.formats.banks import WorldFormat
from data.formats.questions import QuestionFormat
from data.formats.scenarios import ConditionFormat, Conditions
from forecasts.scenarios import Supposition
from forecasts.timeline import Timeline
from forecasts.times import day_of

#: A slider reaches so many standard deviations to either side, further where more is set.
_REACH, _FURTHEST = 3.0, 6.0
#: Half the width of the drawn range of a driver, in its own units.
_HALF = 100.0


@dataclass(frozen=True, slots=True)
class DriverControl:
    """The slider of a driver, and where it is.

    Attributes:
        value: of the slider: what is set, else the mean under what is supposed.
        where: the driver now and under it, in words.
        low, width, mean, before: of its 90% interval, its mean under it and now, for a drawing.
    """

    id: str
    title: Wording
    high: Wording
    is_set: bool
    value: str
    reach: str
    where: str
    low: float
    width: float
    mean: float
    before: float


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a switch can say."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """The field of a day or a number beside a switch."""

    kind: str
    label: str
    value: str
    least: str
    most: str
    unit: str


@dataclass(frozen=True, slots=True)
class OutcomeControl:
    """The switch of a question."""

    id: str
    title: Wording
    kind: str
    now: str
    choices: tuple[Choice, ...]
    amount: Amount | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What is supposed too, but has no control of its own: a line that can be left out."""

    name: str
    line: str
    words: Assumption


def driver_controls(
    world: WorldFormat, written: Conditions, supposition: Supposition, language: str
) -> tuple[DriverControl, ...]:
    """Give the slider of every driver."""
    made = {one.driver: one.value for one in written.make if one.driver}
    return tuple(
        _driver(driver, made.get(driver.id), supposition, place, language)
        for place, driver in enumerate(world.drivers)
    )


def outcome_controls(
    timeline: Timeline,
    written: Conditions,
    questions: Mapping[str, QuestionAnswer],
    language: str,
) -> tuple[OutcomeControl, ...]:
    """Give the switch of every open question."""
    said = {one.question: one for one in written.learn if one.question}
    return tuple(
        _outcome(timeline, questions[name], said.get(name), language)
        for name in timeline.standing
        if name in questions
    )


def beside_controls(
    written: Conditions,
    controls: Sequence[OutcomeControl],
    world: WorldFormat,
    questions: Mapping[str, QuestionAnswer],
    language: str,
) -> tuple[Beside, ...]:
    """Give what no control shows: outcomes that are made, drivers that are learned, and more."""
    said = {one.question: line_of(one) for one in written.learn if one.question}
    shown = {said[one.id] for one in controls if one.id in said}
    shown |= {line_of(one) for one in written.make if one.driver}
    found = []
    for name, part in (("make", written.make), ("learn", written.learn)):
        lines = lines_beside(part, shown)
        of_line = {line_of(one): one for one in part}
        found += [
            Beside(name, line, assumption(of_line[line], world, questions, language))
            for line in lines
            if of_line[line].driver or of_line[line].question in questions
        ]
    return tuple(found)


def _driver(
    driver: Any, made: float | None, supposition: Supposition, place: int, language: str
) -> DriverControl:
    """Give one slider; its thumb moves along with what is learned."""
    now = float(supposition.world.weights @ supposition.world.draws[:, place])
    column, weights = supposition.draws[:, place], supposition.weights
    mean = float(weights @ column)
    spread = float(np.sqrt(weights @ (column - mean) ** 2))
    value = mean if made is None else made
    reach = _REACH if abs(value) <= _REACH else _FURTHEST
    low, high = (
        _HALF * (1 + min(max(mean + side * 1.645 * spread, -reach), reach) / reach)
        for side in (-1, 1)
    )
    return DriverControl(
        id=driver.id,
        title=wording(driver.title, language),
        high=wording(driver.high, language),
        is_set=made is not None,
        value=f"{value:.1f}",
        reach=f"{reach:g}",
        where=_where(made, now, mean, language),
        low=round(low, 1),
        width=round(high - low, 1),
        mean=round(_HALF * (1 + value / reach), 1),
        before=round(_HALF * (1 + now / reach), 1),
    )


def _where(made: float | None, now: float, mean: float, language: str) -> str:
    """Say where a driver is now, and where it goes."""
    words = "{now} now"
    if made is not None:
        words = "{now} now, made {value}: {place}"
    elif abs(mean - now) >= 0.05:
        words = "{now} now, {mean} under this"
    return translate(words, language).format(
        now=deviations(now, language),
        mean=deviations(mean, language),
        value=deviations(made or 0.0, language),
        place=place_in_words(made or 0.0, language),
    )


def _outcome(
    timeline: Timeline, answer: QuestionAnswer, said: ConditionFormat | None, language: str
) -> OutcomeControl:
    """Give one switch."""
    question, told = answer.question, answer.forecast
    chosen = line_of(said).partition(":")[2].partition("=")[0] if said else ""
    labels = _labels(question, language)
    choices = [("", translate("leave open", language)), *labels]
    return OutcomeControl(
        id=question.id,
        title=wording(question.title, language),
        kind=translate(TYPES[question.type], language),
        now=forecast_in_words(told, question, language) if told else "",
        choices=tuple(Choice(word, label, word == chosen) for word, label in choices),
        amount=_amount(timeline, question, said, told.median if told else None, language),
    )


def _labels(question: QuestionFormat, language: str) -> list[tuple[str, str]]:
    """Give what a question can come out as."""
    if question.type == "binary":
        return [("yes", translate("Yes", language)), ("no", translate("No", language))]
    if question.type == "multiple_choice":
        return [(choice.id, in_language(choice.title, language)) for choice in question.choices]
    words = {"by": "by the day", "after": "after the day, or never", "never": "never"}
    if question.type == "numeric":
        words = {"at-least": "at least", "at-most": "at most"}
    return [(word, translate(text, language)) for word, text in words.items()]


def _amount(
    timeline: Timeline,
    question: QuestionFormat,
    said: ConditionFormat | None,
    median: float | str | None,
    language: str,
) -> Amount | None:
    """Give the field of a day or number: what is supposed, else the median."""
    world = timeline.world
    space = world.curves[world.questions[question.id].curve].curve.space
    if question.type == "date":
        day = (said.by or said.after) if said else None
        last = day_of(space.edges[-1] - 1).isoformat()
        return Amount(
            "date",
            translate("Day", language),
            day.isoformat() if day else str(median or last),
            max(day_of(space.edges[0]), day_of(world.now)).isoformat(),
            last,
            "",
        )
    if question.type != "numeric":
        return None
    assert question.range is not None
    given = (said.at_least if said.at_least is not None else said.at_most) if said else median
    number = question.range.min if not isinstance(given, float) else given
    return Amount(
        "number",
        translate("Number", language),
        format_decimal(number, "0.####", locale="en") if said is None else repr(number),
        f"{question.range.min:g}",
        f"{question.range.max:g}",
        in_language(question.range.unit, language),
    )

"""Conditions of a scenario: what is learned of outcomes and drivers, and what is made so.

The cells of a curve lie on a line, one a unit: cell k from k to k + 1. A condition on an outcome is
a stretch of that line, so that several on one curve meet exactly, inside of a cell too.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from forecasts.errors import ConditionDoesNotFit
from forecasts.outcomes import NEVER, Floats, Outcome, OutcomeSpace, share_at_least, share_before
from forecasts.questions import Question
from forecasts.times import day_of, end_of_day

Relation = Literal["is", "at_least", "at_most", "by", "after"]
#: From where to where on the line of a curve's cells.
type Stretch = tuple[float, float]


@dataclass(frozen=True, slots=True)
class OutcomeCondition:
    """That a question comes out in some way.

    Attributes:
        question: its id.
        relation: `is` for yes or no, an option, or "never"; `at_least` and `at_most` for numbers;
            `by` (that day included) and `after` for dates.
        value: true or false, an option's id, "never", a number, or a day.
    """

    question: str
    relation: Relation
    value: Outcome


@dataclass(frozen=True, slots=True)
class DriverCondition:
    """That a driver has some value, in standard deviations of its prior.

    One can learn that it is `at_least` or `at_most` a value; to make it so, it `is` one.
    """

    driver: str
    relation: Relation
    value: float


type Condition = OutcomeCondition | DriverCondition


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named what-if: what is made so first, and what is then learned.

    Attributes:
        learn: an observation. It tells about causes, and through them about everything else.
        make: an intervention. It tells nothing about causes: a driver that is set moves what hangs
            on it, an outcome that is made true moves only what is read off its own curve.
    """

    id: str
    learn: tuple[Condition, ...] = ()
    make: tuple[Condition, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """Ids of the questions whose outcome a condition speaks of."""
        both = (*self.learn, *self.make)
        return tuple(one.question for one in both if isinstance(one, OutcomeCondition))


def stretch_of(question: Question, space: OutcomeSpace, condition: OutcomeCondition) -> Stretch:
    """Where on its curve's line a condition on a question holds.

    Raises:
        ConditionDoesNotFit: the question has no such outcome.
    """
    end, value = float(space.size), condition.value
    match condition.relation:
        case "is" if isinstance(value, bool) and question.yes is not None:
            low, high = yes_stretch(question, space)
            return (low, high) if value else (high, end) if low == 0 else (0.0, low)
        case "is" if question.type == "multiple_choice" and value in space.labels:
            place = float(space.labels.index(str(value)))
            return place, place + 1
        case "is" if question.type == "date" and value == NEVER:
            return end - 1, end
        case "by" | "after" if isinstance(value, date) and _has_day(question, space, value):
            place = point_of(space, end_of_day(value))
            return (0.0, place) if condition.relation == "by" else (place, end)
        case "at_least" | "at_most" if _has_number(question, space, value):
            place = point_of(space, float(value))  # type: ignore[arg-type]  # it is a number
            return (place, end) if condition.relation == "at_least" else (0.0, place)
    raise ConditionDoesNotFit(subject=question.id, kind=question.type, mend=_mend(question, space))


def yes_stretch(question: Question, space: OutcomeSpace) -> Stretch:
    """Where a binary question is true: the first cells of a date, the last ones of the others."""
    assert question.yes is not None
    reach = float(question.yes.sum())
    return (0.0, reach) if space.kind == "date" else (space.size - reach, float(space.size))


def point_of(space: OutcomeSpace, value: float) -> float:
    """Where on the line an instant (dates) or a quantity (numbers) lies."""
    if space.kind == "date":
        return float(share_before(space, value).sum())
    return float(space.size - share_at_least(space, value).sum())


def common(one: Stretch, other: Stretch) -> Stretch:
    """What two stretches share; of no length where they share nothing.

    >>> common((0.0, 2.5), (1.0, 4.0)), common((0.0, 1.0), (2.0, 3.0))
    ((1.0, 2.5), (2.0, 2.0))
    """
    low = max(one[0], other[0])
    return low, max(low, min(one[1], other[1]))


def shares(stretch: Stretch, size: int) -> Floats:
    """Share of each cell that lies in a stretch, shape (size,).

    >>> shares((0.5, 2.0), 3)
    array([0.5, 1. , 0. ])
    """
    starts = np.arange(size)
    return np.asarray(np.clip(stretch[1] - starts, 0, 1) - np.clip(stretch[0] - starts, 0, 1))


def _has_day(question: Question, space: OutcomeSpace, day: date) -> bool:
    """Tell whether a date question can come out on a day."""
    return question.type == "date" and bool(space.edges[0] < end_of_day(day) <= space.edges[-1])


def _has_number(question: Question, space: OutcomeSpace, value: Outcome) -> bool:
    """Tell whether a numeric question's range holds a value."""
    if question.type != "numeric" or isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return bool(space.edges[0] <= value <= space.edges[-1])


def _mend(question: Question, space: OutcomeSpace) -> str:
    """Say what can be supposed of a question."""
    if question.yes is not None:
        return "`outcome` true or false"
    if question.type == "multiple_choice":
        return f"`outcome` one of {', '.join(space.labels)}"
    first, last = space.edges[0], space.edges[-1]
    if question.type == "numeric":
        return f"`at_least` or `at_most` a number from {first:g} to {last:g}"
    return f'`by` or `after` a day from {day_of(first)} to {day_of(last - 1)}, or `outcome` "never"'

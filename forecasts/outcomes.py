"""Outcome spaces: the ordered cells over which a forecast is a distribution."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from forecasts.errors import OutcomeDoesNotFit
from forecasts.times import end_of_day, start_of_day

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Kind = Literal["binary", "choice", "number", "date"]
Outcome = bool | str | float | date

#: A numeric forecast is a 201-point CDF, as on Metaculus: 200 inner cells and two tails.
NUMBER_CELLS = 200
#: A date space has at most 256 cells; one of them is "later or never".
DATE_CELLS = 255
#: Where a question runs too long for daily cells, at least these many first days stay daily.
DAILY_CELLS = 100
NEVER = "never"


@dataclass(frozen=True, slots=True, eq=False)
class OutcomeSpace:
    """An ordered list of cells.

    Attributes:
        kind: binary, choice, number or date.
        labels: the options, for binary ("no", "yes") and choice; else empty.
        edges: number: 201 values of the quantity. Date: the n + 1 instants (days since 1970) that
            bound n inner cells. Else empty.
        log_axis: the cells are even on the logarithm of the quantity.
    """

    kind: Kind
    labels: tuple[str, ...] = ()
    edges: Floats = field(default_factory=lambda: np.empty(0))
    log_axis: bool = False

    @property
    def size(self) -> int:
        """Number of cells: options; 200 and two tails; inner dates and "later or never"."""
        if self.kind in ("binary", "choice"):
            return len(self.labels)
        return len(self.edges) - 1 + (2 if self.kind == "number" else 1)

    @property
    def axis(self) -> Floats:
        """The edges as the prior sees them: their logarithm on a log axis."""
        return np.log(self.edges) if self.log_axis else self.edges


def binary_space() -> OutcomeSpace:
    """Two cells: no, then yes."""
    return OutcomeSpace("binary", labels=("no", "yes"))


def choice_space(options: tuple[str, ...]) -> OutcomeSpace:
    """One cell an option, in the order given."""
    return OutcomeSpace("choice", labels=options)


def number_space(low: float, high: float, *, log_axis: bool = False) -> OutcomeSpace:
    """200 even cells from `low` to `high`, and a tail on either side.

    >>> number_space(0, 100).edges[[0, 1, 200]]
    array([  0. ,   0.5, 100. ])
    """
    spread = np.geomspace if log_axis else np.linspace
    return OutcomeSpace("number", edges=spread(low, high, NUMBER_CELLS + 1), log_axis=log_axis)


def date_space(opens: date, closes: date, deadlines: tuple[date, ...] = ()) -> OutcomeSpace:
    """Daily cells at first, then weekly; the end of every deadline is an edge.

    >>> date_space(date(2025, 1, 1), date(2025, 1, 31)).size
    32
    """
    first, last = start_of_day(opens), end_of_day(closes)
    days = last - first
    fixed = [end_of_day(day) for day in deadlines if first < end_of_day(day) < last]
    room = DATE_CELLS - len(fixed)
    if days <= room:
        edges = np.arange(first, last + 1)
    else:
        weeks = int(np.ceil((days - DAILY_CELLS) / (7 * (room - DAILY_CELLS - 1))))
        stride = 7 * weeks
        daily = int((room - 1 - days / stride) / (1 - 1 / stride))
        edges = np.append(np.arange(first, first + daily), np.arange(first + daily, last, stride))
    return OutcomeSpace("date", edges=np.union1d(edges, [*fixed, last]))


def midpoints(space: OutcomeSpace) -> Floats:
    """Give each cell's place on the axis, with the tails at the outermost edges."""
    axis = space.axis
    inner = (axis[:-1] + axis[1:]) / 2
    if space.kind == "number":
        return np.concatenate([axis[:1], inner, axis[-1:]])
    return np.append(inner, axis[-1])


def share_before(space: OutcomeSpace, instant: float) -> Floats:
    """Give the share of each date cell that lies before an instant: 0, 1, or between.

    "Later or never" never lies before.
    """
    start, end = space.edges[:-1], space.edges[1:]
    return np.append(np.clip((instant - start) / (end - start), 0.0, 1.0), 0.0)


def share_at_least(space: OutcomeSpace, value: float) -> Floats:
    """Give the share of each number cell that lies at or above a value, even on the axis."""
    axis = space.axis
    point = np.log(value) if space.log_axis else value
    inner = np.clip((axis[1:] - point) / (axis[1:] - axis[:-1]), 0.0, 1.0)
    return np.concatenate([[float(point < axis[0])], inner, [1.0]])


def cell_of(space: OutcomeSpace, outcome: Outcome, question: str = "The question") -> int:
    """Give the index of the cell in which an outcome lies.

    Raises:
        OutcomeDoesNotFit: the space has no such outcome.

    >>> cell_of(choice_space(("red", "blue")), "blue")
    1
    """
    if space.kind == "binary" and isinstance(outcome, bool):
        return int(outcome)
    if space.kind == "choice" and outcome in space.labels:
        return space.labels.index(str(outcome))
    if (
        space.kind == "number"
        and isinstance(outcome, int | float)
        and not isinstance(outcome, bool)
    ):
        above = int(np.searchsorted(space.edges, outcome, side="right"))
        return above - int(outcome == space.edges[-1])  # the range ends inside
    if space.kind == "date" and outcome == NEVER:
        return space.size - 1
    if space.kind == "date" and isinstance(outcome, date):
        cell = int(np.searchsorted(space.edges, start_of_day(outcome), side="right")) - 1
        if cell >= 0:
            return min(cell, space.size - 1)
    raise OutcomeDoesNotFit(question=question, kind=space.kind, mend=_possible(space))


def _possible(space: OutcomeSpace) -> str:
    """Say which outcomes a space has."""
    if space.kind == "binary":
        return "true or false"
    if space.kind == "choice":
        return f"one of {', '.join(space.labels)}"
    if space.kind == "number":
        return "a number"
    first = date(1970, 1, 1) + timedelta(days=int(space.edges[0]))
    return f'a day from {first} on, or "{NEVER}"'

"""Joint tables: how likely the outcomes of several questions are together, under a scenario."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from forecasts.conditions import Stretch, common, point_of, yes_stretch
from forecasts.distributions import outer_edges, quantile
from forecasts.errors import UnknownQuestion
from forecasts.outcomes import Floats, OutcomeSpace
from forecasts.scenarios import Supposition

MEDIAN = 0.5


@dataclass(frozen=True, slots=True)
class Axis:
    """The outcomes of one question that a table tells apart.

    Attributes:
        question: its id.
        stretches: of its curve's line, in order; together they are all of it.
        labels: no and yes, or the options; empty for dates and numbers.
        cuts: between the stretches of dates (instants) and numbers (quantities).
    """

    question: str
    stretches: tuple[Stretch, ...]
    labels: tuple[str, ...] = ()
    cuts: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class JointTable:
    """How likely each combination of outcomes is; both arrays have one axis a question."""

    axes: tuple[Axis, ...]
    probabilities: Floats
    errors: Floats


def axis_of(
    supposition: Supposition,
    question_id: str,
    levels: Sequence[float] = (MEDIAN,),
    at: float | None = None,
) -> Axis:
    """Outcomes of a question: no and yes, options, or what lies between cuts.

    Args:
        levels: of the current forecast, at which dates and numbers are cut.
        at: an instant (dates) or quantity (numbers) to cut at instead.

    Raises:
        UnknownQuestion: the world has no such question.
    """
    question = supposition.world.questions.get(question_id)
    if question is None:
        raise UnknownQuestion
    space = supposition.world.curves[question.curve].curve.space
    if question.yes is not None:
        low, high = yes_stretch(question, space)
        no = (high, float(space.size)) if low == 0 else (0.0, low)
        return Axis(question_id, (no, (low, high)), ("no", "yes"))
    if space.kind == "choice":
        each = tuple((float(place), place + 1.0) for place in range(space.size))
        return Axis(question_id, each, space.labels)
    cuts = (at,) if at is not None else _cuts(space, supposition.cells(question.curve), levels)
    places = [0.0, *(point_of(space, cut) for cut in cuts), float(space.size)]
    return Axis(question_id, tuple(pairwise(places)), cuts=cuts)


def joint_table(supposition: Supposition, axes: Sequence[Axis]) -> JointTable:
    """How likely each combination of outcomes of some questions is under a scenario.

    Questions that read one curve are exact on its cells; others are independent at each draw.
    """
    weights, factors = supposition.weights, factors_of(supposition, axes)
    mean = expected(weights, factors)
    squares = [(values**2, places) for values, places in factors]
    second, first = (expected(weights**2, one) for one in (squares, factors))
    variance = second - 2 * mean * first + mean**2 * np.sum(weights**2)
    return JointTable(tuple(axes), mean, np.sqrt(np.maximum(variance, 0.0)))


def mutual_information(table: Floats) -> float:
    """I(A; B) in bits, of a table of joint probabilities.

    Cover & Thomas (2006), Elements of Information Theory, 2.3.

    >>> mutual_information(np.array([[0.5, 0.0], [0.0, 0.5]]))
    1.0
    """
    apart = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True)
    present = table > 0
    return max(float(np.sum(table[present] * np.log2(table[present] / apart[present]))), 0.0)


def factors_of(
    supposition: Supposition, axes: Sequence[Axis]
) -> list[tuple[Floats, tuple[int, ...]]]:
    """For each curve that axes read: chances at each draw, (draws, *outcomes), and which axes."""
    curves = [supposition.world.questions[axis.question].curve for axis in axes]
    factors = []
    for curve in dict.fromkeys(curves):
        places = tuple(place for place, one in enumerate(curves) if one == curve)
        parts = [axes[place].stretches for place in places]
        stretches = [_all_of(combination) for combination in product(*parts)]
        shape = (-1, *(len(part) for part in parts))
        factors.append((supposition.chances(curve, stretches).reshape(shape), places))
    return factors


def _all_of(stretches: Sequence[Stretch]) -> Stretch:
    """What several stretches of one curve share."""
    shared = stretches[0]
    for stretch in stretches[1:]:
        shared = common(shared, stretch)
    return shared


def expected(weights: Floats, factors: list[tuple[Floats, tuple[int, ...]]]) -> Floats:
    """Mean over weighted draws of the product of what the curves say, one axis a question."""
    operands: list[object] = [weights, [0]]
    for values, places in factors:
        operands += [values, [0, *(place + 1 for place in places)]]
    count = sum(len(places) for _, places in factors)
    return np.asarray(np.einsum(*operands, list(range(1, count + 1))))  # type: ignore[call-overload]


def _cuts(space: OutcomeSpace, cells: Floats, levels: Sequence[float]) -> tuple[float, ...]:
    """Where the line is cut at some levels: inside of the range, days at their ends, none twice."""
    values = [quantile_of(space, cells, level) for level in levels]
    if space.kind == "date":
        values = [float(np.ceil(value)) for value in values if np.isfinite(value)]
    first, last = float(space.edges[0]), float(space.edges[-1])
    inside = dict.fromkeys(min(max(value, first), last) for value in values)
    return tuple(inside) or (last,)


def quantile_of(space: OutcomeSpace, cells: Floats, level: float) -> float:
    """Quantile of a date or number; infinite where it lies in a tail, or is later or never."""
    return quantile(outer_edges(space), cells, level)

"""What questions tell of each other: what to watch next, in bits, and tornados over drivers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from forecasts.conditions import DriverCondition, Stretch
from forecasts.distributions import INTERVAL
from forecasts.joint import (
    MEDIAN,
    Axis,
    axis_of,
    expected,
    factors_of,
    mutual_information,
    quantile_of,
)
from forecasts.outcomes import Floats
from forecasts.scenarios import Supposition, log2_odds, suppose

#: Where the line of dates and numbers is cut for information: quartiles of the current forecast.
QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class TargetValue:
    """Where a target stands: chance of its headline outcome, and for dates and numbers the median.

    The headline is yes; the most likely option; by, or at least, where the median is now.
    """

    probability: float
    median: float | None


@dataclass(frozen=True, slots=True)
class Watched:
    """What learning a question's outcome would tell of the target.

    Attributes:
        axis: the question and its outcomes.
        information: I(T; Q) in bits: what log score is expected to gain.
        probabilities: of each outcome.
        targets: where the target would stand after each; None for outcomes that cannot be.
    """

    axis: Axis
    information: float
    probabilities: tuple[float, ...]
    targets: tuple[TargetValue | None, ...]


@dataclass(frozen=True, slots=True)
class Swing:
    """Where the target would stand if a driver were set low, and if it were set high.

    Attributes:
        values: the 5 and 95% points of the driver, in standard deviations of its prior.
        bits: change of log2 odds of the target's headline from low to high.
    """

    driver: str
    values: tuple[float, float]
    low: TargetValue
    high: TargetValue
    bits: float


def headline(supposition: Supposition, target: str) -> Axis:
    """One outcome of a target by which its movements are told (see `TargetValue`)."""
    axis = axis_of(supposition, target)
    question = supposition.world.questions[target]
    if question.type == "date":
        return replace(axis, stretches=axis.stretches[:1])
    if axis.labels and question.yes is None:
        likely = int(np.argmax(supposition.cells(question.curve)))
        return Axis(target, (axis.stretches[likely],), (axis.labels[likely],))
    return replace(axis, stretches=axis.stretches[1:], labels=axis.labels[1:])


def watch_list(supposition: Supposition, target: str, questions: Sequence[str]) -> list[Watched]:
    """Rank questions by what their outcomes would tell of a target, most first.

    Raises:
        UnknownQuestion: the world has no such target.
    """
    main, sorts = headline(supposition, target), axis_of(supposition, target, QUARTILES)
    both = replace(sorts, stretches=(*sorts.stretches, *main.stretches))
    curve = supposition.world.questions[target].curve
    chances = supposition.chances(curve, both.stretches)
    watched = [
        _watched(supposition, both, chances, axis_of(supposition, name, QUARTILES))
        for name in questions
        if name != target
    ]
    return sorted(watched, key=lambda one: -one.information)


def tornado(supposition: Supposition, target: str) -> list[Swing]:
    """Set each driver to its 5 and 95% points, and see where a target goes; widest first.

    A driver is made so, before what the scenario learns: it tells nothing about other drivers.
    """
    main = headline(supposition, target)
    scenario = supposition.scenario
    made = {one.driver for one in scenario.make if isinstance(one, DriverCondition)}
    swings = []
    for place, driver in enumerate(supposition.world.drivers):
        if driver in made:
            continue
        values = _interval(supposition.draws[:, place], supposition.weights)
        ends = []
        for value in values:
            more = (*scenario.make, DriverCondition(driver, "is", value))
            under = suppose(supposition.world, replace(scenario, make=more))
            ends.append(target_value(under, main))
        bits = log2_odds(ends[1].probability) - log2_odds(ends[0].probability)
        swings.append(Swing(driver, values, ends[0], ends[1], bits))
    return sorted(swings, key=lambda one: -abs(one.bits))


def target_value(supposition: Supposition, main: Axis) -> TargetValue:
    """Where a target stands under a scenario."""
    question = supposition.world.questions[main.question]
    chances = supposition.chances(question.curve, main.stretches)[:, 0]
    median = _median(supposition, main, supposition.weights, None)
    return TargetValue(min(float(supposition.weights @ chances), 1.0), median)


def _watched(supposition: Supposition, target: Axis, target_chances: Floats, axis: Axis) -> Watched:
    """What one question would tell; the last stretch of the target's axis is its headline.

    Args:
        target_chances: of each stretch of the target at each draw, shape (draws, stretches).
    """
    questions = supposition.world.questions
    curve, target_curve = questions[axis.question].curve, questions[target.question].curve
    weighted = supposition.chances(curve, axis.stretches) * supposition.weights[:, None]
    if curve == target_curve:
        table = expected(supposition.weights, factors_of(supposition, (axis, target)))
    else:
        table = weighted.T @ target_chances
    joint, main = table[:, :-1], table[:, -1]
    targets: list[TargetValue | None] = []
    for row, chance in enumerate(joint.sum(axis=1)):
        if not chance > 0:
            targets.append(None)
            continue
        within = axis.stretches[row] if curve == target_curve else None
        median = _median(supposition, target, weighted[:, row], within)
        targets.append(TargetValue(min(float(main[row] / chance), 1.0), median))
    chances = tuple(min(float(chance), 1.0) for chance in joint.sum(axis=1))
    return Watched(axis, mutual_information(joint), chances, tuple(targets))


def _median(
    supposition: Supposition, target: Axis, weights: Floats, within: Stretch | None
) -> float | None:
    """Median of a date or number, with other weights of the draws; None for other types."""
    if not target.cuts:
        return None
    curve = supposition.world.questions[target.question].curve
    space = supposition.world.curves[curve].curve.space
    return quantile_of(space, supposition.cells(curve, weights, within), MEDIAN)


def _interval(values: Floats, weights: Floats) -> tuple[float, float]:
    """The 5 and 95% points of weighted values."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    low, high = np.searchsorted(reached, np.array(INTERVAL) * reached[-1])
    return float(values[order[low]]), float(values[order[min(high, len(values) - 1)]])

"""What-ifs: a world in which something is made so, then something is learned, and its forecasts.

All numbers are expectations over the same weighted draws of the drivers, given which the curves are
independent. So they belong to one joint distribution, and no set of bets at them loses for sure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from forecasts.conditions import (
    Condition,
    DriverCondition,
    OutcomeCondition,
    Scenario,
    Stretch,
    common,
    shares,
    stretch_of,
    yes_stretch,
)
from forecasts.distributions import Forecast, bits_between, forecast_all
from forecasts.errors import (
    ConditionDoesNotFit,
    ImpossibleScenario,
    UnknownDriver,
    UnknownQuestion,
)
from forecasts.mixtures import chances_at, mean_cells, share_of
from forecasts.outcomes import Floats
from forecasts.particles import effective_sample
from forecasts.places import Place, place_of
from forecasts.questions import Question
from forecasts.worlds import World

#: With fewer effective draws what is said under a scenario is a rough guess.
FEW_DRAWS = 100


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely a scenario is.

    Attributes:
        probability: of what is learned in it, after what is made so in it.
        monte_carlo_error: standard error of the probability.
        effective_draws: Kish's effective number of draws that are left under it.
    """

    probability: float
    monte_carlo_error: float
    effective_draws: float


@dataclass(frozen=True, slots=True, eq=False)
class Supposition:
    """A world under a scenario.

    Attributes:
        world: the world as it is.
        scenario: what is supposed.
        chance: how likely the scenario is.
        draws: the drivers' values, with those that are set; shape (draws, drivers).
        weights: of the draws, after what is learned; shape (draws,), they sum to one.
        limits: by curve, the stretch to which what is made and learned confines it.
    """

    world: World
    scenario: Scenario
    chance: Chance
    draws: Floats
    weights: Floats
    limits: Mapping[str, Stretch]
    _places: dict[str, Place] = field(default_factory=dict, repr=False)  # found once, asked often

    def limit(self, curve_id: str) -> Stretch:
        """Where on its line a curve can still come out."""
        size = self.world.curves[curve_id].curve.space.size
        return self.limits.get(curve_id, (0.0, float(size)))

    def place(self, curve_id: str) -> Place:
        """Where the draws lie on a curve."""
        if curve_id not in self._places:
            self._places[curve_id] = _place(self.world, self.draws, curve_id)
        return self._places[curve_id]

    def chances(self, curve_id: str, stretches: Sequence[Stretch]) -> Floats:
        """Chance of each stretch of a curve at each draw, shape (draws, stretches)."""
        state, limit = self.world.curves[curve_id], self.limit(curve_id)
        inside = [common(limit, stretch) for stretch in stretches]
        found = chances_at(state, self.place(curve_id), [*inside, limit])
        return share_of(found[:, :-1], found[:, -1:])

    def cells(
        self, curve_id: str, weights: Floats | None = None, within: Stretch | None = None
    ) -> Floats:
        """Probability of each cell of a curve, shape (cells,).

        Args:
            weights: of the draws, where others than its own are meant.
            within: what else confines the curve.
        """
        state, limit = self.world.curves[curve_id], self.limit(curve_id)
        reach = common(limit, within) if within is not None else limit
        used = self.weights if weights is None else weights
        if reach != (0.0, float(state.curve.space.size)):
            used = share_of(used, chances_at(state, self.place(curve_id), [reach])[:, 0])
        cells = mean_cells(state, self.place(curve_id), used, reach)
        return np.asarray(cells / cells.sum())


def chance_of(world: World, scenario: Scenario) -> Chance:
    """How likely a scenario is; zero where it cannot be, given what is known.

    Raises:
        UnknownQuestion, UnknownDriver, ConditionDoesNotFit: see there.
    """
    _, _, within = _confine(world, scenario)
    return _weighed(world.weights, within)[0]


def suppose(world: World, scenario: Scenario) -> Supposition:
    """Put a world under a scenario: first what is made so, then what is learned.

    Raises:
        ImpossibleScenario: it cannot be, given what is known.
        UnknownQuestion, UnknownDriver, ConditionDoesNotFit: see there.
    """
    draws, limits, within = _confine(world, scenario)
    chance, weights = _weighed(world.weights, within)
    if not chance.probability > 0:
        raise ImpossibleScenario(conditions=", ".join(_contradiction(world, scenario)))
    return Supposition(world, scenario, chance, draws, weights, limits)


def conditional_forecasts(
    supposition: Supposition, only: set[str] | None = None
) -> dict[str, Forecast]:
    """Forecast every question (or some) under a scenario, by id."""
    confined = _confined_world(supposition)
    forecasts = forecast_all(confined, only)
    exact = {curve: supposition.cells(curve) for curve in supposition.limits}
    for name, forecast in forecasts.items():
        question = confined.questions[name]
        if question.curve in exact:
            cells = exact[question.curve]
            probability = question.probability(cells)
            forecasts[name] = replace(forecast, cells=cells, probability=probability)
    return forecasts


def bits_moved(question: Question, before: Forecast, after: Forecast) -> float:
    """How far a scenario moves a forecast, in bits (see `bits_between`)."""
    if before.probability is None or after.probability is None:
        return bits_between(question, before.cells, after.cells)
    return log2_odds(after.probability) - log2_odds(before.probability)


def log2_odds(probability: float) -> float:
    """Log2 odds, finite up to certainty.

    >>> round(log2_odds(0.8), 9), round(log2_odds(1.0))
    (2.0, 40)
    """
    inside = min(max(probability, 1e-12), 1 - 1e-12)
    return float(np.log2(inside / (1 - inside)))


def _confine(world: World, scenario: Scenario) -> tuple[Floats, dict[str, Stretch], Floats]:
    """Give the draws, the limits by curve, and at each draw the chance of what is learned."""
    draws = _set_drivers(world, scenario.make)
    made = _narrowed(world, scenario.make, {})
    limits = _narrowed(world, scenario.learn, made)
    within = np.ones(len(draws))
    for curve_id, limit in limits.items():
        start = [made[curve_id]] if curve_id in made else []  # else it is sure at every draw
        place = _place(world, draws, curve_id)
        left = chances_at(world.curves[curve_id], place, [limit, *start])
        within *= share_of(left[:, 0], left[:, 1]) if start else left[:, 0]
    for condition in scenario.learn:
        if isinstance(condition, DriverCondition):
            within *= _holds(world, draws, condition)
    return draws, limits, within


def _place(world: World, draws: Floats, curve_id: str) -> Place:
    """Where draws lie on a curve: found already, unless a driver was set that pulls it."""
    if draws is world.draws:
        return world.places[curve_id]
    curve = world.curves[curve_id].curve
    pulling = np.any(np.atleast_2d(curve.loadings) != 0, axis=0)
    if np.array_equal(draws[:, pulling], world.draws[:, pulling]):
        return world.places[curve_id]
    return place_of(curve, draws)


def _weighed(weights: Floats, within: Floats) -> tuple[Chance, Floats]:
    """Weigh draws by what is learned: how likely that was, and the new weights."""
    probability = float(weights @ within)
    error = float(np.sqrt(np.sum(weights**2 * (within - probability) ** 2)))
    if not probability > 0:
        return Chance(0.0, error, 0.0), np.zeros_like(weights)
    left = weights * within / probability
    return Chance(min(probability, 1.0), error, effective_sample(left)), left


def _set_drivers(world: World, conditions: tuple[Condition, ...]) -> Floats:
    """Put the drivers that are set in the place of their draws; the others keep theirs."""
    draws = world.draws
    for condition in conditions:
        if isinstance(condition, DriverCondition):
            place = _driver_place(world, condition)
            if condition.relation != "is":
                raise ConditionDoesNotFit(subject=condition.driver, kind="driver", mend="`value`")
            draws = draws.copy()
            draws[:, place] = condition.value
    return draws


def _narrowed(
    world: World, conditions: tuple[Condition, ...], before: Mapping[str, Stretch]
) -> dict[str, Stretch]:
    """Confine curves to where every condition on them holds."""
    limits = dict(before)
    for condition in conditions:
        if isinstance(condition, OutcomeCondition):
            question = world.questions.get(condition.question)
            if question is None:
                raise UnknownQuestion
            space = world.curves[question.curve].curve.space
            stretch = stretch_of(question, space, condition)
            limits[question.curve] = common(limits.get(question.curve, stretch), stretch)
    return limits


def _holds(world: World, draws: Floats, condition: DriverCondition) -> Floats:
    """One for the draws where a driver is as learned, zero for the others."""
    column = draws[:, _driver_place(world, condition)]
    if condition.relation == "at_least":
        return np.asarray(column >= condition.value, float)
    if condition.relation == "at_most":
        return np.asarray(column <= condition.value, float)
    mend = "`at_least` or `at_most`; a `value` can only be made"
    raise ConditionDoesNotFit(subject=condition.driver, kind="driver", mend=mend)


def _driver_place(world: World, condition: DriverCondition) -> int:
    """Index of a driver among the draws' columns."""
    if condition.driver not in world.drivers:
        raise UnknownDriver(drivers=", ".join(world.drivers))
    return world.drivers.index(condition.driver)


def _contradiction(world: World, scenario: Scenario) -> tuple[str, ...]:
    """Subjects of conditions that cannot all hold: those on one curve, else all."""
    for curve_id in dict.fromkeys(world.questions[name].curve for name in scenario.questions):
        alone = replace(
            scenario,
            learn=tuple(c for c in scenario.learn if _curve_of(world, c) == curve_id),
            make=tuple(c for c in scenario.make if _curve_of(world, c) == curve_id),
        )
        if chance_of(world, alone).probability == 0:
            return tuple(dict.fromkeys(alone.questions))
    drivers = [one.driver for one in scenario.learn if isinstance(one, DriverCondition)]
    return tuple(dict.fromkeys((*scenario.questions, *drivers)))


def _curve_of(world: World, condition: Condition) -> str | None:
    """Id of the curve that a condition is on, if any."""
    if isinstance(condition, DriverCondition):
        return None
    return world.questions[condition.question].curve


def _confined_world(supposition: Supposition) -> World:
    """A world whose draws, weights and cells are those under the scenario."""
    world = supposition.world
    curves, questions = dict(world.curves), dict(world.questions)
    for curve_id, limit in supposition.limits.items():
        state = world.curves[curve_id]
        share = shares(limit, state.curve.space.size)
        curves[curve_id] = replace(state, alive=state.alive * share)
        for question in world.questions.values():
            if question.curve == curve_id and question.yes is not None:
                within = common(limit, yes_stretch(question, state.curve.space))
                yes = share_of(shares(within, len(share)), share)
                questions[question.id] = replace(question, yes=yes)
    with np.errstate(divide="ignore"):  # a draw without weight
        reference = -np.log(supposition.weights)
    return replace(
        world,
        draws=supposition.draws,
        reference=reference,
        terms={},
        places={name: supposition.place(name) for name in world.curves},
        curves=curves,
        questions=questions,
    )

"""Supposing things of the small world in a test, and counting in fresh draws of it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from forecasts.conditions import Condition, DriverCondition, OutcomeCondition, Relation, Scenario
from forecasts.outcomes import Floats
from forecasts.worlds import World, advance
from tests.forecasts import building as b
from tests.forecasts.speaking import after, said

type Cells = dict[str, np.ndarray]


def known_world() -> World:
    """The small world with some evidence and forty days of silence."""
    world = after(b.full_world(), said("a"), said("b", "date", "later"), said("c", "event", "yes"))
    return advance(after(world, said("d", "number", "higher", 1.0)), b.OPENS + 40)


def outcome(question: str, value: Any = True, relation: Relation = "is") -> OutcomeCondition:  # noqa: FBT002
    return OutcomeCondition(question, relation, value)


def driver(name: str, relation: Relation, value: float) -> DriverCondition:
    return DriverCondition(name, relation, value)


def learn(*conditions: Condition) -> Scenario:
    return Scenario("s", learn=conditions)


def make(*conditions: Condition) -> Scenario:
    return Scenario("s", make=conditions)


def count(
    world: World,
    event: Callable[[Cells, Floats], np.ndarray],
    given: Callable[[Cells, Floats], np.ndarray],
    draws: Floats | None = None,
    curves: Sequence[str] = (),
) -> tuple[float, float, float]:
    """Count in fresh joint draws: chance of `given`, of `event` under it, and the error of that.

    Drivers come from the weighted draws; each curve's cell from its prior there times what is
    known, without any table.
    """
    rng = np.random.default_rng(1)
    reached = {name: _cumulative(world, name, draws) for name in curves or world.curves}
    conditions = hits = 0
    total = 0
    for _ in range(30):
        rows = rng.choice(len(world.draws), size=4_000, p=world.weights)
        cells = {
            name: (rng.random(4_000)[:, None] > table[rows]).sum(axis=1)
            for name, table in reached.items()
        }
        used = (world.draws if draws is None else draws)[rows]
        met = given(cells, used)
        conditions += int(met.sum())
        hits += int((met & event(cells, used)).sum())
        total += 4_000
    share = hits / conditions
    return conditions / total, share, float(np.sqrt(share * (1 - share) / conditions))


def _cumulative(world: World, name: str, draws: Floats | None) -> Floats:
    state = world.curves[name]
    pull = state.curve.pull(world.draws if draws is None else draws)
    cells = np.exp(state.curve.prior.log_cells(pull)) * state.factor
    return np.asarray(np.cumsum(cells, axis=1) / cells.sum(axis=1, keepdims=True))

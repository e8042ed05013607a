"""Simulated worlds: questions of every type, drivers, and an outcome drawn for each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasts.curves import read_curve
from forecasts.elicitation import (
    solve_hazard,
    solve_log_odds,
    solve_softmax,
    solve_split_t,
    solve_weibull,
)
from forecasts.outcomes import (
    Floats,
    OutcomeSpace,
    binary_space,
    choice_space,
    date_space,
    number_space,
    share_at_least,
    share_before,
)
from forecasts.priors import CellPrior, HazardPrior, LogOddsPrior, SplitTPrior
from forecasts.questions import Curve, Question, QuestionType
from forecasts.reliability import Reliability
from forecasts.times import end_of_day, start_of_day
from forecasts.worlds import World, add_question, advance, new_world, settle

FIRST, LAST, DEADLINE = date(2025, 1, 1), date(2025, 12, 31), date(2025, 6, 30)
OPENS, CLOSES = start_of_day(FIRST), end_of_day(LAST)
#: Silence is looked at when a third of the window has passed.
SILENT_UNTIL = OPENS + 122.0
TYPES = ("binary", "event", "date", "numeric", "choice")
#: One that pulls all questions, up and down in turn, and one for each type, whose rank speaks of
#: that type alone.
DRIVERS = ("common", *TYPES)
COMMON, OWN = 0.5, 0.8
QUESTIONS_A_TYPE = 2
#: Submitters who are not in the newcomers' pool.
ESTABLISHED = frozenset({"curator", "editor"})
#: Draws that are worked on together.
_BLOCK = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What is so in a simulated world: the drivers, shape (drivers,), and a cell for each curve."""

    drivers: Floats
    cells: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class TruthPool:
    """Many truths from the prior: drivers (n, drivers), and the cells of each curve, (n,)."""

    drivers: Floats
    cells: Mapping[str, NDArray[np.int64]]


def simulated_world(name: str, theta: Reliability) -> World:
    """A world with QUESTIONS_A_TYPE curves of every type, a deadline and a threshold on them."""
    world = replace(new_world(name, DRIVERS, theta, OPENS), established=ESTABLISHED)
    for number in range(QUESTIONS_A_TYPE):
        for kind in TYPES:
            common = COMMON * (-1) ** number
            world = add_question(world, *simulated_question(kind, f"{kind}-{number}", common))
    dates, numbers = (world.curves[curve].curve.space for curve in ("date-0", "numeric-0"))
    by, above = share_before(dates, end_of_day(DEADLINE)), share_at_least(numbers, 60.0)
    for curve, yes in (("date-0", by), ("numeric-0", above)):
        derived = Question(f"{curve}-derived", "binary", curve, OPENS, CLOSES, yes)
        world = add_question(world, derived, None)
    return world


def simulated_question(kind: str, name: str, common: float) -> tuple[Question, Curve]:
    """A question of one of TYPES, its prior elicited, pulled by the common driver and its own."""
    own = OWN * np.eye(len(DRIVERS))[DRIVERS.index(kind)]
    shared = common * np.eye(len(DRIVERS))[0]
    loadings = np.stack([own + shared, -shared, 0 * own]) if kind == "choice" else own + shared
    space, prior, yes = _outcomes(kind, loadings, name)
    curve = Curve(name, space, prior, loadings, OPENS, CLOSES, 1.0, OPENS - 365)
    return Question(name, _TYPE[kind], name, OPENS, CLOSES, yes), curve


def draw_truth(world: World, rng: np.random.Generator) -> Truth:
    """Draw drivers from their prior, and an outcome of every curve given them."""
    pool = draw_pool(world, 1, rng)
    return Truth(pool.drivers[0], {curve: int(cells[0]) for curve, cells in pool.cells.items()})


def draw_pool(world: World, count: int, rng: np.random.Generator) -> TruthPool:
    """Draw many truths from the prior."""
    drivers = rng.standard_normal((count, len(world.drivers)))
    cells = {name: _cells(state.curve, drivers, rng) for name, state in world.curves.items()}
    return TruthPool(drivers, cells)


def draw_from_posterior(world: World, pool: TruthPool, rng: np.random.Generator) -> Truth:
    """Draw a truth given the world's evidence, by weighing each of a pool by its likelihood.

    Uses no table, no draws of the world and no summing out: outcomes are in the pool. Exact as the
    pool grows, whatever the evidence and wherever it came from.
    """
    log_weights = np.zeros(len(pool.drivers))
    for name, state in world.curves.items():
        nothing = np.ones(state.curve.space.size)
        known = read_curve(
            state.curve, state.signals, nothing, world.reliability, world.established
        )
        log_weights += np.log(known.likelihood)[pool.cells[name]]
    weights = np.exp(log_weights - log_weights.max())
    chosen = rng.choice(len(weights), p=weights / weights.sum())
    return Truth(pool.drivers[chosen], {c: int(cells[chosen]) for c, cells in pool.cells.items()})


def drawn_cells(chances: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw a cell from each row of chances, shape (n, cells) to (n,)."""
    reached = np.cumsum(chances, axis=-1)
    level = rng.random(len(chances))[:, None] * reached[:, -1:]
    return np.asarray(np.sum(reached <= level, axis=-1))


def settle_some(world: World, truth: Truth) -> World:
    """Resolve the last question of every type, and whatever happened before SILENT_UNTIL.

    Time passes on the rest: what has not happened is known not to have.
    """
    last = f"-{QUESTIONS_A_TYPE - 1}"
    for name, state in world.curves.items():
        curve, cell = state.curve, truth.cells[name]
        happened = curve.space.kind == "date" and cell < np.searchsorted(
            curve.space.edges, SILENT_UNTIL
        )
        if happened or name.endswith(last):
            world = settle(world, name, np.eye(curve.space.size)[cell])
    return advance(world, SILENT_UNTIL + 1.0)  # the lag of reporting


_TYPE: dict[str, QuestionType] = {
    "binary": "binary",
    "event": "binary",
    "date": "date",
    "numeric": "numeric",
    "choice": "multiple_choice",
}


def _outcomes(
    kind: str, loadings: Floats, name: str
) -> tuple[OutcomeSpace, CellPrior, Floats | None]:
    """Cells of a type, a prior on them, and which of them are yes."""
    pull, dates = float(np.sqrt(np.sum(loadings**2))), date_space(FIRST, LAST, (DEADLINE,))
    passed = (dates.edges - OPENS) / (CLOSES - OPENS)
    happens = np.append(np.ones(dates.size - 1), 0.0)
    if kind == "binary":
        prior: LogOddsPrior = solve_log_odds(0.35, pull)
        return binary_space(), prior, np.array([0.0, 1.0])
    if kind == "event":
        hazard = passed * solve_hazard(0.4, 0.1, pull, name)
        return dates, HazardPrior(hazard, 0.1), happens
    if kind == "date":
        days, chances = np.array([120.0, 240.0]), np.array([0.3, 0.6])
        scale, shape = solve_weibull(days, chances, 0.05, pull, name)
        return dates, HazardPrior(((dates.edges - OPENS) / scale) ** shape, 0.05), None
    if kind == "numeric":
        space = number_space(0.0, 100.0)
        spread = solve_split_t(np.array([30.0, 50.0, 75.0]), pull, name)
        return space, SplitTPrior(*spread, space.axis), None
    options = choice_space(("red", "green", "blue"))
    return options, solve_softmax(np.array([0.5, 0.3, 0.2]), loadings), None


def _cells(curve: Curve, drivers: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw a cell of a curve for each draw of the drivers."""
    found = []
    for start in range(0, len(drivers), _BLOCK):
        pull = curve.pull(drivers[start : start + _BLOCK])
        found.append(drawn_cells(np.exp(curve.prior.log_cells(pull)), rng))
    return np.concatenate(found)

"""A small world with a curve of every type, and theta without spread for sums by hand."""

from dataclasses import replace
from datetime import date

import numpy as np

from forecasts.elicitation import solve_log_odds, solve_softmax, solve_split_t
from forecasts.evidence import Record, Stance
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
from forecasts.priors import CellPrior, HazardPrior, SoftmaxPrior, SplitTPrior
from forecasts.questions import Curve, Question, QuestionType
from forecasts.reliability import Reliability, draw_from_priors
from forecasts.times import end_of_day, start_of_day
from forecasts.worlds import World, add_question, new_world

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
OPENS, CLOSES = start_of_day(FIRST), end_of_day(LAST)
EARLY, LATE = date(2025, 3, 31), date(2025, 8, 31)
DRIVERS = ("supply", "demand")
OPTIONS = ("red", "green", "blue")


def sure(
    draws: int = 4, trust: float = 0.9, correlation: float = 0.7, slope: float = 1.0
) -> Reliability:
    """Theta known exactly: every record of any grade has the same slope."""
    every = np.ones(draws)
    return Reliability(
        base=np.log(slope) * every,
        grades=np.ones((draws, 6)),
        source_spread=0 * every,
        correlation=correlation * every,
        trust=trust * every,
        submitter_spread=0 * every,
        claim_bias=0 * every,
        half_lives=np.tile([365.0, 90.0], (draws, 1)),
        cancellation=0 * every,
        damping=0 * every,
        seed=0,
    )


def curve(
    name: str,
    space: OutcomeSpace,
    prior: CellPrior,
    loadings: Floats | tuple[float, ...],
    **changes: float,
) -> Curve:
    times = {"opens": OPENS, "closes": CLOSES, "reporting_lag": 1.0, "as_of": OPENS - 90}
    return Curve(name, space, prior, np.asarray(loadings, float), **{**times, **changes})


def question(
    name: str, kind: QuestionType, on: str, yes: Floats | None = None, opens: float = OPENS
) -> Question:
    return Question(name, kind, on, opens, CLOSES, yes)


def plain(
    name: str = "plain", probability: float = 0.3, loadings: tuple[float, ...] = (0.8, 0.0)
) -> tuple[Question, Curve]:
    prior = solve_log_odds(probability, float(np.hypot(*loadings)))
    no_yes = np.array([0.0, 1.0])
    return question(name, "binary", name, no_yes), curve(name, binary_space(), prior, loadings)


def event(
    name: str = "event",
    hazard: float = 1.0,
    never: float = 0.1,
    loadings: tuple[float, ...] = (0.5, 0.4),
    reporting_lag: float = 1.0,
) -> tuple[Question, Curve]:
    space = date_space(FIRST, LAST)
    passed = (space.edges - OPENS) / (CLOSES - OPENS)
    on = curve(
        name, space, HazardPrior(hazard * passed, never), loadings, reporting_lag=reporting_lag
    )
    return question(name, "binary", name, np.append(np.ones(space.size - 1), 0.0)), on


def dated(name: str = "date", loadings: tuple[float, ...] = (0.0, 0.7)) -> tuple[Question, Curve]:
    space = date_space(FIRST, LAST, (EARLY, LATE))
    hazard = ((space.edges - OPENS) / 200.0) ** 1.4
    return question(name, "date", name), curve(name, space, HazardPrior(hazard, 0.05), loadings)


def number(
    name: str = "number", loadings: tuple[float, ...] = (0.6, -0.3)
) -> tuple[Question, Curve]:
    space = number_space(0.0, 100.0)
    pull = float(np.hypot(*loadings))
    prior = SplitTPrior(*solve_split_t(np.array([30.0, 50.0, 75.0]), pull, name), space.axis)
    return question(name, "numeric", name), curve(name, space, prior, loadings)


def choice(name: str = "choice") -> tuple[Question, Curve]:
    loadings = np.array([[0.9, 0.0], [0.0, 0.5], [0.0, 0.0]])
    prior: SoftmaxPrior = solve_softmax(np.array([0.5, 0.3, 0.2]), loadings)
    return question(name, "multiple_choice", name), curve(
        name, choice_space(OPTIONS), prior, loadings
    )


def full_world(reliability: Reliability | None = None, *, established: bool = True) -> World:
    """Plain, event, date with two deadlines, number with a threshold, and choice."""
    theta = reliability or draw_from_priors(seed=3, draws=64)
    world = new_world("test", DRIVERS, theta, OPENS)
    for asked, on in (plain(), event(), dated(), number(), choice()):
        world = add_question(world, asked, on)
    of_dates, of_numbers = world.curves["date"].curve.space, world.curves["number"].curve.space
    for name, day in (("by-early", EARLY), ("by-late", LATE)):
        yes = share_before(of_dates, end_of_day(day))
        world = add_question(world, question(name, "binary", "date", yes), None)
    yes = share_at_least(of_numbers, 60.0)
    world = add_question(world, question("at-least-60", "binary", "number", yes), None)
    return replace(world, established=frozenset({"curator"} if established else ()))


def one_question(asked: Question, on: Curve, reliability: Reliability | None = None) -> World:
    world = new_world("one", DRIVERS, reliability or sure(), OPENS)
    world = replace(world, established=frozenset({"curator"}))
    return add_question(world, asked, on)


def record(
    name: str,
    *stances: Stance,
    published: float = OPENS + 10,
    submitter: str = "curator",
    grade: str = "B",
    kind: str = "fact",
    origin: str | None = None,
    fingerprint: str | None = None,
    source: str = "agency",
) -> Record:
    return Record(
        id=name,
        published=published,
        source=source,
        submitter=submitter,
        grade=grade,
        kind=kind,  # type: ignore[arg-type]  # a test's own words
        origin=origin or name,
        fingerprint=fingerprint or name,
        stances=stances,
    )


def log_odds(probability: float | None) -> float:
    assert probability is not None
    return float(np.log(probability) - np.log1p(-probability))

"""Histories for tests: a world with a question of every type, and what happens in it."""

from dataclasses import replace
from datetime import date

from forecasts.evidence import Stance
from forecasts.outcomes import Outcome, share_before
from forecasts.reliability import Reliability, draw_from_priors
from forecasts.resolutions import Resolution, Status
from forecasts.timeline import (
    Event,
    Observed,
    Passed,
    Registered,
    Resolved,
    Step,
    Timeline,
    play,
)
from forecasts.times import day_of, end_of_day
from forecasts.worlds import new_world
from tests.forecasts import building as b


def timeline(theta: Reliability | None = None, now: float = b.OPENS - 5) -> Timeline:
    reliability = theta or draw_from_priors(seed=3, draws=64)
    curators = frozenset({"curator"})
    world = replace(new_world("test", b.DRIVERS, reliability, now), established=curators)
    return Timeline(world=world, curators=curators)


def derived(name: str, day: date, opens: float = b.OPENS) -> Registered:
    yes = share_before(b.dated()[1].space, end_of_day(day))
    return Registered(b.question(name, "binary", "date", yes, opens), None)


QUESTIONS: list[tuple[Event, float]] = [
    *((Registered(*build()), b.OPENS - 2) for build in (b.plain, b.event, b.dated, b.number)),
    (Registered(*b.choice()), b.OPENS - 2),
    (derived("by-early", b.EARLY), b.OPENS - 1),
    (derived("by-late", b.LATE, opens=b.OPENS + 30), b.OPENS - 1),
]


def resolved(
    question: str, outcome: Outcome | None, at: float, status: Status = "resolved"
) -> tuple[Event, float]:
    return Resolved(Resolution(question, status, outcome, day_of(at), day_of(at))), at


def said(
    name: str,
    question: str,
    direction: str,
    at: float,
    weight: float = 2.0,
    submitter: str = "curator",
) -> tuple[Event, float]:
    stance = Stance(question, direction, weight)  # type: ignore[arg-type]
    return Observed(b.record(name, stance, published=at, submitter=submitter)), at


def run(start: Timeline, events: list[tuple[Event, float]]) -> tuple[Timeline, list[Step]]:
    steps: list[Step] = []
    for event, at in events:
        start, more = play(start, event, at)
        steps += more
    return start, steps


def opened(theta: Reliability | None = None) -> Timeline:
    return run(timeline(theta), [*QUESTIONS, (Passed(), b.OPENS + 0.5)])[0]


def probability(line: Timeline, question: str) -> float:
    found = line.standing[question].probability
    assert found is not None
    return found


def tellers(
    count: int, question: str = "plain", direction: str = "yes", at: float = b.OPENS + 0.6
) -> list[tuple[Event, float]]:
    return [said(f"r{n}", question, direction, at, 0.5, submitter="ann") for n in range(count)]

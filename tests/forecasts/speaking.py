"""Saying things to a world in a test, and hearing what it makes of them."""

from forecasts.distributions import forecast_all
from forecasts.evidence import Record, Stance
from forecasts.worlds import (
    World,
    observe,
)
from tests.forecasts import building as b


def after(world: World, *taken: Record) -> World:
    for record in taken:
        world = observe(world, record)
    return world


def likelihoods(world: World) -> dict[str, bytes]:
    return {name: state.likelihood.tobytes() for name, state in world.curves.items()}


def chance(world: World, question: str) -> float:
    probability = forecast_all(world, {question})[question].probability
    assert probability is not None
    return probability


def moved(world: World, question: str, *taken: Record) -> float:
    """Change of the log-odds of a question."""
    before, now = chance(world, question), chance(after(world, *taken), question)
    return b.log_odds(now) - b.log_odds(before)


def said(
    name: str, question: str = "plain", direction: str = "yes", weight: float = 2.0, **more: str
) -> Record:
    return b.record(name, Stance(question, direction, weight), **more)  # type: ignore[arg-type]

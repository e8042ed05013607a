"""Stored scenarios in a world: how likely each is, and how that moves with every event."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from forecasts.conditions import Scenario
from forecasts.scenarios import Chance, chance_of, log2_odds
from forecasts.worlds import World


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """How one event moved one scenario.

    Attributes:
        scenario: its id.
        at: instant of the event.
        cause, cause_id: as of the steps of questions.
        bits: change of the log2 odds of the scenario; zero at its opening.
        chance: what it moved to.
    """

    scenario: str
    at: float
    cause: str
    cause_id: str
    bits: float
    chance: Chance


@dataclass(frozen=True, slots=True)
class ScenarioLog:
    """The scenarios that a world follows.

    Attributes:
        scenarios: by id.
        standing: how likely each is now.
        steps: what moved them in the last play, in order.
    """

    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    standing: Mapping[str, Chance] = field(default_factory=dict)
    steps: tuple[ScenarioStep, ...] = ()


def with_scenario(log: ScenarioLog, scenario: Scenario) -> ScenarioLog:
    """Follow a scenario from now on."""
    return replace(log, scenarios={**log.scenarios, scenario.id: scenario})


def follow(log: ScenarioLog, world: World, cause: str, cause_id: str) -> ScenarioLog:
    """Look at every scenario anew; those that moved take a step."""
    if world.unread or not log.scenarios:
        return log
    standing = {name: chance_of(world, one) for name, one in log.scenarios.items()}
    steps = []
    for name, chance in standing.items():
        before = log.standing.get(name)
        if before is None:
            steps.append(ScenarioStep(name, world.now, "opening", "", 0.0, chance))
        elif before.probability != chance.probability:
            bits = log2_odds(chance.probability) - log2_odds(before.probability)
            steps.append(ScenarioStep(name, world.now, cause, cause_id, bits, chance))
    return replace(log, standing=standing, steps=(*log.steps, *steps))

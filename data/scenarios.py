"""Scenarios: from the written form to the domain's, into their tables, and back."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select

from data.derived_tables import SCENARIO_STEPS
from data.formats.scenarios import ConditionFormat, Conditions
from data.indexing import index_scenario
from data.ledger import Entry, canonical_json
from data.standing import ALWAYS
from data.tables import SCENARIOS
from forecasts.conditions import Condition, DriverCondition, OutcomeCondition, Relation, Scenario
from forecasts.errors import UnknownScenario
from forecasts.outcomes import Outcome
from forecasts.tracking import ScenarioStep

_RELATIONS: dict[str, Relation] = {
    "outcome": "is",
    "value": "is",
    "at_least": "at_least",
    "at_most": "at_most",
    "by": "by",
    "after": "after",
}


def decode_scenario(written: Conditions, scenario_id: str) -> Scenario:
    """Give what is supposed as the domain works with it."""
    learn, make = (tuple(map(_condition, part)) for part in (written.learn, written.make))
    return Scenario(scenario_id, learn, make)


def save_scenario(connection: Connection, entry: Entry, at: float) -> None:
    """Keep a scenario."""
    content = entry.content
    row = {
        "id": content["scenario"]["id"],
        "world": content["world"],
        "seq": entry.seq,
        "author": content["author"],
        "stored_at": at,
        "body": canonical_json(content["scenario"]),
    }
    connection.execute(insert(SCENARIOS), row)
    index_scenario(connection, content["scenario"], at)


def read_scenarios(
    connection: Connection,
    world: str | None = None,
    *,
    at: float = ALWAYS,
    after: int = 0,
    limit: int | None = None,
) -> list[Row[Any]]:
    """Read the scenarios that were stored by an instant, in the order of the ledger."""
    query = select(SCENARIOS).where(SCENARIOS.c.stored_at <= at, SCENARIOS.c.seq > after)
    if world is not None:
        query = query.where(SCENARIOS.c.world == world)
    return list(connection.execute(query.order_by(SCENARIOS.c.seq).limit(limit)).all())


def read_scenario(connection: Connection, scenario: str, at: float = ALWAYS) -> Row[Any]:
    """Read one scenario's row.

    Raises:
        UnknownScenario: there was none of this id by the instant.
    """
    query = select(SCENARIOS).where(SCENARIOS.c.id == scenario, SCENARIOS.c.stored_at <= at)
    row = connection.execute(query).first()
    if row is None:
        raise UnknownScenario
    return row


def scenario_history(
    connection: Connection, scenario: str, limit: int, at: float = ALWAYS
) -> list[Row[Any]]:
    """Read a scenario's newest steps up to an instant, oldest first."""
    steps = SCENARIO_STEPS.c
    query = select(SCENARIO_STEPS).where(steps.scenario == scenario, steps.at <= at)
    rows = connection.execute(query.order_by(SCENARIO_STEPS.c.id.desc()).limit(limit)).all()
    return list(reversed(rows))


def scenario_step_rows(world: str, steps: tuple[ScenarioStep, ...]) -> list[dict[str, Any]]:
    """Give steps of scenarios as the columns of their rows."""
    return [
        {
            "world": world,
            "scenario": step.scenario,
            "at": step.at,
            "cause": step.cause,
            "cause_id": step.cause_id,
            "bits": step.bits,
            "probability": step.chance.probability,
            "monte_carlo_error": step.chance.monte_carlo_error,
            "effective_draws": step.chance.effective_draws,
        }
        for step in steps
    ]


def _condition(written: ConditionFormat) -> Condition:
    """Give one condition."""
    said = {name: getattr(written, name) for name in _RELATIONS}
    (name, value), *_ = ((name, value) for name, value in said.items() if value is not None)
    relation: Relation = _RELATIONS[name]
    if written.question is not None:
        outcome: Outcome = value
        return OutcomeCondition(written.question, relation, outcome)
    assert written.driver is not None
    return DriverCondition(written.driver, relation, float(value))

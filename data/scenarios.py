"""Scenarios: from the written form to the domain's, into their tables, and back."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select

from data.derived_tables import SCENARIO_STEPS
from data.formats.scenarios import ConditionFormat, Conditions
from data.ledger import Entry, canonical_json
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


def read_scenarios(connection: Connection) -> list[Row[Any]]:
    """Read every scenario's row, in the order of the ledger."""
    return list(connection.execute(select(SCENARIOS).order_by(SCENARIOS.c.seq)).all())


def read_scenario(connection: Connection, scenario: str) -> Row[Any]:
    """Read one scenario's row.

    Raises:
        UnknownScenario: there is none of this id.
    """
    row = connection.execute(select(SCENARIOS).where(SCENARIOS.c.id == scenario)).first()
    if row is None:
        raise UnknownScenario
    return row


def scenario_history(connection: Connection, scenario: str, limit: int) -> list[Row[Any]]:
    """Read a scenario's newest steps, oldest first."""
    query = select(SCENARIO_STEPS).where(SCENARIO_STEPS.c.scenario == scenario)
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

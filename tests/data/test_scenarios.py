"""Tests of scenarios as they are written, kept, and made to happen."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select, text

from api.workflows.replaying import replay_ledger
from data.database import Database
from data.derived_tables import SCENARIO_STEPS
from data.events import events_of
from data.formats.scenarios import ConditionFormat, Conditions, NamedScenario, WhatIfFormat
from data.ledger import GENESIS, Checkpoint, next_entry
from data.scenarios import decode_scenario, read_scenario, read_scenarios, scenario_history
from forecasts.conditions import DriverCondition, OutcomeCondition, Scenario
from forecasts.errors import UnknownScenario
from forecasts.timeline import Refitted, Supposed

BAN = "us-bans-and-chips-are-cut"
WRITTEN: dict[str, Any] = {
    "id": "cut-off",
    "title": {"en": "Cut off"},
    "learn": [
        {"question": "ban", "outcome": True},
        {"question": "winner", "outcome": "red"},
        {"question": "release", "by": "2025-05-31"},
        {"driver": "chips", "at_most": -1},
    ],
    "make": [{"driver": "pressure", "value": 1.5}, {"question": "price", "at_least": 3}],
}
DECODED = Scenario(
    "cut-off",
    learn=(
        OutcomeCondition("ban", "is", value=True),
        OutcomeCondition("winner", "is", "red"),
        OutcomeCondition("release", "by", date(2025, 5, 31)),
        DriverCondition("chips", "at_most", -1.0),
    ),
    make=(DriverCondition("pressure", "is", 1.5), OutcomeCondition("price", "at_least", 3.0)),
)


def test_a_written_scenario_is_what_the_domain_works_with() -> None:
    assert decode_scenario(NamedScenario.model_validate(WRITTEN), "cut-off") == DECODED


def test_its_entry_makes_it_happen_in_its_world() -> None:
    def no_fit(fit: str) -> Refitted:
        raise AssertionError(fit)

    body = {"world": "here", "author": "ann", "scenario": WRITTEN}
    start = datetime(2025, 1, 1, tzinfo=UTC)
    entry = next_entry(Checkpoint(0, GENESIS), "scenario", body, start)

    assert events_of(entry, {}, no_fit) == [("here", Supposed(DECODED))]


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"outcome": True}, "exactly one of `question` and `driver`"),
        ({"question": "ban", "driver": "chips", "at_least": 1}, "exactly one of `question`"),
        ({"question": "ban"}, "exactly one of outcome"),
        ({"question": "price", "at_least": 1, "at_most": 2}, "exactly one of outcome"),
        ({"question": "price", "value": 1}, "a question has no `value`"),
        ({"driver": "chips", "outcome": True}, "a question has no `value`"),
        ({"driver": "chips", "value": 7}, "less than or equal to 6"),
        ({"driver": "chips", "value": "1"}, "Input should be a valid number"),
    ],
)
def test_a_condition_says_one_thing_of_one_subject(condition: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        ConditionFormat.model_validate(condition)


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        ({"learn": [{"driver": "chips", "value": 1}]}, "can only be made"),
        ({"make": [{"driver": "chips", "at_least": 1}]}, "needs its `value`"),
        ({"learn": [{"question": "ban", "outcome": True}] * 33}, "more than 32 conditions"),
    ],
)
def test_conditions_are_few_and_fit_what_is_done(conditions: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Conditions.model_validate(conditions)


@pytest.mark.parametrize(
    "tables",
    [
        [["ban"]],
        [["ban", "winner", "release", "price"]],
        [["ban", "winner"]] * 9,
        [["ban", {"question": "release"}]],
        [["ban", {"question": "release", "by": "2025-05-31", "at_least": 1}]],
    ],
)
def test_tables_are_few_and_small(tables: Any) -> None:
    with pytest.raises(ValidationError):
        WhatIfFormat.model_validate({"tables": tables})


def test_a_scenario_supposes_something() -> None:
    with pytest.raises(ValidationError, match="at least one condition"):
        NamedScenario.model_validate({"id": "nothing", "title": {"en": "Nothing"}})


def test_the_banks_scenarios_have_a_history_that_unfolds(bank_reading: Database) -> None:
    with bank_reading.read() as connection:
        rows = read_scenarios(connection)
        histories = {row.id: scenario_history(connection, row.id, 10_000) for row in rows}
        newest = scenario_history(connection, BAN, 2)
        steps = connection.execute(select(func.count()).select_from(SCENARIO_STEPS)).scalar()

    assert [row.author for row in rows] == ["curator-deepseek-r2"] * 3
    assert steps == sum(map(len, histories.values()))
    for history in histories.values():
        assert (history[0].cause, f"{history[0].at:g}") == ("opening", "20148")  # 2025-03-01
        chances = [step.probability for step in history]
        assert all(before != after for before, after in pairwise(chances))
    assert [step.id for step in newest] == [step.id for step in histories[BAN][-2:]]
    by_ruling = histories["r2-keeps-its-promise"]
    assert by_ruling[-1].probability == 0  # R2 did not come by the end of August 2025


def test_a_scenario_that_is_not_there_is_unknown(bank_reading: Database) -> None:
    with bank_reading.read() as connection, pytest.raises(UnknownScenario):
        read_scenario(connection, "nothing")


@pytest.mark.slow
def test_a_changed_or_added_step_of_a_scenario_is_found_by_the_replay(instance: Any) -> None:
    change = text("UPDATE scenario_step SET probability = probability + 1e-15 WHERE id = 500")
    instance.writer.do(lambda transaction: transaction.connection.execute(change).rowcount)
    with instance.database.read() as connection:
        result = replay_ledger(connection)

    assert result.difference is not None
    assert "probability is not the same" in result.difference

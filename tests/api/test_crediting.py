"""Tests of credit on the shipped bank: replayed from the ledger, summed to the last digit."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.shell import crediting as shell
from api.workflows.crediting import read_credits, read_histories
from data.database import Database
from data.standing import history_steps
from forecasts.credit import Credit
from forecasts.errors import UnknownQuestion

pytestmark = pytest.mark.slow  # the bank's history is replayed, which takes half a minute

OPEN = "r2-named-release-date"


@pytest.fixture(scope="module")
def bank_reading(bank_database: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{bank_database}")
    yield database
    database.close()


@pytest.fixture(scope="module")
def found(bank_reading: Database) -> dict[str, Credit]:
    with bank_reading.read() as connection:
        return {credit.question: credit for credit in read_credits(connection)}


def test_on_the_bank_every_bit_is_booked_once(found: dict[str, Credit]):
    final = [credit for credit in found.values() if credit.status == "final"]

    assert len(final) >= 27
    for credit in found.values():
        booked = sum(credit.accounts.values()) + sum(credit.origins.values())
        assert abs(credit.gain - booked) < 1e-12
        assert abs(credit.accounts["averaging"]) < 0.2


def test_open_questions_are_provisional_and_the_curator_is_not_paid(found: dict[str, Credit]):
    resolved = found["us-public-ban-2025"]

    assert found[OPEN].status == "provisional"
    assert found[OPEN].withheld == 0.0
    assert resolved.records
    assert all(record.withheld for record in resolved.records)


def test_a_replay_stops_at_every_forecast_that_was_served(bank_reading: Database):
    with bank_reading.read() as connection:
        moments = read_histories(connection, OPEN)[OPEN].moments
        stored = {step.at for step in history_steps(connection, OPEN, 100_000)}

    assert {moment.at for moment in moments} == stored


def test_a_question_that_does_not_exist_is_named_as_such(bank_reading: Database):
    with bank_reading.read() as connection, pytest.raises(UnknownQuestion):
        read_credits(connection, "nope")


def test_the_command_says_that_evidence_came_with_hindsight(
    bank_database: Path, capsys: pytest.CaptureFixture[str]
):
    url = f"sqlite:///{bank_database}"
    shell.show_one(url, "us-public-ban-2025", "table", "en")
    table = capsys.readouterr().out
    shell.show_one(url, "us-public-ban-2025", "json", "en")
    body = json.loads(capsys.readouterr().out)

    assert "hindsight" in table
    assert "Linked questions" in table
    assert body["retrospective"] is True
    assert body["status"] == "final"

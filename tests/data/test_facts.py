"""Tests of the tables beside the ledger, on the shipped bank."""

import pytest
from sqlalchemy import text

from data.banks import Bank, bank_directory
from data.banks import load_bank as read_bank
from data.database import Database
from data.facts import (
    as_body,
    content_hash,
    mark_retracted,
    newest_resolutions,
    read_evidence_row,
    read_question,
    read_questions,
    resolution_instants,
    save_actor,
    written_record,
)
from forecasts.errors import UnknownEvidence, UnknownQuestion
from forecasts.times import start_of_day
from tests.data import writing as w


@pytest.fixture(scope="module")
def shipped() -> Bank:
    return read_bank(bank_directory())


def test_what_was_left_out_stays_out_of_the_ledger() -> None:
    written = w.record({"question": "plain", "direction": "yes", "strength": "weak"})

    assert as_body(written) == {
        "published": "2025-02-03",
        "source": "agency",
        "fact": {"en": "Words."},
        "stances": [{"question": "plain", "direction": "yes", "strength": "weak"}],
    }


def test_a_question_is_read_as_it_was_written(bank_reading: Database, shipped: Bank) -> None:
    with bank_reading.read() as connection:
        every = read_questions(connection)
        world, one = read_question(connection, "gpt5-release-date")
        with pytest.raises(UnknownQuestion):
            read_question(connection, "nothing")

    bodies = {name: as_body(question) for name, (_, question) in every.items()}
    assert bodies == {question.id: as_body(question) for question in shipped.questions}
    assert (world, one) == every["gpt5-release-date"]


def test_a_record_is_read_as_it_was_written(bank_reading: Database, shipped: Bank) -> None:
    first = shipped.evidence[0]
    with bank_reading.read() as connection:
        row = read_evidence_row(connection, first.id)
        stances = connection.execute(
            text("SELECT question FROM stance WHERE evidence = :id ORDER BY position"),
            {"id": first.id},
        )
        assert [question for (question,) in stances] == [s.question for s in first.stances]
        with pytest.raises(UnknownEvidence):
            read_evidence_row(connection, "nothing")

    written = written_record(row)
    assert (written.fact, written.stances) == (first.fact, first.stances)
    assert row.replayed and row.retracted_at is None and row.submitter == shipped.bank.curator


def test_the_same_record_by_the_same_hand_has_one_hash() -> None:
    body = {"fact": {"en": "A."}, "source": "agency"}

    assert content_hash("ann", body) == content_hash("ann", {**body, "id": "ev1"})
    assert content_hash("ann", body) != content_hash("bob", body)
    assert content_hash("ann", body) != content_hash("ann", {**body, "source": "press"})


def test_outcomes_are_read_with_the_day_that_fixed_them(
    bank_reading: Database, shipped: Bank
) -> None:
    with bank_reading.read() as connection:
        newest = newest_resolutions(connection)
        instants = resolution_instants(connection, [shipped.resolutions[0].question, "nothing"])

    wanted = {resolution.question: resolution for resolution in shipped.resolutions}
    assert {name: as_body(form) for name, form in newest.items()} == {
        name: as_body(form) for name, form in wanted.items()
    }
    first = shipped.resolutions[0]
    assert instants == {first.question: start_of_day(first.resolved_at)}


def test_an_actor_is_added_once(empty: Database) -> None:
    with empty.writing.begin() as connection:
        save_actor(connection, "ann", "Ann", "person")
        save_actor(connection, "ann", "Somebody else", "bot")
        rows = connection.execute(text("SELECT name, kind FROM actor WHERE id = 'ann'")).all()

    assert [tuple(row) for row in rows] == [("Ann", "person")]


def test_a_retraction_is_noted_with_its_time(database: object) -> None:
    opened = Database(f"sqlite:///{database}")
    with opened.writing.begin() as connection:
        mark_retracted(connection, "ev001", 20_600.5)
        assert read_evidence_row(connection, "ev001").retracted_at == 20_600.5
        assert read_evidence_row(connection, "ev002").retracted_at is None
    opened.close()

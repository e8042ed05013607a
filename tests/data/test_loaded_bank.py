"""Tests of the shipped bank in a database: nothing from after an outcome reaches its forecast."""

import json
from datetime import timedelta

import pytest
import yaml
from sqlalchemy import text

from api.instance import Instance
from api.workflows.loading import load_bank
from data.banks import Bank, bank_directory
from data.banks import load_bank as read_bank
from data.database import Database
from data.facts import newest_resolutions, read_questions
from data.ledger import read_checkpoint, read_entries, verify
from data.standing import bits_by_record, history_steps, movements, standing_steps
from data.writer import Writer
from forecasts.refusals import NameTaken
from forecasts.times import instant_of, last_second, start_of_day
from tests.conftest import NOW


@pytest.fixture(scope="module")
def shipped() -> Bank:
    return read_bank(bank_directory())


def test_the_ledger_holds_the_whole_bank_and_verifies(
    bank_reading: Database, shipped: Bank
) -> None:
    parts = (shipped.questions, shipped.evidence, shipped.resolutions, shipped.scenarios)
    with bank_reading.read() as connection:
        checkpoint = verify(connection)
        entries = list(read_entries(connection))

    assert len(shipped.questions) >= 32
    assert checkpoint.entries == len(entries) == 1 + sum(len(part) for part in parts)
    assert all(entry.replayed for entry in entries)
    times = [entry.recorded_at for entry in entries]
    assert times == sorted(times)


def test_no_hindsight_reaches_the_ledger(bank_reading: Database, shipped: Bank) -> None:
    written = yaml.safe_load((bank_directory() / "questions.yaml").read_text("utf-8"))["questions"]
    notes = [question["hindsight_note"] for question in written if "hindsight_note" in question]
    with bank_reading.read() as connection:
        bodies = [entry.body for entry in read_entries(connection)]

    texts = [json.dumps(note, ensure_ascii=False)[1:-1] for note in notes]
    assert len(texts) == 11
    assert not any(note in body for note in texts for body in bodies)
    assert not any('"hindsight_note"' in body or '"withheld"' in body for body in bodies)


def test_no_withheld_link_is_used(bank_reading: Database, shipped: Bank) -> None:
    withheld = {(one.id, link.question) for one in shipped.evidence for link in one.withheld}
    with bank_reading.read() as connection:
        links = connection.execute(text("SELECT evidence, question FROM stance")).all()
        steps = connection.execute(
            text("SELECT cause_id, question FROM step WHERE cause = 'evidence' AND direct")
        ).all()
        curves = {
            name: written.derived_from.question if written.derived_from else name
            for name, (_, written) in read_questions(connection).items()
        }

    assert len(withheld) == 36
    assert not withheld & {tuple(link) for link in links}
    stanced = {(evidence, curves[question]) for evidence, question in links}
    assert {(evidence, curves[question]) for evidence, question in steps} <= stanced


def test_no_question_reads_a_record_published_after_its_outcome_was_fixed(
    bank_reading: Database, shipped: Bank
) -> None:
    published = {one.id: instant_of(last_second(one.published)) for one in shipped.evidence}
    fixed = {one.question: start_of_day(one.resolved_at) for one in shipped.resolutions}
    with bank_reading.read() as connection:
        histories = {name: history_steps(connection, name, 100_000) for name in fixed}
        direct = connection.execute(
            text("SELECT cause_id, question FROM step WHERE cause = 'evidence' AND direct")
        ).all()

    for name, steps in histories.items():
        assert steps and all(step.at <= fixed[name] for step in steps)
        records = [step.cause_id for step in steps if step.cause == "evidence"]
        assert all(published[record] <= fixed[name] for record in records)
    own = {(s.id, stance.question) for s in shipped.evidence for stance in s.stances}
    late = [
        (record, question)
        for record, question in direct
        if (record, question) in own and published[record] > fixed.get(question, 1e18)
    ]
    assert late == []


def test_no_question_takes_a_step_after_its_outcome_could_be_known(bank_reading: Database) -> None:
    with bank_reading.read() as connection:
        outcomes = newest_resolutions(connection)
        last = dict(
            connection.execute(text("SELECT question, MAX(at) FROM step GROUP BY question")).all()  # type: ignore[arg-type]
        )

    assert len(outcomes) == 27
    for name, outcome in outcomes.items():
        assert last[name] <= instant_of(last_second(outcome.known_by.isoformat()))


def test_what_stands_is_the_newest_step_of_every_open_question(
    bank_reading: Database, shipped: Bank
) -> None:
    with bank_reading.read() as connection:
        standing = standing_steps(connection)

    opened = {q.id for q in shipped.questions if q.opens <= NOW.date()}
    assert set(standing) == opened
    still_open = opened - {one.question for one in shipped.resolutions}
    today = start_of_day(NOW.date())
    assert all(today - 1 <= standing[name].at <= today for name in still_open)


def test_movements_of_a_record_are_those_of_its_steps_largest_first(
    bank_reading: Database, shipped: Bank
) -> None:
    record = next(one for one in shipped.evidence if one.id == "ev004")
    with bank_reading.read() as connection:
        moved = movements(connection, "evidence", record.id)
        target = record.stances[0].question
        bits = bits_by_record(connection, target)

    sizes = [abs(step.bits) for step in moved]
    assert sizes == sorted(sizes, reverse=True) and len(moved) > 1
    assert bits[record.id] == pytest.approx(
        sum(step.bits for step in moved if step.question == target and step.direct)
    )
    assert all(step.body_before is not None and step.at_before <= step.at for step in moved)


def test_loading_a_bank_twice_is_refused_and_changes_nothing(
    instance: Instance, shipped: Bank
) -> None:
    with instance.database.read() as connection:
        before = read_checkpoint(connection)

    with pytest.raises(NameTaken, match="another bank"):
        instance.writer.do(lambda transaction: load_bank(transaction, shipped, NOW))

    with instance.database.read() as connection:
        assert read_checkpoint(connection) == before == verify(connection)


def test_a_bank_can_be_loaded_as_it_was_known_on_a_day(empty: Database, shipped: Bank) -> None:
    writer = Writer(empty)
    day = last_second("2025-01-31") + timedelta(seconds=1)
    seen: list[tuple[int, int]] = []
    count = writer.do(
        lambda transaction: load_bank(
            transaction, shipped, day, lambda done, of: seen.append((done, of))
        )
    )
    writer.close()

    known = [one for one in shipped.evidence if last_second(one.published) <= day]
    added_later = [q for q in shipped.questions if q.added is not None]
    assert count == 1 + len(shipped.questions) - len(added_later) + len(known)
    assert seen[-1] == (count, count)

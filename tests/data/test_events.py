"""Tests of what entries of the ledger make happen."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from data.events import begin_world, entry_instant, events_of, find_question
from data.facts import as_body
from data.ledger import GENESIS, Checkpoint, Entry, EntryKind, next_entry
from forecasts.errors import UnknownQuestion
from forecasts.reliability import draw_from_priors
from forecasts.timeline import (
    Observed,
    Passed,
    Refitted,
    Registered,
    Resolved,
    Retracted,
    Timeline,
    play,
)
from forecasts.times import start_of_day
from tests.data import writing as w

START = datetime(2024, 12, 1, tzinfo=UTC)
THETA = draw_from_priors(seed=1, draws=8)


def no_fit(fit: str) -> Refitted:
    raise AssertionError(fit)


def entry(kind: EntryKind, body: dict[str, Any]) -> Entry:
    return next_entry(Checkpoint(0, GENESIS), kind, body, START)


def world(name: str = "here") -> Timeline:
    drivers = [{"id": d, "title": w.WORDS, "high": w.WORDS} for d in ("demand", "supply")]
    bank = {
        "format": 1,
        "id": "bank",
        "title": w.WORDS,
        "as_of": "2025-01-01",
        "curator": "keeper",
        "licence": "CC0",
        "document": {
            "id": "doc",
            "title": w.WORDS,
            "language": "en",
            "written": "2025-01",
            "characters": 9,
        },
        "world": {"id": name, "title": w.WORDS, "drivers": drivers},
    }
    return begin_world(entry("bank", {"bank": bank}), THETA)


def registered(
    timeline: Timeline, written: w.QuestionFormat, deadlines: tuple[str, ...] = ()
) -> tuple[Timeline, Registered]:
    body = {"world": "here", "version": 1, "deadlines": deadlines, "question": as_body(written)}
    [(name, event)] = events_of(entry("question", body), {"here": timeline}, no_fit)
    assert name == "here" and isinstance(event, Registered)
    return play(timeline, event, timeline.world.now)[0], event


def test_a_bank_begins_a_world_whose_curator_stands_alone_from_the_first_record_on() -> None:
    timeline = world()

    assert (timeline.world.id, timeline.world.drivers) == ("here", ("demand", "supply"))
    assert timeline.world.established == timeline.curators == {"keeper"}
    assert timeline.world.now == entry_instant(entry("bank", {})) == 20_058  # 2024-12-01


def test_a_derived_question_finds_its_parent_open_or_not() -> None:
    waiting, _ = registered(world(), w.dated(), ("2025-05-31",))
    opened, _ = play(waiting, Passed(), start_of_day(w.dated().opens))

    for timeline in (waiting, opened):
        after, event = registered(timeline, w.derived("dated", by="2025-05-31"))
        assert (event.question.curve, event.curve) == ("dated", None)
        assert find_question({"here": after}, "derived")[2].id == "dated"


def test_a_deadline_is_an_edge_of_the_curve() -> None:
    _, event = registered(world(), w.dated(), ("2025-10-29",))
    _, plain = registered(world(), w.dated())

    edge = start_of_day(datetime(2025, 10, 30, tzinfo=UTC).date())
    assert event.curve is not None and plain.curve is not None
    assert edge in event.curve.space.edges and edge not in plain.curve.space.edges


def test_a_question_that_no_world_has_is_unknown() -> None:
    with pytest.raises(UnknownQuestion):
        find_question({"here": world()}, "nothing")


def test_a_record_happens_once_in_each_world_that_it_bears_on() -> None:
    one, _ = registered(world(), w.plain())
    other = replace(one, world=replace(one.world, id="there"), registered={})
    body = {"world": "there", "question": as_body(w.choice())}
    [(_, event)] = events_of(entry("question", body), {"there": other}, no_fit)
    other, _ = play(other, event, other.world.now)
    written = w.record(
        {"question": "choice", "direction": "toward", "choice": "red", "strength": "weak"},
        {"question": "plain", "direction": "yes", "strength": "weak"},
    )
    content = {"id": "ev1", "origin": "o", "submitter": "ann", "record": as_body(written)}

    events = events_of(
        entry("evidence", content), {"here": one, "there": other, "yonder": world("yonder")}, no_fit
    )

    assert [name for name, _ in events] == ["there", "here"]
    [first, second] = [event for _, event in events]
    assert isinstance(first, Observed) and first == second
    assert (first.record.id, first.record.submitter) == ("ev1", "ann")


def test_a_record_that_bears_on_nothing_happens_nowhere() -> None:
    content = {"id": "e", "origin": "o", "submitter": "ann", "record": as_body(w.record())}

    assert events_of(entry("evidence", content), {"here": world()}, no_fit) == []


def test_a_retraction_reaches_every_world() -> None:
    events = events_of(
        entry("retraction", {"evidence": "ev1"}), {"here": world(), "there": world()}, no_fit
    )

    assert events == [("here", Retracted("ev1")), ("there", Retracted("ev1"))]


def test_an_outcome_happens_in_the_world_of_its_question() -> None:
    timeline, _ = registered(world(), w.plain())
    written = {
        "question": "plain",
        "outcome": True,
        "resolved_at": "2025-05-01",
        "known_by": "2025-05-01",
        "basis": w.WORDS,
    }

    [(name, event)] = events_of(
        entry("resolution", {"resolution": written}), {"there": world(), "here": timeline}, no_fit
    )

    assert name == "here" and isinstance(event, Resolved) and event.resolution.outcome is True


def test_a_fit_is_read_by_its_id_and_a_bank_makes_nothing_happen() -> None:
    fit = Refitted("f1", THETA)
    asked: list[str] = []

    def read(name: str) -> Refitted:
        asked.append(name)
        return fit

    assert events_of(entry("fit", {"world": "here", "id": "f1"}), {}, read) == [("here", fit)]
    assert asked == ["f1"]
    assert events_of(entry("bank", {}), {}, no_fit) == []

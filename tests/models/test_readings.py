"""Tests of what a fit reads of known outcomes: when each question is asked, and nothing later."""

import numpy as np
import pytest

from forecasts.evidence import Stance
from forecasts.outcomes import cell_of
from forecasts.timeline import Timeline
from forecasts.times import day_of
from forecasts.worlds import observe
from models.readings import Reading, resolved_readings
from tests.forecasts import building as b
from tests.models.resolved import RECORDED, known_world, outcome, readings

HALF = b.OPENS + 182.0  # the edge nearest half of 365 days, which is no edge


def ids(reading: Reading) -> list[str]:
    return [signal.record.id for signal in reading.signals]


def test_dates_are_asked_at_the_opening_and_at_half_of_the_window() -> None:
    first, second = readings()["event"]

    assert ids(first) == ["a", "c"]
    assert first.alive.all() and not first.outcome[:182].any() and first.outcome[182:].all()
    assert ids(second) == ["a", "c", "e"]  # and not what came after
    assert not second.alive[:182].any() and second.alive[182:].all()
    happened = cell_of(second.curve.space, day_of(b.OPENS + 250))
    assert np.flatnonzero(second.outcome).tolist() == [happened]


def test_an_event_in_the_first_half_gives_one_reading() -> None:
    soon = {"event": outcome("event", True, day_of(b.OPENS + 20))}

    (only,) = resolved_readings(Timeline(world=known_world()), soon, RECORDED)

    assert np.flatnonzero(only.outcome).tolist() == [20]


def test_a_record_that_entered_late_is_not_read_whatever_its_date() -> None:
    first, second = readings(c=HALF + 1)["event"]

    assert ids(first) == ["a"]
    assert ids(second) == ["a", "e"]


def test_other_questions_are_read_at_half_of_the_window_or_at_the_opening() -> None:
    record = b.record("f", Stance("plain", "no", 1.0), published=b.OPENS + 50)
    timeline = Timeline(world=observe(known_world(), record))
    recorded = {**RECORDED, "f": record.published}
    long, short = (
        resolved_readings(timeline, {"plain": outcome("plain", True, day_of(end))}, recorded)
        for end in (b.OPENS + 200, b.OPENS + 90)
    )

    assert ids(long[0]) == ["a", "a2", "f"]
    assert ids(short[0]) == ["a", "a2"]


@pytest.mark.parametrize("status", ["annulled", "ambiguous"])
def test_what_was_annulled_or_is_ambiguous_teaches_nothing(status: str) -> None:
    outcomes = {"plain": outcome("plain", None, status=status)}

    assert resolved_readings(Timeline(world=known_world()), outcomes, RECORDED) == []


def test_a_derived_question_teaches_nothing_of_its_own() -> None:
    outcomes = {"by-early": outcome("by-early", False)}

    assert resolved_readings(Timeline(world=known_world()), outcomes, RECORDED) == []

"""Tests of histories: what each event does, in which order, and that sleep loses nothing."""

import numpy as np
import pytest

from forecasts.evidence import Stance
from forecasts.reliability import draw_from_priors
from forecasts.resolutions import Status
from forecasts.timeline import (
    ESTABLISHED_RECORDS,
    Event,
    Observed,
    Passed,
    Refitted,
    Registered,
    Retracted,
    established_submitters,
    play,
)
from tests.forecasts import building as b
from tests.forecasts.histories import (
    QUESTIONS,
    opened,
    probability,
    resolved,
    run,
    said,
    tellers,
    timeline,
)


def test_a_question_opens_at_its_time_with_its_prior() -> None:
    line, steps = run(timeline(), [*QUESTIONS, (Passed(), b.OPENS + 0.5)])

    assert [(s.cause, s.at, s.before, s.bits) for s in steps] == [("opening", b.OPENS, None, 0)] * 6
    assert [s.after.question for s in steps][-1] == "by-early"  # after the curve it reads
    assert set(line.registered) == {"by-late"}
    assert probability(line, "plain") == pytest.approx(0.3, abs=0.01)


def test_a_question_registered_after_its_opening_opens_at_once() -> None:
    line, steps = play(opened(), Registered(*b.plain("late")), b.OPENS + 3.25)

    assert [s.at for s in steps if s.cause == "opening"] == [b.OPENS + 3.25]
    assert "late" in line.standing


def test_every_midnight_is_a_step_and_lowers_an_event() -> None:
    line, steps = play(opened(), Passed(), b.OPENS + 10.5)

    of_event = [s for s in steps if s.after.question == "event"]
    assert [s.at - b.OPENS for s in of_event] == list(range(2, 11))  # a day's lag: day 1 is silent
    assert all(s.cause == "time" and s.bits < 0 and s.direct for s in of_event)
    assert {s.direct for s in steps if s.after.question == "plain"} == {False}
    assert line.world.now == b.OPENS + 10.5


def test_nested_deadlines_never_contradict_each_other() -> None:
    events = [
        *QUESTIONS,
        said("a", "by-early", "yes", b.OPENS + 31, 4.5),
        said("b", "by-late", "no", b.OPENS + 33.5, 4.5),
        said("c", "date", "later", b.OPENS + 35, 4.5),
        (Passed(), b.OPENS + 120.0),
    ]
    line = timeline()
    for event, at in events:
        line, _ = play(line, event, at)
        for midnight in np.arange(np.ceil(line.world.now), line.world.now + 6):
            early, late = (line.standing.get(name) for name in ("by-early", "by-late"))
            if early is not None and late is not None:
                assert early.probability is not None and late.probability is not None
                assert early.probability <= late.probability + 1e-12
            line, _ = play(line, Passed(), float(midnight))

    assert (
        probability(line, "by-early") == pytest.approx(0, abs=1e-12) != probability(line, "by-late")
    )


def test_a_record_moves_its_question_directly_and_others_through_drivers() -> None:
    _, steps = run(opened(), [said("r", "plain", "yes", b.OPENS + 0.75)])

    by_question = {s.after.question: s for s in steps}
    assert {s.cause_id for s in steps} == {"r"} and {s.cause for s in steps} == {"evidence"}
    assert [name for name, step in by_question.items() if step.direct] == ["plain"]
    assert 0 < by_question["event"].bits < by_question["plain"].bits
    assert by_question["number"].bits > 0  # information, never negative


def test_a_record_that_came_before_the_opening_is_read_at_it() -> None:
    stances = (Stance("by-late", "yes", 3.0), Stance("plain", "yes", 1.0))
    record = b.record("r", *stances, published=b.OPENS + 5)

    line, steps = run(opened(), [(Observed(record), b.OPENS + 5.0), (Passed(), b.OPENS + 31.0)])

    of_late = [(s.at - b.OPENS, s.cause) for s in steps if s.after.question == "by-late"]
    assert of_late[:3] == [(30, "opening"), (30, "evidence"), (31, "time")]
    assert line.waiting == ()


def test_a_record_on_an_open_date_and_a_later_deadline_counts_once() -> None:
    both = b.record(
        "r", Stance("date", "sooner", 2.0), Stance("by-late", "yes", 3.0), published=b.OPENS + 5
    )
    one = b.record("r", Stance("by-late", "yes", 3.0), published=b.OPENS + 5)

    lines = [
        run(opened(), [(Observed(r), b.OPENS + 5.0), (Passed(), b.OPENS + 31.0)])[0]
        for r in (both, one)
    ]

    cells = [line.standing["date"].cells for line in lines]
    np.testing.assert_allclose(cells[0], cells[1], atol=1e-12)


def test_a_record_retracted_before_the_opening_is_never_read() -> None:
    events: list[tuple[Event, float]] = [
        said("r", "by-late", "yes", b.OPENS + 5),
        (Retracted("r"), b.OPENS + 6),
        (Passed(), b.OPENS + 31.0),
    ]

    line, _ = run(opened(), events)
    without, _ = run(opened(), events[2:])

    assert probability(line, "by-late") == probability(without, "by-late")


def test_retracting_gives_every_standing_forecast_back() -> None:
    before = opened()
    line, _ = run(before, [said("r", "event", "yes", b.OPENS + 0.75)])
    after, steps = play(line, Retracted("r"), b.OPENS + 0.8)

    assert {s.cause for s in steps} == {"retraction"}
    for name, forecast in before.standing.items():
        np.testing.assert_array_equal(after.standing[name].cells, forecast.cells)


def test_an_outcome_ends_its_question_and_moves_its_kin() -> None:
    line, steps = run(opened(), [resolved("plain", True, b.OPENS + 0.75)])

    assert {s.cause for s in steps} == {"resolution"}
    assert "plain" not in {s.after.question for s in steps}
    assert next(s.bits for s in steps if s.after.question == "event") > 0
    later, more = play(line, Passed(), b.OPENS + 3)
    assert "plain" not in {s.after.question for s in more}
    assert later.ended == {"plain": "resolved"}


@pytest.mark.parametrize("status", ["annulled", "ambiguous"])
def test_an_annulled_event_stands_still_while_time_passes(status: Status) -> None:
    event = resolved("event", None, b.OPENS + 50.75, status)
    line, _ = run(opened(), [(Passed(), b.OPENS + 50.5), event])

    later, steps = play(line, Passed(), b.OPENS + 90)

    assert "event" not in {s.after.question for s in steps}
    alive = later.world.curves["event"].alive
    np.testing.assert_array_equal(alive, line.world.curves["event"].alive)
    days = np.diff(later.world.curves["event"].curve.space.edges)
    assert alive[:-1] @ days == 365 - 49  # midnight 50 kills up to day 49


def test_an_outcome_that_is_annulled_later_no_longer_conditions() -> None:
    annulment = resolved("plain", None, b.OPENS + 0.8, "annulled")
    line, _ = run(opened(), [resolved("plain", True, b.OPENS + 0.75), annulment])

    assert probability(line, "event") == probability(opened(), "event")


def test_a_submitter_stands_alone_from_ten_records_on_known_outcomes() -> None:
    outcome = resolved("plain", True, b.OPENS + 0.75)

    nine, _ = run(opened(), [*tellers(ESTABLISHED_RECORDS - 1), outcome])
    ten, steps = run(opened(), [*tellers(ESTABLISHED_RECORDS), outcome])

    assert nine.world.established == {"curator"}
    assert ten.world.established == established_submitters(ten) == {"curator", "ann"}
    assert steps[-1].cause == "track_record"


def test_records_on_annulled_questions_prove_nothing() -> None:
    annulled = resolved("plain", None, b.OPENS + 0.75, "annulled")

    assert "ann" not in run(opened(), [*tellers(20), annulled])[0].world.established


def test_a_record_on_several_known_outcomes_proves_itself_once() -> None:
    """Five records on a date; its owner and a deadline both resolve: five, not ten."""
    five = [said(f"r{n}", "date", "sooner", b.OPENS + 0.6, 0.5, submitter="ann") for n in range(5)]
    outcomes = [
        resolved("by-early", False, b.OPENS + 0.7),
        resolved("date", "never", b.OPENS + 0.75),
    ]

    assert "ann" not in run(opened(), [*five, *outcomes])[0].world.established


def test_a_fit_reads_everything_anew_as_one_step() -> None:
    line, _ = run(opened(), [said("r", "plain", "yes", b.OPENS + 0.6)])
    theta = draw_from_priors(seed=99, draws=64)

    after, steps = play(line, Refitted("f1", theta), b.OPENS + 0.7)

    assert {(s.cause, s.cause_id) for s in steps} == {("fit", "f1")}
    assert after.world.reliability is theta
    assert probability(after, "plain") != probability(line, "plain")


def test_a_record_that_spoke_louder_before_takes_no_step_when_a_deadline_opens() -> None:
    both = b.record(
        "r", Stance("date", "sooner", 3.0), Stance("by-late", "yes", 2.0), published=b.OPENS + 5
    )

    _, steps = run(opened(), [(Observed(both), b.OPENS + 5.0), (Passed(), b.OPENS + 31.0)])

    assert {s.at for s in steps if s.cause_id == "r"} == {b.OPENS + 5}

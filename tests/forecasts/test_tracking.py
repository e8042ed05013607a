"""Tests of stored scenarios: each event says how likely they are, and outcomes settle them."""

import pytest

from forecasts.scenarios import chance_of, log2_odds
from forecasts.timeline import Passed, Supposed, asleep, awaken, play
from tests.forecasts import building as b
from tests.forecasts.histories import opened, resolved, run, said
from tests.forecasts.supposing import learn, outcome

LATE_AND_PLAIN = learn(outcome("by-early", value=False), outcome("plain"))
NOW = b.OPENS + 1.2


def stored():
    return play(opened(), Supposed(LATE_AND_PLAIN), NOW)[0]


def test_storing_a_scenario_is_its_first_step_and_moves_no_question():
    timeline, steps = play(opened(), Supposed(LATE_AND_PLAIN), b.OPENS + 0.7)
    (first,) = timeline.followed.steps

    assert steps == []
    assert (first.scenario, first.cause, first.at, first.bits) == ("s", "opening", b.OPENS + 0.7, 0)
    assert first.chance == chance_of(timeline.world, LATE_AND_PLAIN)


def test_each_event_that_touches_the_world_moves_it():
    before = stored()
    event, at = said("a", "event", "yes", NOW + 0.1)
    after, _ = play(before, event, at)
    (step,) = after.followed.steps

    assert (step.cause, step.cause_id) == ("evidence", "a")
    old, new = before.followed.standing["s"].probability, step.chance.probability
    assert step.bits == pytest.approx(log2_odds(new) - log2_odds(old))
    assert after.followed.standing["s"] == step.chance == chance_of(after.world, LATE_AND_PLAIN)


def test_each_midnight_is_a_step_of_its_own_and_a_still_day_is_none():
    moved, _ = play(stored(), Passed(), NOW + 5)
    still, _ = play(moved, Passed(), NOW + 5.1)

    assert [step.at % 1 for step in moved.followed.steps] == [0] * 5
    assert {step.cause for step in moved.followed.steps} == {"time"}
    assert still.followed.steps == ()
    assert still.followed.standing == moved.followed.standing


def test_an_outcome_that_contradicts_it_rules_it_out_for_good():
    timeline, _ = run(stored(), [resolved("by-early", True, NOW + 3)])
    later, _ = play(timeline, Passed(), NOW + 9)

    assert timeline.followed.standing["s"].probability == 0
    assert timeline.followed.steps[-1].cause == "resolution"
    assert timeline.followed.steps[-1].bits < -30
    assert later.followed.steps == ()


def test_an_outcome_that_fits_leaves_the_rest_of_it():
    timeline, _ = run(stored(), [resolved("plain", True, NOW + 3)])
    rest = learn(outcome("by-early", value=False))

    assert timeline.followed.standing["s"].probability == pytest.approx(
        chance_of(timeline.world, rest).probability
    )


def test_one_that_sleeps_wakes_with_what_it_would_have_said():
    events = [(Supposed(LATE_AND_PLAIN), NOW), said("a", "plain", "yes", NOW + 2.2)]
    awake, _ = run(opened(), events)
    sleeping, _ = run(asleep(opened()), events)
    world = awake.world
    woken = awaken(sleeping, world.draws, world.reference, world.moves)

    assert sleeping.followed.steps == () == woken.followed.steps
    assert woken.followed.standing == awake.followed.standing
    event, at = said("b", "event", "no", NOW + 3.3)
    assert play(woken, event, at)[0].followed.steps == play(awake, event, at)[0].followed.steps

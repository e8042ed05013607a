"""Tests that sleeping through events and waking loses nothing."""

import numpy as np

from forecasts.evidence import Record, Stance
from forecasts.reliability import draw_from_priors
from forecasts.timeline import (
    ESTABLISHED_RECORDS,
    Event,
    Observed,
    Passed,
    Refitted,
    Registered,
    Retracted,
    Supposed,
    asleep,
    awaken,
)
from tests.forecasts import building as b
from tests.forecasts.histories import QUESTIONS, probability, resolved, run, said, tellers, timeline
from tests.forecasts.supposing import learn, outcome


def whole_history() -> list[tuple[Event, float]]:
    """Every kind of event, at odd hours, with moves of the draws."""
    fresh = np.random.default_rng(8).standard_normal((4_000, 2))
    theta = draw_from_priors(seed=11, draws=64)
    waiting: Record = b.record("w", Stance("by-late", "yes", 1.0), published=b.OPENS + 1.3)
    strong = [(Registered(*b.plain(f"s{n}", 0.03, (2.5, 0.4))), b.OPENS + 2.0) for n in range(3)]
    return [
        *QUESTIONS,
        said("a", "plain", "yes", b.OPENS + 1.3),
        (Observed(waiting), b.OPENS + 1.3),
        *strong,
        *(resolved(f"s{n}", True, b.OPENS + 3.1) for n in range(3)),
        *tellers(ESTABLISHED_RECORDS, "number", "higher", b.OPENS + 4.4),
        said("b", "event", "yes", b.OPENS + 20.6),
        (Supposed(learn(outcome("by-early"), outcome("choice", "green"))), b.OPENS + 21.2),
        resolved("number", 42.0, b.OPENS + 25.2),
        said("c", "date", "later", b.OPENS + 40.9),
        resolved("event", None, b.OPENS + 45.7, "annulled"),
        (Refitted("f1", theta), b.OPENS + 50.1),
        (Retracted("a"), b.OPENS + 60.5),
        resolved("by-early", False, b.OPENS + 101.9),
        (Refitted("f2", theta, fresh, np.zeros(4_000)), b.OPENS + 102.3),
        (Observed(b.record("d", Stance("choice", "toward", 1.0, choice=1))), b.OPENS + 103.4),
        (Passed(), b.OPENS + 110.6),
    ]


def test_sleeping_through_events_and_waking_is_as_if_awake_to_the_last_bit() -> None:
    events = whole_history()
    awake, _ = run(timeline(), events)
    sleeping, steps = run(asleep(timeline()), events)

    world = awake.world
    woken = awaken(sleeping, world.draws, world.reference, world.moves)

    assert steps == [] and world.moves >= 2
    assert (woken.ended, woken.waiting, woken.world.now) == (awake.ended, (), world.now)
    assert woken.world.established == world.established == {"curator", "ann"}
    assert woken.followed.standing == awake.followed.standing != {}
    assert list(woken.world.terms) == list(world.terms)
    for name, term in world.terms.items():
        np.testing.assert_array_equal(woken.world.terms[name], term)
    still_open = set(world.questions) - set(awake.ended)
    assert set(woken.standing) == still_open
    for name in still_open:
        one, other = woken.standing[name], awake.standing[name]
        np.testing.assert_array_equal(one.cells, other.cells)
        assert (one.probability, one.low, one.high) == (other.probability, other.low, other.high)
        assert one.monte_carlo_error == other.monte_carlo_error
    both = [run(line, [said("e", "by-late", "yes", b.OPENS + 112.2)])[0] for line in (woken, awake)]
    assert probability(both[0], "by-late") == probability(both[1], "by-late")

"""Tests of a curve with its evidence: order, reuse, and which cells are alive."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.curves import (
    CurveState,
    alive_at,
    class_profile,
    read_curve,
    reread,
    strongest_signal,
    unread_curve,
    with_alive,
)
from forecasts.evidence import Signal, Stance, signal_on
from forecasts.reliability import draw_from_priors
from tests.forecasts import building as b

PLAIN, ON = b.plain()
THETA = draw_from_priors(seed=2, draws=130)
CURATOR = frozenset({"curator"})


def signal(name: str, weight: float = 1.0, submitter: str = "curator", origin: str = "o") -> Signal:
    record = b.record(name, origin=origin, submitter=submitter)
    return signal_on(ON, PLAIN, record, Stance("plain", "yes", weight))


def test_a_curve_reads_the_same_in_any_order() -> None:
    """Bit for bit: two of one origin, one of another, two newcomers; each heard by itself."""
    signals = (
        signal("a"),
        signal("b", 2.0),
        signal("c", origin="p"),
        signal("d", submitter="new"),
        signal("e", submitter="newer", origin="p"),
        signal("f", 0.0),
    )
    nothing = read_curve(ON, (), np.ones(2), THETA, CURATOR)

    for order in permutations(signals):
        at_once = read_curve(ON, order, np.ones(2), THETA, CURATOR)
        by_and_by = nothing
        for one in order:
            by_and_by = reread(by_and_by, {one.record.id: one}, THETA, CURATOR)
        assert alike(at_once, read_curve(ON, signals, np.ones(2), THETA, CURATOR))
        assert alike(by_and_by, at_once)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=30)
def test_any_changes_give_the_bits_of_reading_all_from_the_start(seed: int) -> None:
    rng = np.random.default_rng(seed)
    state = read_curve(ON, (), np.ones(2), THETA, CURATOR)
    for place in range(25):
        names = [f"r{rng.integers(8)}" for _ in range(rng.integers(1, 3))]
        changes = {name: random_signal(name, rng) for name in names}
        state = reread(state, changes, THETA, CURATOR)
        if place % 6 == 0:
            state = with_alive(state, np.array([1.0, rng.random()]))

    assert alike(state, read_curve(ON, state.signals, state.alive, THETA, CURATOR))


def random_signal(name: str, rng: np.random.Generator) -> Signal | None:
    """One of few origins, submitters and weights; sometimes nothing: then the record goes."""
    if rng.random() < 0.3:
        return None
    who, origin = rng.choice(["curator", "ann", "bob"]), rng.choice(["o", "p"])
    return signal(name, float(rng.choice([-2.0, 0.0, 1.0, 3.0])), str(who), str(origin))


def alike(one: CurveState, other: CurveState) -> bool:
    return np.array_equal(one.likelihood, other.likelihood) and np.array_equal(
        one.likelihood_draws, other.likelihood_draws
    )


def test_all_that_was_taken_back_leaves_nothing() -> None:
    before = read_curve(ON, (), np.ones(2), THETA, CURATOR)
    state = reread(before, {"a": signal("a"), "b": signal("b", submitter="x")}, THETA, CURATOR)

    state = reread(state, {"a": None, "b": None, "c": None}, THETA, CURATOR)

    assert alike(state, before) and state.signals == ()
    assert (state.heard.origins, state.heard.pool) == ({}, ())


def test_a_learned_reference_class_tilts_every_curve_of_it() -> None:
    """Classes that came out 1 nat more often than their priors said."""
    learned = replace(THETA, classes={"bans": np.ones(THETA.draws)})
    for on, profile in ((replace(ON, reference_class="bans"), [-0.5, 0.5]), (ON, [0.0, 0.0])):
        state = read_curve(on, (), np.ones(2), learned, CURATOR)

        odds = np.log(state.likelihood[1] / state.likelihood[0])
        assert odds == pytest.approx(profile[1] - profile[0])
    on = replace(b.event()[1], reference_class="bans")
    state = read_curve(on, (), np.ones(on.space.size), learned, CURATOR)
    assert np.log(state.likelihood[0] / state.likelihood[-1]) == pytest.approx(1)
    assert class_profile(b.number()[1]) is None


def test_evidence_on_an_open_question_teaches_nothing_about_theta() -> None:
    state = read_curve(ON, (signal("a"),), np.ones(2), THETA, frozenset({"curator"}))
    chances = state.likelihood_draws * ON.opening_cells
    posteriors = chances / chances.sum(axis=1, keepdims=True)

    assert state.likelihood[1] > state.likelihood[0] > 0
    forecast = ON.opening_cells * state.likelihood  # every theta counts alike in the mean
    assert np.allclose(forecast, posteriors.mean(axis=0), rtol=1e-12)


def test_without_evidence_a_curve_says_what_its_prior_says() -> None:
    state = read_curve(ON, (), np.ones(2), THETA, frozenset())

    np.testing.assert_array_equal(state.likelihood, [1, 1])
    np.testing.assert_allclose(state.log_evidence(np.array([-2.0, 0.3])), 0, atol=1e-12)


def test_log_evidence_of_an_outcome_is_the_log_of_its_prior_against_the_opening() -> None:
    """Read from 128 nodes: halfway between two, the chord of a logistic is off by under 1e-3."""
    state = with_alive(read_curve(ON, (), np.ones(2), THETA, frozenset()), np.array([0.0, 1.0]))
    pulls = np.linspace(-3, 3, 41)

    expected = ON.prior.log_cells(pulls)[:, 1] - np.log(ON.opening_cells[1])
    np.testing.assert_allclose(state.log_evidence(pulls), expected, atol=1e-3)


def test_choices_are_summed_without_a_table() -> None:
    _, on = b.choice()
    state = with_alive(read_curve(on, (), np.ones(3), THETA, frozenset()), np.array([0.0, 1, 0]))
    pull = np.array([[0.4, -0.2, 0.0]])

    assert state.table.size == 0
    expected = on.prior.log_cells(pull)[:, 1] - np.log(on.opening_cells[1])
    np.testing.assert_allclose(state.log_evidence(pull), expected)


def test_days_die_at_the_reporting_lag_and_only_on_dates() -> None:
    _, on = b.event()

    alive = alive_at(replace_lag(on, 3.0), b.OPENS + 5.5)

    np.testing.assert_array_equal(alive[:4], [0, 0, 0.5, 1])
    np.testing.assert_array_equal(alive_at(ON, b.OPENS + 300), [1, 1])


def replace_lag(on: b.Curve, days: float) -> b.Curve:
    return b.curve(on.id, on.space, on.prior, on.loadings, reporting_lag=days)


def test_of_what_a_record_says_on_a_curve_only_the_strongest_counts() -> None:
    weak, strong, other = signal("a", 1.0), signal("a", -2.0), signal("b")

    def after(*known: Signal) -> CurveState:
        return read_curve(ON, known, np.ones(2), THETA, CURATOR)

    assert strongest_signal(after(other), (weak, strong)) is strong
    assert strongest_signal(after(weak, other), (strong,)) is strong
    assert strongest_signal(after(strong, other), (weak,)) is None
    first, second = signal("c"), signal("c", -1.0)
    assert strongest_signal(after(), (first, second)) is first


def test_an_unread_curve_keeps_its_signals_for_later() -> None:
    state = unread_curve(ON, {"a": signal("a")})

    assert [s.record.id for s in state.signals] == ["a"]
    np.testing.assert_array_equal(state.factor, [1, 1])


def test_newcomers_become_trusted_without_changing_the_measure() -> None:
    state = read_curve(ON, (signal("a", submitter="new"),), np.ones(2), b.sure(), frozenset())
    trusted = read_curve(
        ON, (signal("a", submitter="new"),), np.ones(2), b.sure(), frozenset({"new"})
    )

    assert len(state.heard.pool) == 1
    shift = [np.log(s.likelihood[1] / s.likelihood[0]) for s in (state, trusted)]
    assert shift[0] == pytest.approx(shift[1])  # S = +-.5 is under the cap of +-.55

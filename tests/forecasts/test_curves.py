"""Tests of a curve with its evidence: order, reuse, and which cells are alive."""

from itertools import permutations

import numpy as np
import pytest

from forecasts.curves import alive_at, counted_signals, read_curve, unread_curve, with_alive
from forecasts.evidence import Signal, Stance, signal_on
from forecasts.reliability import draw_from_priors
from tests.forecasts import building as b

PLAIN, ON = b.plain()
THETA = draw_from_priors(seed=2, draws=130)


def signal(name: str, weight: float = 1.0, submitter: str = "curator", origin: str = "o") -> Signal:
    record = b.record(name, origin=origin, submitter=submitter)
    return signal_on(ON, PLAIN, record, Stance("plain", "yes", weight))


def test_a_curve_reads_the_same_in_any_order_and_with_any_cache() -> None:
    """Bit for bit: two of one origin, one of another, two newcomers."""
    signals = (
        signal("a"),
        signal("b", 2.0),
        signal("c", origin="p"),
        signal("d", submitter="new"),
        signal("e", submitter="newer", origin="p"),
    )
    curator, alive = frozenset({"curator"}), np.ones(2)
    partly = read_curve(ON, signals[:3], alive, THETA, curator)

    likelihoods = [
        read_curve(ON, order, alive, THETA, curator, known).likelihood
        for order in permutations(signals)
        for known in (None, partly.readings)
    ]

    assert all(np.array_equal(found, likelihoods[0]) for found in likelihoods)


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
    weak, strong = signal("a", 1.0), signal("a", -2.0)
    other = signal("b")

    assert counted_signals((other,), (weak, strong)) == (other, strong)
    assert counted_signals((weak, other), (strong,)) == (other, strong)
    assert counted_signals((strong, other), (weak,)) == (strong, other)
    first, second = signal("c"), signal("c", -1.0)
    assert counted_signals((), (first, second)) == (first,)


def test_an_unread_curve_keeps_its_signals_for_later() -> None:
    state = unread_curve(ON, (signal("a"),))

    assert [s.record.id for s in state.signals] == ["a"]
    np.testing.assert_array_equal(state.factor, [1, 1])


def test_newcomers_become_trusted_without_changing_the_measure() -> None:
    state = read_curve(ON, (signal("a", submitter="new"),), np.ones(2), b.sure(), frozenset())
    trusted = read_curve(
        ON, (signal("a", submitter="new"),), np.ones(2), b.sure(), frozenset({"new"})
    )

    assert [key[0] for key in state.readings] == ["newcomers"]
    shift = [np.log(s.likelihood[1] / s.likelihood[0]) for s in (state, trusted)]
    assert shift[0] == pytest.approx(shift[1])  # S = +-.5 is under the cap of +-.55

"""Tests of priors against SciPy and against what they are in the limit."""

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from forecasts.priors import (
    FRAILTY,
    CellPrior,
    HazardPrior,
    LogOddsPrior,
    SoftmaxPrior,
    SplitTPrior,
    log_sum_exp,
    split_t_cdf,
    survival_under,
    t_cdf,
    t_log_density,
)

AXIS = np.linspace(-2, 3, 11)
pulls = st.lists(st.floats(-8, 8), min_size=1, max_size=5).map(np.array)


def test_t_cdf_is_that_of_scipy() -> None:
    z = np.concatenate([np.linspace(-8, 8, 321), [-40.0, 40.0]])

    np.testing.assert_allclose(t_cdf(z), scipy.stats.t(4).cdf(z), rtol=1e-9, atol=1e-12)


def test_t_log_density_differs_from_that_of_scipy_by_a_constant() -> None:
    z = np.linspace(-9, 9, 37)
    difference = t_log_density(z) - scipy.stats.t(4).logpdf(z)

    np.testing.assert_allclose(difference, difference[0], atol=1e-12)


def test_split_t_with_equal_spreads_is_the_plain_t() -> None:
    x = np.linspace(-20, 20, 101)

    np.testing.assert_allclose(
        split_t_cdf(x, 2.5, 2.5), scipy.stats.t(4, scale=2.5).cdf(x), atol=1e-12
    )


def test_split_t_is_the_integral_of_two_half_ts_that_meet_at_the_mode() -> None:
    below, above = 1.0, 3.0
    plain = scipy.stats.t(4)

    def density(x: float) -> float:  # both halves have the same height at the mode
        return 2 / (below + above) * float(plain.pdf(x / (below if x < 0 else above)))

    for x in (-2.5, -0.3, 0.0, 1.0, 6.0):
        area = scipy.integrate.quad(density, -np.inf, min(x, 0))[0]
        area += scipy.integrate.quad(density, 0, x)[0] if x > 0 else 0.0
        assert split_t_cdf(np.float64(x), below, above) == pytest.approx(area, abs=1e-8)


@pytest.mark.parametrize("never", [0.0, 0.3])
@pytest.mark.parametrize("eta", [-1.0, 0.0, 2.0])
def test_survival_is_the_mean_over_a_gamma_frailty(never: float, eta: float) -> None:
    frailty = scipy.stats.gamma(1 / FRAILTY, scale=FRAILTY)
    hazard = 0.8

    def survives(strength: float) -> float:
        return float(np.exp(-strength * hazard * np.exp(eta)) * frailty.pdf(strength))

    expected = never + (1 - never) * scipy.integrate.quad(survives, 0, np.inf)[0]

    assert survival_under(hazard, never, eta) == pytest.approx(expected, abs=1e-9)
    assert frailty.mean() == pytest.approx(1) and frailty.var() == pytest.approx(FRAILTY)


PRIORS: list[CellPrior] = [
    LogOddsPrior(-1.3),
    SplitTPrior(0.2, 0.5, 1.5, AXIS),
    SplitTPrior(0.2, 0.5, 1.5, AXIS, closed_below=True, closed_above=True),
    HazardPrior(np.linspace(0, 4, 9), 0.2),
]


@pytest.mark.parametrize("prior", PRIORS)
@given(eta=pulls)
def test_cells_sum_to_one_under_any_pull(prior: CellPrior, eta: np.ndarray) -> None:
    logs = prior.log_cells(eta)

    assert np.all(np.isfinite(logs))
    np.testing.assert_allclose(np.exp(logs).sum(axis=-1), 1.0, atol=1e-12)


def test_closed_ends_have_empty_tails_and_open_ones_have_not() -> None:
    closed = SplitTPrior(0.2, 0.5, 1.5, AXIS, closed_below=True, closed_above=True)
    half_open = SplitTPrior(0.2, 0.5, 1.5, AXIS, closed_below=True)

    assert np.exp(closed.log_cells(np.zeros(1)))[0, [0, -1]].max() < 1e-200
    lower, upper = np.exp(half_open.log_cells(np.zeros(1)))[0, [0, -1]]
    assert lower < 1e-200 < upper


def test_a_positive_pull_means_yes_higher_and_sooner() -> None:
    eta = np.array([0.0, 1.0])
    yes = np.exp(LogOddsPrior(-1.0).log_cells(eta))[:, 1]
    upper = np.exp(SplitTPrior(0.2, 0.5, 1.5, AXIS).log_cells(eta))[:, -1]
    never = np.exp(HazardPrior(np.linspace(0, 4, 9), 0.2).log_cells(eta))[:, -1]

    assert yes[0] < yes[1] and upper[0] < upper[1] and never[0] > never[1]
    np.testing.assert_allclose(yes, [1 / (1 + np.e), 0.5])


@given(eta=pulls, log_odds=st.floats(-6, 6))
def test_two_options_are_a_binary_question(eta: np.ndarray, log_odds: float) -> None:
    binary = LogOddsPrior(log_odds).log_cells(eta)
    two = SoftmaxPrior(np.array([0.0, log_odds])).log_cells(
        np.stack([np.zeros_like(eta), eta], axis=-1)
    )

    np.testing.assert_allclose(two, binary, atol=1e-12)


def test_log_sum_exp_does_not_overflow() -> None:
    assert log_sum_exp(np.array([1e4, 1e4])) == pytest.approx(1e4 + np.log(2))

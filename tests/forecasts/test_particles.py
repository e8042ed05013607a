"""Tests of weighted draws against ArviZ and against posteriors that are known."""

import numpy as np
import pytest
from arviz_stats.base import array_stats

from forecasts.outcomes import Floats
from forecasts.particles import effective_sample, normalised, pareto_shape, resampled, slice_moves


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_weights_do_not_overflow() -> None:
    np.testing.assert_allclose(normalised(np.array([1e4, 1e4 + np.log(3)])), [0.25, 0.75])


def test_equal_weights_are_worth_all_draws_and_one_weight_is_worth_one() -> None:
    assert effective_sample(np.full(50, 0.02)) == pytest.approx(50)
    assert effective_sample(np.eye(50)[3]) == 1.0


@pytest.mark.parametrize("spread", [0.3, 1.0, 2.0, 4.0])
def test_pareto_shape_is_that_of_arviz(spread: float) -> None:
    """ArviZ takes log likelihoods and negates them, so it is given minus the log weights."""
    log_weights = spread * rng().standard_normal(4_000)

    _, expected = array_stats.psislw(-log_weights)

    assert pareto_shape(normalised(log_weights)) == pytest.approx(float(expected), abs=1e-6)


@pytest.mark.parametrize("shape", [0.3, 0.6, 1.0])
def test_pareto_shape_of_a_pareto_tail_is_its_shape(shape: float) -> None:
    """The tail has 3 sqrt(40,000) = 600 weights: a standard error of about (1 + k) / sqrt(600)."""
    weights = rng().random(40_000) ** -shape

    assert pareto_shape(weights / weights.sum()) == pytest.approx(
        shape, abs=3 * (1 + shape) / np.sqrt(600)
    )


@pytest.mark.parametrize("weights", [np.full(400, 1 / 400), np.full(10, 0.1)])
def test_a_flat_or_tiny_tail_has_no_shape(weights: Floats) -> None:
    assert pareto_shape(weights) == -np.inf


def test_resampling_keeps_weighted_means() -> None:
    """Each draw stays floor or ceiling of n w times: the mean of ranks moves by under 1 / n."""
    values = np.sort(rng().standard_normal(4_000))
    weights = normalised(1.5 * values)

    kept = resampled(weights, rng(2))

    counts = np.bincount(kept, minlength=4_000)
    assert np.all(np.abs(counts - 4_000 * weights) < 1)
    assert values[kept].mean() == pytest.approx(weights @ values, abs=0.005)


def test_slice_moves_keep_a_gaussian_posterior() -> None:
    """f ~ N(0, 1) seen as y = 2 with variance 1/3: precision 4, mean 6/4 = 1.5, variance .25.

    The second driver is not seen. All start at the prior mean; fifty steps forget it. Four
    standard errors: 4 x .5 / sqrt(4,000) = .032; of a variance 4 x .25 sqrt(2 / 4,000) = .022.
    """

    def log_likelihood(draws: Floats) -> Floats:
        return np.asarray(-((2 - draws[:, 0]) ** 2) / (2 / 3))

    moved = slice_moves(np.zeros((4_000, 2)), log_likelihood, 50, rng())

    assert moved[:, 0].mean() == pytest.approx(1.5, abs=0.032)
    assert moved[:, 0].var() == pytest.approx(0.25, abs=0.022)
    assert moved[:, 1].mean() == pytest.approx(0, abs=0.064)
    assert moved[:, 1].var() == pytest.approx(1, abs=0.09)
    assert np.corrcoef(moved.T)[0, 1] == pytest.approx(0, abs=0.064)


def test_slice_moves_part_draws_that_were_one() -> None:
    moved = slice_moves(np.zeros((500, 1)), lambda f: np.zeros(len(f)), 1, rng())

    assert len(np.unique(moved)) == 500

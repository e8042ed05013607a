"""Tests of the scores of distributions: CRPS from grids, quantiles and ensembles, and WIS."""

import numpy as np
import pytest
import scoringrules
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit
from forecasts.scoring import (
    crps_of_cdf,
    crps_of_ensemble,
    crps_of_quantiles,
    weighted_interval_score,
)

LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


def normal_crps(y: float) -> float:
    """CRPS of a standard normal, Gneiting and Raftery (2007), equation 21."""
    return float(y * (2 * norm.cdf(y) - 1) + 2 * norm.pdf(y) - 1 / np.sqrt(np.pi))


@pytest.mark.parametrize("y", [-2.0, 0.0, 0.37, 3.1])
def test_the_normal_has_its_closed_form(y: float) -> None:
    edges = np.linspace(-9, 9, 4_001)
    levels = (np.arange(20_000) + 0.5) / 20_000

    assert crps_of_cdf(norm.cdf(edges), edges, y) == pytest.approx(normal_crps(y), abs=1e-5)
    quantiles = norm.ppf(levels)
    assert crps_of_quantiles(quantiles, levels, y) == pytest.approx(normal_crps(y), abs=1e-4)
    assert crps_of_ensemble(quantiles, y) == pytest.approx(normal_crps(y), abs=1e-4)


def test_a_straight_line_is_integrated_exactly() -> None:
    # on [0, 3], y = 1: integral of (x/3)^2 to 1 is 1/27, of (1 - x/3)^2 from 1 is 8/27
    for n in (2, 4, 7):
        edges = np.linspace(0, 3, n)
        assert crps_of_cdf(edges / 3, edges, 1.0) == pytest.approx(1 / 3)


def test_an_outcome_beyond_the_grid_counts_at_its_edge() -> None:
    scores = crps_of_cdf([0.25, 0.75], [0.0, 1.0], [-np.inf, -5.0, 0.0, 1.0, 7.0, np.inf])

    # of x in [.25, .75]: (.75^3 - .25^3) / (3 * .5)
    assert scores == pytest.approx(np.full(6, 0.40625 / 1.5))


def test_a_date_is_scored_as_all_its_deadlines() -> None:
    # (p - y)^2 with y = 1 from day 2 on, over the cells of days with p constant
    scores = crps_of_cdf([[0.3, 0.3, 0.3], [0.0, 0.0, 0.0]], [0.0, 2.0, 5.0], 2.0)

    assert scores == pytest.approx([2 * 0.09 + 3 * 0.49, 3.0])


@given(
    st.lists(st.floats(0.01, 1), min_size=4, max_size=4), st.lists(st.floats(0.01, 1), min_size=4)
)
def test_no_distribution_on_the_grid_beats_the_truth(true: list[float], said: list[float]) -> None:
    # masses: below, in two cells, above; draws are even in the cells, so midpoints do
    edges = np.array([0.0, 1.0, 4.0])
    truth, stated = np.array(true) / sum(true), np.array(said[:4]) / sum(said[:4])
    inside = (np.arange(99) + 0.5) / 99
    outcomes = np.concatenate([[-1.0], inside, 1 + 3 * inside, [9.0]])
    weights = np.repeat(truth, [1, 99, 99, 1]) / np.repeat([1, 99, 99, 1], [1, 99, 99, 1])
    mean = [weights @ crps_of_cdf(np.cumsum(p)[:3], edges, outcomes) for p in (truth, stated)]

    assert mean[0] <= mean[1] + 1e-4  # midpoints, not integrals


def test_the_ensemble_is_scored_as_its_steps_or_as_a_sample() -> None:
    # E|X - y| = 4/3; pairs 1-2, 1-4, 2-4 differ by 1, 3, 2: E|X - X'| = 12/9, among others 12/6
    assert crps_of_ensemble([4.0, 1.0, 2.0], 3.0) == pytest.approx(4 / 3 - 2 / 3)
    assert crps_of_ensemble([4.0, 1.0, 2.0], 3.0, fair=True) == pytest.approx(4 / 3 - 1)


def test_an_ensemble_of_one_pays_its_absolute_error() -> None:
    assert crps_of_ensemble([[2.0], [5.0]], 3.0).tolist() == [1.0, 2.0]


def test_the_weighted_interval_score_is_what_its_intervals_say() -> None:
    values = np.array([1.0, 2.0, 3.0, 5.0, 8.0])
    outcomes = np.array([0.0, 3.0, 6.5, 9.0])
    total = np.abs(outcomes - 3.0) / 2
    for alpha, low, high in ((0.1, 1.0, 8.0), (0.5, 2.0, 5.0)):
        outside = np.maximum(low - outcomes, 0) + np.maximum(outcomes - high, 0)
        total += alpha / 2 * (high - low + 2 / alpha * outside)

    scores = weighted_interval_score(values, LEVELS, outcomes)

    assert scores == pytest.approx(total / 2.5)


def test_the_weighted_interval_score_is_twice_the_mean_pinball_loss() -> None:
    values, y = np.array([1.0, 2.0, 3.0, 5.0, 8.0]), 6.0
    pinball = np.where(y >= values, LEVELS * (y - values), (1 - LEVELS) * (values - y))

    assert weighted_interval_score(values, LEVELS, y) == pytest.approx(2 * pinball.mean())
    assert crps_of_quantiles(values, LEVELS, y) == pytest.approx(2 * pinball.mean())


def test_the_weighted_interval_score_is_made_of_the_interval_scores_of_scoringrules() -> None:
    values, y = np.array([1.0, 2.0, 3.0, 5.0, 8.0]), 8.5
    intervals = scoringrules.interval_score(y, values[:2], values[:2:-1], np.array([0.1, 0.5]))
    wanted = (np.abs(y - 3.0) / 2 + np.array([0.05, 0.25]) @ intervals) / 2.5

    assert weighted_interval_score(values, LEVELS, y) == pytest.approx(wanted)


@pytest.mark.parametrize("score", [crps_of_quantiles, weighted_interval_score])
def test_true_quantiles_score_best(score) -> None:
    draws = norm.ppf((np.arange(2_000) + 0.5) / 2_000)
    mean = [
        score(shift + scale * norm.ppf(LEVELS), LEVELS, draws).mean()
        for shift, scale in ((0, 1), (0.2, 1), (-0.2, 1), (0, 0.8), (0, 1.3))
    ]

    assert mean[0] == min(mean)


@pytest.mark.parametrize(
    ("cdf", "edges", "what"),
    [
        ([0.5, 0.4], [0.0, 1.0], "1 of 1 distributions fall"),
        ([0.0, 1.0], [1.0, 1.0], "the edges"),
        ([0.0, 1.0], [0.0, np.inf], "the edges"),
        ([0.0], [0.0], "the edges"),
        ([0.0, 0.5, 1.0], [0.0, 1.0], r"shape \(3,\) for 2 edges"),
    ],
)
def test_what_is_no_distribution_is_refused(cdf, edges, what: str) -> None:
    with pytest.raises(NumbersDoNotFit, match=what):
        crps_of_cdf(cdf, edges, 0.5)


def test_a_distribution_with_an_impossible_chance_or_outcome_is_refused() -> None:
    with pytest.raises(ImpossibleProbability):
        crps_of_cdf([0.0, np.nan], [0.0, 1.0], 0.5)
    with pytest.raises(NumbersDoNotFit, match="1 outcomes are NaN"):
        crps_of_cdf([0.0, 1.0], [0.0, 1.0], np.nan)
    with pytest.raises(NumbersDoNotFit, match="one outcome for each"):
        crps_of_cdf(np.tile([0.0, 1.0], (2, 1)), [0.0, 1.0], [0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("values", "levels", "what"),
    [
        ([2.0, 1.0], [0.1, 0.9], "quantiles cross"),
        ([1.0, 2.0], [0.9, 0.1], "the levels"),
        ([1.0, 2.0], [0.0, 0.9], "the levels"),
        ([1.0, np.nan], [0.1, 0.9], "infinite or NaN"),
        ([1.0], [0.1, 0.9], "for 2 levels"),
        ([], [], "the levels"),
    ],
)
def test_what_are_no_quantiles_is_refused(values, levels, what: str) -> None:
    with pytest.raises(NumbersDoNotFit, match=what):
        crps_of_quantiles(values, levels, 1.0)


@pytest.mark.parametrize("levels", [[0.1, 0.9], [0.1, 0.5, 0.8], [0.2, 0.4, 0.8]])
def test_intervals_must_be_central_and_have_a_median(levels) -> None:
    with pytest.raises(NumbersDoNotFit, match="not symmetric"):
        weighted_interval_score(np.arange(len(levels)), levels, 1.0)


def test_an_ensemble_without_enough_members_is_refused() -> None:
    with pytest.raises(NumbersDoNotFit, match="1 or more"):
        crps_of_ensemble([], 1.0)
    with pytest.raises(NumbersDoNotFit, match="2 or more"):
        crps_of_ensemble([1.0], 1.0, fair=True)
    with pytest.raises(NumbersDoNotFit, match="infinite or NaN"):
        crps_of_ensemble([1.0, np.inf], 1.0)

"""Tests of pooling and of isotonic regression, worked by hand."""

import math

import numpy as np
import pytest

from forecasts.isotonic import isotonic, mean_score, pool_forecasts


def test_ten_thousand_equal_forecasts_pool_into_one():
    pooled = pool_forecasts(np.full(10_000, 0.25), np.arange(10_000) % 4 == 0)

    assert (len(pooled.probability), pooled.count[0], pooled.yes[0]) == (1, 10_000, 2500)


def test_what_falls_is_averaged_with_its_weights():
    """1 of 1, then 0 of 3: 1 of 4 together; then 2 of 2."""
    fitted = isotonic(np.array([1.0, 0.0, 2.0]), [1, 3, 2])

    assert fitted.tolist() == [0.25, 0.25, 1.0]


def test_pooled_forecasts_find_their_place_again():
    pooled = pool_forecasts([0.4, 0.1, 0.4], [1, 0, 0])

    assert pooled.probability[pooled.place].tolist() == [0.4, 0.1, 0.4]


def test_mean_scores_are_worked_by_hand():
    """Of .25: 1 of 2 true. Brier (.5625 + .0625) / 2; bits (2 + log2(4/3)) / 2."""
    chance, yes, count = np.array([0.25]), np.array([1.0]), [2]

    assert mean_score(chance, yes, count, "brier") == 0.3125
    assert mean_score(chance, yes, count, "log2") == pytest.approx(1 + math.log2(4 / 3) / 2)


def test_what_is_sure_and_happens_costs_no_bits():
    assert mean_score(np.array([0.0, 1.0]), np.array([0.0, 5.0]), [3, 5], "log2") == 0

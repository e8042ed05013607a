"""Tests of the uniformity of PIT values: sums by hand, coverage of the band, and shapes."""

import math

import numpy as np
import pytest

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit
from forecasts.uniformity import ecdf_difference


def test_differences_are_worked_by_hand():
    """Of .1, .1, .6, .9: half by .25 is .25 too many; .75 by .75 is right."""
    shown = ecdf_difference([0.1, 0.1, 0.6, 0.9], np.random.default_rng(1))

    at = dict(zip(shown.place.round(2).tolist(), shown.difference, strict=True))
    assert at[0.25] == pytest.approx(0.25)
    assert at[0.75] == pytest.approx(0)


def test_nine_in_ten_sets_of_uniform_numbers_stay_within():
    """Of 200, 180 +- 4.2; binomials are lumpy, so a few more may stay."""
    rng = np.random.default_rng(2)

    within = sum(
        ecdf_difference(rng.random(150), rng, replicates=200).is_within for _ in range(200)
    )
    assert 167 <= within <= 197


def test_outcomes_in_the_tails_are_found():
    pit = np.random.default_rng(3).beta(0.5, 0.5, 300)

    shown = ecdf_difference(pit, np.random.default_rng(4))
    assert not shown.is_within
    assert shown.difference[20] > 0 > shown.difference[-20]  # too narrow


def test_the_band_of_many_is_narrow():
    few, many = (
        ecdf_difference(np.linspace(0, 1, size), np.random.default_rng(5)) for size in (50, 5000)
    )

    assert (many.upper - many.lower).max() < 0.2 * (few.upper - few.lower).max()
    assert few.is_within and many.is_within


def test_what_does_not_fit_is_refused():
    for values in ([math.nan], [1.5]):
        with pytest.raises(ImpossibleProbability, match="1 of 1"):
            ecdf_difference(values, np.random.default_rng(6))
    for values in ([], [[0.5]]):
        with pytest.raises(NumbersDoNotFit):
            ecdf_difference(values, np.random.default_rng(6))

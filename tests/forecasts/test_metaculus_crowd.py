"""Tests of Metaculus' community prediction.

Tables marked upstream hold the numbers of Metaculus/metaculus (BSD-2-Clause),
tests/unit/test_utils/test_the_math/{test_aggregations,test_measures}.py at 093515ac and later.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.crowds import recency_weighted_median
from forecasts.errors import ImpossibleProbability, NumbersDoNotFit
from forecasts.metaculus_buckets import value_at
from forecasts.metaculus_crowd import (
    community_of_binary,
    community_of_cdfs,
    community_of_options,
    mean_forecast,
    places_of_levels,
    recency_weights,
    reputation,
    reputation_weights,
    weighted_percentiles,
)

THREE = [[0.33, 0.33, 0.34], [0.0, 0.5, 0.5], [0.4, 0.2, 0.4]]


@pytest.mark.parametrize(
    ("values", "weights", "levels", "expected"),
    [
        ([[0.5, 0.5], [0.6, 0.4]], None, [0.5], [[0.55, 0.45]]),
        ([[0.5, 0.5], [0.6, 0.4]], None, [0.4], [[0.5, 0.4]]),
        ([[0.5, 0.5], [0.6, 0.4]], None, [0.5, 0.4], [[0.55, 0.45], [0.5, 0.4]]),
        ([[0.3, 0.7], [0.6, 0.4], [0.1, 0.9]], None, [0.5], [[0.3, 0.7]]),
        ([[0.5, 0.5], [0.6, 0.4], [0.1, 0.9]], [0.1, 0.1, 1.0], [0.5], [[0.1, 0.9]]),
        (THREE, None, [0.5], [[0.33, 0.33, 0.4]]),
        (np.eye(3), None, [0.5], [[0.0, 0.0, 0.0]]),
        ([*THREE, [0.2, 0.6, 0.2]], None, [0.5], [[0.265, 0.415, 0.37]]),
        ([*THREE, [0.2, 0.6, 0.2]], [0.1, 0.2, 0.3, 0.4], [0.5], [[0.2, 0.5, 0.37]]),
    ],
)
def test_weighted_percentiles_are_those_of_upstream(values, weights, levels, expected) -> None:
    """Between two values where a share is reached exactly."""
    np.testing.assert_allclose(weighted_percentiles(values, weights, levels), expected)


@pytest.mark.parametrize(
    ("chances", "forecast", "lower", "upper"),
    [
        ([0.5], 0.5, 0.5, 0.5),
        ([0.8, 0.6], 0.7, 0.6, 0.8),
        ([0.8, 0.7, 0.6], 0.7, 0.6, 0.7),
        ([0.8, 0.7, 0.5, 0.6], 0.6, 0.5, 0.7),
    ],
)
def test_the_community_prediction_is_that_of_upstream(chances, forecast, lower, upper) -> None:
    """Weighted by recency, oldest first; of no as of yes."""
    yes, no = community_of_binary(chances), community_of_binary(1 - np.array(chances))

    assert yes.forecast == pytest.approx([forecast])
    assert [yes.lower, yes.center, yes.upper] == [
        pytest.approx([value]) for value in (lower, forecast, upper)
    ]
    assert no.forecast == pytest.approx([1 - forecast])
    assert [no.lower, no.upper] == [pytest.approx([1 - upper]), pytest.approx([1 - lower])]


@pytest.mark.parametrize(
    ("chances", "forecast", "lower", "upper"),
    [
        ([0.8, 0.6], 0.7, 0.6, 0.8),
        ([0.8, 0.7, 0.6], 0.7, 0.6, 0.8),
        ([0.9, 0.7, 0.6], 0.7, 0.6, 0.9),
    ],
)
def test_the_unweighted_aggregate_is_that_of_upstream(chances, forecast, lower, upper) -> None:
    """All count alike."""
    crowd = community_of_binary(chances, np.ones(len(chances)))

    assert crowd.forecast == pytest.approx([forecast])
    assert crowd.lower == pytest.approx([lower]) and crowd.upper == pytest.approx([upper])


def test_recency_weights_are_those_of_upstream() -> None:
    """Heights of upstream's histogram for three forecasts, and its means."""
    weights = recency_weights(3)

    assert weights == pytest.approx([0.48092170020263214, 0.7277212189012763, 1.0], rel=1e-14)
    assert np.average([0.8, 0.7, 0.6], weights=weights) == pytest.approx(0.6764978623159252)
    assert np.average([0.8, 0.7, 0.5, 0.6], weights=recency_weights(4)) == pytest.approx(
        0.6196126164947732
    )


@given(st.lists(st.integers(1, 99), min_size=1, max_size=30))
def test_one_question_has_the_median_of_many(percents) -> None:
    """`crowds` computes the same for many questions at once."""
    chances = np.array(percents) / 100

    many = recency_weighted_median(chances, np.arange(len(chances)), np.zeros(len(chances), int))

    assert community_of_binary(chances).forecast == pytest.approx(many, abs=1e-12)


def test_options_are_scaled_to_sum_to_one() -> None:
    """Medians .33, .33, .4: less .001 each, over 1.057, times .997, plus .001."""
    crowd = community_of_options(THREE, np.ones(3))

    over = np.array([0.329, 0.329, 0.399])
    assert crowd.forecast == pytest.approx(over / 1.057 * 0.997 + 0.001)
    assert crowd.forecast.sum() == pytest.approx(1.0)
    assert crowd.lower == pytest.approx(
        np.array([0, 0.2, 0.34]) * crowd.forecast / [0.33, 0.33, 0.4]
    )
    assert crowd.upper == pytest.approx(
        np.array([0.4, 0.5, 0.5]) * crowd.forecast / [0.33, 0.33, 0.4]
    )


def test_an_option_that_does_not_exist_stays_out() -> None:
    """Two options are left, at .4 and .6."""
    crowd = community_of_options([[0.4, np.nan, 0.6]])

    np.testing.assert_allclose(crowd.forecast, [0.4, np.nan, 0.6])


def test_options_that_nobody_shares_are_even() -> None:
    """Medians of 0 and of .001 have nothing over the floor to share by."""
    assert community_of_options(np.eye(3)).forecast == pytest.approx([1 / 3] * 3)
    assert community_of_options([[0.001] * 3]).forecast == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(
    ("cdf", "quartiles"),
    [
        ([0, 0.5, 1], [50, 100, 150]),
        ([0] * 200 + [1], [199.25, 199.50, 199.75]),
        (np.linspace(0, 1, 201), [50, 100, 150]),
    ],
)
def test_quartiles_of_a_cdf_are_those_of_upstream(cdf, quartiles) -> None:
    """On the range 0 to 200, of one forecast and of two alike."""
    crowd = community_of_cdfs([cdf, cdf])

    np.testing.assert_allclose(crowd.forecast, cdf)
    found = np.concatenate([crowd.lower, crowd.center, crowd.upper])
    assert value_at(found, 0, 200).round(7).tolist() == quartiles


@pytest.mark.parametrize(
    ("cdf", "levels", "places"),
    [
        ([0.1, 0.5, 0.9], [0.5], [0.5]),
        ([0.1, 0.5, 0.9], [0.1, 0.5, 0.9], [0.0, 0.5, 1.0]),
        (np.linspace(0, 0.5, 101), [0.4], [0.8]),
        ([0.0, 0.5, 0.5, 1.0], [0.5], [1 / 3]),
        ([0.2, 0.2, 1.0], [0.1, 0.2], [0.0, 0.0]),
    ],
)
def test_places_of_levels_are_those_of_upstream(cdf, levels, places) -> None:
    """A level that is kept is reached at the first place."""
    np.testing.assert_allclose(places_of_levels(cdf, levels), places)


def test_cdfs_are_averaged_by_recency() -> None:
    """Not their quantiles."""
    cdfs = np.array([[0.0, 0.2, 1.0], [0.0, 0.4, 1.0], [0.0, 0.9, 1.0]])
    a, b = np.exp(1 - np.sqrt(3)), np.exp(np.sqrt(2) - np.sqrt(3))

    middle = community_of_cdfs(cdfs).forecast[1]

    assert middle == pytest.approx((0.2 * a + 0.4 * b + 0.9) / (a + b + 1))


def test_reputation_and_decay_weigh_by_their_geometric_mean_to_the_sixth() -> None:
    """Rep 600 / (30 + 20) = 12; half of the time ago: (e^-.25 12^.5)^6 = e^-1.5 1728."""
    worth = reputation([600.0, -3.0], [20.0, 9.0])

    weights = reputation_weights(worth, [5.0, 10.0], now=10.0, opens=0.0, scheduled_close=10.0)

    assert weights == pytest.approx([np.exp(-1.5) * 1728, 1e-18])
    assert mean_forecast([[0.2], [0.8]], [3.0, 1.0]) == pytest.approx([0.35])


@pytest.mark.parametrize("chances", [[0.5, np.nan], [0.5, 1.5]])
def test_what_is_no_crowd_is_refused(chances) -> None:
    """No number, no chance."""
    with pytest.raises(ImpossibleProbability):
        community_of_binary(chances)


@pytest.mark.parametrize(
    ("chances", "weights"), [([], None), ([0.5], [1.0, 2.0]), ([0.5], [-1.0]), ([0.5], [np.nan])]
)
def test_weights_must_fit_the_forecasts(chances, weights) -> None:
    """One for each forecast, and at least one forecast."""
    with pytest.raises(NumbersDoNotFit):
        community_of_binary(chances, weights)

"""Crowds: every aggregate against numbers worked by hand, and against what must always hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecasts import crowds
from forecasts.errors import ImpossibleProbability, NumbersDoNotFit

CHANCES = arrays(float, st.integers(1, 9), elements=st.floats(0.01, 0.99))
AGGREGATES = {
    "mean": crowds.mean,
    "median": crowds.median,
    "log odds": lambda p, c: 1 / (1 + np.exp(-crowds.mean_log_odds(p, c))),
    "recency": lambda p, c: crowds.recency_weighted_median(p, np.arange(len(p)), c),
}


def test_median_of_an_even_crowd_lies_between_its_middle_two():
    said = crowds.median([0.1, 0.2, 0.4, 0.9], [0, 0, 0, 0])

    assert said == pytest.approx([0.3])


def test_geometric_mean_of_odds_of_one_to_four_and_four_to_one_is_even():
    said = crowds.mean_log_odds([0.2, 0.8], [0, 0])

    assert said == pytest.approx([0.0], abs=1e-15)


def test_neyman_roughgarden_factor_is_that_of_the_paper():
    # n = 3: 3 (sqrt(27 - 9 + 1) - 2) / (9 - 3 - 1) = 3 (sqrt 19 - 2) / 5; large n: sqrt 3.
    three = crowds.extremised([0.7] * 3, [0] * 3) / crowds.log_odds([0.7])
    many = crowds.extremised([0.7] * 10_000, [0] * 10_000) / crowds.log_odds([0.7])

    assert three == pytest.approx(3 * (np.sqrt(19) - 2) / 5)
    assert many == pytest.approx(np.sqrt(3), rel=1e-3)


def test_recency_weighted_median_of_metaculus():
    # Weights exp(sqrt n - 2) for n = 1..4: .368, .557, .765, 1. Half of 2.690 is 1.345: reached at
    # the third value from below when values rise with time (.368 + .557 = .925, + .765 = 1.690).
    rising = crowds.recency_weighted_median([0.1, 0.3, 0.5, 0.7], [1, 2, 3, 4], [0] * 4)
    # Falling: from below 1 (newest), then .765: 1.765 > 1.345, the second.
    falling = crowds.recency_weighted_median([0.7, 0.5, 0.3, 0.1], [1, 2, 3, 4], [0] * 4)

    assert rising == pytest.approx([0.5])
    assert falling == pytest.approx([0.3])


def test_two_forecasts_count_alike_however_old_one_is():
    said = crowds.recency_weighted_median([0.2, 0.6], [0.0, 1_000.0], [0, 0])

    assert said == pytest.approx([0.4])


def test_forecasts_of_one_time_share_the_highest_rank():
    ranks = crowds.recency_ranks([2.0, 2.0, 1.0, np.nan], [0, 0, 0, 0])

    assert ranks.tolist() == [4.0, 4.0, 2.0, 1.0]


@pytest.mark.parametrize("name", AGGREGATES)
@given(chances=CHANCES)
def test_a_crowd_lies_within_its_forecasts(name, chances):
    said = AGGREGATES[name](chances, np.zeros(len(chances), int))

    assert chances.min() - 1e-12 <= said[0] <= chances.max() + 1e-12


@pytest.mark.parametrize("name", AGGREGATES)
@given(first=CHANCES, second=CHANCES)
def test_a_crowd_does_not_hear_another(name, first, second):
    both = np.concatenate([first, second])
    crowd = np.repeat([0, 1], [len(first), len(second)])

    said = AGGREGATES[name](both, crowd)

    alone = [AGGREGATES[name](part, np.zeros(len(part), int))[0] for part in (first, second)]
    assert said == pytest.approx(alone, abs=1e-12)


@given(chances=CHANCES)
def test_yes_and_no_are_mirrored(chances):
    crowd = np.zeros(len(chances), int)

    assert crowds.median(1 - chances, crowd) == pytest.approx(1 - crowds.median(chances, crowd))
    assert crowds.extremised(1 - chances, crowd) == pytest.approx(
        -crowds.extremised(chances, crowd), abs=1e-12
    )


@pytest.mark.parametrize("wrong", [-0.1, 1.5, np.nan])
def test_what_is_no_probability_is_refused(wrong):
    with pytest.raises(ImpossibleProbability, match="1 of 2"):
        crowds.mean([0.5, wrong], [0, 0])


@pytest.mark.parametrize("name", AGGREGATES)
def test_no_forecasts_make_no_crowd(name):
    assert AGGREGATES[name](np.zeros(0), np.zeros(0, int)).tolist() == []


@pytest.mark.parametrize("name", AGGREGATES)
@pytest.mark.parametrize(
    ("chances", "crowd", "told"),
    [
        ([0.5, 0.5], [0, 2], "1 crowds are without a forecast"),
        ([0.5, 0.5], [0, -1], "below 0"),
        ([0.5, 0.5], [0], "shapes"),
    ],
)
def test_crowds_that_are_numbered_with_gaps_are_refused(name, chances, crowd, told):
    with pytest.raises(NumbersDoNotFit, match=told):
        AGGREGATES[name](np.array(chances), np.array(crowd))


@pytest.mark.parametrize("weights", [[0.0, 0.0], [1.0, -1.0], [1.0, np.nan], [1.0, np.inf]])
@pytest.mark.parametrize("pool", [crowds.weighted_mean, crowds.weighted_median])
def test_weights_that_weigh_nothing_are_refused(pool, weights):
    with pytest.raises(NumbersDoNotFit, match="weight"):
        pool([0.2, 0.4], weights, [0, 0])


def test_who_has_no_weight_says_nothing():
    assert crowds.weighted_mean([0.2, 0.9], [1.0, 0.0], [0, 0]) == pytest.approx([0.2])
    assert crowds.weighted_median([0.2, 0.9], [1.0, 0.0], [0, 0]) == pytest.approx([0.2])

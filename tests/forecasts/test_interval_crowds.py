"""Crowds with intervals: by hand, and against what aggreCAT published for the repliCATS data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasts import crowds
from forecasts.errors import ImpossibleProbability, NumbersDoNotFit
from forecasts.interval_crowds import (
    asymmetry_weighted_mean,
    beta_extremised_mean,
    certainty_weighted_mean,
    interval_width_weighted_mean,
    median_of_mean_distribution,
    outlier_weighted_mean,
    shift_weighted_mean,
)

BACKTEST = Path(__file__).parents[2].parent / "shared" / "backtest"


def test_half_the_width_counts_twice():
    said = interval_width_weighted_mean([0.3, 0.6], [0.2, 0.4], [0.4, 0.8], [0, 0])

    assert said == pytest.approx([(2 * 0.3 + 0.6) / 3])


def test_where_all_best_estimates_are_in_the_middle_all_count_alike():
    said = asymmetry_weighted_mean([0.25, 0.5], [0.0, 0.25], [0.5, 0.75], [0, 0])

    assert said == pytest.approx([0.375])


def test_beta_of_one_changes_nothing():
    assert beta_extremised_mean([0.3, 0.5], [0, 0], shape=1.0) == pytest.approx([0.4])


@pytest.mark.parametrize(("low", "high"), [(0.6, 0.9), (0.1, 0.4)])
def test_an_interval_that_is_none_is_refused(low, high):
    with pytest.raises(NumbersDoNotFit, match="1 of 1"):
        interval_width_weighted_mean([0.5], [low], [high], [0])


def test_who_names_a_point_is_the_crowd_unless_intervals_have_a_least_width():
    point = ([0.5, 0.6], [0.5, 0.55], [0.5, 0.65], [0, 0])

    assert interval_width_weighted_mean(*point) == pytest.approx([0.5])
    said = interval_width_weighted_mean(*point, narrowest=0.01)
    assert said == pytest.approx([(100 * 0.5 + 10 * 0.6) / 110])


def test_what_is_no_probability_is_refused():
    with pytest.raises(ImpossibleProbability):
        asymmetry_weighted_mean([0.5], [-0.1], [0.9], [0])


def test_who_is_farthest_from_the_median_is_left_out():
    # Median .4; squared distances .01, 0 and .04: weights .75, 1 and 0.
    said = outlier_weighted_mean([0.3, 0.4, 0.6], [0, 0, 0])

    assert said == pytest.approx([(0.75 * 0.3 + 0.4) / 1.75])
    assert outlier_weighted_mean([0.2, 0.6, 0.5], [0, 0, 1]) == pytest.approx([0.4, 0.5])


def test_the_certain_count_more():
    assert certainty_weighted_mean([0.1, 0.5], [0, 0]) == pytest.approx([0.34 / 1.4])


def test_who_moved_counts_by_how_far():
    first = ([0.2, 0.5], [0.1, 0.4], [0.4, 0.6])
    second = ([0.4, 0.6], [0.3, 0.4], [0.6, 0.8])  # moves .2 + .4 / 2 and .1 + .2 / 2

    assert shift_weighted_mean(first, second, [0, 0]) == pytest.approx([(0.8 + 0.6) / 3])
    assert shift_weighted_mean(first, first, [0, 0]) == pytest.approx([0.35])


def test_the_median_of_distributions_lies_where_half_of_their_mean_does():
    # At .5 the first has .5 + .45 x .1 / .2 = .725, the second .05 + .45 x .1 / .2 = .275.
    both = ([0.4, 0.6], [0.2, 0.4], [0.6, 0.8], [0, 0])

    assert median_of_mean_distribution(*both) == pytest.approx([0.5])
    assert median_of_mean_distribution([0.3], [0.1], [0.9], [0]) == pytest.approx([0.3])


def test_the_median_of_who_names_a_point_is_that_point():
    assert median_of_mean_distribution([0.7], [0.7], [0.7], [0]) == pytest.approx([0.7])
    assert median_of_mean_distribution([1.0], [1.0], [1.0], [0]) == pytest.approx([1.0])


METHODS = {
    "ArMean": lambda r: crowds.mean(r.probability, r.claim),
    "Median": lambda r: crowds.median(r.probability, r.claim),
    "LOArMean": lambda r: 1 / (1 + np.exp(-crowds.mean_log_odds(r.probability, r.claim))),
    "IntWAgg": lambda r: interval_width_weighted_mean(r.probability, r.lower, r.upper, r.claim),
    "AsymWAgg": lambda r: asymmetry_weighted_mean(r.probability, r.lower, r.upper, r.claim),
    "BetaArMean": lambda r: beta_extremised_mean(r.probability, r.claim),
    "OutWAgg": lambda r: outlier_weighted_mean(r.probability, r.claim),
    "DistLimitWAgg": lambda r: certainty_weighted_mean(r.probability, r.claim),
    "ShiftWAgg": lambda r: shift_weighted_mean(
        (r.probability_first, r.lower_first, r.upper_first),
        (r.probability, r.lower, r.upper),
        r.claim,
    ),
    "DistribArMean": lambda r: median_of_mean_distribution(
        r.probability, r.lower, r.upper, r.claim
    ),
}
#: What aggreCAT solved for by steps has errors of its own.
THEIR_ERROR = {"DistribArMean": 1e-4}


@pytest.mark.skipif(not BACKTEST.exists(), reason="needs the backtest data beside the project")
@pytest.mark.parametrize("method", METHODS)
def test_the_published_scores_of_aggrecat_come_out(method):
    published = pd.read_csv(BACKTEST / "reference" / "replicats_confidence_scores.csv")
    ratings = pd.read_parquet(BACKTEST / "open" / "forecasts.parquet")
    ratings = ratings[ratings["source"] == "replicats"]
    key = ["question_id", "forecaster_id"]
    first, second = (ratings[ratings["step"] == step] for step in (1, 2))
    ratings = second.merge(first, on=key, suffixes=("", "_first"))
    ratings["claim"], claims = pd.factorize(ratings["question_id"], sort=True)

    said = METHODS[method](ratings)

    theirs = published[published["method"] == method].set_index("question_id")
    column = theirs.select_dtypes("number").columns[0]
    assert len(theirs) == len(claims) == 11
    assert said == pytest.approx(
        theirs.loc[claims, column].to_numpy(), abs=THEIR_ERROR.get(method, 1e-12)
    )

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
    interval_width_weighted_mean,
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


METHODS = {
    "ArMean": lambda r: crowds.mean(r.probability, r.claim),
    "Median": lambda r: crowds.median(r.probability, r.claim),
    "LOArMean": lambda r: 1 / (1 + np.exp(-crowds.mean_log_odds(r.probability, r.claim))),
    "IntWAgg": lambda r: interval_width_weighted_mean(r.probability, r.lower, r.upper, r.claim),
    "AsymWAgg": lambda r: asymmetry_weighted_mean(r.probability, r.lower, r.upper, r.claim),
    "BetaArMean": lambda r: beta_extremised_mean(r.probability, r.claim),
}


@pytest.mark.skipif(not BACKTEST.exists(), reason="needs the backtest data beside the project")
@pytest.mark.parametrize("method", METHODS)
def test_the_published_scores_of_aggrecat_come_out(method):
    published = pd.read_csv(BACKTEST / "reference" / "replicats_confidence_scores.csv")
    ratings = pd.read_parquet(BACKTEST / "open" / "forecasts.parquet")
    ratings = ratings[(ratings["source"] == "replicats") & (ratings["step"] == 2)].copy()
    ratings["claim"], claims = pd.factorize(ratings["question_id"], sort=True)

    said = METHODS[method](ratings)

    theirs = published[published["method"] == method].set_index("question_id")
    column = theirs.select_dtypes("number").columns[0]
    assert len(theirs) == len(claims) == 11
    assert said == pytest.approx(theirs.loc[claims, column].to_numpy(), abs=1e-12)

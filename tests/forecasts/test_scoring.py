"""Tests of the scores of yes-or-no questions and of options."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit, OutcomeDoesNotFit
from forecasts.scoring import (
    brier_score,
    brier_score_of_options,
    log2_loss,
    log2_loss_of_options,
    ranked_probability_score,
)

BACKTEST = Path(__file__).parents[2].parent / "shared" / "backtest"
chances = st.floats(0.01, 0.99)


def test_the_brier_score_is_the_squared_error() -> None:
    assert brier_score([[0.8, 0.5], [1.0, 0.0]], [1, 0]) == pytest.approx(
        np.array([[0.04, 0.25], [0.0, 0.0]])
    )


def test_the_log2_loss_is_in_bits() -> None:
    assert log2_loss([0.5, 0.75, 1.0], [1, 0, 1]).tolist() == [1.0, 2.0, 0.0]


def test_never_for_what_happened_costs_infinitely_much_unless_a_floor_is_asked_for() -> None:
    assert np.isinf(log2_loss(0.0, 1)) and np.isinf(log2_loss(1.0, 0))
    assert log2_loss([0.0, 1.0], [1, 0], floor=0.001) == pytest.approx(np.log2(1000))
    assert np.isinf(log2_loss_of_options([0.0, 1.0], 0))
    assert log2_loss_of_options([0.0, 1.0], 0, floor=0.25) == pytest.approx(2.0)


@pytest.mark.parametrize("floor", [-0.1, 0.5, np.nan])
def test_an_impossible_floor_is_refused(floor: float) -> None:
    with pytest.raises(NumbersDoNotFit, match="a floor"):
        log2_loss(0.5, 1, floor=floor)


@given(chances, chances)
def test_nothing_scores_better_on_average_than_the_truth(truth: float, said: float) -> None:
    for score in (brier_score, log2_loss):
        honest = truth * score(truth, 1) + (1 - truth) * score(truth, 0)
        other = truth * score(said, 1) + (1 - truth) * score(said, 0)
        assert honest <= other + 1e-12


@given(st.lists(chances, min_size=3, max_size=3), st.lists(chances, min_size=3, max_size=3))
def test_nothing_scores_better_on_options_than_the_truth(true: list[float], said: list[float]):
    truth, stated = (np.array(shares) / sum(shares) for shares in (true, said))
    every = np.arange(3)
    for score in (brier_score_of_options, log2_loss_of_options, ranked_probability_score):
        assert truth @ score(truth, every) <= truth @ score(stated, every) + 1e-12


@given(chances, st.integers(0, 1))
def test_two_options_cost_twice_the_brier_score_and_the_same_bits(p: float, y: int) -> None:
    assert brier_score_of_options([1 - p, p], y) == pytest.approx(2 * brier_score(p, y))
    assert log2_loss_of_options([1 - p, p], y) == pytest.approx(log2_loss(p, y))
    assert ranked_probability_score([1 - p, p], y) == pytest.approx(brier_score(p, y))


def test_options_are_scored_by_hand() -> None:
    # .25 + .0625 + .0625, and 0 + 1 + 1
    assert brier_score_of_options([[0.5, 0.25, 0.25], [0, 1, 0]], [0, 0]).tolist() == [0.375, 2.0]


def test_a_near_miss_costs_less_ranked_probability_score_than_a_far_one() -> None:
    scores = ranked_probability_score([[0, 1, 0], [0, 0, 1], [0.2, 0.3, 0.5]], [0, 0, 1])

    assert scores == pytest.approx([1.0, 2.0, 0.04 + 0.25])


def test_the_example_of_scoringrules_has_its_ranked_probability_score() -> None:
    # the docstring of scoringrules.rps_score: category 3 of 4 is place 2 from 0
    assert ranked_probability_score([0.1, 0.2, 0.3, 0.4], 2) == pytest.approx(0.26)


def test_one_forecast_meets_many_outcomes() -> None:
    assert brier_score_of_options([0.5, 0.5], [0, 1, 1]).shape == (3,)
    assert ranked_probability_score(np.full((2, 1, 4), 0.25), [0, 1, 3]).shape == (2, 3)


def test_no_forecasts_have_no_scores() -> None:
    assert brier_score([], []).size == log2_loss([], []).size == 0
    assert log2_loss_of_options(np.empty((0, 3)), []).shape == (0,)


@pytest.mark.parametrize("p", [-0.1, 1.1, np.nan])
def test_what_is_no_probability_is_refused_and_counted(p: float) -> None:
    for score in (brier_score, log2_loss):
        with pytest.raises(ImpossibleProbability, match="1 of 2"):
            score([0.5, p], [1, 1])
    with pytest.raises(ImpossibleProbability):
        brier_score_of_options([p, 1 - p], 0)


@pytest.mark.parametrize("y", [0.5, -1, np.nan, 2])
def test_an_outcome_that_is_neither_yes_nor_no_is_refused(y: float) -> None:
    with pytest.raises(OutcomeDoesNotFit, match="0 or 1"):
        brier_score(0.5, y)


@pytest.mark.parametrize("place", [-1, 3, 0.0])
def test_an_option_that_does_not_exist_is_refused(place: float) -> None:
    with pytest.raises(OutcomeDoesNotFit, match="from 0 to 2"):
        log2_loss_of_options([0.2, 0.3, 0.5], place)


def test_chances_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(NumbersDoNotFit, match="in 1 forecasts"):
        brier_score_of_options([[0.5, 0.4], [0.5, 0.5]], [0, 0])
    with pytest.raises(NumbersDoNotFit, match="no options"):
        brier_score_of_options([], 0)


def test_forecasts_and_outcomes_must_be_as_many() -> None:
    with pytest.raises(NumbersDoNotFit, match="one outcome for each"):
        brier_score([0.5, 0.5], [1, 1, 1])


@pytest.mark.skipif(not BACKTEST.exists(), reason="needs the backtest data beside the project")
def test_the_proficiency_test_published_the_double_of_our_brier_score() -> None:
    published = pd.read_parquet(BACKTEST / "reference" / "fpt_published_brier.parquet")
    folder = BACKTEST / "restricted"
    made = pd.read_parquet(folder / "forecasts.parquet", filters=[("source", "=", "fpt")])
    asked = pd.read_parquet(folder / "questions.parquet", filters=[("source", "=", "fpt")])
    keys = ["question_id", "forecaster_id", "step"]
    rows = made.merge(asked[["question_id", "outcome"]], on="question_id")
    rows = rows.merge(published, on=keys, suffixes=("", "_published"), validate="1:1")

    assert len(rows) == 6_638
    doubled = 2 * brier_score(rows["probability"], rows["outcome"])
    assert np.abs(doubled - rows["published_brier_0to2"]).max() < 1e-9

"""The house: each voice by its precision, alone where it is alone, and never a fact twice."""

import numpy as np
import pytest

from forecasts.crowds import log_odds
from forecasts.house import (
    MODEL_PRECISION,
    boldness_of_mixture,
    crowd_precision,
    house_cells,
    house_log_odds,
    house_probability,
    house_weights,
)
from forecasts.news import news_of_steps, news_since


def test_a_voice_that_says_nothing_changes_nothing():
    assert house_probability([0.7], [0.1], [0], [3.0], [0.0]) == pytest.approx([0.7])
    assert house_probability([0.7], [np.nan], [0], [np.nan], [0.0]) == pytest.approx([0.7])
    assert house_probability([0.0], [np.nan], [0]).tolist() == [0.0]


def test_voices_that_agree_are_the_house():
    assert house_probability([0.7], [0.7], [9], log_odds([0.7]), [12.0]) == pytest.approx([0.7])


def test_the_more_precise_a_market_the_nearer_is_the_house_to_it():
    said = house_probability([0.2] * 5, [0.3] * 5, [3] * 5, [2.0] * 5, [0, 1, 5, 50, 1e9])

    assert (np.diff(said) > 0).all()
    assert said[-1] == pytest.approx(1 / (1 + np.exp(-2)), abs=1e-6)


def test_the_larger_a_crowd_the_more_it_counts_but_never_as_if_its_errors_were_all_its_own():
    counts = crowd_precision(np.arange(5_000))

    assert (np.diff(counts) > 0).all() and counts[1] == 1 and counts[-1] < 20


def test_weights_sum_to_one_and_are_in_the_measure_of_precision():
    found = house_weights(np.array([0, 1, 50]), np.array([0.0, 11.0, 3.0]))

    assert found.model + found.crowd + found.market == pytest.approx(np.ones(3))
    assert found.model[1] * 11 == pytest.approx(found.market[1] * MODEL_PRECISION)


@pytest.mark.parametrize("overlap", [0.0, 0.3, 1.0])
def test_a_voice_alone_is_never_made_bolder(overlap):
    assert boldness_of_mixture(np.array([0.0, 1.0]), overlap).tolist() == [1, 1]
    assert house_log_odds(0.7, 4.0, 3.0, 0.0, overlap) == 0.7  # a quote that says nothing
    assert house_log_odds(0.0, 0.0, 3.0, 9.0, overlap) == 3.0  # nothing but a quote
    assert house_log_odds(0.7, 4.0, 3.0, 1e-9, overlap) == pytest.approx(0.7)
    assert house_log_odds(0.7, 4.0, 3.0, 1e12, overlap) == pytest.approx(3.0)


def test_voices_that_know_the_same_are_their_mean():
    assert boldness_of_mixture(np.linspace(0, 1, 11), 1.0).tolist() == [1] * 11


def test_the_less_two_voices_share_the_bolder_they_are_together():
    found = boldness_of_mixture(0.5, np.linspace(0, 1, 11))

    assert (np.diff(found) < 0).all() and found[[0, -1]].tolist() == [2, 1]


@pytest.mark.parametrize(("shared", "private"), [(0.0, 1.0), (1.0, 1.0), (3.0, 1.0), (1.0, 0.0)])
def test_voices_as_well_informed_as_each_other_are_pooled_as_by_bayes(shared, private):
    # Facts are normal given the outcome, each with a mean of +-half its variance: its own log-odds.
    told = {"shared": 0.4, "first": -0.9, "second": 1.7}
    first, second = (told["shared"] + told[who] * (private > 0) for who in ("first", "second"))
    overlap = shared / (shared + private)
    covariance = np.array([[shared + private, shared], [shared, shared + private]])
    by_bayes = np.diag(covariance) @ np.linalg.pinv(covariance) @ [first, second]

    assert house_log_odds(first, 4.0, second, 4.0, overlap) == pytest.approx(by_bayes)


def test_what_is_impossible_stays_so_beside_a_crowd():
    assert house_cells([0.0, 0.5, 0.5], [0.8, 0.1, 0.1], 4)[0] == 0


def house_of(quoted: float, precision: float, absorption: float) -> float:
    """A model that moved from .2 to .8 at day 10, and a market at .3 quoted on some day."""
    news = news_of_steps([0.0, 10.0], [0.0, 10.0], [0.2, 0.8], [False, False])
    market = log_odds(0.3) + news_since(news, [quoted], [20.0], absorption)
    return float(house_probability([0.8], [np.nan], [0], market, [precision])[0])


def test_a_sure_old_quote_takes_the_place_of_the_prior():
    moved = 1 / (1 + np.exp(-(log_odds(0.3) + log_odds(0.8) - log_odds(0.2))))

    assert house_of(5.0, 1e12, 1.0) == pytest.approx(moved)


def test_a_sure_fresh_quote_of_a_market_that_reads_is_the_house():
    assert house_of(19.0, 1e12, 1e-9) == pytest.approx(0.3)


def test_a_quote_that_is_all_noise_absorbs_no_evidence():
    # The design's sum, quote + (1 - omega) evidence, would leave the house without its evidence.
    assert house_of(19.0, 1e-12, 1e-9) == pytest.approx(0.8)

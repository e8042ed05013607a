"""Chances behind prices, against sums worked by hand."""

import numpy as np
import pytest

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit
from forecasts.prices import Costs, after_costs, costs_of, staleness

FREE = Costs()


def test_without_costs_and_spread_the_chance_is_the_price():
    left = after_costs([0.0, 0.3, 1.0], np.nan, np.nan, 400.0, FREE)

    for value in (left.low, left.probability, left.high):
        assert value.tolist() == pytest.approx([0.0, 0.3, 1.0])


def test_a_spread_leaves_the_chance_open_between_bid_and_ask():
    left = after_costs(0.56, 0.55, 0.57, 0.0, FREE)

    assert (left.low, left.high) == (pytest.approx(0.55), 0.57)
    assert left.probability == 0.56


def test_a_fee_opens_the_band_on_both_sides():
    left = after_costs(0.5, 0.5, 0.5, 0.0, Costs(fee=0.07))

    assert left.high == pytest.approx(0.5 + 0.07 * 0.25)  # by hand: .5175
    assert left.low == pytest.approx(0.5 - 0.07 * 0.25)
    assert left.probability == 0.5


def test_who_is_right_in_two_years_waits_for_his_money():
    left = after_costs(0.95, np.nan, np.nan, 2 * 365.25, Costs(capital=0.04))

    assert left.high == 1.0  # 0.95 x 1.0816 is more than a dollar
    assert left.probability == pytest.approx(0.5 + 1.0816 * 0.45)
    assert left.low == pytest.approx(1 - 0.05 * 1.0816)


@pytest.mark.parametrize(("trade", "within"), [(0.2, 0.5), (0.9, 0.6), (0.55, 0.55)])
def test_a_trade_outside_of_the_book_is_taken_to_its_edge(trade, within):
    assert after_costs(trade, 0.5, 0.6, 0.0, FREE).probability == pytest.approx(within)


def test_a_book_that_was_read_while_it_moved_says_nothing():
    left = after_costs(0.4, 0.6, 0.5, 0.0, FREE)

    assert (left.low, left.probability, left.high) == (pytest.approx(0.4), pytest.approx(0.4), 0.4)


def test_yes_and_no_are_each_others_mirror():
    costs, days = Costs(0.07, 0.04), 300.0
    yes = after_costs(0.3, 0.28, 0.33, days, costs)
    no = after_costs(0.7, 0.67, 0.72, days, costs)

    assert yes.probability == pytest.approx(1 - no.probability)
    assert yes.low == pytest.approx(1 - no.high)


@pytest.mark.parametrize("price", [-0.1, 1.1, float("nan")])
def test_what_is_no_price_is_refused(price):
    with pytest.raises(ImpossibleProbability, match="1 of 1"):
        after_costs(price, np.nan, np.nan, 0.0, FREE)


def test_costs_that_cannot_be_are_refused_and_play_money_has_none():
    with pytest.raises(NumbersDoNotFit):
        Costs(fee=1.0)

    assert costs_of("manifold") == FREE
    assert costs_of("kalshi").fee == 0.07


def test_a_price_is_stale_since_its_trade_or_since_it_was_last_seen():
    assert staleness([10.0, 10.0, 14.0], [12.0, np.nan, 12.0], 13.0).tolist() == [1.0, 3.0, 0.0]

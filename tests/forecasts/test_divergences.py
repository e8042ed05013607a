import numpy as np
import pytest

from forecasts.crowds import log_odds
from forecasts.divergences import Move, because, divergence
from forecasts.errors import ImpossibleProbability, NumbersDoNotFit


def odds(chance):
    return float(log_odds(chance))


def test_the_error_joins_our_interval_and_the_markets_noise():
    found = divergence(0.5, 0.4, 0.6, odds(0.5), 4.0)

    # ln 1.5 - (-ln 1.5) over 2 x 1.645, and half a nat.
    assert found.error == pytest.approx(np.hypot(2 * np.log(1.5) / (2 * 1.644854), 0.5))
    assert found.deviations == pytest.approx(0)
    assert not found.is_alarming


def test_a_noisy_market_raises_no_alarm_where_a_liquid_one_does():
    assert divergence(0.62, 0.58, 0.66, odds(0.41), 20.0).is_alarming
    assert not divergence(0.62, 0.58, 0.66, odds(0.41), 1.0).is_alarming


def test_our_own_doubt_raises_no_alarm():
    assert not divergence(0.62, 0.2, 0.92, odds(0.41), 20.0).is_alarming


def test_far_odds_near_zero_that_nobody_would_act_on_raise_no_alarm():
    assert not divergence(0.01, 0.009, 0.011, odds(0.001), 20.0).is_alarming


def test_the_sign_says_who_is_higher():
    assert divergence(0.3, 0.28, 0.32, odds(0.6), 20.0).deviations < 0


@pytest.mark.parametrize("given", [(1.2, 0, 1, 0.0, 1.0), (0.5, np.nan, 1, 0.0, 1.0)])
def test_no_chance_is_refused(given):
    with pytest.raises(ImpossibleProbability):
        divergence(*given)


@pytest.mark.parametrize("given", [(np.nan, 1.0), (0.0, 0.0), (np.inf, 1.0)])
def test_quotes_that_say_nothing_are_refused(given):
    with pytest.raises(NumbersDoNotFit):
        divergence(0.5, 0.4, 0.6, *given)


def test_records_since_the_last_quote_come_first_and_only_those_on_our_side():
    moves = [Move("old", 1.0, 5.0), Move("new", 9.0, 1.0), Move("against", 9.0, -3.0)]

    assert [move.evidence for move in because(moves, 5.0, 1.0).moves] == ["new"]
    assert [move.evidence for move in because(moves, 9.5, 1.0).moves] == ["old", "new"]
    assert because(moves, 9.5, 1.0).since_quote is False
    assert [move.evidence for move in because(moves, 5.0, -1.0).moves] == ["against"]


def test_what_a_record_gave_and_lost_counts_together():
    moves = [Move("a", 1.0, 2.0), Move("a", 2.0, -1.5), Move("b", 1.0, 1.0)]

    assert [(m.evidence, m.bits) for m in because(moves, 5.0, 1.0).moves] == [
        ("b", 1.0),
        ("a", 0.5),
    ]
    assert because([], 5.0, 1.0).moves == ()

"""What markets said over time: only what was known, the latest quote, and news on top of it."""

from dataclasses import replace

import numpy as np
import pytest

from forecasts.crowds import log_odds
from forecasts.market_histories import LinkedMarket, market_history, quote_moments
from forecasts.markets import COMMON_NOISE, NOISE_A_DAY, USUAL_NOISE
from forecasts.news import news_of_steps


def market(at, chances, *, known=None, **told) -> LinkedMarket:
    at = np.array(at, float)
    unknown = np.full(len(at), np.nan)
    usual = {
        "id": "kalshi:1",
        "platform": "kalshi",
        "sign": 1.0,
        "mismatch": 0.0,
        "since": 0.0,
        "until": np.inf,
        "confirmed": np.zeros(0),
    }
    return LinkedMarket(
        **{**usual, **told},
        at=at,
        known=at if known is None else np.array(known, float),
        probability=np.array(chances, float),
        half_spread=unknown,
        volume=unknown,
    )


MOMENTS = np.arange(6.0)


def test_the_latest_quote_stands_until_the_next_and_grows_stale():
    found = market_history([market([1, 3], [0.2, 0.6])], MOMENTS)

    assert np.isnan(found.said[0]) and found.precision[0] == 0
    assert found.said[1:] == pytest.approx([0.2, 0.2, 0.6, 0.6, 0.6])
    noise = COMMON_NOISE + USUAL_NOISE + NOISE_A_DAY * np.array([0, 1, 0, 1, 2])
    assert found.precision[1:] == pytest.approx(1 / noise)
    assert found.markets.tolist() == [0, 1, 1, 1, 1, 1]


def test_a_price_that_was_seen_again_is_as_fresh_as_that():
    found = market_history([market([1], [0.2], confirmed=np.array([0.5, 3.0]))], MOMENTS)
    news = news_of_steps([0.0, 2.0], [0.0, 2.0], [0.3, 0.5], [False] * 2)
    updated = market_history([market([1], [0.2], confirmed=np.array([3.0]))], MOMENTS, news).updated

    noise = COMMON_NOISE + USUAL_NOISE + NOISE_A_DAY * np.array([0, 1, 0, 1, 2])
    assert found.precision[1:] == pytest.approx(1 / noise)
    assert updated[2] == pytest.approx(log_odds(0.2) + news.moves[0])  # not seen since
    assert updated[3] == pytest.approx(log_odds(0.2) + np.exp(-1.0) * news.moves[0])


def test_prices_of_the_past_that_were_read_later_count_from_then_and_the_newest_of_them():
    found = market_history([market([1, 2, 3], [0.2, 0.3, 0.4], known=[4, 4, 5])], MOMENTS)
    mixed = market_history([market([3, 1], [0.4, 0.2], known=[3, 4])], MOMENTS)

    assert np.isnan(found.said[:4]).all()
    assert found.said[4:] == pytest.approx([0.3, 0.4])
    assert mixed.said[3:] == pytest.approx([0.4, 0.4, 0.4])  # an old price read late displaces none


def test_a_link_counts_only_while_it_holds():
    found = market_history([market([1], [0.2], since=2, until=4)], MOMENTS)

    assert np.isfinite(found.said).tolist() == [False, False, True, True, False, False]
    assert quote_moments([market([1], [0.2], since=2, until=4)], 9.0).tolist() == [2.0, 4.0]
    assert quote_moments([], 9.0).tolist() == []


def test_several_markets_speak_as_one_and_a_complement_the_other_way():
    one = market([0], [0.8])
    both = [one, market([0], [0.2], sign=-1.0)]

    assert market_history(both, MOMENTS).said == pytest.approx(market_history([one], MOMENTS).said)
    assert market_history(both, MOMENTS).markets.tolist() == [2] * 6
    assert (market_history(both, MOMENTS).precision < 1 / COMMON_NOISE).all()


def test_a_market_that_is_certainly_another_changes_nothing():
    one, other = market([0], [0.8]), market([0], [0.1], mismatch=1.0)
    alone, beside = market_history([one], MOMENTS), market_history([one, other], MOMENTS)

    assert (beside.said == alone.said).all() and (beside.precision == alone.precision).all()
    assert beside.markets.tolist() == alone.markets.tolist()


def test_news_bring_each_quote_up_to_date_and_no_further():
    news = news_of_steps([0.0, 2.0, 4.0], [0.0, 2.0, 4.0], [0.3, 0.5, 0.8], [False] * 3)
    found = market_history([replace(market([1, 3], [0.2, 0.6]))], MOMENTS, news)
    moves = news.moves
    held = 1 - np.exp(-1.0)  # a day to take in the first move; kalshi reads in a day

    assert found.updated[1:3] == pytest.approx(log_odds(0.2) + np.array([0, moves[0]]))
    assert found.updated[3] == pytest.approx(log_odds(0.6) + (1 - held) * moves[0])
    assert found.updated[5] == pytest.approx(log_odds(0.6) + (1 - held) * moves[0] + moves[1])
    assert found.said == pytest.approx(
        market_history([market([1, 3], [0.2, 0.6])], MOMENTS).said, nan_ok=True
    )


def test_a_question_without_a_market_has_no_quotes():
    found = market_history([], MOMENTS)
    empty = market_history([market([], [])], MOMENTS)

    for one in (found, empty):
        assert np.isnan(one.said).all() and (one.precision == 0).all()

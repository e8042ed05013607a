"""News: what moved the model and is not in a price, so that no fact counts twice."""

import numpy as np
import pytest

from forecasts.crowds import log_odds
from forecasts.news import News, news_of_steps, news_since

STEPS = np.array([0.0, 10.0, 20.0, 30.0])
CHANCES = np.array([0.3, 0.5, 0.6, 0.9])
NONE = np.zeros(4, bool)


def told(published=STEPS, rereading=NONE) -> News:
    return news_of_steps(STEPS, published, CHANCES, rereading)


def test_a_model_that_did_not_move_has_no_news():
    still = news_of_steps(STEPS, STEPS, np.full(4, 0.3), NONE)
    unopened = news_of_steps([], [], [], [])

    for news in (still, unopened):
        assert news_since(news, [0.0, 50.0], [60.0, 60.0], 1.0).tolist() == [0.0, 0.0]


def test_a_quote_older_than_all_evidence_lacks_all_that_the_model_learned():
    whole = log_odds(0.9) - log_odds(0.3)

    assert news_since(told(), [-1.0], [40.0], 3.0) == pytest.approx([whole])


def test_a_market_that_reads_at_once_lacks_only_what_came_after_its_quote():
    later = log_odds(0.9) - log_odds(0.6)

    assert news_since(told(), [25.0], [40.0], 1e-9) == pytest.approx([later])
    assert news_since(told(), [35.0], [40.0], 1e-9) == pytest.approx([0.0])


def test_a_market_that_never_reads_lacks_everything():
    assert news_since(told(), [35.0], [40.0], 1e12) == pytest.approx(
        [log_odds(0.9) - log_odds(0.3)]
    )


def test_the_older_a_fact_is_at_the_quote_the_less_of_it_is_lacking():
    up = news_of_steps([0.0, 1.0], [0.0, 1.0], [0.3, 0.5], [False, False])

    lacking = news_since(up, np.linspace(0, 30, 31), np.full(31, 31.0), 3.0)

    assert lacking[0] == pytest.approx(log_odds(0.5) - log_odds(0.3))
    assert (np.diff(lacking[1:]) < 0).all() and lacking[-1] < 1e-3


def test_nothing_of_the_future_is_known():
    assert news_since(told(), [5.0], [9.0], 3.0).tolist() == [0.0]
    assert news_since(told(), [5.0], [10.0], 3.0) == pytest.approx([log_odds(0.5) - log_odds(0.3)])


def test_what_was_published_long_ago_and_recorded_late_is_in_the_price():
    recorded = news_since(told(), [15.0], [40.0], 1e-9)
    known = news_since(told(published=np.array([0.0, 9.0, 14.0, 30.0])), [15.0], [40.0], 1e-9)

    assert recorded == pytest.approx([log_odds(0.9) - log_odds(0.5)])
    assert known == pytest.approx([log_odds(0.9) - log_odds(0.6)])


def test_a_date_later_than_its_record_or_none_counts_as_the_record():
    odd = news_of_steps(STEPS, [np.nan, np.nan, 99.0, 30.0], CHANCES, NONE)

    assert odd.published.tolist() == [10.0, 20.0, 30.0]


def test_reading_old_facts_anew_is_no_news():
    refit = told(rereading=np.array([False, False, True, False]))

    assert news_since(refit, [-1.0], [40.0], 3.0) == pytest.approx(
        [log_odds(0.9) - log_odds(0.6) + log_odds(0.5) - log_odds(0.3)]
    )


def test_a_record_that_was_taken_back_leaves_nothing():
    back = news_of_steps([0.0, 1.0, 2.0], [0.0, 1.0, 2.0], [0.3, 0.7, 0.3], [False] * 3)

    assert news_since(back, [0.5], [3.0], 3.0) == pytest.approx([0.0])


def test_many_quotes_at_once_are_as_one_by_one(monkeypatch):
    quoted, moments = np.linspace(-5, 35, 41), np.linspace(0, 40, 41)
    whole = news_since(told(), quoted, moments, 2.0)
    monkeypatch.setattr("forecasts.news._AT_ONCE", 7)

    assert (news_since(told(), quoted, moments, 2.0) == whole).all()

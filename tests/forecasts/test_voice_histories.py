"""Voices over time: the house holds all of them, and markets speak where they are linked."""

import numpy as np
import pytest

from forecasts.crowd_histories import CrowdMembers, crowd_history
from forecasts.crowds import log_odds
from forecasts.house import MODEL_PRECISION
from forecasts.market_histories import LinkedMarket
from forecasts.news import news_of_steps
from forecasts.timeline import Passed
from forecasts.voice_histories import voice_histories
from tests.forecasts import building as b
from tests.forecasts import histories as h
from tests.forecasts.crediting import History, history

TOLD = b.OPENS + 1


def story() -> History:
    events = [h.said("a", "plain", "yes", TOLD, weight=2.0), (Passed(), b.OPENS + 5)]
    return history(h.opened(b.sure()), events, "plain")


def market(at: float, chance: float, **told) -> LinkedMarket:
    usual = {
        "id": "kalshi:1",
        "platform": "kalshi",
        "sign": 1.0,
        "mismatch": 0.0,
        "since": 0.0,
        "until": np.inf,
        "confirmed": np.zeros(0),
    }
    times, none = np.array([at]), np.array([np.nan])
    columns = {"at": times, "known": times, "probability": np.array([chance])}
    return LinkedMarket(**{**usual, **told}, **columns, half_spread=none, volume=none)


def voices(markets=(), crowd=None):
    line = story()
    chances = [moment.served @ line.question.yes for moment in line.moments]
    times = [moment.at for moment in line.moments]
    news = news_of_steps(times, times, chances, [False] * len(times))
    return voice_histories(line.question, line.curve, line.moments, crowd, markets, news)


def test_without_markets_they_have_no_voice_and_the_house_is_the_model():
    found = voices()

    assert "markets" not in found
    assert (found["house"].said == found["model"].said).all()


def test_a_market_speaks_from_its_quote_on_and_the_house_goes_towards_it():
    found = voices([market(b.OPENS + 2, 0.9)])
    before = found["house"].times < b.OPENS + 2
    after = found["house"].said[found["house"].times >= b.OPENS + 2]
    model = found["model"].said[-1]

    assert found["markets"].said == pytest.approx([0.9])
    assert found["house"].said[before] == pytest.approx(found["model"].said[: before.sum()])
    assert (after > model).all() and (after < 0.97).all()


def test_what_came_before_a_quote_counts_less_in_the_house_than_what_came_after():
    early = voices([market(TOLD - 0.5, 0.5)])["house"].said[-1]
    late = voices([market(TOLD + 3, 0.5)])["house"].said[-1]

    assert early > late  # the record raises, and only the early quote cannot hold it


def test_a_certain_mismatch_leaves_the_house_as_it_was():
    found = voices([market(b.OPENS + 2, 0.9, mismatch=1.0)])

    assert np.isnan(found["markets"].said).all()
    assert found["house"].said[-1] == pytest.approx(found["model"].said[-1])


def test_all_three_voices_are_weighed_by_precision():
    start, end, said = np.array([TOLD + 2]), np.array([np.inf]), np.array([0.2])
    crowd = crowd_history(CrowdMembers(start, end, said), start)
    found = voices([market(TOLD + 2, 0.9)], crowd)
    at = np.flatnonzero(found["house"].times == TOLD + 2)[0]
    model = log_odds(found["model"].said[found["model"].times <= TOLD + 2][-1])
    moved = model - log_odds(found["model"].said[0])
    precisions = np.array([MODEL_PRECISION, 1.0, 1 / 0.09])
    updated = log_odds(0.9) + np.exp(-2.0) * moved  # two days to read the record, a day for 63%

    pooled = precisions @ [model, log_odds(0.2), updated] / precisions.sum()
    assert log_odds(found["house"].said[at]) == pytest.approx(pooled)

"""What linked markets said of one question over time, with only what was known at each moment."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasts.markets import Quotes, fixed_terms, pool_quotes, read_quotes
from forecasts.news import News, news_since
from forecasts.outcomes import Floats


@dataclass(frozen=True, slots=True, eq=False)
class LinkedMarket:
    """A contract that is linked to a question, and its quotes in any order.

    Attributes:
        platform: its name.
        sign: 1 for the same, -1 for the complement; see `markets.SIGNS`.
        mismatch: chance that it is another contract than the question.
        since, until: instants between which the link holds.
        at: when each price stood.
        known: when it was read here.
        probability: of the contract's yes.
        half_spread, volume: NaN where no one knows.
    """

    platform: str
    sign: float
    mismatch: float
    since: float
    until: float
    at: Floats
    known: Floats
    probability: Floats
    half_spread: Floats
    volume: Floats


@dataclass(frozen=True, slots=True, eq=False)
class MarketHistory:
    """What markets said together at some moments.

    Attributes:
        times: rising, shape (m,).
        markets: how many had a quote that says something.
        log_odds: of the question's yes; NaN where none had one.
        updated: the same, with the news that the quotes do not hold yet.
        precision: in forecasters; 0 where none had a quote.
    """

    times: Floats
    markets: np.ndarray
    log_odds: Floats
    updated: Floats
    precision: Floats

    @property
    def said(self) -> Floats:
        """Chance of yes as quoted; NaN where no market has a quote."""
        return 1 / (1 + np.exp(-self.log_odds))


def quote_moments(markets: Sequence[LinkedMarket], until: float) -> Floats:
    """Give the moments at which what markets say changes, up to an instant; rising."""
    starts = [_starts(market) for market in markets]
    ends = np.array([market.until for market in markets])
    moments = np.unique(np.concatenate([*starts, ends]))
    return moments[(moments <= until) & np.isfinite(moments)]


def market_history(
    markets: Sequence[LinkedMarket], moments: Floats, news: News | None = None
) -> MarketHistory:
    """Put together the latest quotes of markets that were known and linked at each moment.

    Args:
        moments: rising, in days since 1970.
        news: how the model moved; None: no more is known than the quotes.

    Raises:
        NumbersDoNotFit: see `quote_noise`.
    """
    terms = fixed_terms(tuple(market.platform for market in markets))
    found = [_standing(market, moments) for market in markets]
    number = np.repeat(np.arange(len(markets)), [len(place) for place, _ in found])
    place = np.concatenate([np.zeros(0, np.int64), *(place for place, _ in found)])
    quote = np.concatenate([np.zeros(0, np.int64), *(quote for _, quote in found)])
    first = np.append(0, np.cumsum([len(market.at) for market in markets]))[:-1]
    rows = first[number] + quote if len(markets) else quote
    at = _column(markets, "at")[rows]
    quotes = Quotes(
        probability=_column(markets, "probability")[rows],
        half_spread=_column(markets, "half_spread")[rows],
        volume=_column(markets, "volume")[rows],
        age=moments[place] - at,
        mismatch=np.array([market.mismatch for market in markets])[number],
        sign=np.array([market.sign for market in markets])[number],
        platform=number,
    )
    said, noise = read_quotes(terms, quotes)
    lacking = np.zeros(len(rows))
    if news is not None:
        lacking = news_since(news, at, moments[place], terms.absorption[number])
    quoted, precision = pool_quotes(said, noise, place, len(moments))
    updated, _ = pool_quotes(said + lacking, noise, place, len(moments))
    speaks = np.bincount(place[np.isfinite(noise)], minlength=len(moments))
    return MarketHistory(moments, speaks, quoted, updated, precision)


def _starts(market: LinkedMarket) -> Floats:
    """From when each quote can be read by us."""
    return np.maximum(np.maximum(market.at, market.known), market.since)


def _standing(market: LinkedMarket, moments: Floats) -> tuple[np.ndarray, np.ndarray]:
    """Places of the moments at which a market has a quote, and numbers of the quotes."""
    starts = _starts(market)
    order = np.lexsort((market.at, starts))
    rank = np.argsort(np.argsort(market.at, kind="stable"))[order]  # of the latest to be quoted
    latest = (
        np.argsort(market.at, kind="stable")[np.maximum.accumulate(rank)] if len(rank) else rank
    )
    place = np.searchsorted(starts[order], moments, "right") - 1
    stands = (place >= 0) & (moments < market.until)
    return np.flatnonzero(stands), latest[place[stands]]


def _column(markets: Sequence[LinkedMarket], name: str) -> Floats:
    """One column of the quotes of all markets, one market after the other."""
    return np.concatenate([np.zeros(0), *(getattr(market, name) for market in markets)])

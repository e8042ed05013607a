"""What linked markets said of one question over time, with only what was known at each moment."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasts.markets import Quotes, fixed_terms, pool_quotes, read_quotes
from forecasts.news import News, news_since
from forecasts.outcomes import Floats, Indices


@dataclass(frozen=True, slots=True, eq=False)
class LinkedMarket:
    """A contract that is linked to a question, and its quotes in any order.

    Attributes:
        id: of the contract.
        platform: its name.
        sign: 1 for the same, -1 for the complement; see `markets.SIGNS`.
        mismatch: chance that it is another contract than the question.
        since, until: instants between which the link holds.
        at: when each price stood.
        known: when it was read here.
        probability: of the contract's yes.
        half_spread, volume: NaN where no one knows.
        confirmed: when its platform was read whole, rising: the latest price still stood then.
    """

    id: str
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
    confirmed: Floats


@dataclass(frozen=True, slots=True, eq=False)
class StandingQuotes:
    """The quotes that stand at some moments; one entry a quote and moment.

    Attributes:
        moment: number of its moment.
        market: number of its contract.
        at: when the price was last seen to stand.
        log_odds: of the question's yes.
        noise: squared nats by which that may be off; infinite where it says nothing.
        news: nats that moved the model and that the price does not hold yet.
    """

    moment: Indices
    market: Indices
    at: Floats
    log_odds: Floats
    noise: Floats
    news: Floats


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
    markets: Indices
    log_odds: Floats
    updated: Floats
    precision: Floats

    @property
    def said(self) -> Floats:
        """Chance of yes as quoted; NaN where no market has a quote."""
        return 1 / (1 + np.exp(-self.log_odds))

    @property
    def brought(self) -> Floats:
        """Chance of yes, brought up to date; NaN where no market has a quote."""
        return 1 / (1 + np.exp(-self.updated))


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
    found = standing_quotes(markets, moments, news)
    quoted, precision = pool_quotes(found.log_odds, found.noise, found.moment, len(moments))
    brought = found.log_odds + found.news
    updated, _ = pool_quotes(brought, found.noise, found.moment, len(moments))
    speaks = np.bincount(found.moment[np.isfinite(found.noise)], minlength=len(moments))
    return MarketHistory(moments, speaks, quoted, updated, precision)


def standing_quotes(
    markets: Sequence[LinkedMarket], moments: Floats, news: News | None = None
) -> StandingQuotes:
    """Give the latest quotes of markets that were known and linked at each moment, one by one.

    Raises:
        NumbersDoNotFit: see `quote_noise`.
    """
    terms = fixed_terms(tuple(market.platform for market in markets))
    quotes, moment, at = _quotes(markets, moments)
    said, noise = read_quotes(terms, quotes)
    lacking = np.zeros(len(said))
    if news is not None:
        lacking = news_since(news, at, moments[moment], terms.absorption[quotes.platform])
    return StandingQuotes(moment, quotes.platform, at, said, noise, lacking)


def _quotes(markets: Sequence[LinkedMarket], moments: Floats) -> tuple[Quotes, Indices, Floats]:
    """Give the quotes that stand, numbers of their moments, and when each was last true."""
    found = [_standing(market, moments) for market in markets]
    number = np.repeat(np.arange(len(markets)), [len(place) for place, _ in found])
    place = np.concatenate([np.zeros(0, np.int64), *(place for place, _ in found)])
    quote = np.concatenate([np.zeros(0, np.int64), *(quote for _, quote in found)])
    first = np.cumsum([0, *(len(market.at) for market in markets)])
    rows = first[number] + quote
    stood = np.concatenate([np.zeros(0), *(_confirmed(market, moments) for market in markets)])
    at = np.maximum(_column(markets, "at")[rows], stood[number * len(moments) + place])
    quotes = Quotes(
        probability=_column(markets, "probability")[rows],
        half_spread=_column(markets, "half_spread")[rows],
        volume=_column(markets, "volume")[rows],
        age=moments[place] - at,
        mismatch=np.array([market.mismatch for market in markets])[number],
        sign=np.array([market.sign for market in markets])[number],
        platform=number,
    )
    return quotes, place, at


def _starts(market: LinkedMarket) -> Floats:
    """From when each quote can be read by us."""
    return np.maximum(np.maximum(market.at, market.known), market.since)


def _confirmed(market: LinkedMarket, moments: Floats) -> Floats:
    """When the price that stands at each moment was last confirmed; -inf where it never was."""
    instants = np.append(-np.inf, market.confirmed)
    return np.asarray(instants[np.searchsorted(market.confirmed, moments, "right")])


def _standing(market: LinkedMarket, moments: Floats) -> tuple[Indices, Indices]:
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

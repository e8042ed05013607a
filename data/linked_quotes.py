"""Quotes of linked contracts as the domain reads them: prices, spreads and volumes over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from data.link_tables import MARKET_LINKS
from data.market_tables import MARKET_SYNCS, MARKETS, QUOTES
from forecasts.market_histories import LinkedMarket
from forecasts.markets import NOISE_OF_A_HUNDRED, SIGNS
from forecasts.outcomes import Floats
from forecasts.prices import after_costs, costs_of

#: A price that a file gives, or ForecastBench at its freeze.
_STATED = "stated"
#: Which of several prices of one instant is read, the last of them first.
_KINDS = ("last_trade", _STATED, "community_median", "amm", "mid")
#: A community's volume is the number of its forecasters, each of whom is off by a nat.
_VOLUME_OF_A_FORECASTER = 100 * NOISE_OF_A_HUNDRED


@dataclass(frozen=True, slots=True)
class Link:
    """That a person found a contract to be about a question.

    Attributes:
        market: its id.
        relation: same or complement; contracts of other relations are not read as quotes.
        mismatch: chance that it is another contract after all.
        since, until: instants between which the link holds.
    """

    market: str
    relation: str
    mismatch: float
    since: float
    until: float = np.inf


def linked_markets(connection: Connection, question: str, at: float) -> list[LinkedMarket]:
    """Read the contracts linked to a question, with their quotes, as known at an instant."""
    return read_linked(connection, _links(connection, question), at)


def _links(connection: Connection, question: str) -> list[Link]:
    """Read the links that people made of a question; of a pair each holds until the next."""
    query = select(MARKET_LINKS).where(MARKET_LINKS.c.question == question)
    found: list[Link] = []
    following: dict[str, float] = {}
    newest_first = query.order_by(MARKET_LINKS.c.recorded_at.desc(), MARKET_LINKS.c.seq.desc())
    for row in connection.execute(newest_first):
        until = min(following.get(row.market, np.inf), row.removed_at or np.inf)
        following[row.market] = row.recorded_at
        if row.decision == "confirmed":
            found.append(Link(row.market, row.relation, row.mismatch, row.recorded_at, until))
    return found


def read_linked(connection: Connection, links: Sequence[Link], at: float) -> list[LinkedMarket]:
    """Read the quotes of linked contracts that were known at an instant, by contract.

    Prices are after fees and the cost of capital (`prices`); what nobody gains by trading in counts
    as the spread. Of a contract that copies another one, nothing is read where that is linked too.
    """
    heard = [link for link in links if link.relation in SIGNS and link.since <= at]
    names = {link.market for link in heard}
    query = select(MARKETS).where(MARKETS.c.id.in_(names))
    rows = {row.id: row for row in connection.execute(query)}
    found = []
    for link in sorted(heard, key=lambda link: (link.market, link.since)):
        row = rows.get(link.market)
        if row is None or row.mirrors in names:
            continue
        quotes = _quotes(connection, row.id, at)
        if quotes:
            found.append(_as_value(link, row, quotes, _confirmed(connection, row.platform, at)))
    return found


def _confirmed(connection: Connection, platform: str, at: float) -> Floats:
    """Read when a platform was read whole: a price that is not replaced then still stood."""
    query = select(MARKET_SYNCS.c.ended_at).where(
        MARKET_SYNCS.c.platform == platform,
        MARKET_SYNCS.c.status == "done",
        MARKET_SYNCS.c.ended_at <= at,
    )
    return np.sort(np.array(connection.execute(query).scalars().all(), float))


def _quotes(connection: Connection, market: str, at: float) -> Sequence[Any]:
    """Read the quotes of a contract as a whole that were known at an instant, oldest first."""
    query = select(QUOTES).where(
        QUOTES.c.market == market, QUOTES.c.voice == "", QUOTES.c.at <= at, QUOTES.c.seen_at <= at
    )
    rows = connection.execute(query.order_by(QUOTES.c.at, QUOTES.c.number)).all()
    return sorted(rows, key=lambda row: (row.at, _KINDS.index(row.kind), row.number))


def _as_value(link: Link, market: Any, quotes: Sequence[Any], confirmed: Floats) -> LinkedMarket:
    """Give a linked contract with its quotes."""
    at, known, price, bid, ask, volume = (
        np.array([getattr(quote, name) for quote in quotes], float)
        for name in ("at", "seen_at", "price", "bid", "ask", "volume")
    )
    days = np.nan if market.closes is None else market.closes - at
    told = after_costs(price, bid, ask, np.broadcast_to(days, at.shape), costs_of(market.platform))
    is_stated = quotes[-1].kind == _STATED  # of its own instant: who reads it later sees no more
    is_crowd = np.array([quote.kind == "community_median" for quote in quotes])
    return LinkedMarket(
        id=market.id,
        platform=market.platform,
        sign=SIGNS[link.relation],
        mismatch=link.mismatch,
        since=link.since,
        until=link.until,
        at=at,
        known=known,
        probability=told.probability,
        half_spread=(told.high - told.low) / 2,
        volume=np.where(is_crowd, _VOLUME_OF_A_FORECASTER * volume, volume),
        confirmed=np.zeros(0) if is_stated else confirmed,
    )

"""The newest price of every linked contract, after costs, and which of our questions are nested."""

import json
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, select

from data.formats.questions import Derived
from data.market_links import standing_links
from data.market_tables import MARKETS, QUOTES
from data.tables import QUESTIONS, RESOLUTIONS
from forecasts.coherence import PricedLink
from forecasts.prices import PRICE_KINDS, after_costs, costs_of

#: A price that nobody has renewed for so many days says nothing of today.
FRESH_DAYS = 30.0
#: Prices of one instant, of which the last kind is read: the middle of a book before a last trade.
_KINDS = ("last_trade", "stated", "community_median", "amm", "mid")
_ENDED = ("resolved", "void")
assert set(_KINDS) == set(PRICE_KINDS)


@dataclass(frozen=True, slots=True)
class StandingPrice:
    """A link with the newest price of its contract."""

    id: str
    priced: PricedLink
    title: str
    platform: str
    url: str | None
    price: float
    at: float


def standing_prices(connection: Connection, at: float) -> list[StandingPrice]:
    """Read the links of questions without an outcome, with prices that were fresh at an instant."""
    found = []
    resolved = resolved_questions(connection, at)
    for link in standing_links(connection, at=at):
        market = connection.execute(select(MARKETS).where(MARKETS.c.id == link.market)).first()
        if link.question in resolved or market is None or market.status in _ENDED:
            continue
        quote = _newest(connection, market.id, at)
        if quote is not None:
            found.append(_standing(link, market, quote))
    return found


def resolved_questions(connection: Connection, at: float) -> set[str]:
    """Read which questions had an outcome by an instant."""
    query = select(RESOLUTIONS.c.question).where(RESOLUTIONS.c.recorded_at <= at)
    return set(connection.execute(query).scalars())


def _newest(connection: Connection, market: str, at: float) -> Row[Any] | None:
    """Read the newest price of a contract as a whole; None where it is stale."""
    query = select(QUOTES).where(
        QUOTES.c.market == market,
        QUOTES.c.voice == "",
        QUOTES.c.at.between(at - FRESH_DAYS, at),
        QUOTES.c.seen_at <= at,
    )
    rows = connection.execute(query.order_by(QUOTES.c.at.desc()).limit(len(_KINDS))).all()
    return max(rows, key=lambda row: (row.at, _KINDS.index(row.kind), row.number), default=None)


def _standing(link: Row[Any], market: Row[Any], quote: Row[Any]) -> StandingPrice:
    """Put a link and its price together."""
    bid, ask = (np.nan if value is None else value for value in (quote.bid, quote.ask))
    days = np.nan if market.closes is None else market.closes - quote.at
    told = after_costs([quote.price], [bid], [ask], [days], costs_of(market.platform))
    priced = PricedLink(
        question=link.question,
        market=link.market,
        relation=link.relation,
        mismatch=link.mismatch,
        low=float(told.low[0]),
        high=float(told.high[0]),
    )
    at = float(quote.at)
    return StandingPrice(
        link.id, priced, market.title, market.platform, market.url, quote.price, at
    )


def nested_questions(connection: Connection) -> list[tuple[str, str]]:
    """Read which questions imply which: thresholds on one outcome, the narrower one first."""
    query = select(QUESTIONS.c.id, QUESTIONS.c.body).order_by(QUESTIONS.c.seq)
    derived = {}
    for row in connection.execute(query):
        said = _derived(row.body)
        if said is not None:
            derived[row.id] = said
    return [
        (one, other)
        for one, other in permutations(derived, 2)
        if _implies(derived[one], derived[other])
    ]


def _derived(body: str) -> Derived | None:
    """Read what a question is a threshold on, if it is one."""
    said = json.loads(body).get("derived_from")
    return None if said is None else Derived.model_validate(said)


def _implies(one: Derived, other: Derived) -> bool:
    """Tell whether the first threshold lies within the second one."""
    if one.question != other.question:
        return False
    if one.by is not None and other.by is not None:
        return one.by < other.by
    if one.at_least is not None and other.at_least is not None:
        return one.at_least > other.at_least
    return False

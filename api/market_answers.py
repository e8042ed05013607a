"""The shapes of the API's answers on markets, their prices, and the platforms."""

import json
from typing import Any

import numpy as np
from pydantic import Field
from sqlalchemy import Row

from api.answers import Answer, PageAnswer, iso
from data.formats.base import Flag, Format
from data.market_disagreements import Disagreement
from forecasts.prices import after_costs, costs_of, staleness


class QuoteAnswer(Answer):
    """A price of yes, and what is left of it after costs."""

    at: str = Field(description="since when it holds")
    kind: str = Field(
        description="last_trade, mid, amm, community_median or stated: not the same quantity"
    )
    voice: str | None = Field(description="who said so, where several speak on one market")
    price: float
    bid: float | None
    ask: float | None
    volume: float | None = Field(description="in the platform's own unit")
    liquidity: float | None
    probability: float = Field(description="after fees, spread and the cost of capital")
    low: float = Field(description="below it, buying no gains")
    high: float = Field(description="above it, buying yes gains")
    seen_at: str = Field(description="when it was read")


class OutcomeOfMarket(Answer):
    """What a platform said that a market came to."""

    status: str = Field(description="resolved, void, or open where it was taken back")
    value: float | None = Field(description="1 yes, 0 no, between them a share")
    resolved_at: str | None
    seen_at: str


class MarketAnswer(Answer):
    """A contract on a platform: yes or no, unless `kind` says otherwise."""

    id: str
    platform: str
    key: str
    title: str
    url: str | None
    kind: str
    status: str
    parent: str | None = Field(description="the event that its siblings share")
    parent_title: str | None
    opens: str | None
    closes: str | None
    mirrors: str | None = Field(description="id of the market that it copies")
    followed: bool = Field(description="its history of prices is read too")
    quote: QuoteAnswer | None = Field(description="the newest price")
    stale_days: float | None = Field(description="since the price was last seen to hold")
    outcome: OutcomeOfMarket | None


class DisagreementAnswer(Answer):
    """Two markets on the same thing, and what each came to."""

    market: str
    platform: str
    title: str
    status: str
    value: float | None
    other_market: str
    other_platform: str
    other_status: str
    other_value: float | None


class MarketDetail(MarketAnswer):
    """A contract with its criteria, and all that was said of its outcome."""

    criteria: str
    traits: dict[str, Any] = Field(description="what only its platform has")
    first_seen: str
    changed_at: str
    outcomes: tuple[OutcomeOfMarket, ...] = Field(description="the oldest first")
    disagreements: tuple[DisagreementAnswer, ...]


class MarketList(PageAnswer):
    """A page of markets."""

    items: tuple[MarketAnswer, ...]


class QuoteList(PageAnswer):
    """A page of prices, the oldest first."""

    items: tuple[QuoteAnswer, ...]


class FollowingWanted(Format):
    """Whether the history of a contract is to be read."""

    followed: Flag = True


def _iso(at: float | None) -> str | None:
    """Give an instant as text."""
    return None if at is None else iso(at)


def quote_answer(row: Row[Any], platform: str, closes: float | None) -> QuoteAnswer:
    """Give a price with what is left of it after costs."""
    bid, ask = (np.nan if side is None else side for side in (row.bid, row.ask))
    days = np.nan if closes is None else closes - row.at
    left = after_costs(row.price, bid, ask, days, costs_of(platform))
    return QuoteAnswer(
        at=iso(row.at),
        kind=row.kind,
        voice=row.voice or None,
        price=row.price,
        bid=row.bid,
        ask=row.ask,
        volume=row.volume,
        liquidity=row.liquidity,
        probability=float(left.probability),
        low=float(left.low),
        high=float(left.high),
        seen_at=iso(row.seen_at),
    )


def outcome_answer(row: Row[Any]) -> OutcomeOfMarket:
    """Give what a platform said of an outcome."""
    return OutcomeOfMarket(
        status=row.status,
        value=row.value,
        resolved_at=_iso(row.resolved_at),
        seen_at=iso(row.seen_at),
    )


def market_answer(
    row: Row[Any],
    quote: Row[Any] | None,
    outcome: Row[Any] | None,
    whole: float | None,
    now: float,
) -> MarketAnswer:
    """Give a market as an answer.

    Args:
        whole: when its platform was last read whole.
    """
    return MarketAnswer(**_market_fields(row, quote, outcome, whole, now))


def market_detail(
    row: Row[Any],
    quote: Row[Any] | None,
    outcomes: list[Row[Any]],
    differing: list[Disagreement],
    whole: float | None,
    now: float,
) -> MarketDetail:
    """Give a market with all that is known of it."""
    newest = outcomes[-1] if outcomes else None
    return MarketDetail(
        **_market_fields(row, quote, newest, whole, now),
        criteria=row.criteria,
        traits=json.loads(row.traits),
        first_seen=iso(row.first_seen),
        changed_at=iso(row.changed_at),
        outcomes=tuple(outcome_answer(one) for one in outcomes),
        disagreements=tuple(
            disagreement_answer(one) for one in differing if row.id in (one.market.id, one.other.id)
        ),
    )


def _market_fields(
    row: Row[Any],
    quote: Row[Any] | None,
    outcome: Row[Any] | None,
    whole: float | None,
    now: float,
) -> dict[str, Any]:
    """Give what every answer on a market has."""
    seen = np.nan if whole is None or row.status != "open" else whole
    return {
        **{name: getattr(row, name) for name in _SAME},
        "opens": _iso(row.opens),
        "closes": _iso(row.closes),
        "quote": None if quote is None else quote_answer(quote, row.platform, row.closes),
        "stale_days": None if quote is None else float(staleness(quote.at, seen, now)),
        "outcome": None if outcome is None else outcome_answer(outcome),
    }


_SAME = (
    "id", "platform", "key", "title", "url", "kind", "status", "parent", "parent_title", "mirrors",
    "followed",
)  # fmt: skip


def disagreement_answer(found: Disagreement) -> DisagreementAnswer:
    """Give two outcomes that differ."""
    return DisagreementAnswer(
        market=found.market.id,
        platform=found.market.platform,
        title=found.market.title,
        status=found.outcome.status,
        value=found.outcome.value,
        other_market=found.other.id,
        other_platform=found.other.platform,
        other_status=found.other_outcome.status,
        other_value=found.other_outcome.value,
    )

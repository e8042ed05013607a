"""Markets as they stood at an instant: filtered, page by page, with prices and outcomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select, tuple_

from data.market_links import UnknownMarket
from data.market_tables import (
    MARKET_OUTCOMES,
    MARKETS,
    QUARANTINE,
    QUOTES,
    RAW_ANSWERS,
    RAW_FETCHES,
    UNKNOWN_FIELDS,
)
from forecasts.errors import Unknown

_AT_ONCE = 500


class UnknownPlatform(Unknown):
    """No platform has this name."""

    message = "There is no platform of this name. GET /api/v1/platforms lists them."


@dataclass(frozen=True, slots=True)
class MarketFilters:
    """Which markets are wanted; None fits all."""

    platform: str | None = None
    status: str | None = None
    words: str | None = None
    parent: str | None = None
    followed: bool | None = None


def markets_query(filters: MarketFilters, at: float) -> Select[Any]:
    """Select markets that were known at an instant, by their ids."""
    query = select(MARKETS).where(MARKETS.c.first_seen <= at).order_by(MARKETS.c.id)
    for name in ("platform", "status", "parent", "followed"):
        wanted = getattr(filters, name)
        if wanted is not None:
            query = query.where(MARKETS.c[name] == wanted)
    for word in (filters.words or "").split():
        query = query.where(MARKETS.c.title.contains(word, autoescape=True))
    return query


def read_market(connection: Connection, market: str, at: float) -> Row[Any]:
    """Read one market.

    Raises:
        UnknownMarket: there was none of this id.
    """
    query = select(MARKETS).where(MARKETS.c.id == market, MARKETS.c.first_seen <= at)
    row = connection.execute(query).first()
    if row is None:
        raise UnknownMarket
    return row


def latest_quotes(connection: Connection, markets: Sequence[str], at: float) -> dict[str, Row[Any]]:
    """Read the newest price of each of some markets that was known at an instant."""
    found: dict[str, Row[Any]] = {}
    newest = (
        select(QUOTES)
        .where(QUOTES.c.voice == "", QUOTES.c.seen_at <= at, QUOTES.c.at <= at)
        .order_by(QUOTES.c.at.desc(), QUOTES.c.number.desc())
        .limit(1)
    )
    for market in markets:
        row = connection.execute(newest.where(QUOTES.c.market == market)).first()
        if row is not None:
            found[market] = row
    return found


def quotes_query(
    market: str, at: float, since: float | None, after: tuple[Any, ...] | None
) -> Select[Any]:
    """Select the prices of a market that were known at an instant, the oldest first.

    Args:
        since: only those of this instant or later.
        after: place of the last one of the page before: instant, voice, kind, number.
    """
    columns = [QUOTES.c[name] for name in ("at", "voice", "kind", "number")]
    query = select(QUOTES).where(QUOTES.c.market == market, QUOTES.c.seen_at <= at)
    if since is not None:
        query = query.where(QUOTES.c.at >= since)
    if after is not None:
        query = query.where(tuple_(*columns) > tuple_(*after))
    return query.order_by(*columns)


def outcome_rows(connection: Connection, market: str, at: float) -> list[Row[Any]]:
    """Read everything that a platform said of what a market came to, the oldest first."""
    query = select(MARKET_OUTCOMES).where(
        MARKET_OUTCOMES.c.market == market, MARKET_OUTCOMES.c.seen_at <= at
    )
    return list(connection.execute(query.order_by(MARKET_OUTCOMES.c.id)))


@dataclass(frozen=True, slots=True)
class PlatformCounts:
    """What is here of a platform."""

    markets: Mapping[str, int]
    followed: int
    quotes: int
    voices: int
    outcomes: int
    quarantined: int
    raw_answers: int
    raw_bytes: int


def platforms_known(connection: Connection, at: float) -> list[str]:
    """Give the platforms of which there are markets."""
    query = select(MARKETS.c.platform).where(MARKETS.c.first_seen <= at).distinct()
    return sorted(connection.execute(query).scalars())


def count_platform(connection: Connection, platform: str, at: float) -> PlatformCounts:
    """Count what was here of a platform at an instant."""
    statuses = (
        select(MARKETS.c.status, func.count(), func.sum(MARKETS.c.followed))
        .where(MARKETS.c.platform == platform, MARKETS.c.first_seen <= at)
        .group_by(MARKETS.c.status)
    )
    rows = connection.execute(statuses).all()
    of_it = QUOTES.c.market.between(f"{platform}:", f"{platform};")  # ; comes after :
    quotes = select(func.count(), func.count(QUOTES.c.voice.distinct()))
    counted, voices = connection.execute(quotes.where(of_it, QUOTES.c.seen_at <= at)).one()
    ended = MARKET_OUTCOMES.c.market.between(f"{platform}:", f"{platform};")
    outcomes = select(func.count(MARKET_OUTCOMES.c.market.distinct()))
    outcomes = outcomes.where(ended, MARKET_OUTCOMES.c.seen_at <= at)
    waiting = select(func.count()).select_from(QUARANTINE).where(_waits(platform, at))
    kept = select(func.count(), func.coalesce(func.sum(RAW_ANSWERS.c.size), 0)).where(
        RAW_ANSWERS.c.sha256.in_(
            select(RAW_FETCHES.c.sha256).where(
                RAW_FETCHES.c.platform == platform, RAW_FETCHES.c.fetched_at <= at
            )
        )
    )
    answers, size = connection.execute(kept).one()
    return PlatformCounts(
        markets={row[0]: row[1] for row in rows},
        followed=sum(row[2] or 0 for row in rows),
        quotes=counted,
        voices=voices,
        outcomes=connection.execute(outcomes).scalar_one(),
        quarantined=connection.execute(waiting).scalar_one(),
        raw_answers=answers,
        raw_bytes=size,
    )


def _waits(platform: str, at: float) -> Any:
    """Give the condition that a record was put aside, and could not be read yet at an instant."""
    solved = QUARANTINE.c.solved_at
    unsolved = or_(solved.is_(None), solved > at)
    return and_(QUARANTINE.c.platform == platform, QUARANTINE.c.first_seen <= at, unsolved)


def quarantined_rows(
    connection: Connection, platform: str, at: float, limit: int
) -> list[Row[Any]]:
    """Read the records of a platform that are put aside, the newest first."""
    query = select(QUARANTINE).where(_waits(platform, at)).order_by(QUARANTINE.c.id.desc())
    return list(connection.execute(query.limit(limit)))


def unknown_rows(connection: Connection, platform: str, at: float) -> list[Row[Any]]:
    """Read the fields and values of a platform that nothing here knows, the newest first."""
    query = select(UNKNOWN_FIELDS).where(
        UNKNOWN_FIELDS.c.platform == platform, UNKNOWN_FIELDS.c.first_seen <= at
    )
    newest = query.order_by(UNKNOWN_FIELDS.c.first_seen.desc(), UNKNOWN_FIELDS.c.path)
    return list(connection.execute(newest))

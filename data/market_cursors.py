"""How far platforms have been read: cursors by part, syncs, and the contracts that are followed."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from data.importers.base import Cursor, Followed
from data.ledger import canonical_json
from data.market_tables import MARKET_CURSORS, MARKET_SYNCS, MARKETS, QUOTES
from data.markets import Moved

RUNNING, DONE, FAILED, INTERRUPTED = "running", "done", "failed", "interrupted"


def read_cursors(connection: Connection, platform: str) -> dict[str, Cursor]:
    """Read how far each part of a platform has been read."""
    query = select(MARKET_CURSORS).where(MARKET_CURSORS.c.platform == platform)
    return {row.part: json.loads(row.body) for row in connection.execute(query)}


def save_cursors(
    connection: Connection, platform: str, cursors: Mapping[str, Cursor], at: float
) -> None:
    """Keep how far some parts have been read."""
    adding = insert(MARKET_CURSORS)
    again = adding.on_conflict_do_update(
        index_elements=["platform", "part"],
        set_={name: adding.excluded[name] for name in ("body", "changed_at")},
    )
    for part, cursor in cursors.items():
        row = {"platform": platform, "part": part, "body": canonical_json(cursor)}
        connection.execute(again, {**row, "changed_at": at})


def forget_cursors(connection: Connection, platform: str) -> None:
    """Forget how far a platform has been read: the next sync reads all of it."""
    connection.execute(delete(MARKET_CURSORS).where(MARKET_CURSORS.c.platform == platform))


def begin_sync(connection: Connection, platform: str, at: float) -> int:
    """Note that a sync begins; one that was running before broke off. Give its number."""
    broken = update(MARKET_SYNCS).where(
        MARKET_SYNCS.c.platform == platform, MARKET_SYNCS.c.status == RUNNING
    )
    connection.execute(broken.values(status=INTERRUPTED, ended_at=at))
    row = {"platform": platform, "started_at": at, "status": RUNNING, "requests": 0}
    counts = dict.fromkeys(asdict(Moved()), 0)
    made = connection.execute(insert(MARKET_SYNCS).returning(MARKET_SYNCS.c.id), {**row, **counts})
    return int(made.scalar_one())


def count_in_sync(connection: Connection, sync: int, moved: Moved) -> None:
    """Add what one answer moved."""
    columns = {name: MARKET_SYNCS.c[name] + count for name, count in asdict(moved).items()}
    counting = update(MARKET_SYNCS).where(MARKET_SYNCS.c.id == sync)
    connection.execute(counting.values(requests=MARKET_SYNCS.c.requests + 1, **columns))


def end_sync(connection: Connection, sync: int, status: str, reason: str | None, at: float) -> None:
    """Note how a sync ended."""
    ending = update(MARKET_SYNCS).where(MARKET_SYNCS.c.id == sync)
    connection.execute(ending.values(status=status, reason=reason, ended_at=at))


def read_syncs(
    connection: Connection, platform: str, until: float, limit: int = 20
) -> list[Row[Any]]:
    """Read the syncs of a platform that began by an instant, newest first."""
    query = select(MARKET_SYNCS).where(
        MARKET_SYNCS.c.platform == platform, MARKET_SYNCS.c.started_at <= until
    )
    return list(connection.execute(query.order_by(MARKET_SYNCS.c.id.desc()).limit(limit)))


def read_followed(
    connection: Connection, platform: str, *, follows_all: bool = False
) -> list[Followed]:
    """Read the yes-or-no contracts whose history is wanted.

    Args:
        follows_all: of every contract, not only of those that are followed.
    """
    newest = (
        select(func.max(QUOTES.c.at))
        .where(QUOTES.c.market == MARKETS.c.id, QUOTES.c.voice == "")
        .where(QUOTES.c.at < QUOTES.c.seen_at)  # of its history: a price off a list is of now
        .correlate(MARKETS)
        .scalar_subquery()
    )
    query = select(MARKETS, newest.label("newest")).where(
        MARKETS.c.platform == platform, MARKETS.c.kind == "binary"
    )
    if not follows_all:
        query = query.where(MARKETS.c.followed)
    return [
        Followed(row.key, row.status, row.opens, row.closes, json.loads(row.traits), row.newest)
        for row in connection.execute(query.order_by(MARKETS.c.id))
    ]


def follow(connection: Connection, market: str, *, wanted: bool = True) -> None:
    """Have the history of a contract read from now on, or no longer."""
    following = update(MARKETS).where(MARKETS.c.id == market)
    connection.execute(following.values(followed=wanted))

"""Prices of linked markets in the ledger: what is new of them, and all of them back from it."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from data.ledger import read_entries
from data.market_cursors import read_cursors, save_cursors
from data.market_tables import QUOTES

#: What an entry holds of each price, in this order.
COLUMNS = ("seen_at", "at", "kind", "number", "price", "bid", "ask", "volume", "liquidity")
#: How far the prices of a market are in the ledger stands among the cursors of its platform.
_PART = "ledger/"
_PLACE = COLUMNS[1:4]


def new_quotes(connection: Connection, market: Row[Any], limit: int) -> list[Row[Any]]:
    """Read prices of a market that are not in the ledger yet, in the order of their reading.

    A price that was revised since counts as new.
    """
    cursor = _cursor(connection, market)
    query = select(*(QUOTES.c[name] for name in COLUMNS)).where(
        QUOTES.c.market == market.id, QUOTES.c.voice == ""
    )
    if cursor:
        query = query.where(QUOTES.c.seen_at >= cursor["seen"])
    query = query.order_by(*(QUOTES.c[name] for name in COLUMNS[:4]))
    taken = {tuple(place) for place in cursor.get("taken", ())}
    rows = connection.execute(query.limit(limit + len(taken))).all()
    new = [row for row in rows if not (row.seen_at == cursor.get("seen") and _place(row) in taken)]
    return new[:limit]


def note_in_ledger(
    connection: Connection, market: Row[Any], quotes: Sequence[Row[Any]], at: float
) -> None:
    """Note up to which one the prices of a market are in the ledger.

    Several answers can come within one instant: of the last one it is kept which are in.
    """
    before, seen = _cursor(connection, market), quotes[-1].seen_at
    taken = before["taken"] if before.get("seen") == seen else []
    taken = [*taken, *(_place(row) for row in quotes if row.seen_at == seen)]
    cursor = {"seen": seen, "taken": taken}
    save_cursors(connection, market.platform, {f"{_PART}{market.key}": cursor}, at)


def _cursor(connection: Connection, market: Row[Any]) -> dict[str, Any]:
    """Read how far a market is in the ledger; empty: nothing of it is."""
    return read_cursors(connection, market.platform).get(f"{_PART}{market.key}", {})


def _place(row: Row[Any]) -> tuple[float, str, int]:
    """Give what tells a price from others of its market."""
    at, kind, number = (getattr(row, name) for name in _PLACE)
    return at, kind, number


def content_of(market: Row[Any], quotes: Sequence[Row[Any]]) -> dict[str, Any]:
    """Give what an entry says: the prices, and what reading them needs to know of their market."""
    return {
        "market": market.id,
        "platform": market.platform,
        "closes": market.closes,
        "columns": list(COLUMNS),
        "quotes": [[getattr(quote, name) for name in COLUMNS] for quote in quotes],
    }


def quotes_in_ledger(
    connection: Connection, until: str | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Give the prices of every market that the ledger holds, as they were by a time.

    Args:
        until: only entries that were recorded by this time (see `data.ledger.timestamp`).
    """
    found: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
    for entry in read_entries(connection, until=until, kind="quotes"):
        content = json.loads(entry.body)
        here = found.setdefault(content["market"], {})
        for values in content["quotes"]:
            row = dict(zip(content["columns"], values, strict=True))
            here[row["at"], row["kind"], row["number"]] = row  # a revised one takes its place
    return {
        market: [rows[place] for place in sorted(rows)] for market, rows in sorted(found.items())
    }

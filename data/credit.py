"""Who said what happened: the newest outcome of every question, with its resolver."""

from typing import Any

from sqlalchemy import Connection, Row, select

from data.tables import RESOLUTIONS


def newest_resolution_rows(
    connection: Connection, entries: int | None = None
) -> dict[str, Row[Any]]:
    """Read the newest outcome's row of every question that has one, by question id.

    Args:
        entries: as of a ledger of so many; None: of all.
    """
    query = select(RESOLUTIONS).order_by(RESOLUTIONS.c.seq)
    if entries is not None:
        query = query.where(RESOLUTIONS.c.seq <= entries)
    rows: dict[str, Row[Any]] = {row.question: row for row in connection.execute(query)}
    return rows

"""Who said what happened: the newest outcome of every question, with its resolver."""

from typing import Any

from sqlalchemy import Connection, Row, select

from data.tables import RESOLUTIONS


def newest_resolution_rows(connection: Connection) -> dict[str, Row[Any]]:
    """Read the newest outcome's row of every question that has one, by question id."""
    query = select(RESOLUTIONS).order_by(RESOLUTIONS.c.seq)
    rows: dict[str, Row[Any]] = {row.question: row for row in connection.execute(query)}
    return rows

"""Outcomes as they stood at an instant: filtered, and page by page."""

from typing import Any

from sqlalchemy import Connection, Row, Text, func, select

from data.formats.resolutions import ResolutionStatus
from data.standing import ALWAYS
from data.tables import RESOLUTIONS
from forecasts.errors import UnknownResolution


def resolution_rows(
    connection: Connection,
    question: str | None = None,
    status: ResolutionStatus | None = None,
    *,
    standing: bool = False,
    at: float = ALWAYS,
    after: int = 0,
    limit: int | None = None,
) -> list[Row[Any]]:
    """Read outcomes that were recorded by an instant, in the order of the ledger.

    Args:
        standing: without those that another had superseded by then.
    """
    row, newer = RESOLUTIONS.c, RESOLUTIONS.alias().c
    query = select(RESOLUTIONS).where(row.recorded_at <= at, row.seq > after)
    if question is not None:
        query = query.where(row.question == question)
    if status is not None:
        said = func.json_extract(row.body, "$.status", type_=Text)
        query = query.where(func.coalesce(said, "resolved") == status)
    if standing:
        later = select(newer.seq).where(
            newer.question == row.question, newer.seq > row.seq, newer.recorded_at <= at
        )
        query = query.where(~later.exists())
    return list(connection.execute(query.order_by(row.seq).limit(limit)).all())


def read_resolution_row(connection: Connection, question: str, at: float = ALWAYS) -> Row[Any]:
    """Read the row of the outcome that held at an instant.

    Raises:
        UnknownResolution: the question had none.
    """
    rows = resolution_rows(connection, question, standing=True, at=at)
    if not rows:
        raise UnknownResolution
    return rows[0]

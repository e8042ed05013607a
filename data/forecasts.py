"""Forecasts by people, bots and markets: into their table, and back."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, or_, select, update

from data.ledger import Entry, canonical_json
from data.tables import FORECASTS
from forecasts.errors import UnknownForecast

_INSERT = insert(FORECASTS)


def save_forecast(
    connection: Connection, entry: Entry, content: dict[str, Any], at: float, until: float | None
) -> None:
    """Keep a forecast.

    Args:
        content: of the entry, as it was written.
        until: when it expires, if it does.
    """
    said = content["forecast"]
    row = {
        "id": content["id"],
        "seq": entry.seq,
        "question": said["question"],
        "forecaster": content["forecaster"],
        "recorded_at": at,
        "probability": said.get("probability"),
        "body": canonical_json(said),
        "until": until,
        "ended_by": None if until is None else "expired",
    }
    connection.execute(_INSERT, row)


def end_forecast(connection: Connection, forecast: str, at: float, ended_by: str) -> None:
    """Note when a forecast stopped standing, and why."""
    ended = update(FORECASTS).where(FORECASTS.c.id == forecast)
    connection.execute(ended.values(until=at, ended_by=ended_by))


def read_forecast(connection: Connection, forecast: str) -> Row[Any]:
    """Read the row of one forecast.

    Raises:
        UnknownForecast: there is none of this id.
    """
    row = connection.execute(select(FORECASTS).where(FORECASTS.c.id == forecast)).first()
    if row is None:
        raise UnknownForecast
    return row


def standing_forecast(
    connection: Connection, question: str, forecaster: str, at: float
) -> Row[Any] | None:
    """Read somebody's forecast of a question that stands at an instant."""
    query = select(FORECASTS).where(
        FORECASTS.c.question == question, FORECASTS.c.forecaster == forecaster, stands(at)
    )
    return connection.execute(query.order_by(FORECASTS.c.seq.desc()).limit(1)).first()


def stands(at: float) -> ColumnElement[bool]:
    """Give the condition that a forecast stands at an instant."""
    until = FORECASTS.c.until
    return and_(FORECASTS.c.recorded_at <= at, or_(until.is_(None), until > at))

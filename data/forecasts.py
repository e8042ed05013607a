"""Forecasts by people, bots and markets: into their table, and back."""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from data.ledger import Entry, canonical_json
from data.tables import FORECASTS
from forecasts.errors import UnknownForecast

_INSERT = insert(FORECASTS)
#: Made once: to put a statement together costs more than to run it.
_END = (
    update(FORECASTS)
    .where(FORECASTS.c.id == bindparam("ending"))
    .values(until=bindparam("at"), ended_by=bindparam("why"))
)
_ONE = select(FORECASTS).where(FORECASTS.c.id == bindparam("forecast"))


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
    connection.execute(_END, {"ending": forecast, "at": at, "why": ended_by})


def read_forecast(connection: Connection, forecast: str) -> Row[Any]:
    """Read the row of one forecast.

    Raises:
        UnknownForecast: there is none of this id.
    """
    row = connection.execute(_ONE, {"forecast": forecast}).first()
    if row is None:
        raise UnknownForecast
    return row


def standing_forecast(
    connection: Connection, question: str, forecaster: str, at: float
) -> Row[Any] | None:
    """Read somebody's forecast of a question that stands at an instant."""
    named = {"question": question, "forecaster": forecaster, "at": at}
    return connection.execute(_STANDING, named).first()


def stands(at: float | BindParameter[float]) -> ColumnElement[bool]:
    """Give the condition that a forecast stands at an instant."""
    until = FORECASTS.c.until
    return and_(FORECASTS.c.recorded_at <= at, or_(until.is_(None), until > at))


_STANDING = (
    select(FORECASTS)
    .where(
        FORECASTS.c.question == bindparam("question"),
        FORECASTS.c.forecaster == bindparam("forecaster"),
        stands(bindparam("at")),
    )
    .order_by(FORECASTS.c.seq.desc())
    .limit(1)
)

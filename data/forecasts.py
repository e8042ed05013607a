"""Forecasts by people, bots and markets: into their table, and back."""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from data.ledger import Entry, canonical_json
from data.prepared import Prepared
from data.tables import FORECASTS
from forecasts.errors import UnknownForecast

_INSERT = Prepared(insert(FORECASTS).returning(FORECASTS))
_END = Prepared(
    update(FORECASTS)
    .where(FORECASTS.c.id == bindparam("ending"))
    .values(until=bindparam("at"), ended_by=bindparam("why"))
)
_ONE = Prepared(select(FORECASTS).where(FORECASTS.c.id == bindparam("forecast")))


def save_forecast(
    connection: Connection, entry: Entry, content: dict[str, Any], at: float, until: float | None
) -> Any:
    """Keep a forecast, and give its row.

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
    return _INSERT.first(connection, row)


def end_forecast(connection: Connection, forecast: str, at: float, ended_by: str) -> None:
    """Note when a forecast stopped standing, and why."""
    _END.run(connection, {"ending": forecast, "at": at, "why": ended_by})


def read_forecast(connection: Connection, forecast: str) -> Any:
    """Read the row of one forecast.

    Raises:
        UnknownForecast: there is none of this id.
    """
    row = _ONE.first(connection, {"forecast": forecast})
    if row is None:
        raise UnknownForecast
    return row


def standing_forecast(
    connection: Connection, question: str, forecaster: str, at: float
) -> Any | None:
    """Read somebody's forecast of a question that stands at an instant."""
    named = {"question": question, "forecaster": forecaster, "at": at}
    return _STANDING.first(connection, named)


def stands(at: float | BindParameter[float]) -> ColumnElement[bool]:
    """Give the condition that a forecast stands at an instant."""
    until = FORECASTS.c.until
    return and_(FORECASTS.c.recorded_at <= at, or_(until.is_(None), until > at))


_STANDING = Prepared(
    select(FORECASTS)
    .where(
        FORECASTS.c.question == bindparam("question"),
        FORECASTS.c.forecaster == bindparam("forecaster"),
        stands(bindparam("at")),
    )
    .order_by(FORECASTS.c.seq.desc())
    .limit(1)
)

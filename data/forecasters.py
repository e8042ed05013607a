"""Forecasters as the tables hold them: who they are, and how much each has submitted."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, distinct, func, or_, select, update

from data.tables import ACTORS, EVIDENCE, FORECASTS, RESOLUTIONS

#: What a forecaster has submitted, and the column that names him.
_SUBMITTED: dict[str, tuple[Table, str]] = {
    "evidence": (EVIDENCE, "submitter"),
    "resolutions": (RESOLUTIONS, "resolver"),
}


def read_forecasters(
    connection: Connection, kind: str | None, after: str | None, limit: int, at: float
) -> list[Row[Any]]:
    """Read some forecasters in the order of their ids.

    Args:
        kind: only of this kind; None: all.
        after: begin after this id.
        at: those who came later are left out.
    """
    created = ACTORS.c.created_at
    query = select(ACTORS).where(or_(created.is_(None), created <= at))
    if kind is not None:
        query = query.where(ACTORS.c.kind == kind)
    if after is not None:
        query = query.where(ACTORS.c.id > after)
    return list(connection.execute(query.order_by(ACTORS.c.id).limit(limit)).all())


def read_forecaster(connection: Connection, forecaster: str) -> Row[Any] | None:
    """Read one forecaster, if there is one of this id."""
    row: Row[Any] | None = connection.execute(
        select(ACTORS).where(ACTORS.c.id == forecaster)
    ).first()
    return row


def save_profile(
    connection: Connection, forecaster: str, name: str | None, about: str | None
) -> None:
    """Change what a profile says; None leaves a part as it is."""
    said = {"name": name, "about": about}
    changed = {column: text for column, text in said.items() if text is not None}
    if changed:
        connection.execute(update(ACTORS).where(ACTORS.c.id == forecaster).values(**changed))


def count_submitted(
    connection: Connection, forecasters: Sequence[str], at: float, entries: int | None
) -> dict[str, dict[str, float]]:
    """Count what some forecasters have submitted, as of a ledger of so many entries (None: all).

    Gives by id: forecasts, questions, standing, evidence, resolutions, and `first`, the instant of
    the first of these.
    """
    stands = or_(FORECASTS.c.until.is_(None), FORECASTS.c.until > at)
    columns: dict[str, Any] = {
        "forecasts": func.count(),
        "questions": func.count(distinct(FORECASTS.c.question)),
        "standing": func.count().filter(stands),
    }
    found: dict[str, dict[str, float]] = {name: {} for name in forecasters}
    _count(connection, FORECASTS, "forecaster", columns, found, entries)
    for name, (table, column) in _SUBMITTED.items():
        _count(connection, table, column, {name: func.count()}, found, entries)
    return found


def _count(
    connection: Connection,
    table: Table,
    column: str,
    counted: dict[str, Any],
    found: dict[str, dict[str, float]],
    entries: int | None,
) -> None:
    """Count the rows of one table by whom they are of."""
    first = func.min(table.c.recorded_at).label("first")
    labels = [value.label(name) for name, value in counted.items()]
    query = select(table.c[column].label("who"), first, *labels).where(
        table.c[column].in_(list(found))
    )
    if entries is not None:
        query = query.where(table.c.seq <= entries)
    for row in connection.execute(query.group_by(table.c[column])).mappings():
        mine = found[row["who"]]
        mine["first"] = min(mine.get("first", row["first"]), row["first"])
        mine.update({name: row[name] for name in counted})


def read_names(connection: Connection, forecasters: Sequence[str]) -> dict[str, Row[Any]]:
    """Read id, name, kind and `forgotten_at` of some forecasters, by id."""
    columns = (ACTORS.c.id, ACTORS.c.name, ACTORS.c.kind, ACTORS.c.forgotten_at)
    query = select(*columns).where(ACTORS.c.id.in_(list(forecasters)))
    rows: Any = connection.execute(query).all()
    return {row.id: row for row in rows}

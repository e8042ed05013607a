"""Statements made ready once, and run by the driver itself: what every change needs."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import ClauseElement

from data.sqlite import DBAPI


class Prepared:
    """A statement whose text and columns are settled; its rows hold what SQLite holds.

    Through SQLAlchemy a statement costs some ten times what SQLite needs for one row. It cannot
    be heard of there either, so none may change who comes in (see `data.writer`).
    """

    def __init__(self, statement: ClauseElement) -> None:
        compiled = statement.compile(dialect=dialect(paramstyle="named"))
        self._text = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        columns = getattr(statement, "exported_columns", ())
        self._names = tuple(column.name for column in columns)

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Run it."""
        self.first(connection, values)

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Any | None:
        """Run it, and give its first row; None where it has none.

        Raises:
            DBAPIError: the database refuses it; of the same kinds as SQLAlchemy's own statements.
        """
        try:
            found = driver(connection).execute(self._text, {**self._fixed, **values}).fetchone()
        except DBAPI.Error as error:
            raise DBAPIError.instance(
                self._text, None, error, DBAPI.Error, hide_parameters=True
            ) from error
        if found is None:
            return None
        return SimpleNamespace(**dict(zip(self._names, found, strict=True)))


def driver(connection: Connection) -> Any:
    """Give the driver's own connection, within the transaction of SQLAlchemy's."""
    found = connection.connection.driver_connection
    if not connection.in_transaction():
        connection.begin()
    return found

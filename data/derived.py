"""Results that take long to compute: into their table, and back."""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from data.derived_tables import DERIVED

#: Parts a name from the prefix of the ledger that the result is of, where it is not the present.
PREFIX_MARK = "@"


def read_derived(connection: Connection, name: str) -> Row[Any] | None:
    """Read a result, if there is one."""
    return connection.execute(select(DERIVED).where(DERIVED.c.name == name)).first()


def read_derived_place(connection: Connection, name: str) -> Any | None:
    """Read of what, and when, a result was computed, without its body."""
    columns = (DERIVED.c.entries, DERIVED.c.hash, DERIVED.c.computed_at)
    return connection.execute(select(*columns).where(DERIVED.c.name == name)).first()


def save_derived(
    connection: Connection, name: str, entries: int, head: str, at: float, body: bytes
) -> None:
    """Keep a result in the place of the one before it."""
    connection.execute(delete(DERIVED).where(DERIVED.c.name == name))
    row = {"name": name, "entries": entries, "hash": head, "computed_at": at, "body": body}
    connection.execute(insert(DERIVED), row)


def drop_old_prefixes(connection: Connection, name: str, kept: int) -> None:
    """Forget the oldest results on past states of the ledger, so that only so many are kept."""
    query = (
        select(DERIVED.c.name)
        .where(DERIVED.c.name.startswith(name + PREFIX_MARK, autoescape=True))
        .order_by(DERIVED.c.computed_at.desc(), DERIVED.c.name)
        .offset(kept)
    )
    old = connection.execute(query).scalars().all()
    if old:
        connection.execute(delete(DERIVED).where(DERIVED.c.name.in_(old)))

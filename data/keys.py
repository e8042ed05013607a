"""Keys and their holders: into their tables, and back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from data.access_tables import KEYS, SESSIONS
from data.tables import ACTORS
from forecasts.errors import Unknown

#: A statement with this option changes nothing that decides who may come in.
CHANGES_NO_ACCESS = "changes_no_access"


class UnknownKey(Unknown):
    """There is no such key, or it is somebody else's."""

    message = "There is no key of this id among yours. `GET /api/v1/keys` lists them."


class UnknownActor(Unknown):
    """There is nobody of this id."""

    message = "There is nobody of this id. `GET /api/v1/me` tells your own."


def save_key(connection: Connection, **columns: Any) -> None:
    """Add a key."""
    connection.execute(insert(KEYS), columns)


def change_key(connection: Connection, key: str, **columns: Any) -> None:
    """Set columns of a key."""
    connection.execute(update(KEYS).where(KEYS.c.id == key).values(**columns))


def note_use(connection: Connection, key: str, at: float) -> None:
    """Note when a key was last used."""
    statement = update(KEYS).where(KEYS.c.id == key).values(last_used_at=at)
    connection.execute(statement.execution_options(**{CHANGES_NO_ACCESS: True}))


def keys_with_holders() -> Select[Any]:
    """Give the query for keys, each with its holder's highest role and end."""
    holder = (
        ACTORS.c.role.label("highest"),
        ACTORS.c.kind,
        ACTORS.c.forgotten_at,
    )
    return select(KEYS, *holder).join(ACTORS, ACTORS.c.id == KEYS.c.actor)


def read_key(connection: Connection, key: str) -> Row[Any]:
    """Read one key with its holder.

    Raises:
        UnknownKey: there is none of this id.
    """
    row = connection.execute(keys_with_holders().where(KEYS.c.id == key)).first()
    if row is None:
        raise UnknownKey
    return row


def read_keys(
    connection: Connection, actor: str | None, after: tuple[float, str] | None, limit: int
) -> Sequence[Row[Any]]:
    """Read keys, newest first.

    Args:
        actor: whose; None: everybody's.
        after: when the last one of the page before was made, and its id.
    """
    query = keys_with_holders().order_by(KEYS.c.created_at.desc(), KEYS.c.id).limit(limit)
    if actor is not None:
        query = query.where(KEYS.c.actor == actor)
    if after is not None:
        made, key = after
        earlier = KEYS.c.created_at < made
        query = query.where(earlier | ((KEYS.c.created_at == made) & (KEYS.c.id > key)))
    return connection.execute(query).all()


def read_actor(connection: Connection, actor: str) -> Row[Any]:
    """Read who somebody is.

    Raises:
        UnknownActor: there is nobody of this id, or he asked to be forgotten.
    """
    query = select(ACTORS).where(ACTORS.c.id == actor, ACTORS.c.forgotten_at.is_(None))
    row = connection.execute(query).first()
    if row is None:
        raise UnknownActor
    return row


def change_role(connection: Connection, actor: str, role: str) -> None:
    """Set somebody's role, and end his sessions."""
    connection.execute(update(ACTORS).where(ACTORS.c.id == actor).values(role=role))
    connection.execute(delete(SESSIONS).where(SESSIONS.c.actor == actor))

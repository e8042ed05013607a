"""Sign-in: links that are used once and sessions of browsers, into their tables and back."""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from data.access_tables import SESSIONS, SIGN_IN_LINKS
from data.tables import ACTORS


def find_people(connection: Connection, wanted: str) -> list[Row[Any]]:
    """Find who may come in under an id or a name."""
    query = select(ACTORS).where(
        or_(ACTORS.c.id == wanted, ACTORS.c.name == wanted),
        ACTORS.c.role.is_not(None),
        ACTORS.c.forgotten_at.is_(None),
    )
    return list(connection.execute(query.order_by(ACTORS.c.id)).all())


def find_by_github(connection: Connection, names: tuple[str, ...]) -> Row[Any] | None:
    """Find who may come in under one of GitHub's names for him, the first that fits."""
    for name in names:
        query = select(ACTORS).where(ACTORS.c.github == name, ACTORS.c.forgotten_at.is_(None))
        row = connection.execute(query.where(ACTORS.c.role.is_not(None))).first()
        if row is not None:
            return row
    return None


def change_contact(connection: Connection, actor: str, **columns: str | None) -> None:
    """Set somebody's address or GitHub name."""
    connection.execute(update(ACTORS).where(ACTORS.c.id == actor).values(**columns))


def save_link(connection: Connection, token_hash: str, who: Row[Any], until: float) -> None:
    """Keep a link, and forget those whose time is over."""
    connection.execute(delete(SIGN_IN_LINKS).where(SIGN_IN_LINKS.c.expires_at < until - 1))
    row = {"token_hash": token_hash, "actor": who.id, "role": who.role, "expires_at": until}
    connection.execute(insert(SIGN_IN_LINKS), row)


def use_link(connection: Connection, token_hash: str, at: float) -> Row[Any] | None:
    """Use a link up; gives whom it signs in, None if it does not."""
    fits = (SIGN_IN_LINKS.c.token_hash == token_hash) & SIGN_IN_LINKS.c.used_at.is_(None)
    query = (
        select(ACTORS)
        .join(SIGN_IN_LINKS, SIGN_IN_LINKS.c.actor == ACTORS.c.id)
        .where(fits, SIGN_IN_LINKS.c.expires_at > at, SIGN_IN_LINKS.c.role == ACTORS.c.role)
        .where(ACTORS.c.forgotten_at.is_(None))
    )
    row = connection.execute(query).first()
    connection.execute(update(SIGN_IN_LINKS).where(fits).values(used_at=at))
    return row


def save_session(
    connection: Connection, token_hash: str, who: Row[Any], at: float, until: float
) -> None:
    """Keep a session, and forget those whose time is over."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at < at))
    row = {"token_hash": token_hash, "actor": who.id, "role": who.role, "created_at": at}
    connection.execute(insert(SESSIONS), {**row, "expires_at": until})


def end_sessions(connection: Connection, actor: str) -> None:
    """End all sessions of somebody, and the links that would open one."""
    for table in (SESSIONS, SIGN_IN_LINKS):
        connection.execute(delete(table).where(table.c.actor == actor))


def end_session(connection: Connection, token_hash: str) -> None:
    """End a session."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash))

"""Drafts: what somebody has begun to write and not sent, into their table and back."""

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from data.access_tables import DRAFTS
from forecasts.errors import Unknown


class UnknownDraft(Unknown):
    """No draft of the caller has this id."""

    message = "You have no draft with this id. GET /api/v1/drafts lists yours."


def read_draft(connection: Connection, draft: str, actor: str) -> Row[Any]:
    """Read a draft of somebody; of other people's there is no word.

    Raises:
        UnknownDraft: there is none.
    """
    query = select(DRAFTS).where(DRAFTS.c.id == draft, DRAFTS.c.actor == actor)
    row = connection.execute(query).first()
    if row is None:
        raise UnknownDraft
    return row


def read_drafts(
    connection: Connection, actor: str, after: tuple[float, str] | None, limit: int
) -> list[Row[Any]]:
    """Read drafts of somebody, the one changed last first.

    Args:
        after: when the last one of the page before was changed, and its id.
    """
    query = select(DRAFTS).where(DRAFTS.c.actor == actor)
    if after is not None:
        changed, draft = after
        same = (DRAFTS.c.changed_at == changed) & (DRAFTS.c.id > draft)
        query = query.where((DRAFTS.c.changed_at < changed) | same)
    query = query.order_by(DRAFTS.c.changed_at.desc(), DRAFTS.c.id).limit(limit)
    return list(connection.execute(query).all())


def count_drafts(connection: Connection, actor: str) -> int:
    """Count the drafts of somebody."""
    query = select(func.count()).select_from(DRAFTS).where(DRAFTS.c.actor == actor)
    return connection.execute(query).scalar_one()


def save_draft(connection: Connection, **columns: Any) -> None:
    """Keep a new draft."""
    connection.execute(insert(DRAFTS), columns)


def change_draft(connection: Connection, draft: str, **columns: Any) -> None:
    """Change what a draft holds."""
    connection.execute(update(DRAFTS).where(DRAFTS.c.id == draft).values(**columns))


def drop_draft(connection: Connection, draft: str, actor: str) -> None:
    """Remove a draft of somebody, if there is one."""
    connection.execute(delete(DRAFTS).where(DRAFTS.c.id == draft, DRAFTS.c.actor == actor))

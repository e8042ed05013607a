"""Forgetting a person: all that is known of him goes, and his id stays in the ledger."""

from sqlalchemy import Connection, delete, select, update

from data.access_tables import DELIVERIES, DRAFTS, KEYS, ONCE, SESSIONS, SIGN_IN_LINKS, WEBHOOKS
from data.tables import ACTORS

#: Stands where a name stood.
FORGOTTEN = "forgotten"


def forget_actor(connection: Connection, actor: str, at: float) -> None:
    """Erase a profile, end its keys and sessions, and drop what was promised to it."""
    nothing = {"name": FORGOTTEN, "about": None, "email": None, "github": None}
    person = update(ACTORS).where(ACTORS.c.id == actor)
    connection.execute(person.values(nothing | {"forgotten_at": at}))
    keys = update(KEYS).where(KEYS.c.actor == actor)
    connection.execute(keys.where(KEYS.c.revoked_at.is_(None)).values(revoked_at=at))
    connection.execute(keys.values(label=""))
    hooks = select(WEBHOOKS.c.id).where(WEBHOOKS.c.actor == actor)
    connection.execute(delete(DELIVERIES).where(DELIVERIES.c.webhook.in_(hooks)))
    for table in (WEBHOOKS, DRAFTS, SESSIONS, SIGN_IN_LINKS, ONCE):
        connection.execute(delete(table).where(table.c.actor == actor))

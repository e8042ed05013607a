"""Webhooks and what is on its way to them: into their tables, and back."""

from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from data.access_tables import DELIVERIES, WEBHOOKS
from forecasts.errors import Unknown


class UnknownWebhook(Unknown):
    """No webhook of the caller has this id."""

    message = "You have no webhook with this id. GET /api/v1/webhooks lists yours."


def read_webhook(connection: Connection, webhook: str, actor: str | None) -> Row[Any]:
    """Read a webhook; of other people's there is no word.

    Args:
        actor: whose it must be; None: anybody's.

    Raises:
        UnknownWebhook: there is none.
    """
    query = select(WEBHOOKS).where(WEBHOOKS.c.id == webhook)
    row = connection.execute(query).first()
    if row is None or actor not in (None, row.actor):
        raise UnknownWebhook
    return row


def webhooks_query(actor: str | None) -> Select[Any]:
    """Select the webhooks of an actor, or all."""
    query = select(WEBHOOKS)
    return query if actor is None else query.where(WEBHOOKS.c.actor == actor)


def active_webhooks(connection: Connection) -> list[Row[Any]]:
    """Read the webhooks to which is sent."""
    return list(connection.execute(select(WEBHOOKS).where(WEBHOOKS.c.disabled_at.is_(None))))


def count_webhooks(connection: Connection, actor: str) -> int:
    """Count the webhooks of an actor."""
    query = select(func.count()).select_from(WEBHOOKS).where(WEBHOOKS.c.actor == actor)
    return connection.execute(query).scalar_one()


def count_waiting(connection: Connection) -> dict[str, int]:
    """Count what is on its way to each webhook."""
    query = select(DELIVERIES.c.webhook, func.count().label("number"))
    query = query.where(DELIVERIES.c.due_at.is_not(None)).group_by(DELIVERIES.c.webhook)
    return {row.webhook: row.number for row in connection.execute(query)}


def due_deliveries(connection: Connection, now: float) -> list[Row[Any]]:
    """Read the oldest delivery of each webhook that is due, those that wait longest first."""
    active = DELIVERIES.join(WEBHOOKS, WEBHOOKS.c.id == DELIVERIES.c.webhook)
    oldest = (
        select(func.min(DELIVERIES.c.seq).label("seq"), DELIVERIES.c.webhook)
        .select_from(active)
        .where(DELIVERIES.c.due_at <= now, WEBHOOKS.c.disabled_at.is_(None))
        .group_by(DELIVERIES.c.webhook)
        .subquery()
    )
    query = (
        select(DELIVERIES, WEBHOOKS.c.url, WEBHOOKS.c.secret, WEBHOOKS.c.question)
        .join(WEBHOOKS, WEBHOOKS.c.id == DELIVERIES.c.webhook)
        .join(
            oldest,
            (oldest.c.webhook == DELIVERIES.c.webhook) & (oldest.c.seq == DELIVERIES.c.seq),
        )
        .order_by(DELIVERIES.c.due_at)
    )
    return list(connection.execute(query))


def next_due(connection: Connection) -> float | None:
    """Read when the next delivery is due."""
    query = (
        select(func.min(DELIVERIES.c.due_at))
        .join(WEBHOOKS, WEBHOOKS.c.id == DELIVERIES.c.webhook)
        .where(WEBHOOKS.c.disabled_at.is_(None))
    )
    found: float | None = connection.execute(query).scalar()
    return found


def last_attempts(connection: Connection, webhooks: list[str]) -> dict[str, str]:
    """Read what the newest delivery that was tried at each webhook came to."""
    query = (
        select(DELIVERIES.c.webhook, DELIVERIES.c.status)
        .where(DELIVERIES.c.webhook.in_(webhooks), DELIVERIES.c.status.is_not(None))
        .order_by(DELIVERIES.c.seq)
    )
    return {row.webhook: row.status for row in connection.execute(query)}

"""The deeds on webhooks: make and remove one, hand it what happened, settle what was sent."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from data.access_tables import DELIVERIES, WEBHOOKS
from data.facts import read_question, save_actor
from data.webhooks import count_webhooks, read_webhook
from data.writer import Transaction
from forecasts.errors import Refused
from forecasts.times import instant_of

#: Webhooks that one actor may have.
MOST_WEBHOOKS = 20
#: Seconds from each attempt that failed to the next one, as Standard Webhooks propose: three days
#: and four hours in all.
RETRIES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
#: What was delivered or given up is kept for so many days.
_KEPT_DAYS = 30.0
_SECONDS_A_DAY = 86_400.0
#: Why a webhook is switched off.
GONE, FAILING = "gone", "failing"


class TooManyWebhooks(Refused):
    """An actor has as many webhooks as anybody may have."""

    message = "You have {most} webhooks, and there can be no more. Remove one first."


@dataclass(frozen=True, slots=True)
class WebhookWish:
    """What is asked for.

    Attributes:
        url: checked already.
        kinds: of entries; none: all.
        question: the one that is followed; None: all.
    """

    url: str
    secret: str
    kinds: tuple[str, ...]
    question: str | None


def create_webhook(transaction: Transaction, wish: WebhookWish, actor: str, now: datetime) -> str:
    """Make a webhook, which is told of every entry from now on; give its id.

    Raises:
        UnknownQuestion, TooManyWebhooks: see there.
    """
    connection = transaction.connection
    if wish.question is not None:
        read_question(connection, wish.question)
    if count_webhooks(connection, actor) >= MOST_WEBHOOKS:
        raise TooManyWebhooks(most=MOST_WEBHOOKS)
    save_actor(connection, actor, actor, "operator")
    name = f"wh-{secrets.token_hex(6)}"
    row = {
        "id": name,
        "actor": actor,
        "url": wish.url,
        "secret": wish.secret,
        "kinds": " ".join(wish.kinds),
        "question": wish.question,
        "created_at": instant_of(now),
        "after": transaction.head.entries,
    }
    connection.execute(insert(WEBHOOKS), row)
    return name


def remove_webhook(transaction: Transaction, webhook: str, actor: str | None) -> None:
    """Remove a webhook with all that was on its way.

    Raises:
        UnknownWebhook: the actor has no such webhook.
    """
    read_webhook(transaction.connection, webhook, actor)
    transaction.connection.execute(delete(DELIVERIES).where(DELIVERIES.c.webhook == webhook))
    transaction.connection.execute(delete(WEBHOOKS).where(WEBHOOKS.c.id == webhook))


def hand_over(
    transaction: Transaction, webhook: str, entries: Sequence[int], looked_at: int, now: float
) -> None:
    """Put entries on their way to a webhook, and note how far the ledger was looked at."""
    connection = transaction.connection
    query = select(WEBHOOKS.c.after).where(WEBHOOKS.c.id == webhook)
    after: int | None = connection.execute(query).scalar()
    rows = [
        {
            "id": f"msg_{webhook}_{entry}",
            "webhook": webhook,
            "seq": entry,
            "created_at": now,
            "due_at": now,
        }
        for entry in entries
        if after is not None and entry > after
    ]
    if rows:
        connection.execute(insert(DELIVERIES), [{"attempts": 0, **row} for row in rows])
    old = (DELIVERIES.c.due_at.is_(None)) & (DELIVERIES.c.created_at < now - _KEPT_DAYS)
    connection.execute(delete(DELIVERIES).where(old))
    further = update(WEBHOOKS).where(WEBHOOKS.c.id == webhook, WEBHOOKS.c.after < looked_at)
    connection.execute(further.values(after=looked_at))


def settle(
    transaction: Transaction, delivery: str, status: str, now: float, *, delivered: bool, gone: bool
) -> None:
    """Note what became of an attempt: delivered, to be tried again, or given up.

    A message that was tried for three days is given up, and its webhook is switched off if nothing
    else was delivered meanwhile; one that says that it is gone is switched off at once.
    """
    connection = transaction.connection
    row = connection.execute(select(DELIVERIES).where(DELIVERIES.c.id == delivery)).first()
    if row is None:  # the webhook was removed meanwhile
        return
    attempts = row.attempts + 1
    due = None
    if not delivered and not gone and attempts <= len(RETRIES):
        due = now + RETRIES[attempts - 1] * _jitter() / _SECONDS_A_DAY
    values = {"attempts": attempts, "due_at": due, "status": status}
    values["delivered_at"] = now if delivered else None
    connection.execute(update(DELIVERIES).where(DELIVERIES.c.id == delivery).values(values))
    if gone:
        _switch_off(transaction, row.webhook, GONE, now)
    elif not delivered and due is None:
        query = select(func.count()).select_from(DELIVERIES)
        since = (DELIVERIES.c.webhook == row.webhook) & (
            DELIVERIES.c.delivered_at >= row.created_at
        )
        if not connection.execute(query.where(since)).scalar_one():
            _switch_off(transaction, row.webhook, FAILING, now)


def _switch_off(transaction: Transaction, webhook: str, reason: str, now: float) -> None:
    """Send nothing more to a webhook."""
    values = {"disabled_at": now, "disabled_because": reason}
    transaction.connection.execute(update(WEBHOOKS).where(WEBHOOKS.c.id == webhook).values(values))


def _jitter() -> float:
    """Give a factor from 0.9 to 1.1, so that what failed together is not tried again together."""
    return 0.9 + secrets.randbelow(2_001) / 10_000

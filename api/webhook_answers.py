"""The shapes of the API's answers on webhooks."""

from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import Row

from api.answers import Answer, iso
from data.formats.base import Format
from data.ledger import EntryKind


class WebhookWanted(Format):
    """Where to send, and what."""

    url: Annotated[
        str,
        Field(
            min_length=8,
            max_length=500,
            pattern=r"^https?://[\x21-\x7e]+$",
            description="https:, port 443 or 8443, public",
            examples=["https://example.org/hooks/kizashi"],
        ),
    ]
    kinds: Annotated[
        tuple[EntryKind, ...], Field(max_length=20, description="kinds of entries; none: all")
    ] = ()
    question: Annotated[
        str | None, Field(min_length=1, max_length=80, description="only what names or moves it")
    ] = None


class WebhookAnswer(Answer):
    """A webhook."""

    id: str
    actor: str
    url: str
    kinds: tuple[str, ...] = Field(description="kinds of entries that it is told of; none: all")
    question: str | None
    created_at: str
    after: int = Field(description="the newest entry that was put on its way, or passed by")
    waiting: int = Field(description="messages on their way")
    last_status: str | None = Field(description="HTTP status of the newest attempt, or what failed")
    disabled_at: str | None
    disabled_because: Literal["gone", "failing"] | None


class WebhookMade(Answer):
    """A webhook with its secret, which is shown this once."""

    webhook: WebhookAnswer
    secret: str = Field(description="`whsec_...`: verify `webhook-signature` with it; keep it safe")


class WebhookList(Answer):
    """A page of webhooks."""

    items: tuple[WebhookAnswer, ...]
    next_cursor: str | None


class WebhookTried(Answer):
    """What became of a test message."""

    delivered: bool
    status: str = Field(
        description="HTTP status, or: timed out, no connection, address refused",
        examples=["204", "address refused"],
    )


def webhook_answer(row: Row[Any], waiting: int, last_status: str | None) -> WebhookAnswer:
    """Give a row as an answer, never with its secret."""
    return WebhookAnswer(
        id=row.id,
        actor=row.actor,
        url=row.url,
        kinds=tuple(row.kinds.split()),
        question=row.question,
        created_at=iso(row.created_at),
        after=row.after,
        waiting=waiting,
        last_status=last_status,
        disabled_at=None if row.disabled_at is None else iso(row.disabled_at),
        disabled_because=row.disabled_because,
    )

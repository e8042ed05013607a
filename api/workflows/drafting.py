"""The deeds on drafts: keep what is not sent yet, change it, drop it; the ledger knows nothing."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from data.drafts import change_draft, count_drafts, drop_draft, read_draft, save_draft
from data.facts import read_question, save_actor
from data.writer import Transaction
from forecasts.errors import Malformed, Refused
from forecasts.times import instant_of

#: Drafts that one actor may have, and how much may stand in each.
MOST_DRAFTS, LARGEST_DRAFT = 50, 100_000


class TooManyDrafts(Refused):
    """An actor has as many drafts as anybody may have."""

    message = "You have {most} drafts, and there can be no more. Send or delete one first."


class DraftTooLarge(Malformed):
    """There is more in a draft than in any that could be sent."""

    message = "This draft is longer than {most} bytes. Shorten it."


@dataclass(frozen=True, slots=True)
class DraftWish:
    """What is to be kept.

    Attributes:
        kind: "evidence" or "forecast".
        fields: texts of the form's fields, as they were typed.
    """

    kind: str
    question: str
    fields: Mapping[str, str]

    @property
    def body(self) -> str:
        """The fields as they are stored.

        Raises:
            DraftTooLarge: they are too long.
        """
        text = json.dumps({k: v for k, v in self.fields.items() if v}, ensure_ascii=False)
        if len(text.encode()) > LARGEST_DRAFT:
            raise DraftTooLarge(most=LARGEST_DRAFT)
        return text


def keep_draft(transaction: Transaction, wish: DraftWish, actor: str, now: datetime) -> str:
    """Keep a new draft; give its id.

    Raises:
        UnknownQuestion, TooManyDrafts, DraftTooLarge: see there.
    """
    connection, at, body = transaction.connection, instant_of(now), wish.body
    read_question(connection, wish.question)
    if count_drafts(connection, actor) >= MOST_DRAFTS:
        raise TooManyDrafts(most=MOST_DRAFTS)
    save_actor(connection, actor, actor, "operator")
    name = f"dr-{secrets.token_hex(6)}"
    save_draft(
        connection, id=name, actor=actor, kind=wish.kind, question=wish.question, body=body,
        created_at=at, changed_at=at,
    )  # fmt: skip
    return name


def replace_draft(
    transaction: Transaction, draft: str, wish: DraftWish, actor: str, now: datetime
) -> None:
    """Put something else in the place of what a draft holds.

    Raises:
        UnknownDraft, UnknownQuestion, DraftTooLarge: see there.
    """
    read_draft(transaction.connection, draft, actor)
    read_question(transaction.connection, wish.question)
    change_draft(
        transaction.connection, draft, kind=wish.kind, question=wish.question, body=wish.body,
        changed_at=instant_of(now),
    )  # fmt: skip


def delete_draft(transaction: Transaction, draft: str, actor: str) -> None:
    """Delete a draft.

    Raises:
        UnknownDraft: there is none.
    """
    read_draft(transaction.connection, draft, actor)
    drop_draft(transaction.connection, draft, actor)

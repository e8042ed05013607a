"""Drafts on a question's page: what was typed is kept by a button, and comes back by an address."""

import json
from collections.abc import Mapping
from typing import Literal

from fastapi.responses import RedirectResponse, Response

from api.changes import durable
from api.language import say
from api.pages.fields import Typed
from api.pages.question_forms import Sent
from api.pages.visits import Visit
from api.roles import Actor
from api.workflows.drafting import (
    DraftTooLarge,
    DraftWish,
    TooManyDrafts,
    keep_draft,
    replace_draft,
)
from data.drafts import UnknownDraft, drop_draft, read_draft
from data.writer import Transaction

_SEE_OTHER = 303
#: Fields that belong to the form, not to what is written in it.
_OF_THE_FORM = frozenset({"do", "draft"})


async def keep_typed(
    visit: Visit,
    actor: Actor,
    kind: Literal["evidence", "forecast"],
    question: str,
    typed: Typed,
) -> Response | None:
    """Keep what was typed as a draft, in the place of the one that it was begun from.

    None where it is too much, which is marked.

    Raises:
        UnknownQuestion: there is none of this id.
    """
    texts = typed.texts
    fields = {name: text for name, text in texts.items() if name not in _OF_THE_FORM}
    wish, begun, now = DraftWish(kind, question, fields), texts.get("draft"), visit.instance.clock()

    def change(transaction: Transaction) -> None:
        try:
            if begun:
                replace_draft(transaction, begun, wish, actor.id, now)
                return
        except UnknownDraft:
            pass  # it was deleted meanwhile: what was typed must not be lost
        keep_draft(transaction, wish, actor.id, now)

    try:
        await durable(visit.instance, change)
    except (TooManyDrafts, DraftTooLarge) as error:
        typed.errors[""] = say(error, visit.language)
        return None
    # with a place of its own, or browsers go on to that of the form
    return RedirectResponse("/account/drafts#content", _SEE_OTHER)


async def drop_sent(visit: Visit, actor: Actor, texts: Mapping[str, str]) -> None:
    """Drop the draft that was sent just now, if there was one."""
    begun = texts.get("draft")
    if begun:
        await durable(visit.instance, lambda change: drop_draft(change.connection, begun, actor.id))


def draft_of(visit: Visit, draft: str, question: str) -> Sent | None:
    """Give a draft as if it had just been typed; None where the reader has none of this id."""
    if visit.reader is None:
        return None
    with visit.instance.database.read() as connection:
        try:
            row = read_draft(connection, draft, visit.reader)
        except UnknownDraft:
            return None
    if row.question != question:
        return None
    typed = Typed({**json.loads(row.body), "draft": row.id}, visit.language)
    return Sent(evidence=typed) if row.kind == "evidence" else Sent(forecast=typed)

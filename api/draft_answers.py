"""The shapes of what is asked and answered about drafts."""

import json
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from api.answers import Answer, iso
from data.formats.base import Format, Slug

DraftKind = Literal["evidence", "forecast"]
FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,90}$")]
FieldText = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=12_000)]


class DraftWanted(Format):
    """What is to be kept until it is sent."""

    kind: DraftKind
    question: Slug
    fields: Annotated[
        dict[FieldName, FieldText],
        Field(
            max_length=250,
            description="of the form on the question's page, as typed; nothing is checked yet",
            examples=[{"probability": "62"}],
        ),
    ]


class DraftAnswer(Answer):
    """A draft of yours; nobody else sees it."""

    id: str
    kind: DraftKind
    question: str
    fields: dict[str, str]
    created_at: str
    changed_at: str


class DraftList(Answer):
    """A page of your drafts, the one changed last first."""

    items: tuple[DraftAnswer, ...]
    next_cursor: str | None


def draft_answer(row: Any) -> DraftAnswer:
    """Give a row of the table of drafts."""
    return DraftAnswer(
        id=row.id,
        kind=row.kind,
        question=row.question,
        fields=json.loads(row.body),
        created_at=iso(row.created_at),
        changed_at=iso(row.changed_at),
    )

"""The shapes of what is asked and answered about keys and who holds them."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from sqlalchemy import Row

from api.answers import Answer, iso
from api.keys import LONGEST_GRACE_HOURS
from api.roles import SCOPES, Role, Scope
from data.formats.base import Format, Line, Moment, Number

_ID = Annotated[str, Field(max_length=80)]


class KeyWanted(Format):
    """For whom a key is, and what it may do."""

    name: Line | None = Field(None, description="makes somebody new, of this name; for admins")
    kind: Literal["person", "bot"] = "person"
    actor: _ID | None = Field(None, description="id of the holder; without it and `name`: you")
    role: Role = "forecaster"
    scopes: Annotated[tuple[Scope, ...], Field(max_length=len(SCOPES))] = Field(
        (), description="what it is for; empty: all that the role may do"
    )
    label: Annotated[str, Field(max_length=80)] = Field("", description="to tell your keys apart")
    expires: Moment | None = Field(None, description="without it: never")

    @model_validator(mode="after")
    def _for_one(self) -> Self:
        """Refuse a key for somebody new who is somebody else."""
        if self.name is not None and self.actor is not None:
            raise ValueError("give `name` or `actor`, not both")
        return self


class RotationWanted(Format):
    """How a key gets a new secret."""

    grace_hours: Number = Field(
        0, ge=0, le=LONGEST_GRACE_HOURS, description="so long the old secret works beside the new"
    )


class RoleWanted(Format):
    """What somebody may do from now on."""

    role: Role


class KeyAnswer(Answer):
    """A key, without its secret."""

    id: str
    actor: str
    role: str
    scopes: tuple[str, ...] = Field(description="empty: all that the role may do")
    label: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None = Field(description="to the minute")
    previous_until: str | None = Field(description="the secret before this one works until then")


class KeyShown(KeyAnswer):
    """A key with its secret, shown this once."""

    key: str = Field(description="send it as `Authorization: Bearer KEY`; it is stored nowhere")


class KeyList(Answer):
    """A page of keys, newest first."""

    items: tuple[KeyAnswer, ...]
    next_cursor: str | None


class RoleAnswer(Answer):
    """What somebody may do."""

    actor: str
    role: Role


class Limit(Answer):
    """How much may be asked."""

    quota: int = Field(description="units in each window: a read is 1, a stored item 1")
    left: int = Field(description="of them now")
    window_seconds: int


class MeAnswer(Answer):
    """Who you are."""

    actor: str
    name: str
    kind: str
    role: Role = Field(description="what this key may do at most")
    scopes: tuple[str, ...] = Field(description="what this key is for; empty: all of its role")
    key: str | None = Field(description="id of the key; null in a browser that is signed in")
    expires_at: str | None
    limits: Limit | None = Field(description="null: none")


def key_answer(row: Row[Any]) -> KeyAnswer:
    """Give a row as an answer."""
    return KeyAnswer(
        id=row.id,
        actor=row.actor,
        role=row.role,
        scopes=tuple(row.scopes.split()),
        label=row.label,
        created_at=iso(row.created_at),
        expires_at=_iso(row.expires_at),
        revoked_at=_iso(row.revoked_at),
        last_used_at=_iso(row.last_used_at),
        previous_until=_iso(row.previous_until),
    )


def _iso(instant: float | None) -> str | None:
    """Write an instant, if there is one."""
    return None if instant is None else iso(instant)

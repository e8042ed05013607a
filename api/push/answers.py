"""The shapes of what is pushed: one entry of the ledger, and forecasts that time alone moved."""

from typing import Literal

from pydantic import Field

from api.answers import CAUSES, Answer


class PushedMovement(Answer):
    """How one forecast moved; in full it stands in the question's history."""

    question: str
    direct: bool = Field(description="bears on this question itself, not only through drivers")
    bits: float
    option: str | None = Field(None, description="of several, the one that moved most")
    before: float | str | None = Field(None, description="probability, or median; null: none yet")
    after: float | str | None = Field(None, description="probability, or median; null: in a tail")


class Event(Answer):
    """An entry of the ledger as it is pushed: what came, and what it moved."""

    entry: int = Field(description="its number in the ledger, and the id of the event")
    kind: str
    recorded_at: str
    address: str = Field(description="where the thing itself can be read")
    worlds: tuple[str, ...] = ()
    questions: tuple[str, ...] = Field((), description="those that the entry itself names")
    ids: dict[str, str] = Field({}, description="the things concerned, by kind")
    movements: tuple[PushedMovement, ...] = Field((), description="largest first")
    left_out: int = Field(0, description="smaller movements that are not listed")


class Moved(Answer):
    """Forecasts that moved with no entry of the ledger: time passed, or a question opened."""

    kind: Literal["moved"] = "moved"
    at: str
    cause: str = Field(description=CAUSES)
    world: str
    movements: tuple[PushedMovement, ...] = Field(description="largest first")
    left_out: int = 0

"""The shapes of the API's answers on disputes and rulings."""

from typing import Any, Literal

from pydantic import Field

from api.answers import Answer, Movement, iso
from data.formats.disputes import Decision, DisputeFormat


class DisputeAnswer(Answer):
    """A dispute about a record, and the ruling on it."""

    id: str
    entry: int = Field(description="its number in the ledger")
    evidence: str
    author: str
    recorded_at: str
    dispute: DisputeFormat
    decision: Decision | None = Field(description="null: waits for a ruling")
    ruled_at: str | None
    ruling_entry: int | None = Field(description="the ledger's entry that says so, and by whom")
    ruling: str | None = Field(description="the reason")
    origin: str | None = Field(description="the origin that the ruling gave the record, if it did")


class DisputeList(Answer):
    """A page of disputes, newest entry first."""

    items: tuple[DisputeAnswer, ...]
    next_cursor: str | None = Field(description="give it as `cursor` for the next page")


class DisputeRuled(Answer):
    """A dispute that is decided, and every forecast that the ruling moved."""

    dispute: DisputeAnswer
    movements: tuple[Movement, ...] = Field(
        description="of an exclusion; of a move first what the record took away, then what it says"
    )


DisputeState = Literal["waiting", "upheld", "rejected"]


def dispute_answer(row: Any, at: float) -> DisputeAnswer:
    """Give a row as an answer, as it stood at an instant."""
    known = row.ruled_at is not None and row.ruled_at <= at
    return DisputeAnswer(
        id=row.id,
        entry=row.seq,
        evidence=row.evidence,
        author=row.author,
        recorded_at=iso(row.recorded_at),
        dispute=DisputeFormat.model_validate_json(row.body),
        decision=row.decision if known else None,
        ruled_at=iso(row.ruled_at) if known else None,
        ruling_entry=row.ruling_seq if known else None,
        ruling=row.ruling if known else None,
        origin=row.moved_to if known else None,
    )

"""The shapes of the API's answers on proposals and versions of questions."""

from typing import Any

from pydantic import Field

from api.answers import Answer, Movement, iso
from data.formats.proposals import ProposedFormat
from data.formats.questions import QuestionFormat


class ProposalAnswer(Answer):
    """A proposed question, and what became of it."""

    id: str
    entry: int = Field(description="its number in the ledger")
    world: str
    author: str
    recorded_at: str
    question: QuestionFormat
    reason: str
    decision: str | None = Field(description="opened or declined; null: waits")
    decided_at: str | None
    decided_entry: int | None = Field(description="the ledger's entry that says so, and why")


class ProposalList(Answer):
    """A page of proposals, newest entry first."""

    items: tuple[ProposalAnswer, ...]
    next_cursor: str | None = Field(description="give it as `cursor` for the next page")


class ProposalOpened(Answer):
    """A proposal that was opened, and the first forecast of its question, if it is open now."""

    proposal: ProposalAnswer
    question: str
    movements: tuple[Movement, ...]


class VersionAnswer(Answer):
    """A version of a question's words; the newest holds."""

    question: str
    version: int
    entry: int = Field(description="its number in the ledger")
    author: str
    recorded_at: str
    reason: str | None = Field(description="why it was amended; null for the first version")
    content: QuestionFormat


class VersionList(Answer):
    """All versions of a question, oldest first."""

    items: tuple[VersionAnswer, ...]


def proposal_answer(row: Any, at: float) -> ProposalAnswer:
    """Give a row as an answer, as it stood at an instant."""
    said = ProposedFormat.model_validate_json(row.body)
    known = row.decided_at is not None and row.decided_at <= at
    return ProposalAnswer(
        id=row.id,
        entry=row.seq,
        world=row.world,
        author=row.author,
        recorded_at=iso(row.recorded_at),
        question=said.question,
        reason=said.reason,
        decision=row.decision if known else None,
        decided_at=iso(row.decided_at) if known else None,
        decided_entry=row.decided_seq if known else None,
    )


def version_answer(row: Any) -> VersionAnswer:
    """Give a row as an answer."""
    return VersionAnswer(
        question=row.question,
        version=row.version,
        entry=row.seq,
        author=row.author,
        recorded_at=iso(row.recorded_at),
        reason=row.reason,
        content=QuestionFormat.model_validate_json(row.body),
    )

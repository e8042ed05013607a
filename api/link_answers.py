"""The shapes of the API's answers on links with contracts elsewhere, and on candidates for them."""

from typing import Any, Literal

from pydantic import Field

from api.answers import Answer, iso
from api.asking import AsOf
from api.candidates import Candidate
from data.formats.links import Relation
from forecasts.matching_reasons import Part, Verdict

LinkState = Literal["confirmed", "declined", "removed"]


class MarketLinkAnswer(Answer):
    """What a person decided on a question and a contract elsewhere."""

    id: str
    entry: int = Field(description="its number in the ledger")
    question: str
    market: str = Field(description="PLATFORM:KEY of the contract")
    state: LinkState = Field(description="only a confirmed link counts; a declined pair stays out")
    relation: Relation | None = Field(description="what the question is to the contract")
    mismatch: float | None = Field(
        description="chance that they come out otherwise than the relation says"
    )
    actor: str
    reason: str | None
    recorded_at: str
    removed_at: str | None
    removed_entry: int | None
    removed_reason: str | None


class MarketLinkList(Answer):
    """A page of decisions, newest entry first."""

    items: tuple[MarketLinkAnswer, ...]
    next_cursor: str | None = Field(description="give it as `cursor` for the next page")


class ReasonAnswer(Answer):
    """One part of two wordings, side by side."""

    part: Part
    verdict: Verdict
    question: str = Field(description="what the question says of it")
    market: str = Field(description="what the contract says of it")


class CandidateAnswer(Answer):
    """A pair for a person to judge: nothing is linked before somebody confirms it."""

    question: str
    title: str
    market: str
    market_title: str
    url: str | None
    score: float = Field(description="chance that both are one contract or its complement")
    relation: Relation = Field(description="proposed, from the parts that can be compared")
    mismatch: float = Field(description="suggested; read the criteria of both")
    reasons: tuple[ReasonAnswer, ...]


class CandidateList(Answer):
    """Candidates, the nearest first."""

    items: tuple[CandidateAnswer, ...]


def link_answer(row: Any, as_of: AsOf) -> MarketLinkAnswer:
    """Give a row as an answer, as it stood at a moment."""
    is_removed = row.removed_at is not None and row.removed_at <= as_of.at
    return MarketLinkAnswer(
        id=row.id,
        entry=row.seq,
        question=row.question,
        market=row.market,
        state="removed" if is_removed else row.decision,
        relation=row.relation,
        mismatch=row.mismatch,
        actor=row.actor,
        reason=row.reason,
        recorded_at=iso(row.recorded_at),
        removed_at=iso(row.removed_at) if is_removed else None,
        removed_entry=row.removed_seq if is_removed else None,
        removed_reason=row.removed_reason if is_removed else None,
    )


def candidate_answer(found: Candidate) -> CandidateAnswer:
    """Give a candidate as an answer."""
    return CandidateAnswer(
        question=found.question.id,
        title=found.question.title.en,
        market=found.market.id,
        market_title=found.market.title,
        url=found.market.url,
        score=found.match.score,
        relation=found.match.relation,
        mismatch=found.match.mismatch,
        reasons=tuple(
            ReasonAnswer(part=one.part, verdict=one.verdict, question=one.left, market=one.right)
            for one in found.match.reasons
        ),
    )

"""The shapes of the API's answers on differences between us and markets, and among markets."""

import math
from typing import Literal

from pydantic import Field
from sqlalchemy import Connection

from api.answers import Answer, iso
from api.divergences import QuestionDivergence, divergence_in_words, record_fact
from data.formats.links import Relation
from data.linked_prices import StandingPrice
from forecasts.coherence import Bound, Incoherence


class ReasonMoved(Answer):
    """A record that moved our forecast towards our side of a difference."""

    evidence: str
    fact: str
    at: str
    bits: float = Field(description="change of log2 odds of yes")


class DivergenceAnswer(Answer):
    """Our forecast of a question beside that of its linked markets."""

    question: str
    ours: float = Field(description="our chance of yes; markets are not part of it")
    low: float = Field(description="lower end of our 90% interval")
    high: float
    market: float = Field(description="chance of yes as quoted, of several contracts together")
    bits: float = Field(description="ours less theirs, in log2 odds")
    deviations: float = Field(
        description="the same in standard errors: our interval, and the markets' spread, volume, "
        "age and chance of mismatch"
    )
    alarming: bool = Field(description="more than noise (1.96), and 3 points or more")
    markets: tuple[str, ...]
    quoted_at: str = Field(description="when the newest price was last seen to stand")
    since_quote: bool = Field(description="the reasons came after the newest price")
    reasons: tuple[ReasonMoved, ...]
    words: tuple[str, ...]


class DivergenceList(Answer):
    """Differences, in standard errors the largest first."""

    items: tuple[DivergenceAnswer, ...]


class BoundAnswer(Answer):
    """What the price of one contract says of a question at least, or at most."""

    market: str
    title: str
    relation: Relation = Field(description="of the question that it is linked to")
    price: float
    low: float = Field(description="after fees, spread and the cost of capital")
    high: float
    mismatch: float
    at: str
    value: float = Field(description="the bound on the chance of yes")
    through: str | None = Field(description="the question it is linked to, where it is another")


class IncoherenceAnswer(Answer):
    """Two contracts whose prices cannot both be right, by at least the gap."""

    question: str
    gap: float = Field(description="at least .005, after costs and mismatch")
    at_least: BoundAnswer
    at_most: BoundAnswer


class AllowedAnswer(Answer):
    """Between what all linked prices let the chance of a question lie, and what we say."""

    question: str
    at_least: float
    at_most: float
    ours: float | None
    outside: Literal["below", "above"] | None = Field(description="where ours lies; null: inside")


class IncoherenceList(Answer):
    """What linked prices allow, and where they contradict each other, the largest gap first."""

    items: tuple[IncoherenceAnswer, ...]
    allowed: tuple[AllowedAnswer, ...]


def divergence_answer(
    connection: Connection, one: QuestionDivergence, language: str
) -> DivergenceAnswer:
    """Give a difference as an answer."""
    return DivergenceAnswer(
        question=one.question,
        ours=one.found.ours,
        low=one.found.low,
        high=one.found.high,
        market=one.found.market,
        bits=one.found.difference / math.log(2),
        deviations=one.found.deviations,
        alarming=one.found.is_alarming,
        markets=one.markets,
        quoted_at=iso(one.quoted_at),
        since_quote=one.because.since_quote,
        reasons=tuple(
            ReasonMoved(
                evidence=move.evidence,
                fact=record_fact(connection, move.evidence, language),
                at=iso(move.at),
                bits=move.bits,
            )
            for move in one.because.moves
        ),
        words=divergence_in_words(connection, one, language),
    )


def incoherence_answer(one: Incoherence, prices: dict[str, StandingPrice]) -> IncoherenceAnswer:
    """Give two prices that contradict each other as an answer."""
    return IncoherenceAnswer(
        question=one.question,
        gap=one.gap,
        at_least=_bound(one.lower, prices),
        at_most=_bound(one.upper, prices),
    )


def _bound(bound: Bound, prices: dict[str, StandingPrice]) -> BoundAnswer:
    """Give a bound with the price behind it."""
    said, price = bound.link, prices[f"{bound.link.question} {bound.link.market}"]
    return BoundAnswer(
        market=said.market,
        title=price.title,
        relation=said.relation,
        price=price.price,
        low=said.low,
        high=said.high,
        mismatch=said.mismatch,
        at=iso(price.at),
        value=bound.value,
        through=bound.through,
    )

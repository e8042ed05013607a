"""Where we and the markets differ, and why: as values, and in words for a reader."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from sqlalchemy import Connection, select

from api.answers import iso
from api.language import translate
from api.push.stories import Story
from api.words import bits_in_words, in_language, percent
from data.derived_tables import STEPS
from data.facts import read_evidence_row, read_question, written_record
from data.linked_quotes import linked_markets
from data.market_links import standing_links
from data.news import first_hash
from data.standing import standing_steps
from forecasts.divergences import Because, Divergence, Move, because, divergence
from forecasts.market_histories import standing_quotes
from forecasts.markets import pool_quotes


@dataclass(frozen=True, slots=True)
class QuestionDivergence:
    """What we say of a question, what the markets say, and the records behind the difference.

    Attributes:
        markets: ids of the contracts that speak.
        quoted_at: when the newest of their prices was last seen to stand.
    """

    question: str
    found: Divergence
    because: Because
    markets: tuple[str, ...]
    quoted_at: float


def question_divergence(
    connection: Connection, question: str, at: float
) -> QuestionDivergence | None:
    """Compare a question's forecast with its linked markets, as known at an instant.

    None where no contract on the same or the opposite outcome has a price, where nothing is
    forecast yet, or where the question is not one of yes or no.
    """
    step = standing_steps(connection, at).get(question)
    return None if step is None else _compared(connection, question, step, at)


def all_divergences(connection: Connection, at: float) -> list[QuestionDivergence]:
    """Compare every linked question with its markets, the farthest apart first."""
    steps = standing_steps(connection, at)
    questions = dict.fromkeys(link.question for link in standing_links(connection, at=at))
    compared = [_compared(connection, q, steps[q], at) for q in questions if q in steps]
    found = [one for one in compared if one is not None]
    return sorted(found, key=lambda one: (-abs(one.found.deviations), one.question))


def _compared(
    connection: Connection, question: str, step: Any, at: float
) -> QuestionDivergence | None:
    """Compare the forecast of a step with what markets say."""
    markets = linked_markets(connection, question, at)
    if not markets or step.probability is None:
        return None
    quotes = standing_quotes(markets, np.array([at]))
    speaking = np.isfinite(quotes.noise)
    log_odds, precision = pool_quotes(quotes.log_odds, quotes.noise, quotes.moment, 1)
    if not speaking.any() or not precision[0] > 0:
        return None
    low, high = _interval(step)
    found = divergence(step.probability, low, high, float(log_odds[0]), float(precision[0]))
    quoted_at = float(quotes.at[speaking].max())
    moves = _moves(connection, question, at)
    return QuestionDivergence(
        question=question,
        found=found,
        because=because(moves, quoted_at, found.difference),
        markets=tuple(markets[number].id for number in quotes.market[speaking].tolist()),
        quoted_at=quoted_at,
    )


def _interval(step: Any) -> tuple[float, float]:
    """Read the 90% interval of a step's forecast."""
    body = json.loads(step.body)
    return body["low"], body["high"]


def _moves(connection: Connection, question: str, at: float) -> list[Move]:
    """Read how records moved a question's forecast."""
    query = select(STEPS.c.cause_id, STEPS.c.at, STEPS.c.bits).where(
        STEPS.c.question == question, STEPS.c.cause == "evidence", STEPS.c.at <= at
    )
    rows = connection.execute(query.order_by(STEPS.c.id))
    return [Move(row.cause_id, row.at, row.bits) for row in rows]


def divergence_in_words(
    connection: Connection, one: QuestionDivergence, language: str
) -> tuple[str, ...]:
    """Say it: who says what, then each record behind the difference."""
    first = translate("We say {ours}, the market {market}.", language).format(
        ours=percent(one.found.ours, language), market=percent(one.found.market, language)
    )
    if not one.because.moves:
        return (first, translate("No record of evidence explains it.", language))
    lead = (
        translate("What the newest price does not know yet:", language)
        if one.because.since_quote
        else translate("What moved us most, which the market knew too:", language)
    )
    reasons = (
        f"{record_fact(connection, move.evidence, language)} ({bits_in_words(move.bits)} bits)"
        for move in one.because.moves
    )
    return (first, lead, *reasons)


def divergence_stories(connection: Connection, at: float, language: str) -> list[Story]:
    """Tell every difference beyond noise as a feed has it: once a question and day of prices."""
    ledger = first_hash(connection)
    stories = []
    for one in all_divergences(connection, at):
        if one.found.is_alarming:
            _, asked = read_question(connection, one.question)
            day = int(one.quoted_at)
            first, *rest = divergence_in_words(connection, one, language)
            stories.append(
                Story(
                    id=uuid5(NAMESPACE_URL, f"{ledger}/divergence/{one.question}/{day}").urn,
                    title=f"{in_language(asked.title, language)} {first}",
                    sentences=tuple(rest),
                    at=iso(one.quoted_at),
                    page=f"/questions/{one.question}",
                )
            )
    return stories


def record_fact(connection: Connection, evidence: str, language: str) -> str:
    """Read what a record says, in the reader's language."""
    return in_language(written_record(read_evidence_row(connection, evidence)).fact, language)

"""Candidates: contracts elsewhere that may ask what a question of ours asks, and why."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, case, func, literal, select

from data.facts import read_question, read_questions
from data.formats.questions import QuestionFormat
from data.market_links import decided_pairs, read_market
from data.market_tables import MARKETS
from forecasts.matching import Facts, Wording, read_wording
from forecasts.matching_reasons import Match, match
from forecasts.times import day_of
from models.meanings import Encoder, load_encoder

#: Contracts that share a word with a question are compared with it: so many, the likeliest first.
_COMPARED = 300
#: Of those, so many have their meaning compared too: it takes 10 ms each.
_ENCODED = 40
_SHORTEST_WORD = 3
_WORDS = re.compile(r"[A-Za-z][\w.&'-]+|[ァ-ヴー]{2,}|[一-龠々]{2,}")
_MOST_WORDS = 12
#: Too common to find anything by.
_COMMON = frozenset(
    {"will", "the", "and", "for", "from", "with", "its", "has", "have", "been", "before", "after"}
    | {"any", "than", "least", "more", "that", "this", "when", "what", "which", "does", "again"}
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question and a contract, side by side, for a person to judge."""

    question: QuestionFormat
    market: Row[Any]
    match: Match


def question_candidates(connection: Connection, question: str, limit: int) -> list[Candidate]:
    """Find contracts for a question, the nearest first.

    Raises:
        UnknownQuestion: there is none of this id.
    """
    _, written = read_question(connection, question)
    if written.type != "binary":
        return []
    decided = decided_pairs(connection)
    markets = [
        row for row in _sharing_words(connection, written) if (question, row.id) not in decided
    ]
    return _nearest([(written, row) for row in markets], limit)


def market_candidates(connection: Connection, market: str, limit: int) -> list[Candidate]:
    """Find questions for a contract, the nearest first.

    Raises:
        UnknownMarket: it has not been read.
    """
    row, decided = read_market(connection, market), decided_pairs(connection)
    written = (words for _, words in read_questions(connection).values())
    pairs = [(one, row) for one in written if one.type == "binary" and row.kind == "binary"]
    return _nearest([pair for pair in pairs if (pair[0].id, market) not in decided], limit)


def _sharing_words(connection: Connection, written: QuestionFormat) -> Sequence[Row[Any]]:
    """Read contracts of yes or no that share words with a question; long words count more."""
    words = _words_of(written)
    title = func.lower(MARKETS.c.title)
    shared: Any = literal(0)
    for word in words:
        shared += case((title.contains(word.lower(), autoescape=True), len(word)), else_=0)
    query = (
        select(MARKETS)
        .where(MARKETS.c.kind == "binary", MARKETS.c.status.in_(("open", "unknown")), shared > 0)
        .order_by(shared.desc(), MARKETS.c.id)
        .limit(_COMPARED)
    )
    return connection.execute(query).all()


def _words_of(written: QuestionFormat) -> list[str]:
    """Give the words of a question's titles by which contracts are found, longest first."""
    title = f"{written.title.en} {written.title.ja or ''}"
    words = {
        word
        for word in _WORDS.findall(title)
        if word.lower() not in _COMMON and (len(word) >= _SHORTEST_WORD or not word.isascii())
    }
    return sorted(words, key=lambda word: (-len(word), word))[:_MOST_WORDS]


def _nearest(pairs: Iterable[tuple[QuestionFormat, Row[Any]]], limit: int) -> list[Candidate]:
    """Compare pairs by their parts, then the nearest by their meaning; keep what is proposed."""
    found = [Candidate(*pair, _compared(*pair, None)) for pair in pairs]
    found.sort(key=lambda one: (-one.match.score, one.market.id, one.question.id))
    encoder = load_encoder() if found else None
    if encoder is not None:
        found = [
            Candidate(one.question, one.market, _compared(one.question, one.market, encoder))
            for one in found[:_ENCODED]
        ]
        found.sort(key=lambda one: (-one.match.score, one.market.id, one.question.id))
    return [one for one in found if one.match.proposed][:limit]


def _compared(written: QuestionFormat, market: Row[Any], encoder: Encoder | None) -> Match:
    """Compare a question with a contract, in the contract's language if the question has it."""
    theirs, ours = market_facts(market), question_facts(written)
    alike = [one for one in ours if one.japanese == theirs.japanese]
    return _match((alike or ours)[0], theirs, encoder)


def _match(ours: Facts, theirs: Facts, encoder: Encoder | None) -> Match:
    """Match two wordings, with their meaning where there is an encoder."""
    if encoder is None:
        return match(ours, theirs)
    vectors = encoder.encode([ours.plain, theirs.plain])
    return match(ours, theirs, float(vectors[0] @ vectors[1]))


def question_facts(written: QuestionFormat) -> list[Facts]:
    """Take a question apart, in each language that it has."""
    titles = [written.title.en, written.title.ja]
    return [read_wording(Wording(title, written.closes)) for title in titles if title]


def market_facts(market: Row[Any]) -> Facts:
    """Take a contract apart; one answer of several is read with what is asked."""
    title: str = market.title
    if market.parent_title and market.parent_title not in title and market.parent_title != title:
        title = f"{market.parent_title} {title}" if len(title.split()) < _FULL_TITLE else title
    closes = None if market.closes is None else day_of(min(market.closes - _EDGE, _FAR))
    return read_wording(Wording(title, closes))


#: A title with fewer words is an answer, such as "Above 5", and no question.
_FULL_TITLE = 5
#: A contract that closes at midnight closes on the day before; and no calendar goes further.
_EDGE, _FAR = 1e-9, 2_900_000.0

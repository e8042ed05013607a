"""The page of links with markets: who differs from whom, and pairs for an editor to judge."""

from dataclasses import dataclass

from sqlalchemy import Connection

from api.candidates import Candidate, question_candidates
from api.divergences import all_divergences, divergence_in_words
from api.incoherences import incoherence_list
from api.instance import Instance
from api.language import translate
from api.words import in_language, percent
from data.facts import read_questions
from data.formats.questions import QuestionFormat
from data.linked_prices import resolved_questions
from data.market_links import read_market, standing_links
from forecasts.matching import RELATIONS
from forecasts.times import day_of

_MOST = 12
RELATION_WORDS = {
    "same": "one contract: both or neither",
    "complement": "opposites: exactly one comes true",
    "implies": "if ours comes true, so does theirs",
    "implied_by": "if theirs comes true, so does ours",
    "excludes": "never both",
    "overlaps": "nothing follows of either",
}
PART_WORDS = {
    "period": "When",
    "threshold": "How much",
    "names": "Who and what",
    "event": "What happens",
    "direction": "Which way round",
    "letters": "Letters",
    "meaning": "Meaning",
}
VERDICT_WORDS = {
    "agrees": "✓ agrees",
    "differs": "≠ differs",
    "one_sided": "◐ only one says",
    "unclear": "? not clear",
}


@dataclass(frozen=True, slots=True)
class PairRow:
    """One part of a pair, side by side."""

    part: str
    verdict: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class PairCard:
    """A question and a contract, side by side, for an editor to judge."""

    question: str
    title: str
    criteria: str
    closes: str
    market: str
    market_title: str
    market_criteria: str
    market_closes: str
    platform: str
    url: str | None
    score: str
    relation: str
    relation_words: str
    mismatch: float
    rows: tuple[PairRow, ...]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that holds."""

    id: str
    question: str
    title: str
    market: str
    market_title: str
    relation: str
    mismatch: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What we say beside what the market says, in sentences."""

    question: str
    title: str
    is_alarming: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two prices that cannot both be right."""

    question: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class LinksPage:
    """All that there is to see and to decide."""

    title: str
    chosen: str | None
    questions: tuple[tuple[str, str], ...]
    differences: tuple[Difference, ...]
    contradictions: tuple[Contradiction, ...]
    pairs: tuple[PairCard, ...]
    links: tuple[LinkRow, ...]
    relations: tuple[tuple[str, str], ...]
    may_decide: bool


def links_page(
    instance: Instance, question: str | None, language: str, *, may_decide: bool
) -> LinksPage:
    """Put the page together.

    Raises:
        UnknownQuestion: the question that was chosen is not here.
    """
    now = instance.clock_instant()
    with instance.database.read() as connection:
        written = {name: words for name, (_, words) in read_questions(connection).items()}
        open_ones = _open(connection, written, now)
        chosen = question or next(iter(open_ones), None)
        found = question_candidates(connection, chosen, _MOST) if chosen else []
        titles = {name: in_language(one.title, language) for name, one in written.items()}
        return LinksPage(
            title=translate("Links with markets", language),
            chosen=chosen,
            questions=tuple((name, titles[name]) for name in open_ones),
            differences=_differences(connection, titles, now, language),
            contradictions=_contradictions(connection, titles, now, language),
            pairs=tuple(_pair(one, language) for one in found),
            links=_links(connection, titles, language),
            relations=tuple((one, translate(RELATION_WORDS[one], language)) for one in RELATIONS),
            may_decide=may_decide,
        )


def _open(connection: Connection, written: dict[str, QuestionFormat], now: float) -> list[str]:
    """Give the questions of yes or no that have no outcome yet."""
    done = resolved_questions(connection, now)
    return [name for name, one in written.items() if one.type == "binary" and name not in done]


def _pair(found: Candidate, language: str) -> PairCard:
    """Give a candidate in words."""
    question, market, match = found.question, found.market, found.match
    return PairCard(
        question=question.id,
        title=in_language(question.title, language),
        criteria=in_language(question.criteria, language),
        closes=f"{question.closes}",
        market=market.id,
        market_title=market.title,
        market_criteria=market.criteria,
        market_closes="–" if market.closes is None else f"{day_of(min(market.closes, _FAR))}",
        platform=market.platform,
        url=market.url,
        score=percent(match.score, language),
        relation=match.relation,
        relation_words=translate(RELATION_WORDS[match.relation], language),
        mismatch=match.mismatch,
        rows=tuple(
            PairRow(
                translate(PART_WORDS[one.part], language),
                translate(VERDICT_WORDS[one.verdict], language),
                one.left or "–",
                one.right or "–",
            )
            for one in match.reasons
        ),
    )


#: No calendar goes further.
_FAR = 2_900_000.0


def _differences(
    connection: Connection, titles: dict[str, str], now: float, language: str
) -> tuple[Difference, ...]:
    """Say where we and the markets differ."""
    return tuple(
        Difference(
            one.question,
            titles[one.question],
            one.found.is_alarming,
            divergence_in_words(connection, one, language),
        )
        for one in all_divergences(connection, now)
    )


def _contradictions(
    connection: Connection, titles: dict[str, str], now: float, language: str
) -> tuple[Contradiction, ...]:
    """Say which prices cannot both be right."""
    text = translate(
        "{first} puts it at {low} or more, {second} at {high} or less, after costs and mismatch.",
        language,
    )
    return tuple(
        Contradiction(
            one.question,
            titles[one.question],
            text.format(
                first=one.at_least.market,
                second=one.at_most.market,
                low=percent(one.at_least.value, language),
                high=percent(one.at_most.value, language),
            ),
        )
        for one in incoherence_list(connection, now).items
    )


def _links(connection: Connection, titles: dict[str, str], language: str) -> tuple[LinkRow, ...]:
    """Give the links that hold."""
    return tuple(
        LinkRow(
            id=link.id,
            question=link.question,
            title=titles[link.question],
            market=link.market,
            market_title=read_market(connection, link.market).title,
            relation=translate(RELATION_WORDS[link.relation], language),
            mismatch=percent(link.mismatch, language),
        )
        for link in standing_links(connection)
    )

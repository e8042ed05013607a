"""The filters of a leaderboard: periods and topics that have outcomes, kinds, least coverage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from api.language import translate
from api.pages.board_wishes import BoardWish
from api.pages.names import topic_names
from forecasts.judged_tables import ResolvedFacts

_WHO = {"all": "People and bots", "people": "People", "bots": "Bots"}


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen; `language` of its text, "" for the page's own."""

    value: str
    text: str
    is_chosen: bool
    language: str = ""


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """What a board can be narrowed to.

    Attributes:
        who, least_coverage: None where the board has no such filter.
        kept: name and value of what else the address says.
        whole: address of the board without filters; "" where there are none.
    """

    address: str
    periods: tuple[Option, ...]
    topics: tuple[Option, ...]
    who: tuple[Option, ...] | None
    least_coverage: str | None
    kept: tuple[tuple[str, str], ...]
    whole: str


def board_filters(
    connection: Connection, questions: Sequence[ResolvedFacts], wish: BoardWish, language: str
) -> BoardFilters:
    """Give the filters of a board.

    Args:
        questions: those with an outcome.
    """
    has_people = wish.board == "forecasters"
    kept = (("sort", wish.sort), ("as_of", wish.as_of))
    return BoardFilters(
        address=wish.path,
        periods=_periods(questions, wish, language),
        topics=_topics(connection, questions, wish, language),
        who=_who(wish, language) if has_people else None,
        least_coverage=(f"{wish.least_coverage:g}" if wish.least_coverage else "")
        if has_people
        else None,
        kept=tuple(pair for pair in kept if pair[1]),
        whole=BoardWish(wish.board, as_of=wish.as_of).address()
        if wish.is_narrow or wish.least_coverage
        else "",
    )


def _periods(
    questions: Sequence[ResolvedFacts], wish: BoardWish, language: str
) -> tuple[Option, ...]:
    """Give years and quarters in which an outcome could be known, the newest first."""
    found: set[str] = set() if wish.period == "all" else {wish.period}
    for facts in questions:
        month = np.datetime64(int(facts.known), "D").astype("datetime64[M]").astype(int)
        year, quarter = 1970 + month // 12, month % 12 // 3 + 1
        found |= {f"{year}", f"{year}Q{quarter}"}
    whole = Option("all", translate("All periods", language), wish.period == "all")
    named = sorted(found, key=lambda period: (period[:4], period[4:] or "Q9"), reverse=True)
    return (
        whole,
        *(Option(name, name.replace("Q", " Q"), name == wish.period) for name in named),
    )


def _topics(
    connection: Connection, questions: Sequence[ResolvedFacts], wish: BoardWish, language: str
) -> tuple[Option, ...]:
    """Give worlds and drivers of questions with an outcome."""
    found = {topic for facts in questions for topic in facts.topics}
    found |= {wish.topic} - {""}
    names = topic_names(connection, language)
    known = [name for name in names if name in found]
    others = sorted(found - set(known))
    whole = Option("", translate("All topics", language), not wish.topic)
    return (
        whole,
        *(Option(n, names[n].text, n == wish.topic, names[n].language) for n in known),
        *(Option(name, name, name == wish.topic) for name in others),
    )


def _who(wish: BoardWish, language: str) -> tuple[Option, ...]:
    """Give who can be shown."""
    return tuple(
        Option(value, translate(_WHO[value], language), value == wish.who) for value in _WHO
    )

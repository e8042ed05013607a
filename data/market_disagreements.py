"""Where platforms disagree: markets that ask the same, and came to different ends."""

from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Any

from sqlalchemy import Connection, Row, select

from data.market_links import standing_links
from data.market_tables import MARKETS
from data.markets import newest_outcomes, platform_of, read_markets
from forecasts.markets import SIGNS

type _Pair = tuple[str, str, bool]
"""Two markets, and whether the yes of one is the yes of the other."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two platforms that say of the same thing that it came to different ends."""

    market: Row[Any]
    outcome: Row[Any]
    other: Row[Any]
    other_outcome: Row[Any]


def disagreements(
    connection: Connection, at: float, platform: str | None = None
) -> list[Disagreement]:
    """Find markets that ask the same, and whose outcomes cannot both hold.

    They are known to ask the same where one copies the other, or where a person has linked both
    with one question, as the same or as its complement.

    Args:
        platform: only with this one on either side.
    """
    pairs = [*_copies(connection, at), *_linked(connection, at)]
    wanted = [pair for pair in pairs if platform is None or platform in map(platform_of, pair[:2])]
    names = sorted({name for pair in wanted for name in pair[:2]})
    ended = newest_outcomes(connection, names, at)
    found = {
        (one, two): is_same
        for one, two, is_same in wanted
        if one in ended and two in ended and _differ(ended[one], ended[two], is_same=is_same)
    }
    rows = read_markets(connection, sorted({name for pair in found for name in pair}))
    return [
        Disagreement(rows[one], ended[one], rows[two], ended[two])
        for one, two in sorted(found)
        if one in rows and two in rows
    ]


def _copies(connection: Connection, at: float) -> list[_Pair]:
    """Give markets with the one that each copies."""
    other = MARKETS.alias()
    query = (
        select(MARKETS.c.id, other.c.id.label("other"))
        .join(other, other.c.id == MARKETS.c.mirrors)
        .where(MARKETS.c.first_seen <= at)
    )
    return [(row.id, row.other, True) for row in connection.execute(query)]


def _linked(connection: Connection, at: float) -> list[_Pair]:
    """Give pairs of markets that are linked with one question."""
    links = [link for link in standing_links(connection, at=at) if link.relation in SIGNS]
    links.sort(key=lambda link: (link.question, link.market))
    return [
        (one.market, two.market, one.relation == two.relation)
        for _, group in groupby(links, key=lambda link: link.question)
        for one, two in combinations(list(group), 2)
        if one.market != two.market
    ]


def _differ(one: Row[Any], two: Row[Any], *, is_same: bool) -> bool:
    """Tell whether two outcomes cannot both hold; one that is open again says nothing."""
    if "open" in (one.status, two.status):
        return False
    if one.value is None or two.value is None:
        return bool(one.status != two.status)
    return bool(one.value != (two.value if is_same else 1 - two.value))

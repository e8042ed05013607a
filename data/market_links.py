"""Links with contracts elsewhere: into their table, and back."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from data.ledger import Entry
from data.link_tables import MARKET_LINKS
from data.market_tables import MARKETS
from data.standing import ALWAYS
from forecasts.errors import Unknown

_SAID = ("id", "question", "market", "decision", "relation", "mismatch", "actor", "reason")


class UnknownMarket(Unknown):
    """A contract of another platform is named that has not been read."""

    message = (
        "There is no such contract here. Read its platform first (`kizashi markets sync`); an id "
        "is PLATFORM:KEY."
    )


class UnknownLink(Unknown):
    """A link is named that nobody made."""

    message = "There is no link of this id. GET /api/v1/market-links lists them."


def save_link(connection: Connection, entry: Entry, at: float) -> None:
    """Keep what a person decided on a pair; a contract that is linked has its prices followed."""
    content = entry.content
    row = {name: content.get(name) for name in _SAID}
    connection.execute(insert(MARKET_LINKS), row | {"seq": entry.seq, "recorded_at": at})
    if content["decision"] == "confirmed":
        followed = update(MARKETS).where(MARKETS.c.id == content["market"])
        connection.execute(followed.values(followed=True))


def save_unlink(connection: Connection, entry: Entry, at: float) -> None:
    """Note that a link no longer holds."""
    content = entry.content
    removed = {"removed_at": at, "removed_seq": entry.seq, "removed_reason": content["reason"]}
    which = MARKET_LINKS.c.id == content["link"]
    connection.execute(update(MARKET_LINKS).where(which).values(removed))


def read_link(connection: Connection, link: str) -> Row[Any]:
    """Read one link, or a pair that was declined.

    Raises:
        UnknownLink: nobody made one of this id.
    """
    row = connection.execute(select(MARKET_LINKS).where(MARKET_LINKS.c.id == link)).first()
    if row is None:
        raise UnknownLink
    return row


def newest_of_pair(connection: Connection, question: str, market: str) -> Row[Any] | None:
    """Read what was last decided on a pair; None where nobody has."""
    query = select(MARKET_LINKS).where(
        MARKET_LINKS.c.question == question, MARKET_LINKS.c.market == market
    )
    return connection.execute(query.order_by(MARKET_LINKS.c.seq.desc()).limit(1)).first()


def standing_links(
    connection: Connection, question: str | None = None, at: float = ALWAYS
) -> list[Row[Any]]:
    """Read the links that held at an instant, of one question or of all, in their order."""
    query = select(MARKET_LINKS).where(
        MARKET_LINKS.c.decision == "confirmed",
        MARKET_LINKS.c.recorded_at <= at,
        MARKET_LINKS.c.removed_at.is_(None) | (MARKET_LINKS.c.removed_at > at),
    )
    if question is not None:
        query = query.where(MARKET_LINKS.c.question == question)
    return list(connection.execute(query.order_by(MARKET_LINKS.c.seq)).all())


def decided_pairs(connection: Connection) -> set[tuple[str, str]]:
    """Read the pairs that a person has decided on: they are not proposed."""
    query = select(MARKET_LINKS.c.question, MARKET_LINKS.c.market)
    return {(row.question, row.market) for row in connection.execute(query)}


def read_market(connection: Connection, market: str) -> Row[Any]:
    """Read the row of a contract.

    Raises:
        UnknownMarket: it has not been read.
    """
    row = connection.execute(select(MARKETS).where(MARKETS.c.id == market)).first()
    if row is None:
        raise UnknownMarket
    return row

"""The deeds on links with contracts elsewhere: confirm one, decline a pair, remove a link."""

from datetime import datetime
from typing import Any

from api.workflows.quoting import take_quotes
from data.facts import as_body, read_question
from data.formats.links import DeclinedFormat, LinkFormat
from data.ledger import Entry
from data.market_links import (
    newest_of_pair,
    read_link,
    read_market,
    save_link,
    save_unlink,
)
from data.markets import platform_of
from data.writer import Transaction
from forecasts.refusals import (
    AlreadyDeclined,
    AlreadyLinked,
    AlreadyRemoved,
    LinksYesOrNoOnly,
)
from forecasts.times import instant_of, moment_of


def confirm_link(transaction: Transaction, written: LinkFormat, actor: str, now: datetime) -> str:
    """Take a link into the ledger: a person has read both sides.

    Raises:
        UnknownQuestion, UnknownMarket, LinksYesOrNoOnly, AlreadyLinked: see there.
    """
    _require_pair(transaction, written.question, written.market)
    link = _decide(transaction, "confirmed", as_body(written), actor, now)
    take_quotes(transaction, platform_of(written.market), now)
    return link


def decline_pair(
    transaction: Transaction, written: DeclinedFormat, actor: str, now: datetime
) -> str:
    """Take a no into the ledger; the pair is not proposed again.

    Raises:
        UnknownQuestion, UnknownMarket, LinksYesOrNoOnly, AlreadyLinked, AlreadyDeclined: see there.
    """
    known = _require_pair(transaction, written.question, written.market)
    if known is not None and known.decision == "declined":
        raise AlreadyDeclined(at=_day(known.recorded_at))
    return _decide(transaction, "declined", as_body(written), actor, now)


def remove_link(
    transaction: Transaction, link: str, reason: str, actor: str, now: datetime
) -> Entry:
    """End a link; what its prices did until now stays as it was.

    Raises:
        UnknownLink, AlreadyRemoved: see there.
    """
    row = read_link(transaction.connection, link)
    if row.removed_at is not None:
        raise AlreadyRemoved(at=_day(row.removed_at))
    body = {"link": link, "question": row.question, "market": row.market, "actor": actor}
    entry = transaction.append("unlink", body | {"reason": reason}, now)
    save_unlink(transaction.connection, entry, instant_of(now))
    take_quotes(transaction, platform_of(row.market), now)
    return entry


def _require_pair(transaction: Transaction, question: str, market: str) -> Any:
    """Refuse a pair that cannot be linked, or is; give what was decided on it before."""
    _, written = read_question(transaction.connection, question)
    row = read_market(transaction.connection, market)
    if written.type != "binary":
        raise LinksYesOrNoOnly(what="the question")
    if row.kind != "binary":
        raise LinksYesOrNoOnly(what="the contract")
    known = newest_of_pair(transaction.connection, question, market)
    if known is not None and known.removed_at is None and known.decision == "confirmed":
        raise AlreadyLinked(link=known.id)
    return known


def _decide(
    transaction: Transaction, decision: str, said: dict[str, Any], actor: str, now: datetime
) -> str:
    """Keep a decision."""
    name = f"li-{transaction.head.entries + 1}"
    entry = transaction.append(
        "link", {"id": name, "decision": decision, "actor": actor, **said}, now
    )
    save_link(transaction.connection, entry, instant_of(now))
    return name


def _day(at: float) -> str:
    return f"{moment_of(at):%Y-%m-%d %H:%M} UTC"

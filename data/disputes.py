"""Disputes and their rulings: into their table, and back."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from data.ledger import Entry, canonical_json
from data.tables import DISPUTES, EVIDENCE
from forecasts.errors import UnknownDispute, UnknownOrigin


def save_dispute(connection: Connection, entry: Entry, at: float) -> None:
    """Keep a dispute; its record shows that it waits for a ruling."""
    content = entry.content
    row = {name: content[name] for name in ("id", "evidence", "author")}
    row |= {"seq": entry.seq, "recorded_at": at, "body": canonical_json(content["dispute"])}
    connection.execute(insert(DISPUTES), row)
    _mark(connection, content["evidence"], "waiting")


def save_ruling(connection: Connection, entry: Entry, at: float) -> None:
    """Keep a ruling, and give its record the origin that it says."""
    content = entry.content
    moved_to = content.get("moved", {}).get("origin")
    ruled = {
        "decision": content["decision"],
        "ruled_at": at,
        "ruling_seq": entry.seq,
        "ruling": content["reason"],
        "moved_to": moved_to,
    }
    which = DISPUTES.c.id == content["dispute"]
    connection.execute(update(DISPUTES).where(which).values(ruled))
    _mark(connection, content["evidence"], content["decision"])
    if moved_to is not None:
        record = EVIDENCE.c.id == content["evidence"]
        connection.execute(update(EVIDENCE).where(record).values(origin=moved_to))


def read_dispute(connection: Connection, dispute: str) -> Row[Any]:
    """Read the row of one dispute.

    Raises:
        UnknownDispute: there is none of this id.
    """
    row = connection.execute(select(DISPUTES).where(DISPUTES.c.id == dispute)).first()
    if row is None:
        raise UnknownDispute
    return row


def find_origin(connection: Connection, named: str, record: str) -> str:
    """Give the origin that a dispute of a record names: by its own id, a record's, or its own.

    Raises:
        UnknownOrigin: it names none that is known.
    """
    if named == record:
        return record
    of_record = select(EVIDENCE.c.origin).where(EVIDENCE.c.id == named)
    origin: str | None = connection.execute(of_record).scalar()
    known = select(EVIDENCE.c.origin).where(EVIDENCE.c.origin == named).limit(1)
    origin = origin or connection.execute(known).scalar()
    if origin is None:
        raise UnknownOrigin
    return origin


def _mark(connection: Connection, record: str, state: str) -> None:
    """Show on a record how its newest dispute stands."""
    connection.execute(update(EVIDENCE).where(EVIDENCE.c.id == record).values(disputed=state))

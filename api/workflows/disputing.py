"""The deeds on disputes: dispute a record of evidence, and rule on it."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from api.workflows.unfolding import unfold
from data.disputes import find_origin, read_dispute, save_dispute, save_ruling
from data.facts import as_body, mark_retracted, read_evidence_row
from data.formats.disputes import DisputeFormat, RulingFormat
from data.ledger import Entry
from data.tables import DISPUTES
from data.writer import Transaction
from forecasts.refusals import (
    AlreadyDecided,
    AlreadyDisputed,
    AlreadyRetracted,
    NothingDisputed,
    NotImpartial,
)
from forecasts.times import instant_of, moment_of


def dispute_evidence(
    transaction: Transaction, evidence: str, written: DisputeFormat, author: str, now: datetime
) -> str:
    """Take a dispute into the ledger; the record counts as before until it is ruled on.

    Raises:
        UnknownEvidence, AlreadyRetracted, UnknownOrigin, NothingDisputed, AlreadyDisputed: see
            there.
    """
    row = read_evidence_row(transaction.connection, evidence)
    if row.retracted_at is not None:
        raise AlreadyRetracted(at=f"{moment_of(row.retracted_at):%Y-%m-%d %H:%M} UTC")
    if written.origin is not None:
        origin = find_origin(transaction.connection, written.origin, evidence)
        if origin == row.origin:
            raise NothingDisputed
    _require_new(transaction, evidence, author)
    name = f"di-{transaction.head.entries + 1}"
    body = {"id": name, "evidence": evidence, "author": author, "dispute": as_body(written)}
    entry = transaction.append("dispute", body, now)
    save_dispute(transaction.connection, entry, instant_of(now))
    return name


def rule_on_dispute(
    transaction: Transaction, dispute: str, ruling: RulingFormat, judge: str, now: datetime
) -> Entry:
    """Decide a dispute; an upheld one takes the record out, or puts it under another origin.

    Raises:
        UnknownDispute, AlreadyDecided, NotImpartial: see there.
    """
    row, at = read_dispute(transaction.connection, dispute), instant_of(now)
    if row.decision is not None:
        raise AlreadyDecided(kind="dispute", at=f"{moment_of(row.ruled_at):%Y-%m-%d %H:%M} UTC")
    record = read_evidence_row(transaction.connection, row.evidence)
    if judge in (row.author, record.submitter):
        raise NotImpartial
    body: dict[str, Any] = {"dispute": dispute, "evidence": row.evidence, "actor": judge}
    body |= as_body(ruling)
    if ruling.decision == "upheld" and record.retracted_at is None:
        body |= _effect(transaction, row, record)
    entry = transaction.append("ruling", body, now)
    save_ruling(transaction.connection, entry, at)
    if body.get("excluded"):
        mark_retracted(transaction.connection, row.evidence, at)
    unfold(transaction, entry)
    return entry


def _effect(transaction: Transaction, dispute: Row[Any], record: Row[Any]) -> dict[str, Any]:
    """Give what an upheld dispute does to its record, as the ledger says it.

    The record stands in the entry again, under its new origin, so that a replay needs no other.
    """
    asked = DisputeFormat.model_validate_json(dispute.body)
    if asked.asks == "exclude":
        return {"excluded": True}
    if asked.origin is None:
        return {}
    origin = find_origin(transaction.connection, asked.origin, record.id)
    if origin == record.origin:
        return {}
    moved = {"id": record.id, "submitter": record.submitter, "origin": origin}
    return {"moved": {**moved, "record": json.loads(record.body)}}


def _require_new(transaction: Transaction, evidence: str, author: str) -> None:
    """Refuse a second dispute of one record by the same hand while the first one waits."""
    query = select(DISPUTES.c.id).where(
        DISPUTES.c.evidence == evidence,
        DISPUTES.c.author == author,
        DISPUTES.c.decision.is_(None),
    )
    waiting = transaction.connection.execute(query).scalar()
    if waiting is not None:
        raise AlreadyDisputed(dispute=waiting)

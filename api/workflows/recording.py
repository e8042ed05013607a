"""The deeds on evidence: record it, and take it back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from api.workflows.unfolding import unfold
from data.decoding import fingerprint
from data.events import find_question
from data.facts import (
    as_body,
    content_hash,
    mark_retracted,
    read_evidence_row,
    resolution_instants,
    save_evidence,
)
from data.formats.evidence import EvidenceFormat
from data.ledger import canonical_json
from data.tables import EVIDENCE
from data.writer import Transaction
from forecasts.questions import require_open
from forecasts.refusals import (
    AlreadyInPrior,
    AlreadyRetracted,
    NameTaken,
    NotYours,
    PublishedInFuture,
)
from forecasts.times import has_begun, instant_of, last_second, moment_of


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a submission: the record's id, and whether it was there already."""

    evidence: str
    repeated: bool


def record_evidence(
    transaction: Transaction, written: EvidenceFormat, submitter: str, now: datetime
) -> Recorded:
    """Take a record of evidence into the ledger and let it move every forecast of its worlds.

    An identical resubmission by the same hand is recognised, not stored twice.

    Raises:
        UnknownQuestion, QuestionNotOpen, QuestionClosed, PublishedInFuture, AlreadyInPrior,
        StanceDoesNotFit, NameTaken: see there.
    """
    repeated = _find_identical(transaction, written, submitter)
    if repeated is not None:
        return Recorded(repeated, repeated=True)
    _require_timely(transaction, written, now)
    body = _body(transaction, written, submitter)
    entry = transaction.append("evidence", body, now)
    save_evidence(transaction.connection, entry, instant_of(now))
    unfold(transaction, entry)
    return Recorded(body["id"], repeated=False)


def retract_evidence(
    transaction: Transaction, evidence: str, actor: str, *, is_admin: bool, now: datetime
) -> None:
    """Take a record back: it counts no longer, and the ledger says so.

    Raises:
        UnknownEvidence, AlreadyRetracted, NotYours: see there.
    """
    row = read_evidence_row(transaction.connection, evidence)
    if row.retracted_at is not None:
        raise AlreadyRetracted(at=f"{moment_of(row.retracted_at):%Y-%m-%d %H:%M} UTC")
    if row.submitter != actor and not is_admin:
        raise NotYours
    entry = transaction.append("retraction", {"evidence": evidence, "actor": actor}, now)
    mark_retracted(transaction.connection, evidence, instant_of(now))
    unfold(transaction, entry)


def _find_identical(
    transaction: Transaction, written: EvidenceFormat, submitter: str
) -> str | None:
    """Find a record with the same content by the same hand that still counts."""
    query = select(EVIDENCE.c.id).where(
        EVIDENCE.c.content_hash == content_hash(submitter, as_body(written)),
        EVIDENCE.c.retracted_at.is_(None),
    )
    found: str | None = transaction.connection.execute(query).scalar()
    return found


def _require_timely(transaction: Transaction, written: EvidenceFormat, now: datetime) -> None:
    """Refuse what is dated ahead, what comes too late, and what the prior knows already."""
    if not has_begun(written.published, now):
        raise PublishedInFuture(
            published=written.published, now=f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        )
    published = instant_of(last_second(written.published))
    ends = resolution_instants(transaction.connection, [s.question for s in written.stances])
    for stance in written.stances:
        _, question, curve = find_question(transaction.timelines, stance.question)
        require_open(question, instant_of(now), ends.get(question.id))
        if published < curve.as_of:
            raise AlreadyInPrior(
                question=question.id,
                as_of=f"{moment_of(curve.as_of):%Y-%m-%d}",
                published=written.published,
            )


def _body(transaction: Transaction, written: EvidenceFormat, submitter: str) -> dict[str, Any]:
    """Give the entry's body, with an id and an origin where the submitter gave none.

    The platform settles origins: an exact copy belongs to the origin of what it copies.
    """
    record = as_body(written)
    evidence = written.id or _new_id(transaction, submitter, record)
    taken = select(EVIDENCE.c.id).where(EVIDENCE.c.id == evidence)
    if transaction.connection.execute(taken).first() is not None:
        raise NameTaken(kind="evidence record")
    copied = select(EVIDENCE.c.origin).where(EVIDENCE.c.fingerprint == fingerprint(written))
    origin = transaction.connection.execute(copied.order_by(EVIDENCE.c.seq).limit(1)).scalar()
    return {
        "id": evidence,
        "submitter": submitter,
        "origin": origin or written.origin or evidence,
        "record": {name: value for name, value in record.items() if name != "id"},
    }


def _new_id(transaction: Transaction, submitter: str, record: dict[str, Any]) -> str:
    """Make an id from what the record says and where it stands in the ledger."""
    content = canonical_json([transaction.head.entries, transaction.head.hash])
    return f"ev-{content_hash(submitter + content, record)[:12]}"

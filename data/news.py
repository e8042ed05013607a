"""What is worth telling of: the newest entries that opened, moved or ended questions."""

from sqlalchemy import Connection, Select, func, select

from data.derived_tables import STEPS
from data.ledger import Entry
from data.tables import EVIDENCE, FITS, LEDGER, QUESTIONS, RESOLUTIONS, STANCES

#: Kinds of entries that are told of; forecasts of people are not: they may be hidden.
_KINDS = ("question", "evidence", "retraction", "resolution", "fit")
#: Bits below which a movement is not worth a word; as `WORTH_SAYING` of the sentences.
_WORTH_TELLING = 0.02


def newest_entries(connection: Connection, limit: int) -> list[Entry]:
    """Read the newest entries that are worth telling of, newest first."""
    return _entries(connection, select(LEDGER).where(LEDGER.c.kind.in_(_KINDS)), limit)


def newest_entries_of(connection: Connection, question: str, limit: int) -> list[Entry]:
    """Read the newest entries that opened, named, moved or ended a question, newest first."""
    moved = select(STEPS.c.cause_id).where(
        STEPS.c.question == question, func.abs(STEPS.c.bits) >= _WORTH_TELLING
    )
    named = select(STANCES.c.evidence).where(STANCES.c.question == question)
    evidence = select(EVIDENCE.c.seq).where(
        EVIDENCE.c.id.in_(moved.where(STEPS.c.cause == "evidence")) | EVIDENCE.c.id.in_(named)
    )
    outcomes = select(RESOLUTIONS.c.seq).where(
        RESOLUTIONS.c.question.in_(moved.where(STEPS.c.cause == "resolution"))
        | (RESOLUTIONS.c.question == question)
    )
    fits = select(FITS.c.seq).where(FITS.c.id.in_(moved.where(STEPS.c.cause == "fit")))
    opened = select(QUESTIONS.c.seq).where(QUESTIONS.c.id == question)
    taken_back = select(LEDGER.c.seq).where(
        LEDGER.c.kind == "retraction",
        func.json_extract(LEDGER.c.body, "$.evidence").in_(
            moved.where(STEPS.c.cause == "retraction")
        ),
    )
    numbers = evidence.union(outcomes, fits, opened, taken_back)
    return _entries(connection, select(LEDGER).where(LEDGER.c.seq.in_(numbers)), limit)


def first_hash(connection: Connection) -> str:
    """Read the hash of the first entry: it tells one ledger from all others."""
    query = select(LEDGER.c.hash).where(LEDGER.c.seq == 1)
    found: str | None = connection.execute(query).scalar()
    return found or ""


def _entries(connection: Connection, query: Select[tuple[object, ...]], limit: int) -> list[Entry]:
    """Read entries, newest first."""
    rows = connection.execute(query.order_by(LEDGER.c.seq.desc()).limit(limit))
    return [Entry(**row) for row in rows.mappings()]

"""What the ledger holds of sources and submitters: names, records by grade, the newest fit."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, text

from data.evidence_states import evidence_columns, retracted
from data.formats.banks import Source
from data.formats.evidence import EvidenceFormat
from data.standing import ALWAYS
from data.tables import BANKS, EVIDENCE, FITS, LEDGER
from forecasts.times import instant_of

_COUNTS = """
    SELECT source, grade, submitter, world, COUNT(*) AS records FROM (
        SELECT DISTINCT evidence.id, evidence.submitter, question.world,
            json_extract(evidence.body, '$.source') AS source,
            COALESCE(json_extract(evidence.body, '$.grade'), :grade) AS grade
        FROM evidence JOIN stance ON stance.evidence = evidence.id
        JOIN question ON question.id = stance.question
        WHERE evidence.recorded_at <= :at
            AND (evidence.retracted_at IS NULL OR evidence.retracted_at > :at))
    GROUP BY source, grade, submitter, world
"""


def named_sources(connection: Connection, at: float = ALWAYS) -> dict[str, Source]:
    """Read the sources that the banks name, by id."""
    return {
        written["id"]: Source.model_validate(written)
        for row in read_banks(connection, at)
        for written in _sources_in(row)
    }


def read_banks(connection: Connection, at: float = ALWAYS) -> list[Row[Any]]:
    """Read the banks that were loaded by an instant, in the order of the ledger."""
    columns = (BANKS.c.id, BANKS.c.seq, BANKS.c.body, LEDGER.c.recorded_at)
    query = select(*columns)
    ordered = query.join(LEDGER, LEDGER.c.seq == BANKS.c.seq).order_by(BANKS.c.seq)
    rows: Any = connection.execute(ordered).all()
    return [row for row in rows if instant_of(datetime.fromisoformat(row.recorded_at)) <= at]


def record_counts(connection: Connection, at: float = ALWAYS) -> list[Row[Any]]:
    """Count records by source, Admiralty grade, submitter and world; none that was taken back.

    A record without a stance bears on no world, and one may bear on several.
    """
    unsaid = EvidenceFormat.model_fields["grade"].default  # the ledger leaves defaults out
    return list(connection.execute(text(_COUNTS), {"grade": unsaid, "at": at}))


def has_records(connection: Connection, source: str, at: float = ALWAYS) -> bool:
    """Tell whether a source was ever named in a record, even in one that was taken back."""
    query = select(EVIDENCE.c.id).where(_said_by(source), EVIDENCE.c.recorded_at <= at).limit(1)
    return connection.execute(query).first() is not None


def newest_records(
    connection: Connection, source: str, limit: int, at: float = ALWAYS
) -> list[Row[Any]]:
    """Read a source's newest records, newest entry first; none that was taken back."""
    query = (
        select(*evidence_columns(at))
        .where(_said_by(source), EVIDENCE.c.recorded_at <= at, ~retracted(at))
        .order_by(EVIDENCE.c.seq.desc())
        .limit(limit)
    )
    return list(connection.execute(query))


def newest_fits(connection: Connection, at: float = ALWAYS) -> dict[str, Row[Any]]:
    """Read the newest fit of every world that had one, without its draws, by world id."""
    query = select(FITS.c.id, FITS.c.world, FITS.c.landed_at, FITS.c.body).order_by(FITS.c.seq)
    query = query.where(FITS.c.landed_at <= at)
    fits: list[Row[Any]] = list(connection.execute(query))
    return {row.world: row for row in fits}


def _said_by(source: str) -> ColumnElement[bool]:
    """Tell whether a record names this source."""
    return func.json_extract(EVIDENCE.c.body, "$.source") == source


def _sources_in(row: Row[Any]) -> list[dict[str, Any]]:
    """Give the sources of a bank as written."""
    sources: list[dict[str, Any]] = json.loads(row.body)["sources"]
    return sources

"""What the ledger holds of sources and submitters: names, records by grade, the newest fit."""

import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, text

from data.formats.banks import Source
from data.formats.evidence import EvidenceFormat
from data.tables import BANKS, EVIDENCE, FITS

_COUNTS = """
    SELECT source, grade, submitter, world, COUNT(*) AS records FROM (
        SELECT DISTINCT evidence.id, evidence.submitter, question.world,
            json_extract(evidence.body, '$.source') AS source,
            COALESCE(json_extract(evidence.body, '$.grade'), :grade) AS grade
        FROM evidence JOIN stance ON stance.evidence = evidence.id
        JOIN question ON question.id = stance.question
        WHERE evidence.retracted_at IS NULL)
    GROUP BY source, grade, submitter, world
"""


def named_sources(connection: Connection) -> dict[str, Source]:
    """Read the sources that the banks name, by id."""
    return {
        written["id"]: Source.model_validate(written)
        for row in connection.execute(select(BANKS.c.body).order_by(BANKS.c.seq))
        for written in _sources_in(row)
    }


def record_counts(connection: Connection) -> list[Row[Any]]:
    """Count records by source, Admiralty grade, submitter and world; none that was taken back.

    A record without a stance bears on no world, and one may bear on several.
    """
    unsaid = EvidenceFormat.model_fields["grade"].default  # the ledger leaves defaults out
    return list(connection.execute(text(_COUNTS), {"grade": unsaid}))


def has_records(connection: Connection, source: str) -> bool:
    """Tell whether a source was ever named in a record, even in one that was taken back."""
    query = select(EVIDENCE.c.id).where(_said_by(source)).limit(1)
    return connection.execute(query).first() is not None


def newest_records(connection: Connection, source: str, limit: int) -> list[Row[Any]]:
    """Read a source's newest records, newest entry first; none that was taken back."""
    query = (
        select(EVIDENCE)
        .where(_said_by(source), EVIDENCE.c.retracted_at.is_(None))
        .order_by(EVIDENCE.c.seq.desc())
        .limit(limit)
    )
    return list(connection.execute(query))


def newest_fits(connection: Connection) -> dict[str, Row[Any]]:
    """Read the newest fit of every world that has one, without its draws, by world id."""
    query = select(FITS.c.id, FITS.c.world, FITS.c.landed_at, FITS.c.body).order_by(FITS.c.seq)
    fits: list[Row[Any]] = list(connection.execute(query))
    return {row.world: row for row in fits}


def _said_by(source: str) -> ColumnElement[bool]:
    """Tell whether a record names this source."""
    return func.json_extract(EVIDENCE.c.body, "$.source") == source


def _sources_in(row: Row[Any]) -> list[dict[str, Any]]:
    """Give the sources of a bank as written."""
    sources: list[dict[str, Any]] = json.loads(row.body)["sources"]
    return sources

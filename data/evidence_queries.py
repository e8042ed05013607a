"""Evidence as it stood at an instant: filtered, and page by page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    String,
    Text,
    case,
    column,
    func,
    select,
    text,
)

from data.evidence_states import evidence_columns, origin_at, retracted
from data.formats.evidence import EvidenceFormat
from data.search import matching
from data.standing import ALWAYS
from data.tables import EVIDENCE, STANCES

_FIELDS = EvidenceFormat.model_fields


@dataclass(frozen=True, slots=True)
class EvidenceFilters:
    """Which records are asked for; None: all.

    Attributes:
        grade: a whole Admiralty grade, such as B2.
        published_from: the day, or the last day of the month, that it is dated to; and later ones.
        published_to: that day, and earlier ones.
        words: all of these stand in its texts.
    """

    question: str | None = None
    source: str | None = None
    submitter: str | None = None
    origin: str | None = None
    kind: str | None = None
    grade: str | None = None
    retracted: bool | None = None
    published_from: date | None = None
    published_to: date | None = None
    words: str | None = None


def evidence_rows(
    connection: Connection,
    filters: EvidenceFilters,
    *,
    at: float = ALWAYS,
    before: int | None = None,
    limit: int | None = None,
) -> list[Row[Any]]:
    """Read records, newest entry first.

    Args:
        at: what was recorded after it is not known.
        before: entry of the row before the first one.
    """
    query = select(*evidence_columns(at)).where(
        EVIDENCE.c.recorded_at <= at, *_conditions(filters, at)
    )
    if before is not None:
        query = query.where(EVIDENCE.c.seq < before)
    if filters.words is not None:
        found, values = matching(["evidence"], filters.words, at)
        names = text(found).bindparams(**values).columns(column("name", String))
        query = query.where(EVIDENCE.c.id.in_(select(names.subquery().c.name)))
    return list(connection.execute(query.order_by(EVIDENCE.c.seq.desc()).limit(limit)).all())


def _conditions(filters: EvidenceFilters, at: float) -> list[ColumnElement[bool]]:
    """Give the filters as conditions."""
    said: list[tuple[ColumnElement[Any], str | None]] = [
        (EVIDENCE.c.submitter, filters.submitter),
        (origin_at(at), filters.origin),
        (_said("source"), filters.source),
        (_said("kind"), filters.kind),
        (_said("grade"), filters.grade),
    ]
    conditions = [field == value for field, value in said if value is not None]
    if filters.question is not None:
        bearing = select(STANCES.c.evidence).where(STANCES.c.question == filters.question)
        conditions.append(EVIDENCE.c.id.in_(bearing))
    if filters.retracted is not None:
        conditions.append(retracted(at) if filters.retracted else ~retracted(at))
    if filters.published_from is not None:
        conditions.append(_published() >= filters.published_from.isoformat())
    if filters.published_to is not None:
        conditions.append(_published() <= filters.published_to.isoformat())
    return conditions


def _said(field: str) -> ColumnElement[Any]:
    """Give what a record says; the ledger leaves defaults out."""
    found = func.json_extract(EVIDENCE.c.body, f"$.{field}", type_=Text)
    default = _FIELDS[field].default
    return found if _FIELDS[field].is_required() else func.coalesce(found, default)


def _published() -> ColumnElement[str]:
    """Give the day that a record is dated to: of a month, the last."""
    said = func.json_extract(EVIDENCE.c.body, "$.published", type_=Text)
    last_day = func.date(said + "-01", "+1 month", "-1 day", type_=Text)
    return case((func.length(said) == len("2025-04"), last_day), else_=said)

"""How a record stood at an instant: its origin, whether it was disputed, whether taken back."""

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, func, select

from data.standing import ALWAYS
from data.tables import DISPUTES, EVIDENCE, LEDGER


def evidence_columns(at: float) -> list[ColumnElement[Any]]:
    """Give the columns of records as they stood."""
    changing = {"origin": origin_at(at), "disputed": _disputed_at(at)}
    return [changing.get(column.name, column).label(column.name) for column in EVIDENCE.c]


def retracted(at: float) -> ColumnElement[bool]:
    """Tell whether a record had been taken back."""
    when = EVIDENCE.c.retracted_at
    return and_(when.is_not(None), when <= at)


def origin_at(at: float) -> ColumnElement[Any]:
    """Give the origin of a record: the one it came with, until a ruling gave it another."""
    if at >= ALWAYS:
        return EVIDENCE.c.origin
    moved = select(DISPUTES.c.moved_to).where(
        DISPUTES.c.evidence == EVIDENCE.c.id,
        DISPUTES.c.moved_to.is_not(None),
        DISPUTES.c.ruled_at <= at,
    )
    newest = moved.order_by(DISPUTES.c.ruling_seq.desc()).limit(1).correlate(EVIDENCE)
    said = select(func.json_extract(LEDGER.c.body, "$.origin", type_=Text))
    first = said.where(LEDGER.c.seq == EVIDENCE.c.seq).correlate(EVIDENCE)
    return func.coalesce(newest.scalar_subquery(), first.scalar_subquery())


def _disputed_at(at: float) -> ColumnElement[Any]:
    """Say how the newest dispute of a record stood: waiting, or as it was ruled."""
    if at >= ALWAYS:
        return EVIDENCE.c.disputed
    was_ruled = and_(DISPUTES.c.ruled_at.is_not(None), DISPUTES.c.ruled_at <= at)
    state = case((was_ruled, DISPUTES.c.decision), else_="waiting")
    changed = case((was_ruled, DISPUTES.c.ruling_seq), else_=DISPUTES.c.seq)
    of_record = select(state).where(
        DISPUTES.c.evidence == EVIDENCE.c.id, DISPUTES.c.recorded_at <= at
    )
    newest = of_record.order_by(changed.desc()).limit(1).correlate(EVIDENCE)
    return newest.scalar_subquery()

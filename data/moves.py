"""What moved forecasts: the steps that entries of the ledger caused, and those of time alone."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Integer, Row, Select, and_, cast, func, or_, select

from data.derived_tables import STEPS
from data.events import entry_instant
from data.ledger import Entry

#: Causes that are the kind of an entry; `cause_id` names its record, question or fit.
_OF_ENTRIES = ("evidence", "retraction", "resolution", "fit")
#: Causes behind which no entry stands.
_OF_TIME = ("time", "opening", "track_record")
_earlier = STEPS.alias("earlier")


def steps_of(connection: Connection, entries: Sequence[Entry]) -> dict[int, list[Row[Any]]]:
    """Read the steps that entries caused as they were taken in, largest first, by entry.

    Each row has `body_before`, the forecast that it moved from. What a record moved later, when a
    question opened on which it bears, is not of its entry but of the opening.
    """
    causes = {entry.seq: caused for entry in entries if (caused := cause_of(entry))}
    if not causes:
        return {}
    query = _with_before().where(STEPS.c.cause_id.in_({name for _, name in causes.values()}))
    rows = connection.execute(query.where(STEPS.c.cause.in_(_OF_ENTRIES)).order_by(STEPS.c.id))
    found: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.cause, row.cause_id].append(row)
    return {
        entry.seq: _at_once(found.get(causes[entry.seq], []), entry_instant(entry))
        for entry in entries
        if entry.seq in causes
    }


def cause_of(entry: Entry) -> tuple[str, str] | None:
    """Give the cause and its id under which the steps of an entry stand; None where it has none."""
    content = entry.content
    match entry.kind:
        case "evidence" | "fit":
            return entry.kind, content["id"]
        case "retraction":
            return entry.kind, content["evidence"]
        case "resolution":
            return entry.kind, content["resolution"]["question"]
        case _:
            return None


def newest_step(connection: Connection) -> int:
    """Read the number of the newest step."""
    found: int | None = connection.execute(select(func.max(STEPS.c.id))).scalar()
    return found or 0


def steps_of_time(connection: Connection, after: int, limit: int) -> list[Row[Any]]:
    """Read steps behind which no entry stands, beginning after a number, oldest first."""
    at_opening = and_(STEPS.c.cause == "evidence", STEPS.c.at == cast(STEPS.c.at, Integer))
    query = _with_before().where(STEPS.c.id > after)
    query = query.where(or_(STEPS.c.cause.in_(_OF_TIME), at_opening))
    return list(connection.execute(query.order_by(STEPS.c.id).limit(limit)))


def _with_before() -> Select[Any]:
    """Select steps with the forecast before each."""
    before = (
        select(_earlier.c.body)
        .where(_earlier.c.question == STEPS.c.question, _earlier.c.id < STEPS.c.id)
        .order_by(_earlier.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(STEPS, before.label("body_before"))


def _at_once(rows: list[Row[Any]], instant: float) -> list[Row[Any]]:
    """Keep the steps that were taken when the entry came, largest first.

    An outcome that was told anew has the same cause as the one before; a clock that was set back
    lets the world's time stand still, so the first instant from then on counts.
    """
    own = [row for row in rows if row.at >= instant and (row.at == instant or row.at % 1)]
    first = min((row.at for row in own), default=instant)
    return sorted((row for row in own if row.at == first), key=lambda row: -abs(row.bits))

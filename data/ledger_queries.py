"""Entries of the ledger as readers ask for them: by kind, by who acted, by question; in pages."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from data.ledger import Entry

_ENTRIES = """SELECT seq, format, kind, recorded_at, replayed, body, previous, hash
    FROM ledger NOT INDEXED WHERE {conditions} ORDER BY seq {direction} LIMIT :limit"""
#: Who acted, by the names that the kinds of entries have for it.
_WHO = " OR ".join(
    f"json_extract(body, '$.{name}') = :who"
    for name in ("submitter", "forecaster", "author", "resolver", "admin", "actor", "bank.curator")
)
#: A retraction, a dispute and a ruling name a record; a withdrawal names a forecast.
_QUESTION = """:question IN (
        CASE WHEN kind IN ('question', 'proposal') THEN json_extract(body, '$.question.id')
            ELSE json_extract(body, '$.question') END,
        json_extract(body, '$.resolution.question'), json_extract(body, '$.forecast.question'))
    OR (kind = 'evidence' AND EXISTS (SELECT 1 FROM json_each(body, '$.record.stances')
        WHERE json_extract(value, '$.question') = :question))
    OR (kind IN ('retraction', 'dispute', 'ruling') AND json_extract(body, '$.evidence') IN (
        SELECT evidence FROM stance WHERE stance.question = :question))
    OR (kind = 'withdrawal' AND json_extract(body, '$.forecast') IN (
        SELECT id FROM forecast WHERE forecast.question = :question))"""
#: What a reader may not see yet is not found by what it says.
_SHOWN = """NOT (kind = 'forecast'
    AND json_extract(body, '$.forecast.question') IN (SELECT value FROM json_each(:hidden))
    AND json_extract(body, '$.forecaster') IS NOT :reader)"""


@dataclass(frozen=True, slots=True)
class EntryFilters:
    """Which entries are asked for; None: all.

    Attributes:
        who: who submitted, forecast, wrote, resolved or decided.
        question: the entry is about it.
        until: recorded by this time (see `data.ledger.timestamp`).
        begin: the entries after this one.
        hidden: questions whose forecasts by others the reader may not see.
    """

    kind: str | None = None
    who: str | None = None
    question: str | None = None
    until: str | None = None
    begin: int = 0
    hidden: Collection[str] = ()
    reader: str | None = None


def read_entry_page(
    connection: Connection,
    filters: EntryFilters,
    limit: int,
    *,
    newest_first: bool = False,
    after: int | None = None,
) -> list[Entry]:
    """Read a page of entries.

    Args:
        after: number of the entry before the first one, in the order that is asked for.
    """
    said = {
        "kind = :kind": filters.kind,
        f"({_WHO})": filters.who,
        f"({_QUESTION})": filters.question,
        "recorded_at <= :until": filters.until,
        f"seq {'<' if newest_first else '>'} :after": after,
    }
    conditions = [
        "seq > :begin",
        *(condition for condition, value in said.items() if value is not None),
    ]
    values: dict[str, Any] = {
        name: value
        for name in ("kind", "who", "question", "until")
        if (value := getattr(filters, name)) is not None
    }
    values |= {"limit": limit, "begin": filters.begin} | ({} if after is None else {"after": after})
    if filters.who is not None or filters.question is not None:
        conditions.append(_SHOWN)
        values |= {"hidden": json.dumps(sorted(filters.hidden)), "reader": filters.reader}
    direction = "DESC" if newest_first else "ASC"
    query = text(_ENTRIES.format(conditions=" AND ".join(conditions), direction=direction))
    return [Entry(**row) for row in connection.execute(query, values).mappings()]

"""Questions as they stood at an instant: filtered, sorted, and page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, text

from data.search import matching
from data.standing import ALWAYS
from forecasts.times import day_of

QuestionSort = Literal[
    "entry", "-entry", "id", "-id", "closes", "-closes", "moved", "-moved", "soon", "-soon"
]  # a minus: from the highest to the lowest
#: "Lately" is so many days.
WEEK = 7.0
#: What is open, by its last day; then what is to open, what waits, and what ended, newest first.
_SOON = """CASE status WHEN 'open' THEN '0' || closes WHEN 'upcoming' THEN '1' || closes
    WHEN 'closed' THEN '2' || closes
    ELSE '3' || (99999999 - CAST(REPLACE(closes, '-', '') AS INTEGER)) END"""
_KEYS = {"entry": "seq", "id": "id", "closes": "closes", "moved": "ABS(moved)", "soon": _SOON}
#: `at`: what was recorded by then; `today`, `last`: see `_days`; `since`: a week before now.
_BEGIN = """
    WITH known AS NOT MATERIALIZED (
        SELECT question.id, question.world, question.seq, version.body, outcome.seq AS outcome_seq,
            outcome.body AS outcome, COALESCE(outcome.resolved_at, :always) AS ends,
            json_extract(version.body, '$.derived_from.question') AS parent
        FROM question
        JOIN question_version AS version ON version.question = question.id AND version.version = (
            SELECT MAX(version) FROM question_version
            WHERE question_version.question = question.id AND recorded_at <= :at)
        LEFT JOIN resolution AS outcome ON outcome.seq = (
            SELECT MAX(seq) FROM resolution
            WHERE resolution.question = question.id AND recorded_at <= :at)),
    stood AS NOT MATERIALIZED (
        SELECT known.*, step.id AS step_id, step.at AS step_at, step.body AS step_body,
            json_extract(known.body, '$.type') AS type,
            json_extract(known.body, '$.closes') AS closes,
            CASE WHEN outcome IS NOT NULL
                THEN COALESCE(json_extract(outcome, '$.status'), 'resolved')
                WHEN json_extract(known.body, '$.opens') > :today THEN 'upcoming'
                WHEN json_extract(known.body, '$.closes') >= :last THEN 'open'
                ELSE 'closed' END AS status,
            CASE WHEN parent IS NOT NULL THEN (
                SELECT body FROM question_version WHERE question = parent AND recorded_at <= :at
                ORDER BY version DESC LIMIT 1) END AS parent_body,
            COALESCE((SELECT SUM(bits) FROM step AS lately
                WHERE lately.question = known.id AND lately.id <= step.id AND lately.id > COALESCE((
                    SELECT id FROM step WHERE question = known.id AND at <= :since
                    ORDER BY id DESC LIMIT 1), 0)), 0.0) AS moved
        FROM known LEFT JOIN step ON step.id = (
            SELECT id FROM step WHERE question = known.id AND at <= MIN(ends, :at)
            ORDER BY id DESC LIMIT 1))"""
_STOOD = (
    _BEGIN  # noqa: S608  # ours
    + """,
    page AS MATERIALIZED (
        SELECT id AS paged FROM stood WHERE {conditions} ORDER BY {order} LIMIT :limit)
    SELECT stood.*, {soon} AS soon
    FROM page CROSS JOIN stood ON stood.id = page.paged ORDER BY {order}
"""
)
_COUNTED = f"{_BEGIN} SELECT COUNT(*) FROM stood WHERE {{conditions}}"  # noqa: S608  # ours
_DRIVER = """EXISTS (SELECT 1 FROM json_each(COALESCE(parent_body, body), '$.loadings')
    WHERE json_extract(value, '$.driver') = :{name})"""
_CLAIM = "EXISTS (SELECT 1 FROM json_each(body, '$.claims') WHERE value = :{name})"


@dataclass(frozen=True, slots=True)
class QuestionFilters:
    """Which questions are asked for; None: all.

    Attributes:
        driver: they load on it, or the question that they are derived from does.
        claim: they are drawn from it.
        tag: a claim or a driver of theirs.
        closing_within: open or upcoming, and their last day ends within so many days from now.
        words: all of these stand in their texts.
        moved: they moved at least so many bits, up or down, in the week before now.
    """

    status: str | None = None
    type: str | None = None
    world: str | None = None
    driver: str | None = None
    claim: str | None = None
    tag: str | None = None
    closing_within: float | None = None
    words: str | None = None
    only: str | None = None
    moved: float | None = None


def question_rows(
    connection: Connection,
    now: float,
    filters: QuestionFilters | None = None,
    sort: QuestionSort = "entry",
    *,
    at: float = ALWAYS,
    after: Sequence[Any] | None = None,
    limit: int = -1,
) -> list[Row[Any]]:
    """Read questions with the forecast and the outcome that stood.

    Each row has `body`, `outcome`, `status`, `step_at`, `step_body`, `parent_body` (of the question
    that it is derived from), and `moved`: net change of log2 odds in the week before now.

    Args:
        now: the instant at which its status is told.
        at: what was recorded after it is not known.
        after: the place (see `place`) of the row before the first one.
        limit: rows at most; -1: all.
    """
    conditions, values = _conditions(filters or QuestionFilters(), now, at)
    values |= {"at": at, "always": ALWAYS, "since": now - WEEK, "limit": limit, **_days(now)}
    name, direction, sign = (
        sort.lstrip("-"),
        "DESC" if sort[0] == "-" else "ASC",
        "<>"[sort[0] != "-"],
    )
    key = _KEYS[name]
    if after is not None:
        values |= {"after_key": after[0], "after_seq": after[1]}
        conditions.append(f"({key}, seq) {sign} (:after_key, :after_seq)")
    order = f"{key} {direction}, seq {direction}"
    query = _STOOD.format(conditions=" AND ".join(conditions), order=order, soon=_SOON)
    return list(connection.execute(text(query), values))


def count_questions(
    connection: Connection, now: float, filters: QuestionFilters, *, at: float = ALWAYS
) -> int:
    """Count the questions that are asked for (see `question_rows`)."""
    conditions, values = _conditions(filters, now, at)
    values |= {"at": at, "always": ALWAYS, "since": now - WEEK, **_days(now)}
    query = _COUNTED.format(conditions=" AND ".join(conditions))
    counted: int = connection.execute(text(query), values).scalar_one()
    return counted


def place(row: Row[Any], sort: QuestionSort) -> tuple[str, Any, int]:
    """Tell where a row stands in an order: for the next page."""
    key = {"entry": row.seq, "id": row.id, "closes": row.closes, "moved": abs(row.moved)}
    key["soon"] = row.soon
    return sort, key[sort.lstrip("-")], row.seq


def _conditions(
    filters: QuestionFilters, now: float, at: float
) -> tuple[list[str], dict[str, Any]]:
    """Give the filters as conditions with their values."""
    said = {
        "only": "id = :only",
        "status": "status = :status",
        "type": "type = :type",
        "world": "world = :world",
        "driver": _DRIVER.format(name="driver"),
        "claim": _CLAIM.format(name="claim"),
        "tag": f"({_DRIVER.format(name='tag')} OR {_CLAIM.format(name='tag')})",
        "moved": "ABS(moved) >= :moved",
    }
    values: dict[str, Any] = {
        name: getattr(filters, name) for name in said if getattr(filters, name) is not None
    }
    conditions = ["TRUE", *(said[name] for name in values)]
    if filters.closing_within is not None:
        conditions.append("status IN ('open', 'upcoming') AND closes <= :soon")
        values["soon"] = day_of(now + filters.closing_within - 1).isoformat()
    if filters.words is not None:
        condition, words = matching(["question"], filters.words, at)
        conditions.append(f"id IN ({condition})")
        values |= words
    return conditions, values


def _days(now: float) -> dict[str, str]:
    """Give the newest day that has begun, and the oldest whose end has not passed."""
    last = day_of(-((1 - now) // 1))  # the day after `now - 1`, rounded up
    return {"today": day_of(now).isoformat(), "last": last.isoformat()}

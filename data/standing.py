"""What the API and the pages read: current forecasts, histories, and what each record moved."""

from typing import Any

from sqlalchemy import Connection, Row, text

#: Later than any instant: what is read with it is read as it stands.
ALWAYS = 1e18
#: A question's own history ends when its outcome became fixed, however late that was known.
_UNTIL_ITS_END = """
    WITH ending AS (
        SELECT id, MIN(:at, COALESCE((SELECT resolved_at FROM resolution
            WHERE question = question.id AND recorded_at <= :at
            ORDER BY seq DESC LIMIT 1), :at)) AS ends
        FROM question)
"""
_STANDING = (
    _UNTIL_ITS_END
    + """
    SELECT step.* FROM ending JOIN step ON step.id = (
        SELECT id FROM step WHERE question = ending.id AND at <= ends ORDER BY id DESC LIMIT 1)
"""
)
_HISTORY = (
    _UNTIL_ITS_END
    + """
    SELECT step.* FROM ending JOIN step ON step.question = ending.id AND step.at <= ends
    WHERE ending.id = :question AND step.id > :after AND step.id < :before
    ORDER BY step.id {direction} LIMIT :limit
"""
)
#: What a record said before a ruling gave it another origin no longer counts as its own.
_MOVED = """COALESCE((SELECT MAX(ruled_at) FROM dispute
    WHERE dispute.evidence = step.cause_id AND dispute.moved_to IS NOT NULL
        AND dispute.ruled_at <= :at), 0)"""
_MOVEMENTS = f"""
    SELECT step.*, earlier.body AS body_before, earlier.at AS at_before
    FROM step LEFT JOIN step AS earlier ON earlier.id = (
        SELECT id FROM step AS other WHERE other.question = step.question AND other.id < step.id
        ORDER BY id DESC LIMIT 1)
    WHERE step.cause_id = :cause_id AND step.cause = :cause AND step.at <= :at
        AND step.at >= {_MOVED}
    ORDER BY ABS(step.bits) DESC, step.id
"""
_BITS = f"""
    SELECT question, cause_id, SUM(bits) AS bits FROM step
    WHERE cause = 'evidence' AND direct AND question = :question AND step.at <= :at
        AND step.at >= {_MOVED}
    GROUP BY cause_id
"""
_FIRST, _LAST = -1, 2**62


def standing_steps(connection: Connection, at: float = ALWAYS) -> dict[str, Row[Any]]:
    """Read the newest step of every question that has opened, none later than its outcome."""
    return {row.question: row for row in connection.execute(text(_STANDING), {"at": at})}


def history_steps(
    connection: Connection, question: str, limit: int, at: float = ALWAYS
) -> list[Row[Any]]:
    """Read a question's newest steps, oldest first, up to the time of its outcome."""
    return list(reversed(history_page(connection, question, limit, newest_first=True, at=at)))


def history_page(
    connection: Connection,
    question: str,
    limit: int,
    *,
    newest_first: bool = False,
    at: float = ALWAYS,
    after: int | None = None,
) -> list[Row[Any]]:
    """Read a page of a question's steps, up to the time of its outcome.

    Args:
        at: what came after it is not known.
        after: id of the step before the first one, in the order that is asked for.
    """
    values = {"question": question, "limit": limit, "at": at, "after": _FIRST, "before": _LAST}
    if after is not None:
        values["before" if newest_first else "after"] = after
    query = _HISTORY.format(direction="DESC" if newest_first else "ASC")
    return list(connection.execute(text(query), values))


def movements(
    connection: Connection, cause: str, cause_id: str, at: float = ALWAYS
) -> list[Row[Any]]:
    """Read every step that one record (or retraction, resolution, fit) caused, largest first.

    Each row has `body_before`, the forecast that it moved from.
    """
    values = {"cause": cause, "cause_id": cause_id, "at": at}
    return list(connection.execute(text(_MOVEMENTS), values))


def bits_by_record(connection: Connection, question: str, at: float = ALWAYS) -> dict[str, float]:
    """Read how far each record that bears on a question moved it, in bits."""
    rows = connection.execute(text(_BITS), {"question": question, "at": at})
    return {row.cause_id: row.bits for row in rows}

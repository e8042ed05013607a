"""What the API and the pages read: current forecasts, histories, and what each record moved."""

from typing import Any

from sqlalchemy import Connection, Row, text

#: A question's own history ends when its outcome became fixed, however late that was known.
_UNTIL_ITS_END = """
    WITH ending AS (
        SELECT id, COALESCE((SELECT resolved_at FROM resolution WHERE question = question.id
            ORDER BY seq DESC LIMIT 1), 1e18) AS ends
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
    WHERE ending.id = :question ORDER BY step.id DESC LIMIT :limit
"""
)
#: What a record said before a ruling gave it another origin no longer counts as its own.
_MOVED = """COALESCE((SELECT MAX(ruled_at) FROM dispute
    WHERE dispute.evidence = step.cause_id AND dispute.moved_to IS NOT NULL), 0)"""
_MOVEMENTS = f"""
    SELECT step.*, earlier.body AS body_before, earlier.at AS at_before
    FROM step LEFT JOIN step AS earlier ON earlier.id = (
        SELECT id FROM step AS other WHERE other.question = step.question AND other.id < step.id
        ORDER BY id DESC LIMIT 1)
    WHERE step.cause_id = :cause_id AND step.cause = :cause AND step.at >= {_MOVED}
    ORDER BY ABS(step.bits) DESC, step.id
"""
_BITS = f"""
    SELECT question, cause_id, SUM(bits) AS bits FROM step
    WHERE cause = 'evidence' AND direct AND question = :question AND step.at >= {_MOVED}
    GROUP BY cause_id
"""


def standing_steps(connection: Connection) -> dict[str, Row[Any]]:
    """Read the newest step of every question that has opened, none later than its outcome."""
    return {row.question: row for row in connection.execute(text(_STANDING))}


def history_steps(connection: Connection, question: str, limit: int) -> list[Row[Any]]:
    """Read a question's newest steps, oldest first, up to the time of its outcome."""
    rows = connection.execute(text(_HISTORY), {"question": question, "limit": limit}).all()
    return list(reversed(rows))


def movements(connection: Connection, cause: str, cause_id: str) -> list[Row[Any]]:
    """Read every step that one record (or retraction, resolution, fit) caused, largest first.

    Each row has `body_before`, the forecast that it moved from.
    """
    return list(connection.execute(text(_MOVEMENTS), {"cause": cause, "cause_id": cause_id}))


def bits_by_record(connection: Connection, question: str) -> dict[str, float]:
    """Read how far each record that bears on a question moved it, in bits."""
    rows = connection.execute(text(_BITS), {"question": question})
    return {row.cause_id: row.bits for row in rows}

"""What was forecast halfway: yes-or-no questions with an outcome, at the middle of their time."""

from collections.abc import Sequence

from sqlalchemy import Connection, Row, text

_HALFWAY = """
    WITH outcome AS (
        SELECT question, body, resolved_at FROM resolution WHERE seq IN (
            SELECT MAX(seq) FROM resolution GROUP BY question)),
    resolved AS (
        SELECT question.id, json_extract(outcome.body, '$.outcome') AS outcome,
            (question.opens + MIN(question.closes, outcome.resolved_at)) / 2 AS middle
        FROM question JOIN outcome ON outcome.question = question.id
        WHERE json_extract(question.body, '$.type') = 'binary'
            AND json_extract(outcome.body, '$.outcome') IS NOT NULL)
    SELECT resolved.id, resolved.outcome, (
        SELECT probability FROM step
        WHERE step.question = resolved.id AND step.at <= resolved.middle
        ORDER BY step.id DESC LIMIT 1) AS probability
    FROM resolved
"""


def halfway_forecasts(connection: Connection) -> Sequence[Row[tuple[str, bool, float]]]:
    """Read id, outcome, and the chance of yes that stood halfway between opening and outcome."""
    found = connection.execute(text(_HALFWAY)).all()
    return [row for row in found if row.probability is not None]

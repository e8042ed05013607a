"""What has happened since each forecast of somebody that stands on an open question."""

from typing import Any

from sqlalchemy import Connection, Row, and_, case, exists, func, select

from data.derived_tables import STEPS
from data.forecasts import stands
from data.tables import FORECASTS, QUESTION_VERSIONS, QUESTIONS, RESOLUTIONS


def standing_with_news(
    connection: Connection, forecaster: str, now: float, after: int | None, limit: int
) -> list[Row[Any]]:
    """Read somebody's standing forecasts on open questions with what came since, newest first.

    Each row has `id`, `seq`, `question`, `recorded_at`, `bits`, `records` and `amendments`.

    Args:
        after: entry at which the page before ended.
    """
    since = and_(STEPS.c.question == FORECASTS.c.question, STEPS.c.at > FORECASTS.c.recorded_at)
    is_record = and_(STEPS.c.cause == "evidence", STEPS.c.direct)
    record = case((is_record, STEPS.c.cause_id))
    amended = (
        select(func.count())
        .where(
            QUESTION_VERSIONS.c.question == FORECASTS.c.question,
            QUESTION_VERSIONS.c.version > 1,
            QUESTION_VERSIONS.c.recorded_at > FORECASTS.c.recorded_at,
        )
        .scalar_subquery()
    )
    columns: list[Any] = [FORECASTS.c[n] for n in ("id", "seq", "question", "recorded_at")]
    news: list[Any] = [
        func.coalesce(func.sum(STEPS.c.bits), 0.0).label("bits"),
        func.count(func.distinct(record)).label("records"),
        amended.label("amendments"),
    ]
    query = (
        select(*columns, *news)
        .join(QUESTIONS, QUESTIONS.c.id == FORECASTS.c.question)
        .outerjoin(STEPS, since)
        .where(FORECASTS.c.forecaster == forecaster, stands(now), QUESTIONS.c.closes > now)
        .where(~exists().where(RESOLUTIONS.c.question == FORECASTS.c.question))
        .group_by(*columns)
        .order_by(FORECASTS.c.seq.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(FORECASTS.c.seq < after)
    return list(connection.execute(query).all())

"""News of a question: how its model moved, step by step, and when each fact was published."""

import numpy as np
from sqlalchemy import Connection, Text, and_, func, select

from data.derived_tables import STEPS
from data.tables import EVIDENCE
from forecasts.news import REREADINGS, News, news_of_steps
from forecasts.times import instant_of, last_second


def read_news(connection: Connection, question: str, until: float) -> News:
    """Read how the model's chance of yes moved, up to an instant.

    A step of evidence, on this question or a linked one, counts as of its publication; all else
    (silent days, outcomes, records taken back) as of the step.
    """
    said = func.json_extract(EVIDENCE.c.body, "$.published", type_=Text)
    is_its_record = and_(STEPS.c.cause == "evidence", STEPS.c.cause_id == EVIDENCE.c.id)
    query = (
        select(STEPS.c.at, STEPS.c.cause, STEPS.c.probability, said.label("published"))
        .select_from(STEPS.outerjoin(EVIDENCE, is_its_record))
        .where(STEPS.c.question == question, STEPS.c.probability.is_not(None), STEPS.c.at <= until)
        .order_by(STEPS.c.id)
    )
    rows = connection.execute(query).all()
    return news_of_steps(
        at=[row.at for row in rows],
        published=[_instant(row.published) for row in rows],
        chances=[row.probability for row in rows],
        is_rereading=[row.cause in REREADINGS for row in rows],
    )


def _instant(published: str | None) -> float:
    """Give the end of a day or month; NaN where nothing was published."""
    return np.nan if published is None else instant_of(last_second(published))

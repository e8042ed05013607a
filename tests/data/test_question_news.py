"""News of a question, read from the bank's history: all that moved it, as of its publication."""

import numpy as np
import pytest
from sqlalchemy import insert, select

from data.database import Database
from data.derived_tables import STEPS
from data.question_news import read_news
from forecasts.crowds import log_odds

QUESTION = "entity-list-deepseek-2026"


def test_news_sum_to_what_the_model_learned_and_are_published_before_they_are_recorded(
    bank_reading: Database,
) -> None:
    with bank_reading.read() as connection:
        found = select(STEPS).where(STEPS.c.question == QUESTION).order_by(STEPS.c.id)
        steps = connection.execute(found).all()
        news = read_news(connection, QUESTION, np.inf)
        early = read_news(connection, QUESTION, steps[100].at)

    whole = log_odds(steps[-1].probability) - log_odds(steps[0].probability)
    assert news.moves.sum() == pytest.approx(whole)
    assert (news.published <= news.at).all() and (np.diff(news.at) >= 0).all()
    assert early.at.max() == steps[100].at


def test_a_question_that_has_not_opened_and_one_of_numbers_have_no_news(
    bank_reading: Database,
) -> None:
    with bank_reading.read() as connection:
        for name, until in ((QUESTION, 0.0), ("deepseek-output-price-2028", np.inf)):
            assert read_news(connection, name, until).moves.tolist() == []


def test_a_fact_counts_as_of_its_day_a_fit_not_at_all_and_all_else_as_of_the_step(
    database, bank_reading: Database
) -> None:
    own = Database(f"sqlite:///{database}")
    with bank_reading.read() as connection:
        said = select(STEPS).where(STEPS.c.question == QUESTION, STEPS.c.cause == "evidence")
        row = connection.execute(said.order_by(STEPS.c.id).limit(1)).one()
        last = connection.execute(
            select(STEPS).where(STEPS.c.question == QUESTION).order_by(STEPS.c.id.desc()).limit(1)
        ).one()
    later = last.at + 30
    told = [("evidence", row.cause_id, 0.5), ("fit", "f", 0.1), ("retraction", row.cause_id, 0.2)]
    rows = [
        {
            **row._mapping,
            "id": None,
            "at": later,
            "cause": cause,
            "cause_id": name,
            "probability": p,
        }
        for cause, name, p in told
    ]
    with own.writing.begin() as connection:
        connection.execute(insert(STEPS), [{k: v for k, v in r.items() if k != "id"} for r in rows])
    with own.read() as connection:
        news = read_news(connection, QUESTION, np.inf)
    own.close()

    assert news.at[-2:].tolist() == [later, later]
    assert news.published[-2] < row.at + 1 and news.published[-1] == later
    moved = log_odds([0.5, 0.2]) - log_odds([last.probability, 0.1])
    assert news.moves[-2:] == pytest.approx(moved)

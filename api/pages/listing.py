"""The page of all questions."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from api.answers import QuestionAnswer
from api.instance import Instance
from api.language import translate
from api.pages.drawing import Drawings
from api.pages.sparklines import Sparkline, draw_sparkline, drawn_value, leading_option
from api.pages.wording import (
    TYPES,
    Wording,
    change_in_words,
    followed,
    status_in_words,
    wording,
)
from api.standings import question_answers
from api.words import day_in_words, forecast_in_words, outcome_in_words
from data.derived_tables import STEPS
from data.standing import history_steps, standing_steps

#: A sparkline follows at most so many steps.
_SPARK_STEPS = 1_000
#: "Lately" is so many days.
WEEK = 7.0


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question in the list."""

    id: str
    title: Wording
    kind: str
    status: str
    forecast: str
    followed: str
    sparkline: Sparkline | None
    change: str
    change_sign: str
    day: str
    outcome: str


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    """All questions: the open ones first."""

    title: str
    open: tuple[QuestionLine, ...]
    ended: tuple[QuestionLine, ...]


def questions_page(instance: Instance, drawings: Drawings, language: str) -> QuestionsPage:
    """List the questions: open ones by their closing day, then the others, newest first."""
    now = instance.clock_instant()
    with instance.database.read() as connection:
        answers = question_answers(connection, now)
        newest = standing_steps(connection)
        lines = [
            (answer, _line(connection, answer, newest.get(answer.id), now, drawings, language))
            for answer in answers
        ]
    current = [pair for pair in lines if pair[0].status in ("open", "upcoming", "closed")]
    ended = [pair for pair in lines if pair[0].resolution is not None]
    current.sort(key=lambda pair: (pair[0].status != "open", pair[0].question.closes))
    ended.sort(key=_when_known, reverse=True)
    return QuestionsPage(
        title=translate("Questions", language),
        open=tuple(line for _, line in current),
        ended=tuple(line for _, line in ended),
    )


def value_a_week_ago(
    connection: Connection, answer: QuestionAnswer, now: float, option: str | None
) -> float | None:
    """Give the value that a question's change is measured from; None where it is newer."""
    query = (
        select(STEPS.c.body)
        .where(STEPS.c.question == answer.id, STEPS.c.at <= now - WEEK)
        .order_by(STEPS.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else drawn_value(answer.question, json.loads(row.body), option)


def _line(
    connection: Connection,
    answer: QuestionAnswer,
    step: Row[Any] | None,
    now: float,
    drawings: Drawings,
    language: str,
) -> QuestionLine:
    """Give one question's line."""
    written, outcome = answer.question, answer.resolution
    body = json.loads(step.body) if step else None
    option = leading_option(written, body) if body else None
    change, sign = "", "none"
    if body and outcome is None:
        current = drawn_value(written, body, option)
        before = value_a_week_ago(connection, answer, now, option)
        change, sign = change_in_words(current, before, written, language), _sign(current, before)
    day = outcome.resolved_at if outcome else written.closes
    return QuestionLine(
        id=answer.id,
        title=wording(written.title, language),
        kind=translate(TYPES[written.type], language),
        status=status_in_words(answer, language),
        forecast=forecast_in_words(answer.forecast, written, language) if answer.forecast else "",
        followed=followed(written, option, language) if body else "",
        sparkline=_sparkline(connection, answer, step, option, drawings) if step else None,
        change=change,
        change_sign=sign,
        day=day_in_words(day.isoformat(), language),
        outcome=outcome_in_words(outcome, written, language) if outcome else "",
    )


def _sparkline(
    connection: Connection,
    answer: QuestionAnswer,
    step: Row[Any],
    option: str | None,
    drawings: Drawings,
) -> Sparkline:
    """Give a question's sparkline, drawn anew after each step."""

    def draw() -> Sparkline:
        rows = history_steps(connection, answer.id, _SPARK_STEPS)
        values = [drawn_value(answer.question, json.loads(row.body), option) for row in rows]
        return draw_sparkline(answer.question, [row.at for row in rows], values)

    return drawings.get(("sparkline", answer.id, step.id), draw)


def _sign(now: float, before: float | None) -> str:
    """Say which way a value moved."""
    if before is None or round(now - before, 3) == 0:
        return "none"
    return "up" if now > before else "down"


def _when_known(pair: tuple[QuestionAnswer, QuestionLine]) -> str:
    """Give when an outcome could be known."""
    outcome = pair[0].resolution
    return outcome.known_by.isoformat() if outcome else ""

"""The page of questions: what is forecast of each, how it moved, and when it closes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from api.answers import QuestionAnswer
from api.instance import Instance
from api.language import translate
from api.pages.asked_questions import AskedQuestions
from api.pages.drawing import Drawings
from api.pages.list_forms import ListForm, list_form, with_changed
from api.pages.sparklines import Sparkline, draw_sparkline, drawn_value, leading_option
from api.pages.wording import (
    TYPES,
    Wording,
    change_in_words,
    followed,
    status_in_words,
    wording,
)
from api.standings import question_answer
from api.words import bits_in_words, day_in_words, forecast_in_words, outcome_in_words
from data.derived_tables import STEPS
from data.standing import ALWAYS, history_page
from forecasts.times import day_of

#: A sparkline follows at most so many steps.
_SPARK_STEPS = 1_000
#: "Lately" is so many days.
WEEK = 7.0


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question in a list; where it `is_new`, `change` is since it opened, not of a week."""

    id: str
    title: Wording
    kind: str
    status: str
    status_words: str
    forecast: str
    followed: str
    sparkline: Sparkline | None
    change: str
    change_sign: str
    is_new: bool
    bits: str
    day: str
    outcome: str


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    """Some questions, and how they were chosen.

    Attributes:
        counted: how many there are, in words.
        at: the day as of which they are shown; empty for now.
        following: address of the next page; None on the last one.
        first: address of the first page; None on it.
    """

    title: str
    form: ListForm
    lines: tuple[QuestionLine, ...]
    counted: str
    at: str
    following: str | None
    first: str | None
    query: dict[str, str]


def questions_page(
    instance: Instance,
    drawings: Drawings,
    asked: AskedQuestions,
    query: Mapping[str, str],
    language: str,
) -> QuestionsPage:
    """List the questions that are asked for."""
    with instance.database.read() as connection:
        rows, cursor = asked.rows(connection)
        lines = [
            question_line(connection, row, asked.as_of.at, drawings, language, asked.as_of.until)
            for row in rows
        ]
        counted = asked.count(connection)
        of_all = asked.count(connection, unfiltered=True)
        form = list_form(connection, query, language)
    words = translate("{count} of {all} questions", language)
    return QuestionsPage(
        title=translate("Questions", language),
        form=form,
        lines=tuple(lines),
        counted=words.format(count=counted, all=of_all),
        at=day_in_words(day_of(asked.as_of.at).isoformat(), language)
        if asked.as_of.is_past
        else "",
        following=with_changed(query, cursor=cursor) if cursor else None,
        first=with_changed(query) if query.get("cursor") else None,
        query={n: value for n, value in query.items() if n in ("claim", "tag", "as_of")},
    )


def value_a_week_ago(
    connection: Connection, answer: QuestionAnswer, now: float, option: str | None
) -> tuple[float, bool]:
    """Give the value that a question's change is measured from, and whether it is newer.

    Of a newer question it is what it said when it opened.
    """
    steps = select(STEPS.c.body).where(STEPS.c.question == answer.id).limit(1)
    a_week_old = steps.where(STEPS.c.at <= now - WEEK).order_by(STEPS.c.id.desc())
    row = connection.execute(a_week_old).first()
    is_new = row is None
    if row is None:
        row = connection.execute(steps.order_by(STEPS.c.id)).one()
    return drawn_value(answer.question, json.loads(row.body), option), is_new


def question_line(
    connection: Connection,
    row: Row[Any],
    now: float,
    drawings: Drawings,
    language: str,
    until: float = ALWAYS,
) -> QuestionLine:
    """Give the line of a row of `question_rows`."""
    answer = question_answer(row)
    written, outcome = answer.question, answer.resolution
    body = json.loads(row.step_body) if row.step_body else None
    option = leading_option(written, body) if body else None
    change, sign, is_new = "", "none", False
    if body and outcome is None:
        current = drawn_value(written, body, option)
        before, is_new = value_a_week_ago(connection, answer, now, option)
        change = change_in_words(current, before, written, language, is_new=is_new)
        sign = _sign(current, before)
    day = outcome.resolved_at if outcome else written.closes
    return QuestionLine(
        id=answer.id,
        title=wording(written.title, language),
        kind=translate(TYPES[written.type], language),
        status=answer.status,
        status_words=status_in_words(answer, language),
        forecast=forecast_in_words(answer.forecast, written, language) if answer.forecast else "",
        followed=followed(written, option, language) if body else "",
        sparkline=_sparkline(connection, answer, row, option, drawings, until) if body else None,
        change=change,
        change_sign=sign,
        is_new=is_new,
        bits=bits_in_words(answer.moved_bits) if outcome is None else "",
        day=day_in_words(day.isoformat(), language),
        outcome=outcome_in_words(outcome, written, language) if outcome else "",
    )


def _sparkline(
    connection: Connection,
    answer: QuestionAnswer,
    row: Row[Any],
    option: str | None,
    drawings: Drawings,
    until: float,
) -> Sparkline:
    """Give a question's sparkline, drawn anew after each step."""

    def draw() -> Sparkline:
        newest = history_page(connection, answer.id, _SPARK_STEPS, newest_first=True, at=until)
        steps = newest[::-1]
        values = [drawn_value(answer.question, json.loads(step.body), option) for step in steps]
        return draw_sparkline(answer.question, [step.at for step in steps], values)

    return drawings.get(("sparkline", answer.id, row.step_id), draw)


def _sign(now: float, before: float) -> str:
    """Say which way a value moved."""
    if round(now - before, 3) == 0:
        return "none"
    return "up" if now > before else "down"

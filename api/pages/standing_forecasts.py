"""Somebody's forecasts that stand on open questions, as far as a reader may see them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select

from api.hiding import hidden_questions
from api.pages.stated import stated_in_words
from api.pages.wording import Wording, wording
from data.facts import read_questions
from data.forecasts import stands
from data.formats.forecasts import ForecastFormat
from data.tables import FORECASTS, QUESTIONS, RESOLUTIONS
from forecasts.times import moment_of

#: So many are listed, the newest first.
_MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A forecast that stands.

    Attributes:
        said: in words; "" where the question hides it from the reader.
    """

    id: str
    question: str
    title: Wording
    said: str
    at: datetime


def standing_lines(
    connection: Connection, forecaster: str, reader: str | None, now: float, language: str
) -> tuple[StandingLine, ...]:
    """Read somebody's standing forecasts on open questions.

    Args:
        reader: who looks; None for a stranger. His own forecasts always show.
    """
    query = (
        select(FORECASTS)
        .join(QUESTIONS, QUESTIONS.c.id == FORECASTS.c.question)
        .where(FORECASTS.c.forecaster == forecaster, stands(now), QUESTIONS.c.closes > now)
        .where(~exists().where(RESOLUTIONS.c.question == FORECASTS.c.question))
        .order_by(FORECASTS.c.seq.desc())
        .limit(_MOST_LINES)
    )
    rows = connection.execute(query).all()
    hidden = hidden_questions(connection, reader, now) if reader != forecaster else set()
    asked = read_questions(connection, [row.question for row in rows])
    return tuple(
        StandingLine(
            id=row.id,
            question=row.question,
            title=wording(asked[row.question][1].title, language),
            said=""
            if row.question in hidden
            else stated_in_words(
                ForecastFormat.model_validate_json(row.body), asked[row.question][1], language
            ),
            at=moment_of(row.recorded_at),
        )
        for row in rows
    )

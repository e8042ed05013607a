"""A question at a glance: what embeds, badges, cards and oEmbed say of it."""

from dataclasses import dataclass

from api.instance import Instance
from api.language import translate
from api.pages.drawing import Drawings
from api.pages.listing import QuestionLine, question_line
from api.pages.wording import Headline, headline
from api.standings import question_answer
from api.words import day_in_words
from data.facts import read_question
from data.formats.base import Bilingual
from data.question_queries import QuestionFilters, question_rows
from forecasts.times import day_of


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A question at a glance.

    Attributes:
        headline: the forecast as large as it deserves, or the outcome; None before it opens.
        at: the day of which this is.
        step: number of the step behind it: what is drawn holds until there is another.
    """

    line: QuestionLine
    titles: Bilingual
    headline: Headline | None
    at: str
    step: int


def glimpse(instance: Instance, drawings: Drawings, question: str, language: str) -> Glimpse:
    """Look at a question.

    Raises:
        UnknownQuestion: there is none of this id.
    """
    now = instance.clock_instant()
    with instance.database.read() as connection:
        read_question(connection, question)
        (row,) = question_rows(connection, now, QuestionFilters(only=question))
        line = question_line(connection, row, now, drawings, language)
    answer = question_answer(row)
    shown = headline(answer.forecast, answer.question, language) if answer.forecast else None
    if line.outcome:
        last = translate("last forecast: {forecast}", language).format(forecast=line.forecast)
        shown = Headline(line.outcome, last)
    return Glimpse(
        line=line,
        titles=answer.question.title,
        headline=shown,
        at=day_in_words(day_of(now).isoformat(), language),
        step=row.step_id or 0,
    )

"""Questions as they stand: status, forecast, outcome, distribution and records."""

from typing import Any

from sqlalchemy import Connection, Row, select

from api.answers import CellAnswer, QuestionAnswer, Status, forecast_answer
from data.facts import newest_resolutions, read_questions
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.standing import standing_steps
from data.summaries import cell_labels
from data.tables import EVIDENCE, STANCES
from forecasts.timeline import Timeline
from forecasts.times import end_of_day, start_of_day


def evidence_rows(connection: Connection, question: str) -> list[Row[Any]]:
    """Read the records that bear on a question, newest entry first."""
    query = (
        select(EVIDENCE)
        .where(EVIDENCE.c.id.in_(select(STANCES.c.evidence).where(STANCES.c.question == question)))
        .order_by(EVIDENCE.c.seq.desc())
    )
    return list(connection.execute(query).all())


def question_answers(
    connection: Connection, now: float, only: str | None = None
) -> list[QuestionAnswer]:
    """Read questions with their standing forecasts and outcomes."""
    steps, outcomes = standing_steps(connection), newest_resolutions(connection)
    answers = []
    for name, (world, written) in read_questions(connection, [only] if only else None).items():
        step, outcome = steps.get(name), outcomes.get(name)
        answers.append(
            QuestionAnswer(
                id=name,
                world=world,
                status=status_of(written, outcome, now),
                question=written,
                forecast=forecast_answer(step.at, step.body) if step else None,
                resolution=outcome,
            )
        )
    return answers


def status_of(written: QuestionFormat, outcome: ResolutionFormat | None, now: float) -> Status:
    """Say where a question stands."""
    if outcome is not None:
        return outcome.status
    if now < start_of_day(written.opens):
        return "upcoming"
    return "open" if now <= end_of_day(written.closes) else "closed"


def distribution(timeline: Timeline, question: str) -> tuple[CellAnswer, ...]:
    """The cells of a current forecast; none once the question has an outcome."""
    if question in timeline.ended or question not in timeline.standing:
        return ()
    labels = cell_labels(timeline.world, question)
    chances = timeline.standing[question].cells
    pairs = zip(labels, chances, strict=True)
    return tuple(CellAnswer(label=label, probability=float(chance)) for label, chance in pairs)

"""Questions as they stand: status, forecast, outcome, distribution and tags."""

from typing import Any

from sqlalchemy import Connection, Row

from api.answers import CellAnswer, QuestionAnswer, forecast_answer
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.question_queries import QuestionFilters, question_rows
from data.standing import ALWAYS
from data.summaries import cell_labels
from forecasts.timeline import Timeline


def question_answers(
    connection: Connection, now: float, only: str | None = None, at: float = ALWAYS
) -> list[QuestionAnswer]:
    """Read questions with their standing forecasts and outcomes."""
    rows = question_rows(connection, now, QuestionFilters(only=only), at=at)
    return [question_answer(row) for row in rows]


def question_answer(row: Row[Any]) -> QuestionAnswer:
    """Give a row of `question_rows` as an answer."""
    written = QuestionFormat.model_validate_json(row.body)
    return QuestionAnswer(
        id=row.id,
        world=row.world,
        status=row.status,
        tags=_tags(written, row.parent_body),
        question=written,
        forecast=forecast_answer(row.step_at, row.step_body) if row.step_body else None,
        moved_bits=row.moved,
        resolution=ResolutionFormat.model_validate_json(row.outcome) if row.outcome else None,
    )


def _tags(written: QuestionFormat, parent: str | None) -> tuple[str, ...]:
    """Give the claims that a question is drawn from, and the drivers that its curve loads on."""
    curve = QuestionFormat.model_validate_json(parent) if parent else written
    drivers = (loading.driver for loading in curve.loadings)
    return tuple(dict.fromkeys((*written.claims, *drivers)))


def distribution(timeline: Timeline, question: str) -> tuple[CellAnswer, ...]:
    """The cells of a current forecast; none once the question has an outcome."""
    if question in timeline.ended or question not in timeline.standing:
        return ()
    labels = cell_labels(timeline.world, question)
    chances = timeline.standing[question].cells
    pairs = zip(labels, chances, strict=True)
    return tuple(CellAnswer(label=label, probability=float(chance)) for label, chance in pairs)

"""Questions: all, one, its history, its evidence."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlalchemy import Connection, Row, select

from api.access import InstanceDep
from api.answers import (
    CellAnswer,
    EvidenceList,
    HistoryAnswer,
    QuestionAnswer,
    QuestionDetail,
    QuestionList,
    Status,
    evidence_answer,
    forecast_answer,
    step_answer,
)
from api.errors import problem_responses
from data.facts import newest_resolutions, read_question, read_questions
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.standing import bits_by_record, history_steps, standing_steps
from data.summaries import cell_labels
from data.tables import EVIDENCE, STANCES
from forecasts.timeline import Timeline
from forecasts.times import end_of_day, start_of_day

router = APIRouter(prefix="/questions", tags=["questions"])
QuestionId = Annotated[str, Path(max_length=80, examples=["deepseek-v5-release-date"])]


@router.get("", operation_id="list_questions")
async def list_questions(instance: InstanceDep) -> QuestionList:
    """List every question with its current forecast and, where there is one, its outcome."""
    with instance.database.read() as connection:
        return QuestionList(items=tuple(question_answers(connection, instance.clock_instant())))


@router.get("/{question}", operation_id="get_question", responses=problem_responses(404))
async def get_question(question: QuestionId, instance: InstanceDep) -> QuestionDetail:
    """Get one question with the whole distribution of its forecast."""
    with instance.database.read() as connection:
        world, _ = read_question(connection, question)
        answers = question_answers(connection, instance.clock_instant(), question)
    timeline = instance.writer.timelines.get(world)
    cells = _distribution(timeline, question) if timeline else ()
    (answer,) = answers
    return QuestionDetail(**dict(answer), distribution=cells)


@router.get("/{question}/history", operation_id="get_history", responses=problem_responses(404))
async def get_history(
    question: QuestionId,
    instance: InstanceDep,
    limit: Annotated[int, Query(ge=1, le=10_000, description="newest steps")] = 10_000,
) -> HistoryAnswer:
    """Get how a forecast moved: for every step what caused it, and by how many bits.

    A question's own history ends when its outcome became fixed.
    """
    with instance.database.read() as connection:
        read_question(connection, question)
        rows = history_steps(connection, question, limit)
    return HistoryAnswer(question=question, steps=tuple(step_answer(row) for row in rows))


@router.get(
    "/{question}/evidence", operation_id="list_question_evidence", responses=problem_responses(404)
)
async def list_question_evidence(question: QuestionId, instance: InstanceDep) -> EvidenceList:
    """List what bears on a question, newest first, with the bits by which each moved it."""
    with instance.database.read() as connection:
        read_question(connection, question)
        bits = bits_by_record(connection, question)
        rows = evidence_rows(connection, question)
    items = tuple(evidence_answer(row, bits.get(row.id)) for row in rows)
    return EvidenceList(items=items, next_before=None)


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
                status=_status(written, outcome, now),
                question=written,
                forecast=forecast_answer(step.at, step.body) if step else None,
                resolution=outcome,
            )
        )
    return answers


def _status(written: QuestionFormat, outcome: ResolutionFormat | None, now: float) -> Status:
    """Say where a question stands."""
    if outcome is not None:
        return outcome.status
    if now < start_of_day(written.opens):
        return "upcoming"
    return "open" if now <= end_of_day(written.closes) else "closed"


def _distribution(timeline: Timeline, question: str) -> tuple[CellAnswer, ...]:
    """The cells of a current forecast; none once the question has an outcome."""
    if question in timeline.ended or question not in timeline.standing:
        return ()
    labels = cell_labels(timeline.world, question)
    chances = timeline.standing[question].cells
    pairs = zip(labels, chances, strict=True)
    return tuple(CellAnswer(label=label, probability=float(chance)) for label, chance in pairs)

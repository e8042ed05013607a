"""Questions: all, one, its history, its evidence."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.access import InstanceDep
from api.answers import (
    EvidenceList,
    HistoryAnswer,
    QuestionDetail,
    QuestionList,
    evidence_answer,
    step_answer,
)
from api.errors import problem_responses
from api.ready import KEEP_READY
from api.standings import distribution, evidence_rows, question_answers
from data.facts import read_question
from data.standing import bits_by_record, history_steps

router = APIRouter(prefix="/questions", tags=["questions"])
QuestionId = Annotated[str, Path(max_length=80, examples=["deepseek-v5-release-date"])]


@router.get("", operation_id="list_questions", dependencies=[KEEP_READY])
async def list_questions(instance: InstanceDep) -> QuestionList:
    """List every question with its current forecast and, where there is one, its outcome."""
    with instance.database.read() as connection:
        return QuestionList(items=tuple(question_answers(connection, instance.clock_instant())))


@router.get(
    "/{question}",
    operation_id="get_question",
    dependencies=[KEEP_READY],
    responses=problem_responses(404),
)
async def get_question(question: QuestionId, instance: InstanceDep) -> QuestionDetail:
    """Get one question with the whole distribution of its forecast."""
    with instance.database.read() as connection:
        world, _ = read_question(connection, question)
        answers = question_answers(connection, instance.clock_instant(), question)
    timeline = instance.writer.timelines.get(world)
    cells = distribution(timeline, question) if timeline else ()
    (answer,) = answers
    return QuestionDetail(**dict(answer), distribution=cells)


@router.get(
    "/{question}/history",
    operation_id="get_history",
    dependencies=[KEEP_READY],
    responses=problem_responses(404),
)
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

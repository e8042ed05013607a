"""Questions: all, one, its history, evidence, forecasts and outcome."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from api.access import InstanceDep
from api.answers import (
    EvidenceList,
    HistoryList,
    QuestionDetail,
    QuestionList,
    ResolutionAnswer,
    Status,
    evidence_answer,
    resolution_answer,
    step_answer,
)
from api.asking import AsOfDep, SlugQuery, WordsQuery
from api.conditions import entry_tag
from api.errors import problem_responses
from api.paging import PageDep
from api.past import TimelinesDep
from api.ready import KEEP_READY
from api.standings import distribution, question_answer
from data.evidence_queries import EvidenceFilters, evidence_rows
from data.facts import read_question
from data.formats.questions import QuestionType
from data.question_queries import QuestionFilters, QuestionSort, place, question_rows
from data.resolution_queries import read_resolution_row
from data.standing import bits_by_record, history_page

router = APIRouter(prefix="/questions", tags=["questions"])
QuestionId = Annotated[str, Path(max_length=80, examples=["deepseek-v5-release-date"])]
#: The longest that a question can be open.
_MOST_DAYS = 36_500
#: No forecast moves further: chances are kept away from 0 and 1.
_MOST_BITS = 1_000
_KEY_TYPES: dict[str, type] = {
    "entry": int,
    "id": str,
    "closes": str,
    "moved": float,
    "soon": str,
}


@router.get(
    "",
    operation_id="list_questions",
    dependencies=[KEEP_READY],
    responses=problem_responses(409),
)
async def list_questions(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    *,
    status: Status | None = None,
    question_type: Annotated[QuestionType | None, Query(alias="type")] = None,
    world: SlugQuery = None,
    driver: Annotated[
        SlugQuery, Query(description="loads on it, or the question that it is derived from does")
    ] = None,
    claim: Annotated[SlugQuery, Query(description="is drawn from it")] = None,
    tag: Annotated[SlugQuery, Query(description="one of its `tags`: a claim or a driver")] = None,
    closing_within: Annotated[
        float | None,
        Query(ge=0, le=_MOST_DAYS, description="days: open or upcoming, and closes by then"),
    ] = None,
    moved: Annotated[
        float | None, Query(ge=0, le=_MOST_BITS, description="|moved_bits| is at least this")
    ] = None,
    q: WordsQuery = None,
    sort: Annotated[
        QuestionSort,
        Query(
            description="`moved`: by |moved_bits|; `soon`: open ones first, by their last day; a "
            "minus: from the highest to the lowest"
        ),
    ] = "entry",
) -> QuestionList:
    """List questions with their current forecasts and, where there is one, their outcomes."""
    filters = QuestionFilters(
        status, question_type, world, driver, claim, tag, closing_within, q, moved=moved
    )
    after = page.after_place(sort, _KEY_TYPES[sort.lstrip("-")])
    with instance.database.read() as connection:
        rows = question_rows(
            connection,
            as_of.at,
            filters,
            sort,
            at=as_of.until,
            after=after,
            limit=page.to_read,
        )
    shown, following = page.cut(rows, lambda row: place(row, sort))
    items = tuple(question_answer(row) for row in shown)
    return QuestionList(items=items, next_cursor=following)


@router.get(
    "/{question}",
    operation_id="get_question",
    dependencies=[KEEP_READY],
    responses=problem_responses(404, 409, 503),
)
async def get_question(
    question: QuestionId, instance: InstanceDep, as_of: AsOfDep, timelines: TimelinesDep
) -> QuestionDetail:
    """Get one question with the whole distribution of its forecast."""
    with instance.database.read() as connection:
        world, _ = read_question(connection, question, as_of.until)
        filters = QuestionFilters(only=question)
        (row,) = question_rows(connection, as_of.at, filters, at=as_of.until)
    timeline = timelines.get(world)
    cells = distribution(timeline, question) if timeline else ()
    return QuestionDetail(**dict(question_answer(row)), distribution=cells)


@router.get(
    "/{question}/history",
    operation_id="get_history",
    dependencies=[KEEP_READY],
    responses=problem_responses(404, 409),
)
async def get_history(
    question: QuestionId,
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    *,
    sort: Annotated[Literal["at", "-at"], Query(description="-at: newest first")] = "at",
) -> HistoryList:
    """Tell how a forecast moved, oldest step first: what caused it, and by how many bits.

    A question's own history ends when its outcome became fixed.
    """
    with instance.database.read() as connection:
        read_question(connection, question, as_of.until)
        rows = history_page(
            connection,
            question,
            page.to_read,
            newest_first=sort == "-at",
            at=as_of.until,
            after=page.after_entry(),
        )
    shown, following = page.cut(rows, lambda row: (row.id,))
    items = tuple(step_answer(row) for row in shown)
    return HistoryList(items=items, next_cursor=following)


@router.get(
    "/{question}/evidence",
    operation_id="list_question_evidence",
    responses=problem_responses(404, 409),
)
async def list_question_evidence(
    question: QuestionId,
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
) -> EvidenceList:
    """List what bears on a question, newest first, with the bits by which each moved it."""
    filters, before = EvidenceFilters(question=question), page.after_entry()
    with instance.database.read() as connection:
        read_question(connection, question, as_of.until)
        bits = bits_by_record(connection, question, as_of.until)
        limit = page.to_read
        rows = evidence_rows(connection, filters, at=as_of.until, before=before, limit=limit)
    shown, following = page.cut(rows)
    items = tuple(evidence_answer(row, bits.get(row.id), as_of.until) for row in shown)
    return EvidenceList(items=items, next_cursor=following)


@router.get(
    "/{question}/resolution",
    operation_id="get_resolution",
    responses=problem_responses(404, 409),
)
async def get_resolution(
    question: QuestionId, response: Response, instance: InstanceDep, as_of: AsOfDep
) -> ResolutionAnswer:
    """Get the outcome that holds; its `ETag` is what superseding it names in `If-Match`."""
    with instance.database.read() as connection:
        read_question(connection, question, as_of.until)
        row = read_resolution_row(connection, question, as_of.until)
    response.headers["ETag"] = entry_tag(row.seq)
    return resolution_answer(row)

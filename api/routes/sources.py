"""Sources: what each one's word is worth, before and after learning; and grades and submitters."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from api.access import InstanceDep
from api.errors import problem_responses
from api.ready import KEEP_READY
from api.source_answers import ReliabilityAnswer, SourceDetail, SourceList
from api.sources import reliability_answer, source_answers, source_detail

router = APIRouter(tags=["sources"])
Sort = Literal["worth", "records", "id"]


@router.get(
    "/sources",
    operation_id="list_sources",
    dependencies=[KEEP_READY],
    responses=problem_responses(404),
)
def list_sources(
    instance: InstanceDep,
    world: Annotated[str | None, Query(max_length=80, description="only in this world")] = None,
    sort: Annotated[Sort, Query(description="worth and records: the most first")] = "worth",
) -> SourceList:
    """List every source with what its word is worth.

    `worth` sorts by the median of the slope of its commonest grade, in force now.
    """
    with instance.database.read() as connection:
        items = source_answers(connection, instance.writer.timelines, world)
    if sort == "id":
        items.sort(key=lambda item: item.id)
    elif sort == "records":
        items.sort(key=lambda item: -item.records)
    return SourceList(items=tuple(items))


@router.get(
    "/sources/{source}",
    operation_id="get_source",
    dependencies=[KEEP_READY],
    responses=problem_responses(404),
)
def get_source(
    source: Annotated[str, Path(max_length=80, examples=["reuters"])], instance: InstanceDep
) -> SourceDetail:
    """Get what one source's word is worth, the facts beside it, and its newest records."""
    with instance.database.read() as connection:
        return source_detail(connection, instance.writer.timelines, source)


@router.get(
    "/worlds/{world}/reliability",
    operation_id="get_reliability",
    dependencies=[KEEP_READY],
    tags=["worlds"],
    responses=problem_responses(404),
)
def get_reliability(
    world: Annotated[str, Path(max_length=80, examples=["deepseek-r2"])], instance: InstanceDep
) -> ReliabilityAnswer:
    """Get what grades and submitters are worth in a world, before and after its newest fit."""
    with instance.database.read() as connection:
        return reliability_answer(connection, instance.writer.timelines, world)

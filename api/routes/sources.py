"""Sources: what each one's word is worth, before and after learning; and grades and submitters."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query

from api.access import InstanceDep
from api.asking import AsOfDep, SlugQuery
from api.errors import problem_responses
from api.paging import PageDep
from api.past import TimelinesDep
from api.ready import KEEP_READY
from api.source_answers import ReliabilityAnswer, SourceAnswer, SourceDetail, SourceList
from api.sources import reliability_answer, source_answers, source_detail, worth_in_force

router = APIRouter(tags=["sources"])
Sort = Literal["worth", "records", "id"]


@router.get(
    "/sources",
    operation_id="list_sources",
    dependencies=[KEEP_READY],
    responses=problem_responses(404, 409, 503),
)
def list_sources(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    timelines: TimelinesDep,
    *,
    world: Annotated[SlugQuery, Query(description="only in this world")] = None,
    sort: Annotated[Sort, Query(description="worth and records: the most first")] = "worth",
) -> SourceList:
    """List sources with what the word of each is worth, once a world in which it has records.

    `worth` sorts by the median of the slope of its commonest grade, in force then.
    """
    with instance.database.read() as connection:
        items = source_answers(connection, timelines, world, as_of.until)

    def place(item: SourceAnswer) -> tuple[Any, ...]:
        key = {"worth": -worth_in_force(item), "records": -item.records, "id": 0}
        return sort, key[sort], item.id, item.world

    shown, following = page.cut_whole(sorted(items, key=place), place)
    return SourceList(items=shown, next_cursor=following)


@router.get(
    "/sources/{source}",
    operation_id="get_source",
    dependencies=[KEEP_READY],
    responses=problem_responses(404, 409, 503),
)
def get_source(
    source: Annotated[str, Path(max_length=80, examples=["reuters"])],
    instance: InstanceDep,
    as_of: AsOfDep,
    timelines: TimelinesDep,
) -> SourceDetail:
    """Get what one source's word is worth, the facts beside it, and its newest records."""
    with instance.database.read() as connection:
        return source_detail(connection, timelines, source, as_of.until)


@router.get(
    "/worlds/{world}/reliability",
    operation_id="get_reliability",
    dependencies=[KEEP_READY],
    tags=["worlds"],
    responses=problem_responses(404, 409, 503),
)
def get_reliability(
    world: Annotated[str, Path(max_length=80, examples=["deepseek-r2"])],
    instance: InstanceDep,
    as_of: AsOfDep,
    timelines: TimelinesDep,
) -> ReliabilityAnswer:
    """Get what grades and submitters are worth in a world, before and after its newest fit."""
    with instance.database.read() as connection:
        return reliability_answer(connection, timelines, world, as_of.until)

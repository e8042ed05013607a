"""Drivers: all, those of one world, and one."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy import select

from api.access import InstanceDep
from api.asking import AsOf, AsOfDep, SlugQuery
from api.drivers import DriverDetail, DriverList, driver_details
from api.errors import problem_responses
from api.instance import Instance
from api.paging import PageDep
from api.past import Timelines, TimelinesDep
from api.ready import KEEP_READY
from data.formats.banks import WorldFormat
from data.question_queries import QuestionFilters, question_rows
from data.tables import WORLDS
from forecasts.errors import UnknownDriver, UnknownWorld

router = APIRouter(tags=["worlds"])
WorldId = Annotated[str, Path(max_length=80, examples=["deepseek-r2"])]
DriverId = Annotated[str, Path(max_length=80, examples=["chip_access"])]


@router.get(
    "/drivers",
    operation_id="list_drivers",
    dependencies=[KEEP_READY],
    responses=problem_responses(404, 409, 503),
)
async def list_drivers(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    timelines: TimelinesDep,
    *,
    world: Annotated[SlugQuery, Query(description="only those of this world")] = None,
) -> DriverList:
    """List the latent forces that questions share, by world and id, and where they stand."""
    found = sorted(_details(instance, as_of, timelines, world), key=_place)
    shown, following = page.cut_whole(found, _place)
    return DriverList(items=shown, next_cursor=following)


@router.get(
    "/worlds/{world}/drivers/{driver}",
    operation_id="get_driver",
    dependencies=[KEEP_READY],
    responses=problem_responses(404, 409, 503),
)
async def get_driver(
    world: WorldId, driver: DriverId, instance: InstanceDep, as_of: AsOfDep, timelines: TimelinesDep
) -> DriverDetail:
    """Get one driver: its mean and spread, and the questions that load on it."""
    found = {one.id: one for one in _details(instance, as_of, timelines, world)}
    if driver not in found:
        raise UnknownDriver(drivers=", ".join(found))
    return found[driver]


def _details(
    instance: Instance, as_of: AsOf, timelines: Timelines, world: str | None
) -> list[DriverDetail]:
    """Describe the drivers of one world, or of all.

    Raises:
        UnknownWorld: there is none of this id.
    """
    query = select(WORLDS).where(as_of.holds(WORLDS)).order_by(WORLDS.c.seq)
    if world is not None:
        query = query.where(WORLDS.c.id == world)
    found: list[DriverDetail] = []
    with instance.database.read() as connection:
        rows = connection.execute(query).all()
        if world is not None and not rows:
            raise UnknownWorld
        for row in rows:
            filters = QuestionFilters(world=row.id)
            asked = question_rows(connection, as_of.at, filters, at=as_of.until)
            written = WorldFormat.model_validate_json(row.body)
            found += driver_details(written, timelines[row.id], asked)
    return found


def _place(driver: DriverDetail) -> tuple[str, str]:
    """Tell where a driver stands among all."""
    return driver.world, driver.id

"""Worlds: their drivers, where evidence has moved them, and what-ifs."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path
from sqlalchemy import Row, select

from api.access import InstanceDep, LanguageDep
from api.answers import WorldAnswer, WorldList
from api.asking import AsOf, AsOfDep
from api.drivers import driver_answers
from api.errors import problem_responses
from api.instance import Instance
from api.paging import PageDep
from api.past import Timelines, TimelinesDep
from api.ready import KEEP_READY
from api.scenario_answers import WhatIfAnswer
from api.what_ifs import answer_what_if
from data.formats.banks import WorldFormat
from data.formats.scenarios import WhatIfFormat
from data.tables import WORLDS
from forecasts.errors import UnknownWorld
from forecasts.particles import effective_sample

router = APIRouter(prefix="/worlds", tags=["worlds"])
WorldId = Annotated[str, Path(max_length=80, examples=["deepseek-r2"])]
_EXAMPLES: dict[str, Any] = {
    "both": {
        "summary": "If chips are cut off, and then we learn that DeepSeek is on the Entity List",
        "value": {
            "make": [{"driver": "chip_access", "value": -1.5}],
            "learn": [{"question": "entity-list-deepseek-2026", "outcome": True}],
            "target": "deepseek-v5-release-date",
            "tables": [["coding-arena-parity-2028", "lmarena-top-cn-2028"]],
        },
    },
}


@router.get(
    "",
    operation_id="list_worlds",
    dependencies=[KEEP_READY],
    responses=problem_responses(409, 503),
)
async def list_worlds(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    timelines: TimelinesDep,
) -> WorldList:
    """List the worlds, in the order in which they were opened."""
    rows = _rows(instance, as_of)
    shown, following = page.cut_whole(rows)
    items = tuple(_answer(WorldFormat.model_validate_json(row.body), timelines) for row in shown)
    return WorldList(items=items, next_cursor=following)


@router.get(
    "/{world}",
    operation_id="get_world",
    dependencies=[KEEP_READY],
    responses=problem_responses(404, 409, 503),
)
async def get_world(
    world: WorldId, instance: InstanceDep, as_of: AsOfDep, timelines: TimelinesDep
) -> WorldAnswer:
    """Get one world."""
    row = next((row for row in _rows(instance, as_of) if row.id == world), None)
    if row is None:
        raise UnknownWorld
    return _answer(WorldFormat.model_validate_json(row.body), timelines)


@router.post(
    "/{world}/what-if", operation_id="ask_what_if", responses=problem_responses(404, 409, 503)
)
def ask_what_if(
    world: WorldId,
    asked: Annotated[WhatIfFormat, Body(openapi_examples=_EXAMPLES)],
    timelines: TimelinesDep,
    language: LanguageDep,
) -> WhatIfAnswer:
    """Ask what every forecast would be if something were learned, or made so; changes nothing.

    With `as_of` it is asked of the world as it stood then.
    """
    timeline = timelines.get(world)
    if timeline is None:
        raise UnknownWorld
    return answer_what_if(timeline, asked, language)


def _rows(instance: Instance, as_of: AsOf) -> list[Row[Any]]:
    """Read the worlds in the order in which they were opened."""
    query = select(WORLDS).where(as_of.holds(WORLDS)).order_by(WORLDS.c.seq)
    with instance.database.read() as connection:
        return list(connection.execute(query).all())


def _answer(written: WorldFormat, timelines: Timelines) -> WorldAnswer:
    """Describe one world: mean and spread of its drivers over the weighted draws."""
    timeline = timelines[written.id]
    world = timeline.world
    return WorldAnswer(
        id=written.id,
        title=written.title,
        drivers=driver_answers(written, timeline),
        questions=(*world.questions, *timeline.registered),
        draws=len(world.weights),
        effective_draws=effective_sample(world.weights),
    )

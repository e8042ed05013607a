"""Worlds: their drivers, where evidence has moved them, and what-ifs."""

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Body, Path
from sqlalchemy import select

from api.access import InstanceDep, LanguageDep
from api.answers import DriverAnswer, WorldAnswer, WorldList
from api.errors import problem_responses
from api.instance import Instance
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


@router.get("", operation_id="list_worlds", dependencies=[KEEP_READY])
async def list_worlds(instance: InstanceDep) -> WorldList:
    """List the worlds."""
    return WorldList(items=tuple(_worlds(instance)))


@router.get(
    "/{world}",
    operation_id="get_world",
    dependencies=[KEEP_READY],
    responses=problem_responses(404),
)
async def get_world(world: WorldId, instance: InstanceDep) -> WorldAnswer:
    """Get one world."""
    found = next((answer for answer in _worlds(instance) if answer.id == world), None)
    if found is None:
        raise UnknownWorld
    return found


@router.post("/{world}/what-if", operation_id="ask_what_if", responses=problem_responses(404, 409))
def ask_what_if(
    world: WorldId,
    asked: Annotated[WhatIfFormat, Body(openapi_examples=_EXAMPLES)],
    instance: InstanceDep,
    language: LanguageDep,
) -> WhatIfAnswer:
    """Ask what every forecast would be if something were learned, or made so; changes nothing."""
    timeline = instance.writer.timelines.get(world)
    if timeline is None:
        raise UnknownWorld
    return answer_what_if(timeline, asked, language)


def _worlds(instance: Instance) -> list[WorldAnswer]:
    """Describe every world as it stands."""
    with instance.database.read() as connection:
        rows = connection.execute(select(WORLDS.c.body).order_by(WORLDS.c.seq)).all()
    return [_answer(instance, WorldFormat.model_validate_json(row.body)) for row in rows]


def _answer(instance: Instance, written: WorldFormat) -> WorldAnswer:
    """Describe one world: mean and spread of its drivers over the weighted draws."""
    timeline = instance.writer.timelines[written.id]
    world, weights = timeline.world, timeline.world.weights
    means = weights @ world.draws
    spreads = np.sqrt(weights @ (world.draws - means) ** 2)
    drivers = tuple(
        DriverAnswer(id=d.id, title=d.title, high=d.high, mean=float(mean), sd=float(sd))
        for d, mean, sd in zip(written.drivers, means, spreads, strict=True)
    )
    return WorldAnswer(
        id=written.id,
        title=written.title,
        drivers=drivers,
        questions=(*world.questions, *timeline.registered),
        draws=len(weights),
        effective_draws=effective_sample(weights),
    )

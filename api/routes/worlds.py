"""Worlds: their drivers, and where evidence has moved them."""

from typing import Annotated

import numpy as np
from fastapi import APIRouter, Path
from sqlalchemy import select

from api.access import InstanceDep
from api.answers import DriverAnswer, WorldAnswer, WorldList
from api.errors import problem_responses
from api.instance import Instance
from data.formats.banks import WorldFormat
from data.tables import WORLDS
from forecasts.errors import UnknownWorld
from forecasts.particles import effective_sample

router = APIRouter(prefix="/worlds", tags=["worlds"])


@router.get("", operation_id="list_worlds")
async def list_worlds(instance: InstanceDep) -> WorldList:
    """List the worlds."""
    return WorldList(items=tuple(_worlds(instance)))


@router.get("/{world}", operation_id="get_world", responses=problem_responses(404))
async def get_world(
    world: Annotated[str, Path(max_length=80, examples=["deepseek-r2"])], instance: InstanceDep
) -> WorldAnswer:
    """Get one world."""
    found = next((answer for answer in _worlds(instance) if answer.id == world), None)
    if found is None:
        raise UnknownWorld
    return found


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

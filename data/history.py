"""The forecast history: steps as rows, and the particles that let a start skip the replay."""

import io
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, insert, select

from data.derived_tables import PARTICLES, SCENARIO_STEPS, STEPS
from data.ledger import canonical_json
from data.scenarios import scenario_step_rows
from data.summaries import summarise
from forecasts.outcomes import Floats
from forecasts.timeline import Step, Timeline
from forecasts.worlds import World


def step_rows(world: World, steps: list[Step]) -> list[dict[str, Any]]:
    """Give steps as the columns of their rows."""
    return [
        {
            "world": world.id,
            "question": step.after.question,
            "at": step.at,
            "cause": step.cause,
            "cause_id": step.cause_id,
            "direct": step.direct,
            "bits": step.bits,
            "probability": step.after.probability,
            "body": canonical_json(summarise(world, step.after)),
        }
        for step in steps
    ]


def save_steps(
    connection: Connection, before: Timeline, after: Timeline, steps: list[Step], since: int
) -> None:
    """Keep steps of questions and scenarios, and the drivers' draws if they were moved.

    Args:
        since: the entry that caused them; of time that passed, the entry that comes next.
    """
    if steps:
        connection.execute(insert(STEPS), step_rows(after.world, steps))
    if after.followed.steps:
        rows = scenario_step_rows(after.world.id, after.followed.steps)
        connection.execute(insert(SCENARIO_STEPS), rows)
    if after.world.moves != before.world.moves:
        save_particles(connection, after.world, since)


def save_particles(connection: Connection, world: World, since: int) -> None:
    """Keep the drivers' draws and the log-likelihood that they carry.

    Args:
        since: the first entry after which they stand.
    """
    buffer = io.BytesIO()
    np.savez(buffer, draws=world.draws, reference=world.reference)
    row = {"world": world.id, "moves": world.moves, "draws": buffer.getvalue(), "since": since}
    connection.execute(insert(PARTICLES), row)


def read_particles(
    connection: Connection, world: str, after: int | None = None
) -> tuple[int, Floats, Floats]:
    """Read draws: how often they were moved, their values, what they carry.

    Args:
        after: those that stood after this entry; None: the newest.
    """
    query = select(PARTICLES.c.moves, PARTICLES.c.draws).where(PARTICLES.c.world == world)
    if after is not None:
        query = query.where(PARTICLES.c.since <= after)
    query = query.order_by(PARTICLES.c.moves.desc()).limit(1)
    row = connection.execute(query).one()
    with np.load(io.BytesIO(row.draws)) as arrays:
        return row.moves, arrays["draws"], arrays["reference"]


def knows_when_draws_stood(connection: Connection, world: str) -> bool:
    """Tell whether it is known of all draws after which entry they stood; once it was not kept."""
    query = select(PARTICLES.c.moves).where(PARTICLES.c.world == world, PARTICLES.c.since.is_(None))
    return connection.execute(query.limit(1)).first() is None


def last_instant(connection: Connection, world: str) -> float | None:
    """Read up to when a world's history goes."""
    query = select(func.max(STEPS.c.at)).where(STEPS.c.world == world)
    found: float | None = connection.execute(query).scalar()
    return found

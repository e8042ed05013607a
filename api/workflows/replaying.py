"""The deed of replaying: compute the whole history again from the ledger, and compare."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from api.workflows.unfolding import PRIOR_SEED, fit_reader
from data.events import begin_world, entry_instant, events_of
from data.history import last_instant, step_rows
from data.ledger import Checkpoint, canonical_json, read_entries, verify
from data.tables import STEPS
from forecasts.reliability import draw_from_priors
from forecasts.timeline import Passed, Timeline, play


@dataclass(frozen=True, slots=True)
class Replay:
    """How a computed history compares with the stored one.

    Attributes:
        checkpoint: of the ledger that was read, after its chain was verified.
        steps: number of steps computed.
        history_hash: SHA-256 over all computed steps.
        difference: the first step that is not the same to the last bit; None if all are.
    """

    checkpoint: Checkpoint
    steps: int
    history_hash: str
    difference: str | None


def replay_ledger(connection: Connection) -> Replay:
    """Compute every forecast again from the ledger and the stored draws of its fits.

    Raises:
        LedgerBroken: the chain does not hold.
    """
    checkpoint = verify(connection)
    computed = computed_steps(connection)
    digest, count, difference = hashlib.sha256(), 0, None
    for world, rows in computed.items():
        stored = _stored_steps(connection, world)
        for row in rows:
            count += 1
            digest.update(canonical_json(row).encode())
            if difference is None:
                difference = _difference(row, next(stored, None))
        if difference is None and (extra := next(stored, None)) is not None:
            difference = f"{extra['question']}: a stored step that the ledger does not give"
    return Replay(checkpoint, count, digest.hexdigest(), difference)


def computed_steps(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Compute the steps of every world, in their order, as the columns of their rows."""
    timelines: dict[str, Timeline] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    fits = fit_reader(connection)
    for entry in read_entries(connection):
        if entry.kind == "bank":
            timeline = begin_world(entry, draw_from_priors(PRIOR_SEED))
            timelines[timeline.world.id], rows[timeline.world.id] = timeline, []
        for world, event in events_of(entry, timelines, fits):
            timelines[world], steps = play(timelines[world], event, entry_instant(entry))
            rows[world] += step_rows(timelines[world].world, steps)
    for world, timeline in timelines.items():
        now = last_instant(connection, world) or timeline.world.now
        after, steps = play(timeline, Passed(), now)
        rows[world] += step_rows(after.world, steps)
    return rows


def _stored_steps(connection: Connection, world: str) -> Iterator[dict[str, Any]]:
    """Read the stored steps of a world in their order, without their numbers."""
    query = select(STEPS).where(STEPS.c.world == world).order_by(STEPS.c.id)
    for row in connection.execute(query).mappings():
        yield {name: value for name, value in row.items() if name != "id"}


def _difference(computed: dict[str, Any], stored: dict[str, Any] | None) -> str | None:
    """Say in what two steps differ."""
    if stored is None:
        return f"{computed['question']}: a step of the ledger that is not stored"
    for name, value in computed.items():
        if stored[name] != value:
            return f"{computed['question']} at {computed['at']}: {name} is not the same"
    return None

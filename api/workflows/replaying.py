"""The deed of replaying: compute the whole history again from the ledger, and compare."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from api.workflows.unfolding import played
from data.derived_tables import SCENARIO_STEPS, STEPS
from data.history import step_rows
from data.ledger import Checkpoint, canonical_json, verify
from data.scenarios import scenario_step_rows

type Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Replay:
    """How a computed history compares with the stored one.

    Attributes:
        checkpoint: of the ledger that was read, after its chain was verified.
        steps: number of steps computed, of questions and scenarios.
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
    digest, count, difference = hashlib.sha256(), 0, None
    for world, (steps, scenario_steps) in computed_steps(connection).items():
        for table, subject, rows in (
            (STEPS, "question", steps),
            (SCENARIO_STEPS, "scenario", scenario_steps),
        ):
            stored = _stored_rows(connection, table, world)
            for row in rows:
                count += 1
                digest.update(canonical_json(row).encode())
                if difference is None:
                    difference = _difference(row, next(stored, None), subject)
            if difference is None and (extra := next(stored, None)) is not None:
                difference = f"{extra[subject]}: a stored step that the ledger does not give"
    return Replay(checkpoint, count, digest.hexdigest(), difference)


def computed_steps(connection: Connection) -> dict[str, tuple[Rows, Rows]]:
    """Compute the steps of every world's questions and scenarios, as the columns of their rows."""
    rows: dict[str, tuple[Rows, Rows]] = {}
    for timeline, steps in played(connection):
        of_questions, of_scenarios = rows.setdefault(timeline.world.id, ([], []))
        of_questions += step_rows(timeline.world, steps)
        of_scenarios += scenario_step_rows(timeline.world.id, timeline.followed.steps)
    return rows


def _stored_rows(connection: Connection, table: Table, world: str) -> Iterator[dict[str, Any]]:
    """Read the stored steps of a world in their order, without their numbers."""
    query = select(table).where(table.c.world == world).order_by(table.c.id)
    for row in connection.execute(query).mappings():
        yield {name: value for name, value in row.items() if name != "id"}


def _difference(
    computed: dict[str, Any], stored: dict[str, Any] | None, subject: str
) -> str | None:
    """Say in what two steps differ."""
    if stored is None:
        return f"{computed[subject]}: a step of the ledger that is not stored"
    for name, value in computed.items():
        if stored[name] != value:
            return f"{computed[subject]} at {computed['at']}: {name} is not the same"
    return None

"""The deed of fitting: learn reliabilities and drivers by NUTS; `landing` lands what was found.

NUTS takes minutes and runs outside of the writer and of any server; what it reads is of one moment.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from data.facts import outcomes_of, recorded_instants
from data.fits import encode_fit
from data.ledger import Checkpoint
from data.writer import Transaction
from forecasts.errors import UnknownWorld
from forecasts.outcomes import Floats
from forecasts.reliability import Reliability
from forecasts.resolutions import Resolution
from forecasts.timeline import Timeline
from forecasts.worlds import DRIVER_DRAWS, World, log_evidence, relearn
from models.diagnostics import Diagnostics, SamplingSettings, require_good


@dataclass(frozen=True, slots=True, eq=False)
class FitInputs:
    """What a fit reads, all of one moment.

    Attributes:
        timeline: the world with its evidence.
        checkpoint: the ledger's head at that moment.
        resolutions: outcomes that hold, by question id.
        recorded: instant at which each record entered the ledger, by record id.
    """

    timeline: Timeline
    checkpoint: Checkpoint
    resolutions: Mapping[str, Resolution]
    recorded: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What a fit found, ready to land.

    Attributes:
        body: of its entry in the ledger: id, world, hash of the draws, seed, versions,
            diagnostics and the checkpoint that it read.
        draws: the draws as bytes.
    """

    body: dict[str, Any]
    draws: bytes


def gather_inputs(transaction: Transaction, world: str) -> FitInputs:
    """Read what a fit needs, inside of the writer, so that all of it is of one moment.

    Raises:
        UnknownWorld: there is none of this id.
    """
    if world not in transaction.timelines:
        raise UnknownWorld
    return read_inputs(transaction.connection, transaction.timelines[world], transaction.head)


def read_inputs(connection: Connection, timeline: Timeline, checkpoint: Checkpoint) -> FitInputs:
    """Read what a fit needs beside a timeline of the same moment."""
    resolutions = outcomes_of(connection, timeline.world.questions)
    return FitInputs(timeline, checkpoint, resolutions, recorded_instants(connection))


def fit_world(inputs: FitInputs, settings: SamplingSettings) -> Fit:
    """Learn theta from resolved questions, then the drivers under it; touches no database.

    Raises:
        PoorDiagnostics: the draws of either are not to be trusted.
    """
    world = inputs.timeline.world
    reliability, learned = _fit_reliability(inputs, settings)
    world = relearn(world, reliability, world.established)
    drivers, moved = _fit_drivers(world, settings)
    draws = encode_fit(reliability, drivers, log_evidence(world, drivers))
    digest = hashlib.sha256(draws).hexdigest()
    body = {
        "id": f"{world.id}-{inputs.checkpoint.entries}-{digest[:12]}",
        "world": world.id,
        "draws_sha256": digest,
        "seed": settings.seed,
        "versions": learned.versions,
        "diagnostics": {"reliability": learned.as_body, "world": moved.as_body},
        "checkpoint": {"entries": inputs.checkpoint.entries, "hash": inputs.checkpoint.hash},
    }
    return Fit(body, draws)


def _fit_reliability(
    inputs: FitInputs, settings: SamplingSettings
) -> tuple[Reliability, Diagnostics]:
    """Learn theta from the questions whose outcomes are known."""
    from models import readings, reliability, sampling  # noqa: PLC0415  # PyMC takes seconds

    known = readings.resolved_readings(inputs.timeline, inputs.resolutions, inputs.recorded)
    data = reliability.reliability_data(known, inputs.timeline.world.established)
    model = reliability.build(data)
    posterior, diagnostics = sampling.sample(model, settings, shape=data.shape)
    require_good(diagnostics, "reliability")
    return reliability.reliability_of(posterior, data, settings.seed), diagnostics


def _fit_drivers(world: World, settings: SamplingSettings) -> tuple[Floats, Diagnostics]:
    """Draw the drivers given all that is known."""
    from models import sampling  # noqa: PLC0415  # PyMC takes seconds
    from models import world as models  # noqa: PLC0415

    data = models.world_data(world)
    posterior, diagnostics = sampling.sample(models.build(data), settings, shape=data.shape)
    require_good(diagnostics, "world")
    return sampling.thinned(posterior, DRIVER_DRAWS)["drivers"], diagnostics

"""The deed of fitting: learn reliabilities and drivers by NUTS, and land the draws in the ledger.

NUTS takes minutes and runs outside of the writer: one short change gathers what it reads, and
another lands what it found. Evidence that came in between is read again at the landing.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from api.workflows.unfolding import unfold
from data.decoding import decode_resolution
from data.facts import newest_resolutions
from data.fits import encode_fit
from data.ledger import Checkpoint
from data.tables import EVIDENCE, FITS, LEDGER
from data.writer import Transaction, Writer
from forecasts.errors import LedgerBroken, UnknownWorld
from forecasts.outcomes import Floats
from forecasts.reliability import Reliability
from forecasts.resolutions import Resolution
from forecasts.timeline import Step, Timeline
from forecasts.times import instant_of
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


def refit(
    writer: Writer, world: str, settings: SamplingSettings, clock: Callable[[], datetime]
) -> tuple[Fit, list[Step]]:
    """Fit a world and let the fit move its forecasts; takes minutes.

    Raises:
        UnknownWorld: there is none of this id.
        PoorDiagnostics: the draws are not to be trusted; nothing was changed.
    """
    inputs = writer.do(lambda transaction: gather_inputs(transaction, world))
    fit = fit_world(inputs, settings)
    return fit, writer.do(lambda transaction: land_fit(transaction, fit, clock()))


def gather_inputs(transaction: Transaction, world: str) -> FitInputs:
    """Read what a fit needs, inside of the writer, so that all of it is of one moment.

    Raises:
        UnknownWorld: there is none of this id.
    """
    if world not in transaction.timelines:
        raise UnknownWorld
    timeline = transaction.timelines[world]
    questions = timeline.world.questions
    resolutions = {
        question: decode_resolution(written, questions[question])
        for question, written in newest_resolutions(transaction.connection).items()
        if question in questions
    }
    rows = transaction.connection.execute(select(EVIDENCE.c.id, EVIDENCE.c.recorded_at))
    recorded = {row.id: row.recorded_at for row in rows}
    return FitInputs(timeline, transaction.head, resolutions, recorded)


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


def land_fit(transaction: Transaction, fit: Fit, now: datetime) -> list[Step]:
    """Put a fit into the ledger with its draws, and let it move the forecasts of its world.

    Raises:
        LedgerBroken: the fit did not read this ledger, or its draws do not match their hash.
    """
    _require_prefix(transaction, Checkpoint(**fit.body["checkpoint"]))
    entry = transaction.append("fit", fit.body, now)
    row = {
        "id": fit.body["id"],
        "seq": entry.seq,
        "world": fit.body["world"],
        "landed_at": instant_of(now),
        "body": entry.body,
        "draws": fit.draws,
    }
    transaction.connection.execute(insert(FITS), row)
    return unfold(transaction, entry)


def _fit_reliability(
    inputs: FitInputs, settings: SamplingSettings
) -> tuple[Reliability, Diagnostics]:
    """Learn theta from the questions whose outcomes are known."""
    from models import readings, reliability, sampling  # noqa: PLC0415  # PyMC takes seconds

    known = readings.resolved_readings(inputs.timeline, inputs.resolutions, inputs.recorded)
    data = reliability.reliability_data(known, inputs.timeline.world.established)
    posterior, diagnostics = sampling.sample(reliability.build(data), settings)
    require_good(diagnostics, "reliability")
    return reliability.reliability_of(posterior, settings.seed), diagnostics


def _fit_drivers(world: World, settings: SamplingSettings) -> tuple[Floats, Diagnostics]:
    """Draw the drivers given all that is known."""
    from models import sampling  # noqa: PLC0415  # PyMC takes seconds
    from models import world as models  # noqa: PLC0415

    posterior, diagnostics = sampling.sample(models.build(models.world_data(world)), settings)
    require_good(diagnostics, "world")
    return sampling.thinned(posterior, DRIVER_DRAWS)["drivers"], diagnostics


def _require_prefix(transaction: Transaction, checkpoint: Checkpoint) -> None:
    """Refuse a fit that was made from another ledger."""
    query = select(LEDGER.c.hash).where(LEDGER.c.seq == checkpoint.entries)
    if transaction.connection.execute(query).scalar() != checkpoint.hash:
        what = "the fit read another entry there"
        raise LedgerBroken(seq=checkpoint.entries, what=what)

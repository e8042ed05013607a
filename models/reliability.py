"""What sources, grades and submitters are worth, learned from resolved questions only.

The likelihood is P(outcome | evidence that was there), never P(evidence | outcome): then it does
not matter which evidence somebody chose to submit.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from forecasts.evidence import Signal, decay
from forecasts.origins import gain
from forecasts.outcomes import Floats, Indices
from forecasts.priors import log_sum_exp
from forecasts.reading import bounded, cancelled, slope
from forecasts.reliability import AGEING, GRADES, PRIORS, RELIABILITY_DRAWS, Reliability
from models.packing import as_tensors
from models.readings import Reading
from models.sampling import thinned
from models.voices import Names, ReadingBatch, batch_readings

#: From so many readings on, whether like reports share their error and loud sources are worth less
#: is learned; fewer cannot tell, and corroboration had better never weaken on a guess.
READINGS_TO_LEARN_CANCELLATION = 100
#: Claims of a source are compared with what is usual as if it had made so many usual ones before.
USUAL_CLAIMS = 10
#: How names begin that only fill up; no id does.
_NOBODY = "+"


@dataclass(frozen=True, slots=True, eq=False)
class ReliabilityData:
    """Outcomes beside the evidence that was there.

    Attributes:
        sources, submitters, classes: whoever said or submitted something that counted, and the
            reference classes of the questions; filled up with nobodies, so that few numbers of them
            occur, and one compiled model serves them all.
        loudness: size of a source's claims beside what is usual, by source id.
        batches: the readings, as arrays.
        cancels: whether there are enough of them to learn cancellation and damping.
    """

    sources: tuple[str, ...]
    submitters: tuple[str, ...]
    classes: tuple[str, ...]
    loudness: Mapping[str, float]
    batches: tuple[ReadingBatch, ...]
    cancels: bool

    @property
    def shape(self) -> tuple[object, ...]:
        """Name all data for which one compiled model will do."""
        sizes = len(self.sources), len(self.submitters), len(self.classes)
        return "reliability", *sizes, len(self.batches), self.cancels


@dataclass(frozen=True, slots=True, eq=False)
class Theta:
    """The parameters as tensors, as `log_chance` reads them.

    Attributes:
        sources: standardised deviations; submitters: log slopes; classes: shifts, the first of
            them 0 for questions of no class; half_lives: in days, the last infinite; the rest is
            as in `Reliability`.
    """

    base: Any
    grades: Any
    source_spread: Any
    correlation: Any
    trust: Any
    claim_bias: Any
    half_lives: Any
    cancellation: Any
    damping: Any
    sources: Any
    submitters: Any
    classes: Any


def reliability_data(readings: Iterable[Reading], established: frozenset[str]) -> ReliabilityData:
    """Flatten readings; whoever is not established speaks in the newcomers' pool here as well."""
    kept = [reading for reading in readings if any(s.weight != 0 for s in reading.signals)]
    signals = [signal for reading in kept for signal in reading.signals if signal.weight != 0]
    names = Names(
        sources=_places({signal.record.source for signal in signals}),
        submitters=_places({signal.record.submitter for signal in signals}),
        classes=_places({reading.curve.reference_class for reading in kept} - {""}),
        loudness=loudness_of(signals),
    )
    return ReliabilityData(
        sources=_filled_up(names.sources),
        submitters=_filled_up(names.submitters),
        classes=_filled_up(names.classes),
        loudness=names.loudness,
        batches=batch_readings(kept, established, names),
        cancels=len(kept) >= READINGS_TO_LEARN_CANCELLATION,
    )


def loudness_of(signals: Iterable[Signal]) -> dict[str, float]:
    """Give the root mean square of each source's claims beside that of all, by source id."""
    squares: dict[str, list[float]] = defaultdict(list)
    once = {(signal.record.id, signal.subject): signal for signal in signals}
    for signal in once.values():  # a date that is read twice makes nobody louder
        if not signal.is_value:
            squares[signal.record.source].append(signal.weight**2)
    if not squares:
        return {}
    usual = float(np.mean([square for some in squares.values() for square in some]))
    return {
        source: math.sqrt((sum(some) / usual + USUAL_CLAIMS) / (len(some) + USUAL_CLAIMS))
        for source, some in sorted(squares.items())
    }


def build(data: ReliabilityData) -> pm.Model:
    """Give the model of theta; without any reading it is the prior."""
    coords = {
        "grade": list(GRADES),
        "ageing": list(AGEING),
        "source": list(data.sources),
        "submitter": list(data.submitters),
        "class": list(data.classes),
    }
    with pm.Model(coords=coords) as model:
        theta = _theta(data)
        terms = [log_chance(batch, theta).sum() for batch in as_tensors(data.batches)]
        if terms:
            pm.Potential("outcomes", sum(terms))
    return model


def reliability_of(posterior: xr.Dataset, data: ReliabilityData, seed: int) -> Reliability:
    """Give the posterior as draws of theta, thinned evenly over the chains.

    Args:
        posterior: draws of the model that `build` gives, at least RELIABILITY_DRAWS of them.
        data: what the model was built from.
        seed: settles the draws of sources and submitters that the fit has not met.
    """
    draws = thinned(posterior, RELIABILITY_DRAWS)
    nothing = np.zeros(RELIABILITY_DRAWS)
    spread = draws["submitter_spread"][:, None]
    return Reliability(
        base=draws["base"],
        grades=draws["grades"],
        source_spread=draws["source_spread"],
        correlation=draws["correlation"],
        trust=draws["trust"],
        submitter_spread=draws["submitter_spread"],
        claim_bias=draws["claim_bias"],
        half_lives=np.exp(draws["log_half_lives"]),
        cancellation=draws.get("cancellation", nothing),
        damping=draws.get("damping", nothing),
        seed=seed,
        sources=_by_name(data.sources, draws.get("source_deviation")),
        submitters=_by_name(data.submitters, spread * draws.get("submitter_deviation", spread)),
        loudness=data.loudness,
        classes=_by_name(data.classes, draws.get("classes")),
    )


def log_chance(batch: ReadingBatch, theta: Theta) -> Any:
    """Ln of the chance that each reading gave its outcome, shape (readings,)."""
    half_life = theta.half_lives[batch.kind][:, None]
    said = _strength(batch, theta)[:, None] * decay(batch.age, half_life) * batch.profile
    total = _summed(said, batch.voice, batch.reading.shape[0])
    centred = total - (total * batch.measure).sum(axis=-1, keepdims=True)
    bound = batch.bound[:, None]
    voices = bounded(pt.clip(centred, -bound, bound), batch.measure, theta.trust, pt)
    tilt = theta.classes[batch.reference_class][:, None] * batch.class_profile
    evidence = tilt + _summed(voices, batch.reading, batch.log_alive.shape[0])
    outcome = log_sum_exp(batch.log_outcome + evidence, pt)
    return (outcome - log_sum_exp(batch.log_alive + evidence, pt))[..., 0]


def _strength(batch: ReadingBatch, theta: Theta) -> Any:
    """Nats of each signal before it ages, shape (signals,)."""
    worth = slope(
        theta.base,
        theta.grades[batch.grade],
        theta.source_spread,
        theta.sources[batch.source],
        theta.submitters[batch.submitter],
        pt,
    )
    worth = worth * batch.loudness**-theta.damping
    ranked = gain(batch.rank, theta.correlation)
    total = pt.zeros(batch.reading.shape[0])[batch.voice].inc(worth * batch.loudness)
    apart = cancelled(
        worth, batch.loudness, total[batch.voice], batch.count[batch.voice], theta.correlation
    )
    share = theta.cancellation * batch.may_cancel
    claimed = ((1 - share) * ranked * worth + share * apart) * (batch.claim - theta.claim_bias)
    return batch.share * (batch.is_value * ranked + (1 - batch.is_value) * claimed)


def _theta(data: ReliabilityData) -> Theta:
    """Draw theta from PRIORS; deviations are non-centred, so that few records make no funnel."""
    submitter_spread = pm.HalfNormal("submitter_spread", PRIORS.submitter_spread)
    log_half_lives = pm.Normal(
        "log_half_lives", np.log(PRIORS.half_lives), PRIORS.half_life_spread, dims="ageing"
    )
    met = bool(data.batches)
    return Theta(
        base=pm.Normal("base", *PRIORS.base),
        grades=pm.Normal("grades", np.array(PRIORS.grades), PRIORS.grade_spread, dims="grade"),
        source_spread=pm.HalfNormal("source_spread", PRIORS.source_spread),
        correlation=pm.Beta("correlation", *PRIORS.correlation),
        trust=pm.Beta("trust", *PRIORS.trust),
        claim_bias=pm.Normal("claim_bias", 0.0, PRIORS.claim_bias),
        half_lives=pt.concatenate([pt.exp(log_half_lives), [np.inf]]),  # type: ignore[no-untyped-call]
        cancellation=pm.Beta("cancellation", *PRIORS.cancellation) if data.cancels else 0.0,
        damping=pm.Normal("damping", *PRIORS.damping) if data.cancels else 0.0,
        sources=pm.Normal("source_deviation", 0.0, 1.0, dims="source") if met else None,
        submitters=submitter_spread * pm.Normal("submitter_deviation", 0.0, 1.0, dims="submitter")
        if met
        else None,
        classes=_class_shifts(data),
    )


def _class_shifts(data: ReliabilityData) -> Any:
    """Shifts of the opening log-odds by reference class, and none for questions of no class."""
    if not data.classes:
        return pt.zeros(1)
    centre = pm.Normal("class_centre", 0.0, PRIORS.class_centre)
    spread = pm.HalfNormal("class_spread", PRIORS.class_spread)
    deviation = pm.Normal("class_deviation", 0.0, 1.0, dims="class")
    shifts = pm.Deterministic("classes", centre + spread * deviation, dims="class")
    return pt.concatenate([[0.0], shifts])  # type: ignore[no-untyped-call]


def _places(names: Iterable[str]) -> dict[str, int]:
    """Number names in their order."""
    return {name: place for place, name in enumerate(sorted(names))}


def _filled_up(names: Iterable[str]) -> tuple[str, ...]:
    """Fill up with nobodies to the next power of two, at least 8; nothing stays nothing."""
    found = tuple(names)
    size = max(8, 2 ** math.ceil(math.log2(len(found)))) if found else 0
    return (*found, *(f"{_NOBODY}{place}" for place in range(len(found), size)))


def _by_name(names: Sequence[str], draws: Floats | None) -> dict[str, Floats]:
    """Give draws by name, without those that fill up."""
    if draws is None:
        return {}
    return {name: draws[:, place].copy() for place, name in enumerate(names) if name[0] != _NOBODY}


def _summed(rows: Any, index: Indices, count: int) -> Any:
    """Sum rows that share an index: (rows, cells) to (count, cells)."""
    return pt.zeros((count, rows.shape[1]))[index].inc(rows)

"""What sources, grades and submitters are worth, learned from resolved questions only.

The likelihood is P(outcome | evidence that was there), never P(evidence | outcome): then it does
not matter which evidence somebody chose to submit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from forecasts.priors import log_sum_exp
from forecasts.reading import bounded, gain, slope
from forecasts.reliability import GRADES, PRIORS, RELIABILITY_DRAWS, Reliability
from models.readings import Reading
from models.sampling import thinned
from models.voices import Indices, ReadingBatch, batch_readings


@dataclass(frozen=True, slots=True, eq=False)
class ReliabilityData:
    """Outcomes beside the evidence that was there.

    Attributes:
        sources, submitters: whoever said or submitted something that counted.
        batches: the readings, as arrays.
    """

    sources: tuple[str, ...]
    submitters: tuple[str, ...]
    batches: tuple[ReadingBatch, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Theta:
    """The parameters as tensors; spreads are multiplied into the submitters already."""

    base: Any
    grades: Any
    source_spread: Any
    correlation: Any
    trust: Any
    sources: Any
    submitters: Any


def reliability_data(readings: Iterable[Reading], established: frozenset[str]) -> ReliabilityData:
    """Flatten readings; whoever is not established speaks in the newcomers' pool here as well."""
    kept = [reading for reading in readings if any(s.weight != 0 for s in reading.signals)]
    records = [signal.record for reading in kept for signal in reading.signals]
    sources = tuple(sorted({record.source for record in records}))
    submitters = tuple(sorted({record.submitter for record in records}))
    batches = batch_readings(kept, established, sources, submitters)
    return ReliabilityData(sources, submitters, batches)


def build(data: ReliabilityData) -> pm.Model:
    """Give the model of theta; without any reading it is the prior."""
    coords = {
        "grade": list(GRADES),
        "source": list(data.sources),
        "submitter": list(data.submitters),
    }
    with pm.Model(coords=coords) as model:
        theta = _theta(data)
        for number, batch in enumerate(data.batches):
            dim = f"reading_{number}"
            model.add_coord(dim, range(len(batch.log_alive)))
            pm.Potential(f"outcome_{number}", log_chance(batch, theta), dims=dim)
    return model


def reliability_of(posterior: xr.Dataset, seed: int) -> Reliability:
    """Give the posterior as draws of theta, thinned evenly over the chains.

    Args:
        posterior: draws of the model that `build` gives, at least RELIABILITY_DRAWS of them.
        seed: settles the draws of sources and submitters that the fit has not met.
    """
    draws = thinned(posterior, RELIABILITY_DRAWS)
    by_name = {
        kind: dict(zip(posterior[kind].to_numpy().tolist(), columns.T.copy(), strict=True))
        for kind, columns in _deviations(draws).items()
    }
    return Reliability(
        base=draws["base"],
        grades=draws["grades"],
        source_spread=draws["source_spread"],
        correlation=draws["correlation"],
        trust=draws["trust"],
        submitter_spread=draws["submitter_spread"],
        seed=seed,
        sources=by_name.get("source", {}),
        submitters=by_name.get("submitter", {}),
    )


def log_chance(batch: ReadingBatch, theta: Any) -> Any:
    """Ln of the chance that each reading gave its outcome, shape (readings,)."""
    worth = slope(
        theta.base,
        theta.grades[batch.grade],
        theta.source_spread,
        theta.sources[batch.source],
        theta.submitters[batch.submitter],
        pt,
    )
    strength = gain(batch.rank, theta.correlation) * batch.weight
    strength = strength * (batch.is_value + (1 - batch.is_value) * worth)
    total = _summed(strength[:, None] * batch.profile, batch.voice, len(batch.reading))
    centred = total - (total * batch.measure).sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore"):
        log_measure = np.log(batch.measure)
    voices = bounded(pt.clip(centred, -batch.bound, batch.bound), log_measure, theta.trust, pt)
    said = _summed(voices, batch.reading, len(batch.log_alive))
    outcome = log_sum_exp(batch.log_outcome + said, pt)
    return (outcome - log_sum_exp(batch.log_alive + said, pt))[..., 0]


def _theta(data: ReliabilityData) -> _Theta:
    """Draw theta from PRIORS; deviations are non-centred, so that few records make no funnel."""
    source_spread = pm.HalfNormal("source_spread", PRIORS.source_spread)
    submitter_spread = pm.HalfNormal("submitter_spread", PRIORS.submitter_spread)
    met = bool(data.batches)
    return _Theta(
        base=pm.Normal("base", *PRIORS.base),
        grades=pm.Normal("grades", np.array(PRIORS.grades), PRIORS.grade_spread, dims="grade"),
        source_spread=source_spread,
        correlation=pm.Beta("correlation", *PRIORS.correlation),
        trust=pm.Beta("trust", *PRIORS.trust),
        sources=pm.Normal("source_deviation", 0.0, 1.0, dims="source") if met else None,
        submitters=submitter_spread * pm.Normal("submitter_deviation", 0.0, 1.0, dims="submitter")
        if met
        else None,
    )


def _deviations(draws: dict[Any, np.ndarray]) -> dict[str, np.ndarray]:
    """Standardised deviations of sources, log slopes of submitters; none where none were met."""
    if "source_deviation" not in draws:
        return {}
    spread = draws["submitter_spread"][:, None]
    return {
        "source": draws["source_deviation"],
        "submitter": spread * draws["submitter_deviation"],
    }


def _summed(rows: Any, index: Indices, count: int) -> Any:
    """Sum rows that share an index: (rows, cells) to (count, cells)."""
    return pt.zeros((count, rows.shape[1]))[index].inc(rows)

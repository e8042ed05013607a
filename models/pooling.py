"""Pools of crowd and market, learned from resolved questions; strands pool partially."""

from collections.abc import Hashable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from forecasts.markets import USUAL_ABSORPTION_DAYS, USUAL_NOISE
from forecasts.outcomes import Floats
from forecasts.pooling import (
    CrowdTerms,
    HouseTerms,
    HouseVoices,
    PooledCrowd,
    crowd_log_odds,
    pooled_log_odds,
)
from models.diagnostics import SamplingSettings, require_good
from models.packing import as_tensors
from models.sampling import sample, thinned

#: Draws that a forecast averages over.
KEPT_DRAWS = 200
#: Nats within which points of one strand and size count as alike.
GRAIN = 0.02
#: Questions from which on a strand says more of its terms than their prior does.
MUCH_TAUGHT = 30.0
#: Prior spread of how size and spread of a crowd change its slope.
SIZE_SPREAD = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class CrowdData:
    """What crowds said at points whose outcomes are known.

    Attributes:
        pooled: the crowd's log-odds before recalibration.
        outcome: of each point, 0 or 1.
        weight: of each point: points of one question share a weight of one.
        taught: questions that each strand has taught.
    """

    pooled: PooledCrowd
    outcome: Floats
    weight: Floats
    taught: Floats


@dataclass(frozen=True, slots=True, eq=False)
class HouseData:
    """What markets and crowds said at points whose outcomes are known.

    Attributes:
        voices: one entry a point.
        outcome, weight, taught: as for the crowd.
    """

    voices: HouseVoices
    outcome: Floats
    weight: Floats
    taught: Floats


def crowd_data(pooled: PooledCrowd, outcome: Floats, weight: Floats, strands: int) -> CrowdData:
    """Put points together that hardly differ, so that thousands of alike ones cost as one.

    Log-odds and spread are rounded to GRAIN nats: a forecast would move by less than .003.
    """
    grained = (np.round(part / GRAIN) for part in (pooled.mean, pooled.spread))
    rows = np.column_stack([*grained, pooled.size, pooled.strand, outcome])
    taught = np.bincount(pooled.strand, weight, strands)
    kinds, place = np.unique(rows, axis=0, return_inverse=True)
    mean, spread, size, strand, happened = kinds.T
    alike = PooledCrowd(mean * GRAIN, spread * GRAIN, size, strand.astype(np.int64))
    return CrowdData(alike, happened, np.bincount(place, weight), taught)


def build_crowd(data: CrowdData) -> pm.Model:
    """Build the model of the crowd's recalibration, for each strand of questions."""
    with pm.Model(coords={"strand": range(len(data.taught))}) as model:
        data = as_tensors(data)
        terms = CrowdTerms(
            intercept=_by_strand("intercept", (0.0, 0.3), 0.3, data.taught),
            slope=_by_strand("slope", (1.1, 0.2), 0.2, data.taught),
            size=pm.Normal("size", 0.0, SIZE_SPREAD),
            spread=pm.Normal("spread", 0.0, SIZE_SPREAD),
        )
        _observe(crowd_log_odds(terms, data.pooled), data.outcome, data.weight)
    return model


def build_house(data: HouseData) -> pm.Model:
    """Build the model of the house: how far to go from all others to the market, and how boldly."""
    with pm.Model(coords={"strand": range(len(data.taught))}) as model:
        data = as_tensors(data)
        taught = data.taught
        terms = HouseTerms(
            intercept=_by_strand("intercept", (0.0, 0.1), 0.1, taught),
            slope=_by_strand("slope", (1.0, 0.15), 0.15, taught),
            noise=_scale("noise", (USUAL_NOISE, 1.0), 0.7, taught),
            absorption=_scale("absorption", (USUAL_ABSORPTION_DAYS, 0.7), 0.7, taught),
            overlap=pm.Uniform("overlap", 0.0, 1.0),
        )
        _observe(pooled_log_odds(terms, data.voices, pt), data.outcome, data.weight)
    return model


def learn_crowd(data: CrowdData, settings: SamplingSettings) -> CrowdTerms:
    """Draw the terms of the crowd from their posterior, draws first.

    Raises:
        PoorDiagnostics: twice the chains did not agree.
    """
    return _learn(build_crowd(data), settings, CrowdTerms, ("crowd", len(data.taught)))


def learn_house(data: HouseData, settings: SamplingSettings) -> HouseTerms:
    """Draw the terms of the house from their posterior, draws first.

    Raises:
        PoorDiagnostics: twice the chains did not agree.
    """
    return _learn(build_house(data), settings, HouseTerms, ("house", len(data.taught)))


def _learn[T: (CrowdTerms, HouseTerms)](
    model: pm.Model, settings: SamplingSettings, terms: type[T], shape: Hashable
) -> T:
    """Sample, anew with more draws if need be, and keep a few draws of each term."""
    posterior, diagnostics = sample(model, settings, shape=shape)
    for again in (settings.again, settings.again.again):
        if diagnostics.faults:
            posterior, diagnostics = sample(model, again, shape=shape)
    require_good(diagnostics, "pool")
    kept = thinned(posterior, KEPT_DRAWS)
    return terms(**{field.name: kept[field.name] for field in fields(terms)})


def _by_strand(name: str, centre: tuple[float, float], spread: float, taught: Any) -> Any:
    """A term by strand around a shared centre, which is learned.

    How far strands lie apart is fixed: a dozen of them would hardly tell, and its funnel costs. A
    strand that has taught much is sampled as it is and one that has not by its way from the centre,
    since NUTS finds its way where parameters depend little on each other.

    Args:
        taught: questions that each strand has taught.
    """
    shared = pm.Normal(f"{name}_centre", *centre)
    raw = pm.Flat(f"{name}_raw", dims="strand")
    is_much = taught > MUCH_TAUGHT
    apart = pt.where(is_much, (raw - shared) / spread, raw)  # type: ignore[no-untyped-call]
    pm.Potential(f"{name}_prior", -(apart**2).sum() / 2)
    return pm.Deterministic(name, shared + spread * apart, dims="strand")


def _scale(name: str, centre: tuple[float, float], spread: float, taught: Any) -> Any:
    """A positive term by strand: its logarithm lies around a shared centre.

    Args:
        centre: the median, and the spread of its logarithm.
    """
    middle = (float(np.log(centre[0])), centre[1])
    return pm.Deterministic(
        name, pt.exp(_by_strand(f"log_{name}", middle, spread, taught)), dims="strand"
    )


def _observe(said: Any, outcome: Floats, weight: Floats) -> None:
    """Add the log score of the outcomes."""
    signed = (2 * outcome - 1) * said
    pm.Potential("outcomes", -(weight * pt.softplus(-signed)).sum())

"""Pools of crowd and market, learned from resolved questions, sources pooled partially."""

from collections.abc import Hashable
from dataclasses import dataclass, fields
from typing import Any

import pymc as pm
import pytensor.tensor as pt

from forecasts.outcomes import Floats, Indices
from forecasts.pooling import CrowdTerms, HouseTerms, PooledCrowd, crowd_log_odds, house_log_odds
from models.diagnostics import SamplingSettings, require_good
from models.packing import as_tensors
from models.sampling import sample, thinned

#: Draws that a forecast averages over.
KEPT_DRAWS = 200
#: Prior spread of how size and spread of a crowd change its slope.
SIZE_SPREAD = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class CrowdData:
    """What crowds said at points whose outcomes are known.

    Attributes:
        pooled: the crowd's log-odds before recalibration.
        outcome: of each point, 0 or 1.
        weight: of each point: points of one question share a weight of one.
        sources: how many sources of questions there are.
    """

    pooled: PooledCrowd
    outcome: Floats
    weight: Floats
    sources: int


@dataclass(frozen=True, slots=True, eq=False)
class HouseData:
    """What markets and crowds said at points whose outcomes are known; one entry a point.

    Attributes:
        market: log-odds of the market.
        crowd: recalibrated log-odds of the crowd; the market's where there is none.
        source: of questions.
        outcome, weight, sources: as for the crowd.
    """

    market: Floats
    crowd: Floats
    source: Indices
    outcome: Floats
    weight: Floats
    sources: int


def build_crowd(data: CrowdData) -> pm.Model:
    """Build the model of the crowd's recalibration, for each source of questions."""
    with pm.Model(coords={"source": range(data.sources)}) as model:
        data = as_tensors(data)
        terms = CrowdTerms(
            intercept=_by_source("intercept", (0.0, 0.3), 0.3),
            slope=_by_source("slope", (1.1, 0.2), 0.2),
            size=pm.Normal("size", 0.0, SIZE_SPREAD),
            spread=pm.Normal("spread", 0.0, SIZE_SPREAD),
        )
        _observe(crowd_log_odds(terms, data.pooled), data.outcome, data.weight)
    return model


def build_house(data: HouseData) -> pm.Model:
    """Build the model of the house: how far to go from the market to the crowd, and how boldly."""
    with pm.Model(coords={"source": range(data.sources)}) as model:
        data = as_tensors(data)
        terms = HouseTerms(
            intercept=_by_source("intercept", (0.0, 0.15), 0.15),
            slope=_by_source("slope", (1.0, 0.15), 0.15),
            share=_by_source("share", (0.3, 0.3), 0.2),
        )
        said = house_log_odds(terms, data.market, data.crowd, data.source)
        _observe(said, data.outcome, data.weight)
    return model


def learn_crowd(data: CrowdData, settings: SamplingSettings) -> CrowdTerms:
    """Draw the terms of the crowd from their posterior, draws first.

    Raises:
        PoorDiagnostics: twice the chains did not agree.
    """
    return _learn(build_crowd(data), settings, CrowdTerms, ("crowd", data.sources))


def learn_house(data: HouseData, settings: SamplingSettings) -> HouseTerms:
    """Draw the terms of the house from their posterior, draws first.

    Raises:
        PoorDiagnostics: twice the chains did not agree.
    """
    return _learn(build_house(data), settings, HouseTerms, ("house", data.sources))


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


def _by_source(name: str, centre: tuple[float, float], spread: float) -> Any:
    """A term by source around a shared centre, which is learned.

    How far sources lie apart is fixed: a dozen of them would hardly tell, and its funnel costs.
    """
    shared = pm.Normal(f"{name}_centre", *centre)
    return pm.Normal(name, shared, spread, dims="source")


def _observe(said: Any, outcome: Floats, weight: Floats) -> None:
    """Add the log score of the outcomes."""
    signed = (2 * outcome - 1) * said
    pm.Potential("outcomes", -(weight * pt.softplus(-signed)).sum())

"""The world as a PyMC model: the reference against which every online step is checked.

Drivers are standard normal; everything known on a curve enters as a potential with the outcome
summed out. The same lines of `forecasts.priors` run here on tensors, without tables between.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import ModuleType
from typing import Any, cast

import arviz as az
import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from forecasts.curves import CurveState
from forecasts.outcomes import Floats
from forecasts.priors import (
    CellPrior,
    HazardPrior,
    LogOddsPrior,
    SoftmaxPrior,
    SplitTPrior,
    log_sum_exp,
)
from forecasts.worlds import World

#: Curves with at most this many cells share a batch, so that few cells are padding: an outcome
#: leaves three cells, or five with two tails; options are at most a dozen.
NARROW_CELLS = 16
#: Log-odds of an option that pads a batch: e^-1000 is nothing, and its gradient stays finite.
_PADDING_LOG_ODDS = -1_000.0


@dataclass(frozen=True, slots=True, eq=False)
class CurveBatch:
    """Curves whose priors are of one type, stacked; shorter ones are padded by cells of nothing.

    Attributes:
        curves: their ids.
        prior: one prior that answers for all, with a leading axis of curves.
        loadings: shape (curves, drivers), or (curves, options, drivers) for choices.
        log_factor: ln of alive times likelihood, shape (curves, cells).
    """

    curves: tuple[str, ...]
    prior: CellPrior
    loadings: Floats
    log_factor: Floats

    def log_evidence(self, drivers: Any, xp: ModuleType = np) -> Any:
        """Ln of the chance of all that is known, by curve; `drivers` has shape (drivers,)."""
        pull = xp.sum(self.loadings * drivers, axis=-1)
        return log_sum_exp(self.prior.log_cells(pull, xp) + self.log_factor, xp)[..., 0]


@dataclass(frozen=True, slots=True, eq=False)
class WorldData:
    """What is known in a world, apart from its drivers."""

    drivers: tuple[str, ...]
    batches: tuple[CurveBatch, ...]


@dataclass(frozen=True, slots=True, eq=False)
class WorldForecast:
    """What NUTS says of one question.

    Attributes:
        cells: probability of each cell, shape (cells,).
        probabilities: of each side that was asked for, shape (sides,).
        errors: their Monte-Carlo standard errors, by mean-ESS, shape (sides,).
    """

    cells: Floats
    probabilities: Floats
    errors: Floats


def build(data: WorldData) -> pm.Model:
    """Give the model of a world; its only parameters are the drivers."""
    curves = [curve for batch in data.batches for curve in batch.curves]
    with pm.Model(coords={"driver": list(data.drivers), "curve": curves}) as model:
        drivers = pm.Normal("drivers", 0.0, 1.0, dims="driver")
        terms = [batch.log_evidence(drivers, pt) for batch in data.batches]
        if terms:
            pm.Potential("evidence", pt.concatenate(terms), dims="curve")  # type: ignore[no-untyped-call]
    return model


def world_data(world: World) -> WorldData:
    """Stack the curves of a world into batches of one type of prior and like length."""
    batches: dict[tuple[type, bool], list[tuple[str, CellPrior, Floats, Floats]]] = {}
    for curve_id, state in world.curves.items():
        prior, factor = merged_cells(state)
        key = (type(prior), len(factor) > NARROW_CELLS)
        batches.setdefault(key, []).append((curve_id, prior, state.curve.loadings, factor))
    return WorldData(world.drivers, tuple(_batch(rows) for rows in batches.values()))


def world_forecast(
    posterior: xr.Dataset, world: World, sides: Mapping[str, Floats]
) -> dict[str, WorldForecast]:
    """Forecast questions of a world from NUTS draws, as `forecast_all` does from its own.

    Args:
        posterior: draws of the model that `build` gives for this world.
        sides: by question id, shares of the cells whose probabilities are wanted, (sides, cells).
    """
    values = posterior["drivers"].transpose("chain", "draw", "driver").to_numpy()
    return {
        question: _forecast(world.curves[world.questions[question].curve], values, wanted)
        for question, wanted in sides.items()
    }


def cell_chances(state: CurveState, drivers: Floats) -> Floats:
    """Probability of each cell given drivers and evidence: (draws, drivers) to (draws, cells)."""
    prior = np.exp(state.curve.prior.log_cells(state.curve.pull(drivers)))
    posterior = prior * state.factor
    return np.asarray(posterior / posterior.sum(axis=1, keepdims=True))


def merged_cells(state: CurveState) -> tuple[CellPrior, Floats]:
    """Merge neighbouring inner cells that evidence does not tell apart; the chances stay exact.

    A settled curve keeps three or five of its 256 cells.
    """
    prior, factor = state.curve.prior, state.factor
    if isinstance(prior, HazardPrior):
        lower, inner = factor[:0], factor[:-1]
        edges = _needed_edges(inner)
        prior = replace(prior, cumulative_hazard=prior.cumulative_hazard[edges])
    elif isinstance(prior, SplitTPrior):
        lower, inner = factor[:1], factor[1:-1]
        edges = _needed_edges(inner)
        prior = replace(prior, axis=prior.axis[edges])
    else:
        return prior, factor
    return prior, np.concatenate([lower, inner[edges[:-1]], factor[-1:]])


def _needed_edges(inner: Floats) -> np.ndarray:
    """Indices of the outermost edges, and of those between cells of different factors."""
    return np.concatenate([[0], np.flatnonzero(np.diff(inner)) + 1, [len(inner)]])


def _forecast(state: CurveState, drivers: Floats, sides: Floats) -> WorldForecast:
    """Average a curve over draws of shape (chain, draw, driver)."""
    posterior = cell_chances(state, drivers.reshape(-1, drivers.shape[-1]))
    chances = (posterior @ sides.T).reshape(*drivers.shape[:2], len(sides))
    return WorldForecast(
        cells=posterior.mean(axis=0),
        probabilities=chances.mean(axis=(0, 1)),
        errors=np.array([_standard_error(chances[..., side]) for side in range(len(sides))]),
    )


def _standard_error(draws: Floats) -> float:
    """Monte-Carlo error of a mean over (chain, draw); 0 where nothing varies."""
    return float(az.mcse(draws, method="mean")) if np.ptp(draws) > 0 else 0.0


def _batch(rows: list[tuple[str, CellPrior, Floats, Floats]]) -> CurveBatch:
    """Stack curves of one type."""
    curves, priors, loadings, factors = zip(*rows, strict=True)
    width = max(len(factor) for factor in factors)
    tail = 0 if isinstance(priors[0], SoftmaxPrior | LogOddsPrior) else 1
    padded = [_padded(factor, width, 0.0, tail) for factor in factors]
    options = [_padded(rows.T, width, 0.0).T if rows.ndim == 2 else rows for rows in loadings]
    with np.errstate(divide="ignore"):
        log_factor = np.log(np.stack(padded))
    return CurveBatch(curves, _stacked(list(priors)), np.stack(options), log_factor)


def _stacked(priors: list[CellPrior]) -> CellPrior:
    """One prior of the same class whose every field has a leading axis of curves.

    Edges are padded by repeating the last one: the cells between have no width.
    """
    stacked: dict[str, Floats] = {}
    for field in fields(cast("Any", priors[0])):
        values = [np.asarray(getattr(prior, field.name), float) for prior in priors]
        if values[0].ndim == 0:
            column = np.stack(values)
            stacked[field.name] = column if isinstance(priors[0], LogOddsPrior) else column[:, None]
        else:
            width = max(len(value) for value in values)
            padding = [_PADDING_LOG_ODDS if field.name == "log_odds" else v[-1] for v in values]
            pairs = zip(values, padding, strict=True)
            stacked[field.name] = np.stack([_padded(v, width, float(p)) for v, p in pairs])
    return type(priors[0])(**cast("Any", stacked))


def _padded(row: Floats, width: int, value: float, tail: int = 0) -> Floats:
    """Lengthen the last axis with a value, put before its `tail` last entries."""
    kept = row.shape[-1] - tail
    padding = np.full((*row.shape[:-1], width - row.shape[-1]), value)
    return np.concatenate([row[..., :kept], padding, row[..., kept:]], axis=-1)

"""The world as a PyMC model: the reference against which every online step is checked.

Drivers are standard normal; everything known on a curve enters as a potential with the outcome
summed out. The same lines of `forecasts.priors` run here on tensors, without tables between.
"""

from collections.abc import Iterable, Mapping
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
from models.packing import as_tensors, map_arrays

#: Curves with at most this many cells share a batch, so that few cells are padding: an outcome
#: leaves three cells, or five with two tails.
NARROW_CELLS = 16
#: Priors whose cells are few or many, as evidence tells them apart.
_MANY_CELLS = (SplitTPrior, HazardPrior)
#: The kinds of batches: the type of prior, and whether its cells are many.
KINDS: tuple[tuple[type, bool], ...] = (
    (LogOddsPrior, False),
    (SoftmaxPrior, False),
    *((prior, wide) for prior in _MANY_CELLS for wide in (False, True)),
)
#: Log-odds of an option that pads a batch: e^-1000 is nothing, and its gradient stays finite.
_PADDING_LOG_ODDS = -1_000.0
#: A prior of each type, for the axes of a batch that has no curve.
_STAND_INS: tuple[CellPrior, ...] = (
    LogOddsPrior(0.0),
    SoftmaxPrior(np.zeros(2)),
    SplitTPrior(0.0, 1.0, 1.0, np.arange(2.0)),
    HazardPrior(np.arange(2.0)),
)


@dataclass(frozen=True, slots=True, eq=False)
class KnownCurve:
    """A curve and all that is known on it.

    Attributes:
        id: of the curve.
        prior: over its cells.
        loadings: shape (drivers,), or (options, drivers) for a choice.
        factor: what multiplies the prior of each cell, alive times likelihood, shape (cells,).
    """

    id: str
    prior: CellPrior
    loadings: Floats
    factor: Floats


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
        log_cells = _beside_cells(self.prior).log_cells(pull, xp)
        return log_sum_exp(log_cells + self.log_factor, xp)[..., 0]


@dataclass(frozen=True, slots=True, eq=False)
class WorldData:
    """What is known in a world, apart from its drivers.

    Attributes:
        drivers: their ids.
        batches: one of each kind in KINDS, without curves where the world has none of it.
    """

    drivers: tuple[str, ...]
    batches: tuple[CurveBatch, ...]

    @property
    def shape(self) -> tuple[str, int]:
        """Name all data for which one compiled model will do: those with as many drivers."""
        return "world", len(self.drivers)


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
        terms = [batch.log_evidence(drivers, pt) for batch in as_tensors(data.batches)]
        pm.Potential("evidence", pt.concatenate(terms), dims="curve")  # type: ignore[no-untyped-call]
    return model


def world_data(world: World) -> WorldData:
    """Give what is known in a world, stacked."""
    return stacked(world.drivers, map(known_curve, world.curves.values()))


def known_curve(state: CurveState) -> KnownCurve:
    """Give what is known on a curve."""
    return KnownCurve(state.curve.id, state.curve.prior, state.curve.loadings, state.factor)


def stacked(drivers: tuple[str, ...], curves: Iterable[KnownCurve]) -> WorldData:
    """Stack curves into batches of one type of prior and like length."""
    found: dict[tuple[type, bool], list[KnownCurve]] = {kind: [] for kind in KINDS}
    for curve in map(merged_cells, curves):
        wide = isinstance(curve.prior, _MANY_CELLS) and len(curve.factor) > NARROW_CELLS
        found[type(curve.prior), wide].append(curve)
    batches = (
        _batch(some) if some else _empty_batch(kind, len(drivers))
        for (kind, _), some in found.items()
    )
    return WorldData(drivers, tuple(batches))


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


def merged_cells(curve: KnownCurve) -> KnownCurve:
    """Merge neighbouring inner cells that evidence does not tell apart; the chances stay exact.

    A settled curve keeps three or five of its 256 cells.
    """
    prior, factor = curve.prior, curve.factor
    if isinstance(prior, HazardPrior):
        lower, inner = factor[:0], factor[:-1]
        edges = _needed_edges(inner)
        prior = replace(prior, cumulative_hazard=prior.cumulative_hazard[edges])
    elif isinstance(prior, SplitTPrior):
        lower, inner = factor[:1], factor[1:-1]
        edges = _needed_edges(inner)
        prior = replace(prior, axis=prior.axis[edges])
    else:
        return curve
    merged = np.concatenate([lower, inner[edges[:-1]], factor[-1:]])
    return replace(curve, prior=prior, factor=merged)


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


def _batch(curves: list[KnownCurve]) -> CurveBatch:
    """Stack curves of one type."""
    priors = [curve.prior for curve in curves]
    width = max(len(curve.factor) for curve in curves)
    tail = 1 if isinstance(priors[0], _MANY_CELLS) else 0
    loadings = [
        _padded(c.loadings.T, width, 0.0).T if c.loadings.ndim == 2 else c.loadings for c in curves
    ]
    with np.errstate(divide="ignore"):
        log_factor = np.log([_padded(curve.factor, width, 0.0, tail) for curve in curves])
    ids = tuple(curve.id for curve in curves)
    return CurveBatch(ids, _stacked(priors), np.stack(loadings), log_factor)


def _empty_batch(kind: type, drivers: int) -> CurveBatch:
    """Give a batch of a type without any curve."""
    prior = next(prior for prior in _STAND_INS if isinstance(prior, kind))
    loadings = np.zeros((2, drivers) if isinstance(prior, SoftmaxPrior) else drivers)
    factor = np.ones(len(prior.log_cells(loadings.sum(axis=-1))))
    batch = _batch([KnownCurve("", prior, loadings, factor)])
    return replace(map_arrays(lambda values: values[:0], batch), curves=())


def _stacked(priors: list[CellPrior]) -> CellPrior:
    """One prior of the same class whose every field has a leading axis of curves.

    Edges are padded by repeating the last one: the cells between have no width.
    """
    stacked: dict[str, Floats] = {}
    for field in fields(cast("Any", priors[0])):
        values = [np.asarray(getattr(prior, field.name), float) for prior in priors]
        if values[0].ndim == 1:
            width = max(len(value) for value in values)
            padding = [_PADDING_LOG_ODDS if field.name == "log_odds" else v[-1] for v in values]
            pairs = zip(values, padding, strict=True)
            values = [_padded(v, width, float(p)) for v, p in pairs]
        stacked[field.name] = np.stack(values)
    return type(priors[0])(**cast("Any", stacked))


def _beside_cells(prior: CellPrior) -> CellPrior:
    """Give what a curve has one of an axis for its cells, where the prior has such an axis."""
    if not isinstance(prior, _MANY_CELLS):
        return prior
    values = {field.name: getattr(prior, field.name) for field in fields(prior)}
    columns = {name: value[:, None] for name, value in values.items() if value.ndim == 1}
    return replace(prior, **columns)


def _padded(row: Floats, width: int, value: float, tail: int = 0) -> Floats:
    """Lengthen the last axis with a value, put before its `tail` last entries."""
    kept = row.shape[-1] - tail
    padding = np.full((*row.shape[:-1], width - row.shape[-1]), value)
    return np.concatenate([row[..., :kept], padding, row[..., kept:]], axis=-1)

"""Running NUTS on a PyMC model, with draws that are the same bits on every run."""

import platform
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.metadata import version
from typing import Any

import arviz as az
import numpy as np
import nutpie
import pymc as pm
import xarray as xr
from pytensor.configdefaults import config

from models.diagnostics import Diagnostics, SamplingSettings

# Fast maths lets the compiler reorder sums, so that draws of one seed differ from run to run.
config.numba__fastmath = False
#: Is told how many draws are done, and of how many.
type Progress = Callable[[int, int], None]
_WATCHING: ContextVar[Progress] = ContextVar("watching", default=lambda _done, _total: None)
#: Models that are compiled in this process, by shape; they do not pickle.
_COMPILED: dict[Hashable, Any] = {}
_COMPILING = threading.Lock()
#: The packages that settle the draws.
_PACKAGES = ("pymc", "nutpie", "pytensor", "numba", "numpy", "arviz")


def sample(
    model: pm.Model,
    settings: SamplingSettings,
    *,
    shape: Hashable = None,
    cores: int | None = None,
) -> tuple[xr.Dataset, Diagnostics]:
    """Draw from the posterior of a model by NUTS.

    Gives the posterior, with dims (chain, draw, ...), and how good it is: hand that to
    `require_good`. Takes seconds to minutes, nearly all of it outside of the GIL.

    Args:
        shape: names all models that differ in nothing but the values and lengths of their
            `pm.Data` and in their coords; they are compiled once in a process. None: this one only.
        cores: chains that run side by side; None: one a core. Changes no bit of the draws.
    """
    start = time.perf_counter()
    progress, total = _WATCHING.get(), settings.chains * (settings.tune + settings.draws)
    progress(0, total)
    compiled = nutpie.compile_pymc_model(model) if shape is None else _compiled(model, shape)
    trace = nutpie.sample(
        compiled,
        draws=settings.draws,
        tune=settings.tune,
        chains=settings.chains,
        cores=cores,
        seed=settings.seed,
        target_accept=settings.target_accept,
        save_warmup=False,
        progress_bar=False,
        progress_callback=lambda chains: progress(sum(c.finished_draws for c in chains), total),
    )
    progress(total, total)
    posterior = trace["posterior"].to_dataset()
    posterior = posterior.assign_coords(
        {dim: list(model.coords[dim]) for dim in posterior.dims if dim in model.coords}
    )
    divergences = int(trace["sample_stats"]["diverging"].sum())
    names = [variable.name for variable in model.free_RVs]
    seconds = time.perf_counter() - start
    return posterior, diagnose(posterior[names], divergences, settings, seconds)


@contextmanager
def watching(progress: Progress) -> Iterator[None]:
    """Have the progress of every run inside told: at its start 0, then now and then, at last all.

    Args:
        progress: takes the draws done, tuning included, and of how many; called from any thread.
    """
    token = _WATCHING.set(progress)
    try:
        yield
    finally:
        _WATCHING.reset(token)


def forget_compiled() -> None:
    """Let go of all compiled models of this process."""
    _COMPILED.clear()


def _compiled(model: pm.Model, shape: Hashable) -> Any:
    """Give the compiled model of a shape with this model's data."""
    with _COMPILING:
        if shape not in _COMPILED:
            _COMPILED[shape] = nutpie.compile_pymc_model(model)
    return _COMPILED[shape].with_data(**{v.name: v.get_value() for v in model.data_vars})


def diagnose(
    posterior: xr.Dataset, divergences: int, settings: SamplingSettings, seconds: float
) -> Diagnostics:
    """Look at every parameter of a posterior."""
    return Diagnostics(
        r_hat=float(np.max(_all_values(az.rhat(posterior)))),
        bulk_sample=float(np.min(_all_values(az.ess(posterior, method="bulk")))),
        tail_sample=float(np.min(_all_values(az.ess(posterior, method="tail")))),
        divergences=divergences,
        draws=settings.draws,
        tune=settings.tune,
        chains=settings.chains,
        seed=settings.seed,
        seconds=seconds,
        versions=versions(),
    )


def thinned(posterior: xr.Dataset, count: int) -> dict[str, np.ndarray]:
    """Give exactly `count` draws of every variable, evenly from all chains, draws first."""
    flat = posterior.stack(sample=("chain", "draw"), create_index=False)
    if flat.sizes["sample"] < count:
        raise ValueError(f"{flat.sizes['sample']} draws, {count} are needed: ask for more")
    places = np.arange(count) * flat.sizes["sample"] // count
    return {str(n): v.transpose("sample", ...).to_numpy()[places] for n, v in flat.items()}


def versions() -> dict[str, str]:
    """Give the versions on which the bits of the draws depend."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


def _all_values(statistics: xr.Dataset) -> np.ndarray:
    """Every entry of every variable, as one row."""
    return np.concatenate([np.ravel(values) for values in statistics.data_vars.values()])

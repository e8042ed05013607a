"""Running NUTS on a PyMC model, with draws that are the same bits on every run."""

import platform
import time
from importlib.metadata import version

import arviz as az
import numpy as np
import nutpie
import pymc as pm
import xarray as xr
from pytensor.configdefaults import config

from models.diagnostics import Diagnostics, SamplingSettings

# Fast maths lets the compiler reorder sums, so that draws of one seed differ from run to run.
config.numba__fastmath = False
#: The packages that settle the draws.
_PACKAGES = ("pymc", "nutpie", "pytensor", "numba", "numpy", "arviz")


def sample(model: pm.Model, settings: SamplingSettings) -> tuple[xr.Dataset, Diagnostics]:
    """Draw from the posterior of a model by NUTS.

    Gives the posterior, with dims (chain, draw, ...), and how good it is: hand that to
    `require_good`. Takes seconds to minutes, nearly all of it outside of the GIL.
    """
    start = time.perf_counter()
    compiled = nutpie.compile_pymc_model(model)
    trace = nutpie.sample(
        compiled,
        draws=settings.draws,
        tune=settings.tune,
        chains=settings.chains,
        seed=settings.seed,
        target_accept=settings.target_accept,
        save_warmup=False,
        progress_bar=False,
    )
    posterior = trace["posterior"].to_dataset()
    divergences = int(trace["sample_stats"]["diverging"].sum())
    names = [variable.name for variable in model.free_RVs]
    seconds = time.perf_counter() - start
    return posterior, diagnose(posterior[names], divergences, settings, seconds)


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

"""Simulation-based calibration: ranks of the truth among draws, and whether they are uniform.

Talts, Betancourt, Simpson, Vehtari & Gelman (2018), arXiv:1804.06788.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import arviz as az
import numpy as np
import xarray as xr
from arviz_stats.ecdf_utils import ecdf_pit
from scipy.stats import chisquare

from forecasts.distributions import forecast_all
from forecasts.outcomes import Floats
from forecasts.priors import SMALLEST
from forecasts.worlds import World
from models.diagnostics import SamplingSettings
from models.sampling import sample, thinned
from models.simulation import Truth, drawn_cells
from models.world import build, cell_chances, world_data

#: Draws among which the truth is ranked: ranks from 0 to 99.
RANKED_DRAWS = 99
#: A short chain does: every fourth of its draws is all but independent of the one before.
SHORT_CHAIN = SamplingSettings(seed=0, draws=4 * RANKED_DRAWS, tune=300, chains=1)
#: Bins of the chi-square; with 30 ranks each holds 6, with 300 there are 20 of 15.
_BINS_AT_MOST, _A_BIN = 20, 6
#: The chance with which an ECDF of uniform ranks stays inside of its band everywhere.
BAND = 0.95
_BAND_SIMULATIONS = 2_000


@dataclass(frozen=True, slots=True)
class Uniformity:
    """How uniform the ranks of one quantity are.

    Attributes:
        quantity: its name.
        ranks: how many.
        ecdf_p: p-value of ArviZ's pointwise test of the ECDF (POT-C).
        chi_square_p: p-value over even bins.
        outside: share of the ECDF that lies outside of the simultaneous 95% band.
        distance: the largest distance of the ECDF from the diagonal.
    """

    quantity: str
    ranks: int
    ecdf_p: float
    chi_square_p: float
    outside: float
    distance: float


def rank(truth: float, draws: Floats, rng: np.random.Generator) -> float:
    """Rank of a truth among draws as a number in (0, 1), even between its neighbours.

    Uniform where truth and draws are of one distribution, ties or not.

    >>> 0.5 < rank(2.5, np.array([1.0, 2.0, 3.0]), np.random.default_rng(0)) < 0.75
    True
    """
    below, equal = np.sum(draws < truth), np.sum(draws == truth)
    return float((below + rng.random() * (1 + equal)) / (len(draws) + 1))


def rank_in_cells(cell: int, cells: Floats, rng: np.random.Generator) -> float:
    """Rank of an outcome under a forecast, even inside of its cell; uniform if that is right.

    >>> 0.3 < rank_in_cells(1, np.array([0.3, 0.7]), np.random.default_rng(0)) < 1
    True
    """
    return float(cells[:cell].sum() + rng.random() * cells[cell])


def online_ranks(world: World, truth: Truth, rng: np.random.Generator) -> dict[str, float]:
    """Rank a truth under the weighted draws and the forecasts of the online step."""
    draws = world.draws[rng.choice(len(world.draws), RANKED_DRAWS, p=world.weights)]
    cells = {name: forecast.cells for name, forecast in forecast_all(world).items()}
    return _world_ranks(world, truth, draws, cells, rng)


def nuts_ranks(world: World, truth: Truth, rng: np.random.Generator) -> dict[str, float]:
    """Rank a truth under what NUTS finds on the reference model; one compilation a process."""
    data = world_data(world)
    settings = short_chain(rng)
    posterior, _ = sample(build(data), settings, shape=data.shape, cores=1)
    values = thinned(posterior, settings.draws)["drivers"]
    cells = {name: cell_chances(s, values).mean(axis=0) for name, s in world.curves.items()}
    draws = thinned(posterior, RANKED_DRAWS)["drivers"]
    return _world_ranks(world, truth, draws, cells, rng)


def parameter_ranks(
    posterior: xr.Dataset, truth: Mapping[str, Floats], rng: np.random.Generator
) -> dict[str, float]:
    """Rank every entry of every parameter: truths by name, shapes as in the posterior."""
    draws = thinned(posterior, RANKED_DRAWS)
    return {
        f"{name}[{place}]" if value.ndim else name: rank(one, column, rng)
        for name, value in truth.items()
        for place, (one, column) in enumerate(
            zip(value.ravel(), draws[name].reshape(RANKED_DRAWS, -1).T, strict=False)
        )
    }


def by_quantity(replicates: Sequence[Mapping[str, float]]) -> dict[str, Floats]:
    """Gather ranks by quantity; one that some replicates lack has fewer."""
    names = dict.fromkeys(name for replicate in replicates for name in replicate)
    return {name: np.array([r[name] for r in replicates if name in r]) for name in names}


def uniformity(quantity: str, ranks: Floats) -> Uniformity:
    """Test ranks of one quantity by ArviZ's own test, its simultaneous band, and chi-square."""
    found, *_ = az.convert_to_dataset({"rank": ranks[None]})["rank"].azstats.uniformity_test(
        dim=("chain", "draw")
    )
    points, lower, upper = band(len(ranks))
    ecdf = np.searchsorted(np.sort(ranks), points, side="right") / len(ranks)
    bins = int(np.clip(len(ranks) // _A_BIN, 2, _BINS_AT_MOST))
    counts = np.histogram(ranks, bins, (0.0, 1.0))[0]
    return Uniformity(
        quantity=quantity,
        ranks=len(ranks),
        ecdf_p=float(found),
        chi_square_p=float(chisquare(counts).pvalue),
        outside=float(np.mean((ecdf < lower) | (ecdf > upper))),
        distance=float(np.max(np.abs(ecdf - points))),
    )


@lru_cache(maxsize=256)
def band(ranks: int) -> tuple[Floats, Floats, Floats]:
    """Points from 0 to 1, and between what the ECDF of so many uniform ranks stays, by ArviZ."""
    evenly = np.linspace(0.0, 1.0, ranks)
    points, _, lower, upper = ecdf_pit(evenly, BAND, _BAND_SIMULATIONS)  # type: ignore[no-untyped-call]
    return points, lower, upper


def _world_ranks(
    world: World,
    truth: Truth,
    draws: Floats,
    cells: Mapping[str, Floats],
    rng: np.random.Generator,
) -> dict[str, float]:
    """Rank drivers, pulls, outcomes that are not known, and the surprise at all of these.

    Surprise is ln of what the forecasts gave to all outcomes together: too sure a model meets more
    of it than it foresees. Such quantities see what ranks of parameters miss: Modrak et al. (2025),
    Bayesian Analysis 20(2).
    """
    ranks = {
        f"driver {name}": rank(truth.drivers[place], draws[:, place], rng)
        for place, name in enumerate(world.drivers)
    }
    for name, pulls, true in _pulls(world, truth, draws):
        ranks[f"pull {name}"] = rank(true, pulls, rng)
    foreseen, met = np.zeros(len(draws)), 0.0
    for name, state in world.curves.items():
        if name not in world.settled:
            ranks[f"outcome {name}"] = rank_in_cells(truth.cells[name], cells[name], rng)
            log_chances = np.log(np.maximum(cells[name], SMALLEST))
            foreseen += log_chances[drawn_cells(cell_chances(state, draws), rng)]
            met += log_chances[truth.cells[name]]
    ranks["outcome surprise"] = rank(met, foreseen, rng)
    return ranks


def _pulls(world: World, truth: Truth, draws: Floats) -> Iterator[tuple[str, Floats, float]]:
    """Pull of every curve at the draws and at the truth; of a choice that of its first option."""
    for name, state in world.curves.items():
        pulls, true = state.curve.pull(draws), state.curve.pull(truth.drivers[None])
        of_first = (slice(None), 0) if pulls.ndim == 2 else slice(None)
        yield name, pulls[of_first], float(true[of_first][0])


def short_chain(rng: np.random.Generator) -> SamplingSettings:
    """Settings of a short chain with a seed of its own."""
    return replace(SHORT_CHAIN, seed=int(rng.integers(2**31)))

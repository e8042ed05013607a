"""Priors over cells given the drivers' pull, written once for numpy and for PyTensor.

Each prior answers `log_cells(eta, xp)`: the log probability of every cell when the drivers pull by
`eta`. A positive pull means yes, the option, higher, or sooner.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from forecasts.outcomes import Floats

#: Heavy enough for surprises, light enough to have a variance; its CDF has a closed form.
DEGREES_OF_FREEDOM = 4
#: Variance of the gamma frailty: two like events differ in hazard by some 70%.
FRAILTY = 0.5
#: Below this a probability counts as none: its logarithm must stay finite.
SMALLEST = 1e-300


class CellPrior(Protocol):
    """Anything that spreads probability over cells, given a pull."""

    def log_cells(self, eta: Any, xp: ModuleType = np) -> Any:
        """Log probability of each cell, shape eta.shape + (cells,)."""


@dataclass(frozen=True, slots=True)
class LogOddsPrior:
    """Two cells, no and yes: the log-odds of yes are `log_odds` + eta."""

    log_odds: float

    def log_cells(self, eta: Any, xp: ModuleType = np) -> Any:
        """Log probability of no and yes, shape eta.shape + (2,)."""
        total = self.log_odds + eta
        return xp.stack([-xp.logaddexp(0.0, total), -xp.logaddexp(0.0, -total)], axis=-1)


@dataclass(frozen=True, slots=True, eq=False)
class SoftmaxPrior:
    """One cell an option: log-odds `log_odds` + eta, where eta has one entry an option."""

    log_odds: Floats

    def log_cells(self, eta: Any, xp: ModuleType = np) -> Any:
        """Log probability of each option; `eta` has shape (..., options)."""
        total = self.log_odds + eta
        return total - log_sum_exp(total, xp)


@dataclass(frozen=True, slots=True, eq=False)
class SplitTPrior:
    """A Student-t on the quantity's axis with a spread of its own on either side.

    With equal spreads it is the plain location-scale t. The pull shifts it by eta mean spreads.
    """

    location: float
    below: float
    above: float
    axis: Floats
    closed_below: bool = False
    closed_above: bool = False

    def log_cells(self, eta: Any, xp: ModuleType = np) -> Any:
        """Log probability of the lower tail, the inner cells and the upper tail."""
        shift = self.location + eta[..., None] * (self.below + self.above) / 2
        edges = split_t_cdf(self.axis - shift, self.below, self.above, xp)
        lower, upper = edges[..., :1], 1.0 - edges[..., -1:]
        tails = [lower * (1.0 - self.closed_below), upper * (1.0 - self.closed_above)]
        cells = xp.concatenate([tails[0], edges[..., 1:] - edges[..., :-1], tails[1]], axis=-1)
        return xp.log(xp.maximum(cells / xp.sum(cells, axis=-1, keepdims=True), SMALLEST))


@dataclass(frozen=True, slots=True, eq=False)
class HazardPrior:
    """A cumulative hazard at the edges of date cells, with a chance of never and gamma frailty."""

    cumulative_hazard: Floats
    never: float = 0.0

    def log_cells(self, eta: Any, xp: ModuleType = np) -> Any:
        """Log probability of each inner cell and of "later or never"."""
        survival = survival_under(self.cumulative_hazard, self.never, eta[..., None], xp)
        inner = survival[..., :-1] - survival[..., 1:]
        return xp.log(xp.maximum(xp.concatenate([inner, survival[..., -1:]], axis=-1), SMALLEST))


def log_sum_exp(values: Any, xp: ModuleType = np) -> Any:
    """Log of the sum of exponentials over the last axis, which is kept with length 1."""
    top = xp.max(values, axis=-1, keepdims=True)
    return top + xp.log(xp.sum(xp.exp(values - top), axis=-1, keepdims=True))


def survival_under(hazard: Any, never: float, eta: Any, xp: ModuleType = np) -> Any:
    """Chance that nothing has happened: S = c + (1 - c)(1 + v H e^eta)^(-1/v).

    Gamma frailty with mean 1 and variance v = FRAILTY: Vaupel, Manton & Stallard (1979).
    """
    return never + (1 - never) * (1 + FRAILTY * hazard * xp.exp(eta)) ** (-1 / FRAILTY)


def t_cdf(z: Any, xp: ModuleType = np) -> Any:
    """CDF of Student's t with 4 degrees of freedom (closed form, Shaw 2006).

    >>> round(float(t_cdf(np.float64(2.1318468))), 6)  # 95% point of the tables
    0.95
    """
    root = 1 + z**2 / DEGREES_OF_FREEDOM
    return 0.5 + 0.375 * z / xp.sqrt(root) * (1 - z**2 / (12 * root))


def split_t_cdf(distance: Any, below: float, above: float, xp: ModuleType = np) -> Any:
    """CDF of a t whose spread is `below` left of its mode and `above` right of it."""
    left = 2 * below / (below + above) * t_cdf(distance / below, xp)
    right = 1 - 2 * above / (below + above) * t_cdf(-distance / above, xp)
    return xp.where(distance < 0, left, right)


def t_log_density(z: Any, xp: ModuleType = np) -> Any:
    """Log density of Student's t with 4 degrees of freedom, up to its constant."""
    return -(DEGREES_OF_FREEDOM + 1) / 2 * xp.log1p(z**2 / DEGREES_OF_FREEDOM)

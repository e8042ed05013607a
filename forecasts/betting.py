"""Betting against forecasts: a test of calibration that may be looked at at any time.

A gambler with fair money bets that the true chance is not p but q = logistic(a + b logit p), spread
over a grid of (a, b). Against calibrated forecasts the money stays at 1 on average whenever one
stops; 20 times the money is evidence against calibration at 5%, whenever one looks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from forecasts.errors import NumbersDoNotFit
from forecasts.isotonic import check_probabilities, checked_forecasts, pool_forecasts
from forecasts.outcomes import Floats, Indices

#: Money at which calibration is rejected at 5%, at any time (Ville's inequality).
REJECT_AT = 20.0
#: Standard deviations of a and of ln b: how far forecasts may be off, before any was resolved.
INTERCEPT_SPREAD, LOG_SLOPE_SPREAD = 0.5, 0.4
#: Points of the grid each way, over so many standard deviations to either side.
_POINTS, _REACH = 31, 3.0
#: Forecasts that are laid over the grid at once: 16 MB.
_ROWS = 2048


@dataclass(frozen=True, slots=True)
class Interval:
    """Mean of a quantity and an interval around it."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """How often forecasts come true: posterior mean and interval at each, shape (m,)."""

    probability: Floats
    mean: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationPosterior:
    """What resolutions say of (a, b): a forecast p comes true logistic(a + b logit p) of the time.

    The grid reaches three prior standard deviations and steps by a fifth of one: enough for up to
    some hundred resolutions.

    Attributes:
        intercepts: a; above 0, things happen more often than forecast. Shape (961,).
        slopes: b; below 1 is overconfident, above 1 underconfident. Shape (961,).
        weights: posterior probability of each pair, shape (961,).
    """

    intercepts: Floats
    slopes: Floats
    weights: Floats

    def intercept(self, level: float = 0.9) -> Interval:
        """Give the posterior mean and interval of a."""
        return _interval(self.intercepts, self.weights, level)

    def slope(self, level: float = 0.9) -> Interval:
        """Give the posterior mean and interval of b."""
        return _interval(self.slopes, self.weights, level)

    def curve(self, probability: ArrayLike, level: float = 0.9) -> Curve:
        """Give how often forecasts come true, with an interval at each, shape (m,).

        Forecasts of 0 and 1 stay as they are.

        Raises:
            ImpossibleProbability: a probability is outside [0, 1] or NaN.

        >>> few = calibration_posterior([0.8, 0.8, 0.8], [0, 0, 0])
        >>> bool(few.curve([0.8]).mean[0] < 0.8)
        True
        """
        stated = np.asarray(probability, float)
        check_probabilities(stated)
        lean = _log_odds(stated)[:, None]
        with np.errstate(over="ignore"):
            truth = 1 / (1 + np.exp(-(self.intercepts + self.slopes * lean)))
        found = [_interval(row, self.weights, level) for row in truth]
        mean, low, high = (
            np.array([getattr(i, n) for i in found]) for n in ("mean", "low", "high")
        )
        mean = np.where((stated == 0) | (stated == 1), stated, mean)  # exactly
        return Curve(stated, mean, low, high)


def e_process(
    probability: ArrayLike, outcome: ArrayLike, blocks: ArrayLike | None = None
) -> Floats:
    """Bet against forecasts in the order of their resolution; give the money after each.

    Reject calibration at 5% once it was 20 or more, however often one looks: calibrated forecasts
    ever let it get there with a chance of at most 5%. Each forecast must stand at a time that was
    fixed before. A forecast of 0 or 1 that comes true changes nothing; one that fails
    makes the money infinite, for good.

    Args:
        probability: chance given to yes, in [0, 1], shape (n,), n at least 1; earliest first.
        outcome: 1 if it happened, else 0, shape (n,).
        blocks: name of the linked questions that each forecast belongs to, shape (n,). The bets of
            a block are averaged, not multiplied, and paid when the last of it resolves.

    Returns:
        E after each forecast, shape (n,), at least 0; 1 is what it began with.

    Raises:
        ImpossibleProbability: a probability is outside [0, 1] or NaN.
        NumbersDoNotFit: an outcome is neither 0 nor 1, or there is not one for each forecast.

    Ville (1939); Ramdas, Gruenwald, Vovk and Shafer (2023), Statistical Science 38(4), 576-601.

    >>> e_process([0.5, 1.0, 1.0], [1, 1, 0]).round(6)
    array([ 1.,  1., inf])
    """
    with np.errstate(over="ignore"):
        return np.exp2(e_process_bits(probability, outcome, blocks))


def e_process_bits(
    probability: ArrayLike, outcome: ArrayLike, blocks: ArrayLike | None = None
) -> Floats:
    """Give log2 of the e-process, which never overflows; takes and raises what `e_process` does.

    These are the bits that recalibration by (a, b), learned on the way, would have gained.

    >>> e_process_bits([0.5, 0.5], [1, 0]).round(2)
    array([ 0.  , -0.08])
    """
    stated, happened = checked_forecasts(probability, outcome)
    order, starts, ends = _stakes(len(stated), blocks)
    money, paid = np.log(betting_grid()[2]), np.empty(len(starts))
    for some in _runs(starts):
        rows = order[starts[some][0] : ends[some][-1]]
        factors = log_factors(stated[rows], happened[rows])
        if len(rows) > len(starts[some]):
            factors = np.logaddexp.reduceat(factors, starts[some] - starts[some][0])
            factors -= np.log(ends[some] - starts[some])[:, None]
        running = money + np.cumsum(factors, axis=0)
        paid[some], money = _log_sum(running), running[-1]
    settled = np.zeros(len(stated), int)
    settled[order[ends - 1]] = 1
    bits = np.append(0.0, paid / np.log(2))[np.cumsum(settled)]
    failed = np.logical_or.accumulate(_failed(stated, happened))
    return np.where(failed, np.inf, bits)


def e_value(probability: ArrayLike, outcome: ArrayLike, blocks: ArrayLike | None = None) -> float:
    """Give the money after all forecasts; takes and raises what `e_process` does.

    >>> round(e_value([0.9, 0.9], [0, 0]), 1)
    2.2
    """
    with np.errstate(over="ignore"):
        if blocks is not None:
            return float(e_process(probability, outcome, blocks)[-1])
        stated, happened = checked_forecasts(probability, outcome)
        if _failed(stated, happened).any():
            return float("inf")
        return float(np.exp(_log_sum(_log_posterior(stated, happened)[None])[0]))


def calibration_posterior(probability: ArrayLike, outcome: ArrayLike) -> CalibrationPosterior:
    """Learn how forecasts come true from few resolutions: the posterior of (a, b).

    Prior: a ~ N(0, 0.5), ln b ~ N(0, 0.4), as in the e-process. A forecast of 0 or 1 teaches
    nothing of (a, b), not even when it fails.

    Args:
        probability: chance given to yes, in [0, 1], shape (n,), n at least 1.
        outcome: 1 if it happened, else 0, shape (n,).

    Raises:
        ImpossibleProbability: a probability is outside [0, 1] or NaN.
        NumbersDoNotFit: an outcome is neither 0 nor 1, or there is not one for each forecast.

    >>> few = calibration_posterior([0.9] * 6, [1, 0, 0, 1, 0, 0])
    >>> few.slope().mean < 1, few.intercept().mean < 0
    (True, True)
    """
    log_weight = _log_posterior(*checked_forecasts(probability, outcome))
    weights = np.exp(log_weight - log_weight.max())
    intercepts, slopes, _ = betting_grid()
    return CalibrationPosterior(intercepts, slopes, weights / weights.sum())


@cache
def betting_grid() -> tuple[Floats, Floats, Floats]:
    """Give a, b and the prior weight of each point, each (961,); they sum to 1: no money is free.

    >>> [len(part) for part in betting_grid()]
    [961, 961, 961]
    """
    steps = np.linspace(-_REACH, _REACH, _POINTS)
    bell = np.exp(-(steps**2) / 2)
    bell /= bell.sum()
    a, log_b = np.meshgrid(INTERCEPT_SPREAD * steps, LOG_SLOPE_SPREAD * steps, indexing="ij")
    return a.ravel(), np.exp(log_b.ravel()), np.outer(bell, bell).ravel()


def log_factors(stated: Floats, happened: Floats) -> Floats:
    """Give ln(q/p), or ln((1-q)/(1-p)) where it did not happen, at each point of the grid.

    Args:
        stated: chance given to yes, in [0, 1], shape (n,); 0 and 1 have factors of 1, ln 1 = 0.
        happened: 1 if it happened, else 0, shape (n,).

    >>> log_factors(np.array([0.5, 1.0]), np.ones(2)).shape
    (2, 961)
    """
    intercepts, slopes, _ = betting_grid()
    certain = (stated == 0) | (stated == 1)
    lean = np.where(certain, 0.0, _log_odds(stated))
    sign = 1 - 2 * happened
    bet = _soft_plus((sign * lean)[:, None] * slopes + sign[:, None] * intercepts)
    factors = _soft_plus(sign * lean)[:, None] - bet
    factors[certain] = 0.0
    return factors


def _log_posterior(stated: Floats, happened: Floats) -> Floats:
    """Log of prior weight times all factors, shape (961,); equal forecasts are taken together."""
    total = np.log(betting_grid()[2])
    pooled = pool_forecasts(stated, happened)
    for rows in _runs(np.arange(len(pooled.probability))):
        chance, yes = pooled.probability[rows], pooled.yes[rows]
        no = pooled.count[rows] - yes
        total = total + yes @ log_factors(chance, np.ones(len(chance)))
        total = total + no @ log_factors(chance, np.zeros(len(chance)))
    return total


def _soft_plus(values: Floats) -> Floats:
    """log(1 + exp(x)) without overflow."""
    return np.maximum(values, 0) + np.log1p(np.exp(-np.abs(values)))


def _log_odds(stated: Floats) -> Floats:
    """Logit; infinite at 0 and 1."""
    with np.errstate(divide="ignore"):
        return np.log(stated) - np.log1p(-stated)


def _log_sum(rows: Floats) -> Floats:
    """Log of the sum of exponentials along the last axis."""
    highest = rows.max(axis=-1)
    return np.asarray(highest + np.log(np.exp(rows - highest[..., None]).sum(axis=-1)))


def _failed(stated: Floats, happened: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Say which forecasts called something impossible that happened, or sure that did not."""
    return np.asarray(stated == 1 - happened)


def _stakes(size: int, blocks: ArrayLike | None) -> tuple[Indices, Indices, Indices]:
    """Give an order of forecasts by blocks, soonest resolved first, and where each block lies."""
    if blocks is None:
        every = np.arange(size)
        return every, every, every + 1
    names = np.asarray(blocks)
    if names.shape != (size,):
        what = f"blocks of shape {names.shape} for {size} forecasts"
        raise NumbersDoNotFit(what=what, mend="one block for each forecast")
    _, block = np.unique(names, return_inverse=True)
    last = np.zeros(block.max() + 1, int)
    np.maximum.at(last, block, np.arange(size))
    order = np.argsort(last[block], kind="stable")
    ends = np.flatnonzero(np.append(np.diff(last[block][order]), 1)) + 1
    return order, np.append(0, ends[:-1]), ends


def _runs(starts: Indices) -> Iterator[slice]:
    """Cut blocks into runs that fit into memory."""
    edges = np.flatnonzero(np.append(np.diff(starts // _ROWS), 1)) + 1
    first = 0
    for edge in edges:
        yield slice(first, int(edge))
        first = int(edge)


def _interval(values: Floats, weights: Floats, level: float) -> Interval:
    """Give mean and interval of weighted values."""
    distinct, place = np.unique(values, return_inverse=True)
    mass = np.bincount(place, weights)
    middle = np.cumsum(mass) - mass / 2
    low, high = np.interp([(1 - level) / 2, (1 + level) / 2], middle, distinct)
    return Interval(float(values @ weights), float(low), float(high))

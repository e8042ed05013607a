"""Calibration: do forecasts of 70% come true seven times in ten, and what does it cost if not."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecasts.isotonic import (
    Pooled,
    Score,
    check_probabilities,
    checked_forecasts,
    isotonic,
    mean_score,
    pool_forecasts,
)
from forecasts.outcomes import Floats, Indices

#: Simulations round to one part in so many where more forecasts differ: bounded time, same answer.
_FINEST = 200_000
#: A band is given at no more forecasts than this, evenly spread by rank: a screen shows no more.
_BAND_POINTS = 400


@dataclass(frozen=True, slots=True, eq=False)
class Corp:
    """A mean score taken apart: mean_score = miscalibration - discrimination + uncertainty.

    Attributes:
        mean_score: of the forecasts as they are; lower is better.
        miscalibration: MCB, what recalibration would save, at least 0; lower is better. Chance
            alone makes it positive: see `null_miscalibration`.
        discrimination: DSC, what the forecasts tell beyond the base rate; higher is better.
        uncertainty: UNC, the score of the base rate; nobody's merit.
        recalibrated: how often it came true, by isotonic regression, for each forecast, shape (n,).
    """

    mean_score: float
    miscalibration: float
    discrimination: float
    uncertainty: float
    recalibrated: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Where the recalibrated curve of calibrated forecasts lies: `lower` to `upper`, shape (m,)."""

    probability: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True)
class NullComparison:
    """Miscalibration beside what chance alone makes of it.

    Attributes:
        mean: of the MCB of calibrated forecasts.
        upper: 95% of calibrated forecasts have no more.
        p_value: share of calibrated forecasts that look at least as bad, in (0, 1].
    """

    mean: float
    upper: float
    p_value: float


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Forecasts in bins of equal width: edges (bins + 1,), all others (bins,); NaN where empty."""

    edges: Floats
    count: Indices
    yes: Floats
    mean_probability: Floats
    observed: Floats


def corp(probability: ArrayLike, outcome: ArrayLike, score: Score = "brier") -> Corp:
    """Take a mean score apart into miscalibration, discrimination and uncertainty.

    Args:
        probability: chance given to yes, in [0, 1], shape (n,), n at least 1.
        outcome: 1 if it happened, else 0, shape (n,).
        score: "brier" (0 to 1) or "log2" (bits; infinite once something certain fails).

    Raises:
        ImpossibleProbability: a probability is outside [0, 1] or NaN.
        NumbersDoNotFit: an outcome is neither 0 nor 1, or there is not one for each forecast.

    Dimitriadis, Gneiting and Jordan (2021), PNAS 118(8), e2016191118.

    >>> parts = corp([0.2, 0.2, 0.8, 0.8], [0, 1, 1, 1])
    >>> round(parts.miscalibration, 4), parts.discrimination, parts.uncertainty
    (0.065, 0.0625, 0.1875)
    >>> parts.recalibrated
    array([0.5, 0.5, 1. , 1. ])
    """
    pooled = pool_forecasts(probability, outcome)
    curve = isotonic(pooled.yes, pooled.count)
    rate = np.full(len(curve), pooled.yes.sum() / pooled.count.sum())
    stated, recalibrated, constant = (
        mean_score(chance, pooled.yes, pooled.count, score)
        for chance in (pooled.probability, curve, rate)
    )
    return Corp(
        stated,
        max(stated - recalibrated, 0.0),  # below 0 by rounding only: the curve is the best there is
        max(constant - recalibrated, 0.0),
        constant,
        curve[pooled.place],
    )


def null_miscalibration(
    probability: ArrayLike,
    rng: np.random.Generator,
    replicates: int = 1000,
    score: Score = "brier",
    blocks: ArrayLike | None = None,
) -> Floats:
    """Draw the MCB of forecasts that are calibrated: same probabilities, outcomes drawn from them.

    Its mean belongs beside every MCB, since chance alone makes MCB positive. 14,263 forecasts take
    about 1 s for 1,000 replicates. Beyond 200,000 distinct forecasts they are rounded to 1/200,000.

    Args:
        probability: chance given to yes, in [0, 1], shape (n,).
        rng: source of the outcomes.
        replicates: how many to draw.
        score: "brier" or "log2".
        blocks: name of the linked questions that each forecast belongs to, shape (n,). One draw
            decides a whole block: as dependent as it can be, so that a small p-value is sure.

    Returns:
        Shape (replicates,); at least 0.

    Raises:
        ImpossibleProbability: a probability is outside [0, 1] or NaN.

    >>> null_miscalibration([0.0, 1.0], np.random.default_rng(1), 3)
    array([0., 0., 0.])
    """
    pooled = _coarse(probability)
    worth = np.empty(replicates)
    for number, yes in enumerate(_outcomes_drawn(pooled, rng, replicates, blocks)):
        curve = isotonic(yes, pooled.count)
        stated = mean_score(pooled.probability, yes, pooled.count, score)
        worth[number] = stated - mean_score(curve, yes, pooled.count, score)
    return np.maximum(worth, 0.0)


def compare_to_null(miscalibration: float, null: Floats) -> NullComparison:
    """Set an MCB beside those of calibrated forecasts, shape (replicates,).

    >>> compare_to_null(0.5, np.array([0.25, 0.25, 1.0])).p_value
    0.5
    """
    at_least = 1 + np.count_nonzero(null >= miscalibration)
    upper = float(np.quantile(null, 0.95))
    return NullComparison(float(null.mean()), upper, float(at_least / (len(null) + 1)))


def consistency_band(
    probability: ArrayLike,
    rng: np.random.Generator,
    level: float = 0.9,
    replicates: int = 1000,
) -> Band:
    """Say where the curve of recalibrated forecasts would lie if the forecasts were calibrated.

    At each forecast by itself: so many calibrated curves lie within, as a share (`level`).

    Args:
        probability: chance given to yes, in [0, 1], shape (n,).
        rng: source of the outcomes that are drawn from the forecasts.
        level: share of the curves within the band, in (0, 1).
        replicates: curves to draw.

    Returns:
        The band at each distinct forecast; of more than 400, at 400 spread evenly by rank.

    Raises:
        ImpossibleProbability: a probability is outside [0, 1] or NaN.

    Dimitriadis, Gneiting and Jordan (2021), PNAS 118(8), e2016191118.

    >>> consistency_band([0.0, 1.0], np.random.default_rng(1)).upper
    array([0., 1.])
    """
    pooled = _coarse(probability)
    most = len(pooled.probability)
    shown = np.unique(np.linspace(0, most - 1, min(most, _BAND_POINTS)).astype(int))
    curves = np.empty((replicates, len(shown)))
    for number, yes in enumerate(_outcomes_drawn(pooled, rng, replicates, None)):
        curves[number] = isotonic(yes, pooled.count)[shown]
    lower, upper = np.quantile(curves, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Band(pooled.probability[shown], lower, upper)


def spiegelhalter_z(probability: ArrayLike, outcome: ArrayLike) -> float:
    """Test calibration by a z score: about normal(0, 1) for many calibrated, unlinked forecasts.

    Above 0 is overconfident, below 0 underconfident; beyond 1.96 either way is rejected at 5%. It
    holds for a number of forecasts that was fixed in advance: for peeking, see `e_process`.

    Returns:
        The z score; NaN where every forecast is 0, 0.5 or 1 and none fails, since it cannot vary.

    Raises:
        ImpossibleProbability: a probability is outside [0, 1] or NaN.
        NumbersDoNotFit: an outcome is neither 0 nor 1, or there is not one for each forecast.

    Spiegelhalter (1986), Statistics in Medicine 5(5), 421-433.

    >>> round(spiegelhalter_z([0.8, 0.8], [0, 1]), 4)
    1.0607
    """
    stated, happened = checked_forecasts(probability, outcome)
    lean = 1 - 2 * stated
    surprise = np.sum((happened - stated) * lean)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(surprise / np.sqrt(np.sum(lean**2 * stated * (1 - stated))))


def count_in_bins(probability: ArrayLike, outcome: ArrayLike, bins: int = 10) -> Bins:
    """Count forecasts and how many came true in bins of equal width; 1 is in the last bin.

    Raises:
        ImpossibleProbability: a probability is outside [0, 1] or NaN.
        NumbersDoNotFit: an outcome is neither 0 nor 1, or there is not one for each forecast.

    >>> counted = count_in_bins([0.1, 0.9, 1.0], [0, 1, 0], bins=2)
    >>> counted.count, counted.yes, counted.mean_probability
    (array([1, 2]), array([0., 1.]), array([0.1 , 0.95]))
    """
    stated, happened = checked_forecasts(probability, outcome)
    place = np.minimum((stated * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    yes, total = (np.bincount(place, amounts, bins) for amounts in (happened, stated))
    with np.errstate(invalid="ignore"):  # an empty bin has no mean
        return Bins(np.linspace(0, 1, bins + 1), count, yes, total / count, yes / count)


def expected_calibration_error(probability: ArrayLike, outcome: ArrayLike, bins: int = 10) -> float:
    """Average how far bins of equal width come true from what they say, in [0, 1]; 0 is best.

    It depends on the bins and is above 0 for calibrated forecasts too: prefer `corp`.

    Raises:
        ImpossibleProbability: a probability is outside [0, 1] or NaN.
        NumbersDoNotFit: an outcome is neither 0 nor 1, or there is not one for each forecast.

    Naeini, Cooper and Hauskrecht (2015), AAAI 29, 2901-2907.

    >>> round(expected_calibration_error([0.2, 0.9, 0.9], [0, 1, 0]), 4)
    0.3333
    """
    counted = count_in_bins(probability, outcome, bins)
    gaps = np.abs(counted.observed - counted.mean_probability)
    filled = counted.count > 0
    return float(gaps[filled] @ counted.count[filled] / counted.count.sum())


def _coarse(probability: ArrayLike) -> Pooled:
    """Pool forecasts, rounded where very many differ, without outcomes."""
    stated = np.asarray(probability, float).ravel()
    check_probabilities(stated)
    pooled = pool_forecasts(stated, np.zeros(len(stated)))
    if len(pooled.probability) > _FINEST:
        pooled = pool_forecasts(np.rint(stated * _FINEST) / _FINEST, np.zeros(len(stated)))
    return pooled


def _outcomes_drawn(
    pooled: Pooled, rng: np.random.Generator, replicates: int, blocks: ArrayLike | None
) -> Iterator[Floats]:
    """Draw so many times how often each distinct forecast comes true, shape (m,)."""
    chance, most = pooled.probability, len(pooled.probability)
    if blocks is not None:
        names, block = np.unique(np.asarray(blocks), return_inverse=True)
        stated = chance[pooled.place]
        for _ in range(replicates):
            happened = rng.random(len(names))[block] < stated
            yield np.bincount(pooled.place, happened, most)
    elif len(pooled.place) == most:  # a coin each is 10 times as fast as a binomial
        for _ in range(replicates):
            yield (rng.random(most) < chance).astype(float)
    else:
        for _ in range(replicates):
            yield rng.binomial(pooled.count, chance).astype(float)

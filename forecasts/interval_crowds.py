"""Crowds of experts who give an interval beside their best estimate: who is surer counts more.

The methods of aggreCAT that need the ratings of one claim only, beside `crowds.mean` ("ArMean"),
`crowds.median` ("Median") and `crowds.mean_log_odds` ("LOArMean"). Those that compare an expert's
ratings over all claims, or that read comments and quizzes, are not here.

Hanea et al. (2021), PLOS ONE 16(9), e0256919; metamelb-repliCATS/aggreCAT (MIT).
"""

import numpy as np
from numpy.typing import ArrayLike

from forecasts import crowds
from forecasts.errors import NumbersDoNotFit
from forecasts.outcomes import Floats, Indices
from forecasts.validation import as_chances

#: Width of an interval without one, as in aggreCAT: who names a point settles the question alone.
POINT = float(np.finfo(float).eps)
#: Chances of lying below an interval, and above it, as its author may have meant it.
_TAIL = 0.05
#: Weights below this are 0 but for rounding: of two experts both are farthest.
_ROUNDING = 1e-9
#: Halvings of [0, 1]: to the last bit.
_HALVINGS = 52


def interval_width_weighted_mean(
    best: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    crowd: ArrayLike,
    narrowest: float = POINT,
) -> Floats:
    """Mean of best estimates, each weighted by one over the width of its interval ("IntWAgg").

    Args:
        best, lower, upper: probabilities, lower <= best <= upper; one entry an expert and question.
        crowd: number of the question of each, from 0.
        narrowest: no interval counts as narrower; .01 keeps who names a point from being the crowd.

    Raises:
        ImpossibleProbability: one is outside of [0, 1].
        NumbersDoNotFit: a best estimate lies outside of its interval.

    >>> interval_width_weighted_mean([0.2, 0.8], [0.1, 0.6], [0.3, 1.0], [0, 0]).round(6).tolist()
    [0.4]
    """
    chance, low, high, place = _intervals(best, lower, upper, crowd)
    return crowds.weighted_mean(chance, 1 / np.maximum(high - low, narrowest), place)


def asymmetry_weighted_mean(
    best: ArrayLike, lower: ArrayLike, upper: ArrayLike, crowd: ArrayLike
) -> Floats:
    """Mean weighted by how far each best estimate is from the middle of its interval ("AsymWAgg").

    The weight is |2 (best - lower) / (upper - lower) - 1|: 0 in the middle, 1 at an end; where all
    are in the middle, all count alike. Arguments and errors as above.

    >>> asymmetry_weighted_mean([0.2, 0.8], [0.1, 0.6], [0.3, 0.8], [0, 0]).round(6).tolist()
    [0.8]
    """
    chance, low, high, place = _intervals(best, lower, upper, crowd)
    weight = np.abs(2 * (chance - low) / np.maximum(high - low, POINT) - 1)
    return _weighted_or_alike(chance, weight, place)


def beta_extremised_mean(best: ArrayLike, crowd: ArrayLike, shape: float = 6.0) -> Floats:
    """Mean of best estimates, moved away from one half by a Beta distribution ("BetaArMean").

    Args:
        shape: both parameters of the Beta distribution whose CDF is read at the mean; 1: no change.

    >>> beta_extremised_mean([0.5, 0.7], [0, 0], shape=2.0).round(3).tolist()  # 3 x .36 - 2 x .216
    [0.648]
    """
    from scipy.special import betainc  # noqa: PLC0415  # slow to load

    return np.asarray(betainc(shape, shape, crowds.mean(best, crowd)), float)


def outlier_weighted_mean(best: ArrayLike, crowd: ArrayLike) -> Floats:
    """Mean that leaves out who is farthest from the crowd's median, and more of who is far.

    The weight is 1 - d / max d, with d the squared distance to the median ("OutWAgg"); where all
    weights are 0, all count alike.

    >>> outlier_weighted_mean([0.2, 0.3, 0.7], [0, 0, 0]).round(4).tolist()  # .9375, 1, 0
    [0.2516]
    """
    place = np.asarray(crowd, np.int64)
    distance = (crowds.median(best, place)[place] - np.asarray(best, float)) ** 2
    farthest = np.zeros(int(place.max(initial=-1)) + 1)
    np.maximum.at(farthest, place, distance)
    weight = 1 - distance / np.where(farthest > 0, farthest, 1.0)[place]
    far = weight < _ROUNDING
    return _weighted_or_alike(np.asarray(best, float), np.where(far, 0.0, weight), place)


def certainty_weighted_mean(best: ArrayLike, crowd: ArrayLike) -> Floats:
    """Mean weighted by the greater of each best estimate and its complement ("DistLimitWAgg").

    >>> certainty_weighted_mean([0.2, 0.6], [0, 0]).round(4).tolist()  # weights .8 and .6
    [0.3714]
    """
    chance = as_chances(best)
    return crowds.weighted_mean(chance, np.maximum(chance, 1 - chance), crowd)


def shift_weighted_mean(
    before: tuple[ArrayLike, ArrayLike, ArrayLike],
    after: tuple[ArrayLike, ArrayLike, ArrayLike],
    crowd: ArrayLike,
) -> Floats:
    """Mean of the second round, weighted by how far each expert moved before ("ShiftWAgg").

    The weight is the move of the best estimate and half of those of the two ends; where nobody
    moved, all count alike.

    Args:
        before, after: best, lower and upper of each expert in the first and in the second round.
        crowd: number of the question of each, from 0.

    >>> low, high = [0.0, 0.0], [1.0, 1.0]
    >>> first, second = ([0.2, 0.5], low, high), ([0.4, 0.4], low, high)
    >>> shift_weighted_mean(first, second, [0, 0]).round(4).tolist()
    [0.4]
    """
    first = _intervals(*before, crowd)
    chance, low, high, place = _intervals(*after, crowd)
    ends = np.abs(first[1] - low) + np.abs(first[2] - high)
    return _weighted_or_alike(chance, np.abs(first[0] - chance) + ends / 2, place)


def median_of_mean_distribution(
    best: ArrayLike, lower: ArrayLike, upper: ArrayLike, crowd: ArrayLike
) -> Floats:
    """Median of the mean of the experts' distributions ("DistribArMean").

    Each is taken to mean a median and the 5% and 95% points of a chance; between them, 0 and 1 the
    distribution is even. aggreCAT's own numbers are solved for to some 1e-4 only. Arguments and
    errors as for `interval_width_weighted_mean`.

    >>> median_of_mean_distribution([0.2, 0.8], [0.1, 0.6], [0.4, 0.9], [0, 0]).round(4).tolist()
    [0.5]
    """
    chance, low, high, place = _intervals(best, lower, upper, crowd)
    knots = np.stack([np.zeros(len(chance)), low, chance, high, np.ones(len(chance))])
    reached = np.array([0.0, _TAIL, 0.5, 1 - _TAIL, 1.0])
    count = np.bincount(place)
    below, above = np.zeros(len(count)), np.ones(len(count))
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        here = np.bincount(place, _between(knots, reached, middle[place])) / count
        below, above = np.where(here < 0.5, middle, below), np.where(here < 0.5, above, middle)
    return np.asarray((below + above) / 2)


def _between(knots: Floats, reached: Floats, value: Floats) -> Floats:
    """Share at or below a value, of distributions that rise evenly from knot to knot.

    Args:
        knots: rising, shape (knots, experts); equal ones are a jump.
        reached: share at or below each knot, shape (knots,).
        value: shape (experts,).
    """
    right = np.clip((knots <= value).sum(axis=0), 1, len(knots) - 1)
    left_knot, right_knot = (np.take_along_axis(knots, k[None], 0)[0] for k in (right - 1, right))
    width = right_knot - left_knot
    part = np.clip((value - left_knot) / np.where(width > 0, width, 1.0), 0.0, 1.0)
    return np.asarray(reached[right - 1] + (reached[right] - reached[right - 1]) * part)


def _weighted_or_alike(values: Floats, weights: Floats, place: Indices) -> Floats:
    """Average each crowd; all alike where all its weights are 0."""
    none = np.bincount(place, weights)[place] == 0
    return crowds.weighted_mean(values, np.where(none, 1.0, weights), place)


def _intervals(
    best: ArrayLike, lower: ArrayLike, upper: ArrayLike, crowd: ArrayLike
) -> tuple[Floats, Floats, Floats, Indices]:
    """Give all as arrays, if each best estimate lies in its interval."""
    chance, low, high = (as_chances(values) for values in (best, lower, upper))
    outside = np.count_nonzero(~((low <= chance) & (chance <= high)))
    if outside:
        raise NumbersDoNotFit(
            what=f"{outside} of {chance.size} intervals miss their best estimate",
            mend="lower <= best <= upper",
        )
    return chance, low, high, np.asarray(crowd, np.int64)

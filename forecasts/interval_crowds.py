"""Crowds of experts who give an interval beside their best estimate: who is surer counts more.

The methods of aggreCAT that need ratings only and one claim at a time, beside `crowds.mean`
("ArMean"), `crowds.median` ("Median") and `crowds.mean_log_odds` ("LOArMean"). Those that compare
an expert's intervals over all claims, two rounds, or that read comments and quizzes, are not here.

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
    return _weighted(chance, 1 / np.maximum(high - low, narrowest), place)


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
    no_weight = np.bincount(place, weight)[place] == 0
    return _weighted(chance, np.where(no_weight, 1.0, weight), place)


def beta_extremised_mean(best: ArrayLike, crowd: ArrayLike, shape: float = 6.0) -> Floats:
    """Mean of best estimates, moved away from one half by a Beta distribution ("BetaArMean").

    Args:
        shape: both parameters of the Beta distribution whose CDF is read at the mean; 1: no change.

    >>> beta_extremised_mean([0.5, 0.7], [0, 0], shape=2.0).round(3).tolist()  # 3 x .36 - 2 x .216
    [0.648]
    """
    from scipy.special import betainc  # noqa: PLC0415  # slow to load

    return np.asarray(betainc(shape, shape, crowds.mean(best, crowd)), float)


def _weighted(values: Floats, weights: Floats, place: Indices) -> Floats:
    """Average each crowd."""
    return np.bincount(place, weights * values) / np.bincount(place, weights)


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

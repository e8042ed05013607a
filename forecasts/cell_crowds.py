"""Crowds as the API shows them: every aggregate of what forecasters say of one question.

Yes and no: many crowds at once, such as one crowd at all its moments. Options, numbers and dates:
distributions over cells, one crowd at a time. By name:

    recency_weighted_log_odds   the crowd's own voice while nothing is learned: mean of log chances,
                                weighted by recency, made to sum to 1
    recency_weighted_median     Metaculus' community prediction, exactly; of numbers and dates it is
                                the weighted mean of the CDFs
    mean, median                all alike; the median of numbers and dates is that of the CDFs,
                                point by point
"""

import numpy as np
from numpy.typing import ArrayLike

from forecasts import crowds
from forecasts.crowds import FLOOR
from forecasts.metaculus_crowd import (
    community_of_cdfs,
    community_of_options,
    weighted_percentiles,
)
from forecasts.outcomes import Floats, Indices
from forecasts.validation import as_chances

#: The aggregate that is the voice "crowd".
VOICE = "recency_weighted_log_odds"
AGGREGATES = (VOICE, "recency_weighted_median", "mean", "median")


def binary_crowds(probability: ArrayLike, time: ArrayLike, crowd: ArrayLike) -> dict[str, Floats]:
    """Chance of yes by every aggregate, for crowds numbered from 0 without gaps.

    Args:
        probability: of yes, one a forecast.
        time: when it was made, any unit; of equal times the later entry is the newer.
        crowd: the number of the crowd that it belongs to.

    Raises:
        ImpossibleProbability, NumbersDoNotFit: see `crowds`.

    >>> said = binary_crowds([0.8, 0.5, 0.5], [1.0, 1.0, 2.0], [0, 0, 1])
    >>> {name: chances.round(3).tolist() for name, chances in said.items()}
    {'recency_weighted_log_odds': [0.667, 0.5], 'recency_weighted_median': [0.65, 0.5],
     'mean': [0.65, 0.5], 'median': [0.65, 0.5]}
    """
    weights = crowds.recency_weights(crowds.recency_ranks(time, crowd), crowd)
    pooled = crowds.mean_log_odds(probability, crowd, weights)
    return {
        VOICE: 1 / (1 + np.exp(-pooled)),
        "recency_weighted_median": crowds.recency_weighted_median(probability, time, crowd),
        "mean": crowds.mean(probability, crowd),
        "median": crowds.median(probability, crowd),
    }


def cell_crowd(cells: ArrayLike, time: ArrayLike, *, are_ordered: bool) -> dict[str, Floats]:
    """Distribution over cells by every aggregate, for one crowd; shape (cells,) each.

    Args:
        cells: distributions, oldest first, shape (forecasts, cells); at least one.
        time: when each was made, shape (forecasts,).
        are_ordered: true for numbers and dates, false for options.

    Raises:
        ImpossibleProbability, NumbersDoNotFit: there is no forecast, or a chance is none.

    >>> said = cell_crowd([[0.2, 0.3, 0.5], [0.4, 0.3, 0.3]], [1.0, 1.0], are_ordered=False)
    >>> said["recency_weighted_median"].round(4).tolist(), said["mean"].round(4).tolist()
    ([0.3, 0.3, 0.4], [0.3, 0.3, 0.4])
    """
    rows = as_chances(cells)
    mean = rows.mean(axis=0)
    if are_ordered:
        cdfs = np.cumsum(rows, axis=1)[:, :-1]
        metaculus = cells_of_cdf(community_of_cdfs(np.minimum(cdfs, 1.0)).forecast)
        median = cells_of_cdf(weighted_percentiles(np.minimum(cdfs, 1.0))[0])
    else:
        metaculus = community_of_options(rows).forecast
        middle = weighted_percentiles(rows)[0]
        median = middle / middle.sum() if middle.sum() > 0 else mean
    return {
        VOICE: log_linear_pool(rows, time),
        "recency_weighted_median": metaculus,
        "mean": mean,
        "median": median,
    }


def log_linear_pool(cells: ArrayLike, time: ArrayLike) -> Floats:
    """Pool distributions by the mean of their log chances, weighted by recency.

    A chance counts as at least .002 over the number of cells, so that nobody's zero outvotes all.

    >>> log_linear_pool([[0.8, 0.2], [0.5, 0.5]], [1.0, 1.0]).round(6).tolist()
    [0.666667, 0.333333]
    """
    rows = np.asarray(cells, float)
    one_crowd: Indices = np.zeros(len(rows), np.int64)
    weights = crowds.recency_weights(crowds.recency_ranks(time, one_crowd), one_crowd)
    logs = np.log(np.maximum(rows, 2 * FLOOR / rows.shape[1]))
    pooled = np.exp(weights @ logs / weights.sum())
    return np.asarray(pooled / pooled.sum())


def cells_of_cdf(cdf: Floats) -> Floats:
    """Give cells from the chances up to the end of each but the last.

    >>> cells_of_cdf(np.array([0.25, 0.75])).tolist()
    [0.25, 0.5, 0.25]
    """
    return np.diff(cdf, prepend=0.0, append=1.0)


def standing_members(
    start: ArrayLike, end: ArrayLike, moments: ArrayLike
) -> tuple[Indices, Indices]:
    """Say who stands at each of some moments: numbers of forecasts, and of their moments.

    Args:
        start, end: a forecast stands from the first until just before the second.
        moments: instants, rising.

    Both are sorted by moment, then by forecast.

    >>> standing_members([0.0, 1.0], [2.0, np.inf], [0.0, 1.0, 2.0])
    (array([0, 0, 1, 1]), array([0, 1, 1, 2]))
    """
    begins = np.searchsorted(moments, start)
    counts = np.maximum(np.searchsorted(moments, end) - begins, 0)
    forecast = np.repeat(np.arange(len(counts)), counts)
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    moment = np.repeat(begins, counts) + offset
    order = np.lexsort((forecast, moment))
    return forecast[order], moment[order]

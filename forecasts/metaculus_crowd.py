"""Metaculus' community prediction: what the crowd of one question says, exactly as there.

Forecasts are rows, oldest first, one of each forecaster: chances of options (or of no and yes), or
points of a CDF. Formulas: Metaculus/metaculus, utils/the_math/{aggregations,measures}.py. For the
median of many binary questions at once see `crowds.recency_weighted_median`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecasts import crowds
from forecasts.crowds import ALIKE
from forecasts.errors import NumbersDoNotFit
from forecasts.outcomes import Floats
from forecasts.validation import as_chances

#: Least chance of an option; what lies over it is scaled so that options sum to 1.
_FLOOR = 0.001
#: Lower quartile, median, upper quartile.
QUARTILES = (0.25, 0.5, 0.75)
#: Zeros that everyone starts with, as covered questions; and the least reputation.
_STARTING_ZEROS, _LEAST_REPUTATION = 30.0, 1e-6
#: Share of recency beside reputation, and how sharply their product tells forecasters apart.
_RECENCY_SHARE, _SHARPNESS = 0.5, 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Community:
    """What a crowd says, with the range of the middle half of its forecasters.

    Attributes:
        forecast: chance of each option, or the CDF.
        lower, center, upper: quartiles; chances of each option, or places on the axis, 0 to 1.
    """

    forecast: Floats
    lower: Floats
    center: Floats
    upper: Floats


def recency_weights(forecasts: int) -> Floats:
    """Weights exp(sqrt(n) - sqrt(N)) of N forecasts, the oldest first; up to two count alike.

    >>> recency_weights(4).round(4).tolist(), recency_weights(2).tolist()
    ([0.3679, 0.5567, 0.7649, 1.0], [1.0, 1.0])
    """
    if forecasts <= ALIKE:
        return np.ones(forecasts)
    return crowds.recency_weights(np.arange(1, forecasts + 1), np.zeros(forecasts, int))


def reputation(peer_score: ArrayLike, coverage: ArrayLike) -> Floats:
    """What a forecaster's record is worth: mean peer score with 30 zeros; at least 1e-6.

    Args:
        peer_score, coverage: sums over the questions that had resolved, for each forecaster.

    >>> reputation([600.0, -50.0], [30.0, 5.0]).tolist()
    [10.0, 1e-06]
    """
    points, covered = np.asarray(peer_score, float), np.asarray(coverage, float)
    return np.asarray(np.maximum(points / (_STARTING_ZEROS + covered), _LEAST_REPUTATION))


def reputation_weights(
    reputations: ArrayLike, start: ArrayLike, now: float, opens: float, scheduled_close: float
) -> Floats:
    """Weights (sqrt(decay) sqrt(reputation))^6, decay = exp(-age / scheduled time).

    Args:
        reputations: see `reputation`; 0 for who has none.
        start: when each forecast was made; times in any one unit.
        now: when the crowd is asked.

    >>> reputation_weights([2.0, 2.0], [0.0, 10.0], 10.0, 0.0, 10.0).round(4).tolist()
    [0.3983, 8.0]
    """
    age = (now - np.asarray(start, float)) / (scheduled_close - opens)
    decay = np.exp(-age)
    worth = np.asarray(reputations, float)
    return np.asarray((decay**_RECENCY_SHARE * worth ** (1 - _RECENCY_SHARE)) ** _SHARPNESS)


def weighted_percentiles(
    values: ArrayLike, weights: ArrayLike | None = None, levels: ArrayLike = 0.5
) -> Floats:
    """Values up to which a share of the weight lies, column by column.

    The mean of the first value with more than that share up to it, and the first with as much.

    Args:
        values: shape (forecasts, columns).
        weights: of each forecast, all alike if absent; none negative, not all 0.
        levels: shares in (0, 1), shape (levels,) or one.

    Gives shape (levels, columns).

    Raises:
        ImpossibleProbability: a chance is outside of [0, 1], or no number.
        NumbersDoNotFit: there is no forecast, or weights do not fit them.

    >>> weighted_percentiles([[0.5, 0.5], [0.6, 0.4]], levels=[0.5, 0.4]).round(3).tolist()
    [[0.55, 0.45], [0.5, 0.4]]
    """
    rows = _rows(values)
    share = _weights(rows, np.ones(len(rows)) if weights is None else weights)
    order = rows.argsort(axis=0)
    sorted_rows = np.take_along_axis(rows, order, axis=0)
    running = np.cumsum(share[order], axis=0) / share[order].sum(axis=0)
    level = np.atleast_1d(np.asarray(levels, float))[:, None, None]
    beyond, reached = (running > level).argmax(axis=1), (running >= level).argmax(axis=1)
    columns = np.arange(rows.shape[1])
    return np.asarray(0.5 * (sorted_rows[reached, columns] + sorted_rows[beyond, columns]))


def community_of_binary(probability: ArrayLike, weights: ArrayLike | None = None) -> Community:
    """Weighted median of the chances of yes, and their quartiles.

    Args:
        probability: shape (forecasts,), oldest first.
        weights: of each forecast; by recency if absent.

    >>> community_of_binary([0.8, 0.7, 0.5, 0.6]).forecast.tolist()
    [0.6]
    """
    rows = _rows(np.asarray(probability, float)[:, None])
    lower, center, upper = weighted_percentiles(rows, _weights(rows, weights), QUARTILES)
    return Community(center, lower, center, upper)


def community_of_options(probabilities: ArrayLike, weights: ArrayLike | None = None) -> Community:
    """Weighted median of each option's chances, scaled so that they sum to 1, and quartiles.

    With m the medians of k options: (m - .001) / sum(m - .001) (1 - .001 k) + .001. Quartiles are
    scaled as their median is.

    Args:
        probabilities: shape (forecasts, options), oldest first; NaN in the whole column of an
            option that does not exist then, and so in the answer.
        weights: of each forecast; by recency if absent.

    >>> community_of_options([[0.2, 0.3, 0.5], [0.4, 0.3, 0.3]]).forecast.round(4).tolist()
    [0.3, 0.3, 0.4]
    """
    every = np.asarray(probabilities, float)
    exists = ~np.isnan(every).all(axis=0)
    rows = _rows(every[:, exists])
    lower, center, upper = weighted_percentiles(rows, _weights(rows, weights), QUARTILES)
    above, options = center - _FLOOR, len(center)
    share = above / above.sum() if above.sum() != 0 else np.full(options, 1 / options)
    scaled = share * (1 - options * _FLOOR) + _FLOOR
    factor = np.where(center > 0, scaled / np.where(center > 0, center, 1.0), 1.0)
    answer = np.full((3, len(exists)), np.nan)
    answer[:, exists] = lower * factor, scaled, upper * factor
    return Community(answer[1], *answer)


def community_of_cdfs(cdfs: ArrayLike, weights: ArrayLike | None = None) -> Community:
    """Weighted mean of the CDFs, and the places on the axis that it reaches by quartiles.

    Args:
        cdfs: shape (forecasts, points), oldest first.
        weights: of each forecast; by recency if absent.

    >>> community_of_cdfs([[0.0, 0.5, 1.0], [0.0, 1.0, 1.0]]).center.round(4).tolist()
    [0.3333]
    """
    rows = _rows(cdfs)
    mean = np.average(rows, axis=0, weights=_weights(rows, weights))
    lower, center, upper = places_of_levels(mean, QUARTILES)[:, None]
    return Community(mean, lower, center, upper)


def mean_forecast(values: ArrayLike, weights: ArrayLike) -> Floats:
    """Weighted mean of chances or CDFs: Metaculus' single aggregation, with `reputation_weights`.

    Where nobody has weight, all count alike.

    Args:
        values: shape (forecasts, columns).

    >>> mean_forecast([[0.25, 0.75], [0.5, 0.5]], [0.0, 0.0]).tolist()
    [0.375, 0.625]
    """
    rows = _rows(values)
    return np.asarray(np.average(rows, axis=0, weights=_weights(rows, weights)))


def places_of_levels(cdf: ArrayLike, levels: ArrayLike) -> Floats:
    """Places on the axis, 0 to 1, at which a CDF reaches levels; straight between its points.

    A level that the CDF keeps for a while is reached at the first place; one below or above all of
    it at 0 or 1.

    Args:
        cdf: shape (points,), not falling.
        levels: shares in [0, 1].

    >>> places_of_levels([0.1, 0.5, 0.9], [0.05, 0.1, 0.3, 0.9, 0.95]).round(4).tolist()
    [0.0, 0.0, 0.25, 1.0, 1.0]
    """
    points = np.asarray(cdf, float)
    wanted = np.atleast_1d(np.asarray(levels, float))
    above = np.searchsorted(points, wanted, side="left")
    right = np.clip(above, 1, len(points) - 1)
    low, high = points[right - 1], points[right]
    is_step = (wanted > low) & (wanted < high)
    part = np.where(is_step, (wanted - low) / np.where(is_step, high - low, 1.0), 1.0)
    inside = (right - 1 + part) / (len(points) - 1)
    return np.asarray(np.where(above == 0, 0.0, np.where(above == len(points), 1.0, inside)))


def _weights(rows: Floats, weights: ArrayLike | None) -> Floats:
    """Weights as given, or by recency; all alike where all are 0.

    Raises:
        NumbersDoNotFit: one is negative or no number, or there is not one for each forecast.
    """
    if weights is None:
        return recency_weights(len(rows))
    share = np.asarray(weights, float)
    if share.shape != rows.shape[:1] or not np.all(share >= 0):
        what = f"weights of shape {share.shape} for {len(rows)} forecasts, or a negative one"
        raise NumbersDoNotFit(what=what, mend="one weight for each forecast, 0 or more")
    return share if share.any() else np.ones(len(rows))


def _rows(values: ArrayLike) -> Floats:
    """Give forecasts as rows of chances.

    Raises:
        ImpossibleProbability: a chance is outside of [0, 1], or no number.
        NumbersDoNotFit: there is no forecast.
    """
    rows = as_chances(values)
    if rows.ndim != 2 or not rows.size:
        what = f"forecasts of shape {rows.shape}"
        raise NumbersDoNotFit(what=what, mend="at least one forecast, each a row of chances")
    return rows

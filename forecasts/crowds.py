"""Crowds: many forecasts of one question as one probability, for many questions at once.

Forecasts come as flat arrays, one entry a forecast, beside `crowd`: the number, from 0, of the
crowd that each belongs to. Answers have one entry a crowd.
"""

import numpy as np
from numpy.typing import ArrayLike

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit
from forecasts.outcomes import Floats, Indices

#: Chances are taken as at most this far from 0 or 1 before their log-odds are: nobody's "never" may
#: outvote all others. The lowest chance that Metaculus takes, too.
FLOOR = 0.001
#: Up to this many forecasts Metaculus weighs all alike.
ALIKE = 2
#: A sum this near to half of the weight is half of it: running sums of many crowds round.
_HALF = 1e-9


def mean(probability: ArrayLike, crowd: ArrayLike) -> Floats:
    """Average probability of each crowd.

    >>> mean([0.2, 0.6, 0.9], [0, 0, 1]).tolist()
    [0.4, 0.9]
    """
    chances, places = _crowds(probability, crowd)
    return np.bincount(places, chances) / np.bincount(places)


def weighted_mean(probability: ArrayLike, weights: ArrayLike, crowd: ArrayLike) -> Floats:
    """Average probability of each crowd, by weights of 0 or more.

    >>> weighted_mean([0.2, 0.6], [3.0, 1.0], [0, 0]).round(6).tolist()
    [0.3]
    """
    chances, places = _crowds(probability, crowd)
    share = _weights(weights, chances, places)
    return np.bincount(places, share * chances) / np.bincount(places, share)


def median(probability: ArrayLike, crowd: ArrayLike) -> Floats:
    """Middle probability of each crowd; of an even number, the mean of the middle two.

    >>> median([0.2, 0.6, 0.9, 0.5, 0.7], [0, 0, 0, 1, 1]).tolist()
    [0.6, 0.6]
    """
    chances, places = _crowds(probability, crowd)
    return weighted_median(chances, np.ones(len(chances)), places)


def weighted_median(values: ArrayLike, weights: ArrayLike, crowd: ArrayLike) -> Floats:
    """The value at which half of a crowd's weight lies below; where that is a gap, its middle.

    Raises:
        NumbersDoNotFit: a crowd has no weight, or the columns do not go together.

    >>> weighted_median([0.1, 0.2, 0.9], [1.0, 1.0, 3.0], [0, 0, 0]).tolist()
    [0.9]
    """
    numbers, places = np.asarray(values, float), _places(crowd)
    order, share = np.lexsort((numbers, places)), _weights(weights, numbers, places)
    value, weight = numbers[order], share[order]
    starts = np.searchsorted(places[order], np.arange(places.max(initial=-1) + 1))
    total = np.add.reduceat(weight, starts)
    running, half = _running_sums(weight, starts), total[places[order]] / 2
    beyond, reached = running > half * (1 + _HALF), running >= half * (1 - _HALF)
    middle: Floats = (value[_first(beyond, starts)] + value[_first(reached, starts)]) / 2
    return middle


def mean_log_odds(
    probability: ArrayLike, crowd: ArrayLike, weights: ArrayLike | None = None
) -> Floats:
    """Average log-odds of each crowd, in nats: those of the geometric mean of the odds.

    Args:
        probability: in [0, 1]; taken as at most FLOOR from either end.
        weights: of each forecast, 0 or more; all alike if absent.

    Raises:
        ImpossibleProbability: a chance is outside of [0, 1], or no number.
        NumbersDoNotFit: a crowd has no forecast or no weight, or the columns do not go together.

    Satopää et al. (2014), International Journal of Forecasting 30(2), 344-356.

    >>> mean_log_odds([0.8, 0.5], [0, 0]).round(6).tolist()  # odds 4 and 1: geometric mean 2
    [0.693147]
    """
    chances, places = _crowds(probability, crowd)
    share = np.ones(len(chances)) if weights is None else _weights(weights, chances, places)
    return np.bincount(places, share * log_odds(chances)) / np.bincount(places, share)


def extremised(probability: ArrayLike, crowd: ArrayLike) -> Floats:
    """Log-odds of each crowd, moved away from even odds as far as its size n may warrant.

    The factor n (sqrt(3 n^2 - 3 n + 1) - 2) / (n^2 - n - 1) is the best guaranteed one where
    forecasters hold parts of one body of information: 1 for one, and towards sqrt(3) for many.

    Neyman and Roughgarden (2022), Are you smarter than a random expert?, WINE 2022.

    >>> extremised([0.8, 0.5], [0, 0]).round(4).tolist()
    [0.8952]
    """
    _, places = _crowds(probability, crowd)
    n = np.bincount(places).astype(float)
    several = np.maximum(n, 2.0)
    factor = several * (np.sqrt(3 * several**2 - 3 * several + 1) - 2) / (several**2 - several - 1)
    return np.where(n > 1, factor, 1.0) * mean_log_odds(probability, crowd)


def recency_ranks(time: ArrayLike, crowd: ArrayLike) -> Floats:
    """Rank of each forecast in its crowd from the oldest, which is 1; equals share the highest.

    Args:
        time: of each forecast, any unit; NaN where it is unknown, which counts as the oldest.

    >>> recency_ranks([5.0, 1.0, 5.0, 7.0], [0, 0, 0, 1]).tolist()
    [3.0, 1.0, 3.0, 1.0]
    """
    times, places = np.nan_to_num(np.asarray(time, float), nan=-np.inf), np.asarray(crowd, np.int64)
    order = np.lexsort((times, places))
    sorted_times, sorted_places = times[order], places[order]
    starts = np.searchsorted(sorted_places, sorted_places)
    is_last = np.ones(len(order), bool)
    is_last[:-1] = (sorted_times[1:] != sorted_times[:-1]) | np.diff(sorted_places).astype(bool)
    ends = np.flatnonzero(is_last)
    ranks = np.empty(len(order))
    ranks[order] = ends[np.searchsorted(ends, np.arange(len(order)))] - starts + 1.0
    return ranks


def recency_weights(ranks: ArrayLike, crowd: ArrayLike, power: float = 1.0) -> Floats:
    """Weight exp(power (sqrt(rank) - sqrt(n))) of each forecast in a crowd of n; the newest has 1.

    Args:
        ranks: from 1, the oldest; see `recency_ranks`.
        power: 1 as at Metaculus; 0 weighs all alike.

    >>> recency_weights([1.0, 4.0, 3.0, 2.0], [0, 0, 0, 0]).round(3).tolist()
    [0.368, 1.0, 0.765, 0.557]
    """
    places = np.asarray(crowd, np.int64)
    return np.exp(power * (np.sqrt(ranks) - np.sqrt(np.bincount(places)[places])))


def recency_weighted_median(probability: ArrayLike, time: ArrayLike, crowd: ArrayLike) -> Floats:
    """The community prediction of Metaculus: the median by weight exp(sqrt(n) - sqrt(N)).

    Up to two forecasts count alike. Forecasts of one time are taken in the order given, as there.

    Metaculus/metaculus, utils/the_math/aggregations.py.

    >>> recency_weighted_median([0.2, 0.4, 0.9], [1.0, 2.0, 3.0], [0, 0, 0]).tolist()
    [0.4]
    """
    chances, places = _crowds(probability, crowd)
    times = np.nan_to_num(np.asarray(time, float), nan=-np.inf)
    order = np.lexsort((times, places))
    ranks = np.empty(len(order))
    ranks[order] = np.arange(len(order)) - np.searchsorted(places[order], places[order]) + 1.0
    few = np.bincount(places)[places] <= ALIKE
    return weighted_median(chances, np.where(few, 1.0, recency_weights(ranks, places)), places)


def log_odds(probability: ArrayLike, floor: float = FLOOR) -> Floats:
    """Natural log-odds of chances, which are taken as at most `floor` from 0 and 1.

    >>> log_odds([0.5, 0.0]).round(3).tolist()
    [0.0, -6.907]
    """
    inside = np.clip(np.asarray(probability, float), floor, 1 - floor)
    odds: Floats = np.log(inside) - np.log1p(-inside)
    return odds


def _crowds(probability: ArrayLike, crowd: ArrayLike) -> tuple[Floats, Indices]:
    """Give both as arrays, if each crowd has a forecast and each forecast is one.

    Raises:
        ImpossibleProbability: a chance is outside of [0, 1], or no number.
        NumbersDoNotFit: a crowd has no forecast, or the columns do not go together.
    """
    chances, places = np.asarray(probability, float), _places(crowd)
    wrong = np.count_nonzero(~((chances >= 0) & (chances <= 1)))  # written so that NaN counts too
    if wrong:
        raise ImpossibleProbability(count=wrong, total=chances.size)
    _weights(np.ones(chances.shape), chances, places)
    return chances, places


def _places(crowd: ArrayLike) -> Indices:
    """Give the numbers of crowds, which none may be below 0."""
    places = np.asarray(crowd, np.int64)
    if places.min(initial=0) < 0:
        raise NumbersDoNotFit(what="a number of a crowd below 0", mend="numbers from 0")
    return places


def _weights(weights: ArrayLike, values: Floats, places: Indices) -> Floats:
    """Give weights as an array, if every crowd has some."""
    share = np.asarray(weights, float)
    shapes = {share.shape, values.shape, places.shape}
    if len(shapes) > 1 or places.ndim != 1 or np.isnan(values).any():
        what = f"columns of shapes {sorted(shapes)}, or a value that is NaN"
        raise NumbersDoNotFit(what=what, mend="one number and one crowd for each forecast")
    if not np.all((share >= 0) & np.isfinite(share)):
        raise NumbersDoNotFit(what="a weight below 0, or not finite", mend="weights of 0 or more")
    empty = np.count_nonzero(np.bincount(places, share) == 0)
    if empty:
        what = f"{empty} crowds are without a forecast, or without weight"
        raise NumbersDoNotFit(what=what, mend="crowds numbered from 0 without gaps")
    return share


def _running_sums(values: Floats, starts: Indices) -> Floats:
    """Sum up from the start of each crowd."""
    lengths = np.diff(np.append(starts, len(values)))
    sums = np.cumsum(values)
    return sums - np.repeat(sums[starts] - values[starts], lengths)


def _first(found: np.ndarray, starts: Indices) -> Indices:
    """Place of the first true entry of each crowd."""
    places = np.where(found, np.arange(len(found)), len(found))
    return np.minimum.reduceat(places, starts)

"""Metaculus' buckets: where a value lies on a question's axis, and what chance a forecast gave it.

A numeric or date question has 200 buckets inside of its range, a discrete one as many as it has
values; bucket 0 lies below the range and the last above. Formulas: Metaculus/metaculus,
utils/the_math/formulas.py and questions/models.py.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.errors import ImpossibleProbability, OutcomeDoesNotFit
from forecasts.outcomes import NUMBER_CELLS, Floats, Indices
from forecasts.validation import as_places

#: Who knows nothing gives this chance to each side of the range that is open.
OUTSIDE = 0.05
#: Chances that Metaculus takes for a binary question or an option.
LOWEST, HIGHEST = 0.001, 0.999
#: Share of what an even CDF climbs in a bucket that every forecast must climb, and may at most.
_LEAST_CLIMB, _MOST_CLIMB = 0.01, 0.2 * NUMBER_CELLS
#: Chance outside of an open end that every forecast must leave.
_LEAST_OUTSIDE = 0.001
#: A logarithmic axis starts at least this far over its zero point.
_LEAST_OVER_ZERO = 1e-7
#: Climbs are compared to so many digits: differences of a CDF are rounded.
_DIGITS = 10
#: Values on the edge between two buckets lie in the lower one, in spite of rounding.
_EDGE = 1e-10


def axis_location(
    value: ArrayLike, lowest: ArrayLike, highest: ArrayLike, zero_point: ArrayLike = np.nan
) -> Floats:
    """Where values lie on a question's axis: 0 at the lower end of its range, 1 at the upper.

    Args:
        value: a number, or a date as seconds since 1970; NaN is an error.
        lowest, highest: the range.
        zero_point: of a logarithmic axis, below `lowest`; NaN if the axis is linear.

    Raises:
        OutcomeDoesNotFit: a value is no number.

    >>> axis_location([1.0, 1e5, 1e10], 1.0, 1e10, zero_point=0.0).round(6).tolist()
    [0.0, 0.5, 1.0]
    """
    known, low, high, zero = np.broadcast_arrays(value, lowest, highest, zero_point)
    if np.isnan(known).any():
        raise OutcomeDoesNotFit(question="A question", kind="number", mend="a number")
    width, is_log = high - low, ~np.isnan(zero)
    ratio = np.where(is_log, (high - zero) / np.maximum(low - zero, _LEAST_OVER_ZERO), np.e)
    inside = np.maximum(((known - low) * (ratio - 1) + width) / width, 0.0)
    with np.errstate(divide="ignore"):  # at the zero point and below it is infinitely far down
        logarithmic = np.log(inside) / np.log(ratio)
    return np.asarray(np.where(is_log, logarithmic, (known - low) / width))


def value_at(
    location: ArrayLike, lowest: ArrayLike, highest: ArrayLike, zero_point: ArrayLike = np.nan
) -> Floats:
    """Value at a place on a question's axis: the inverse of `axis_location`.

    >>> value_at([0.0, 0.5, 1.0], 1.0, 1e10, zero_point=0.0).round(6).tolist()
    [1.0, 100000.0, 10000000000.0]
    """
    place, low, high, zero = np.broadcast_arrays(location, lowest, highest, zero_point)
    is_log = ~np.isnan(zero)
    ratio = np.where(is_log, (high - zero) / np.maximum(low - zero, _LEAST_OVER_ZERO), np.e)
    risen = np.where(is_log, (ratio ** np.where(is_log, place, 0.0) - 1) / (ratio - 1), place)
    return np.asarray(low + (high - low) * risen)


def bucket_at(location: ArrayLike, inner: ArrayLike = NUMBER_CELLS) -> Indices:
    """Bucket of places on an axis: 0 below it, then 1 to `inner`, and `inner` + 1 above it.

    A place on the edge of two buckets is in the lower one.

    >>> bucket_at([-0.1, 0.0, 0.005, 0.0051, 1.0, 1.1]).tolist()
    [0, 1, 1, 2, 200, 201]
    """
    place, cells = np.broadcast_arrays(np.asarray(location, float), inner)
    inside = np.clip(place, 0.0, 1.0) * cells + 1 - _EDGE
    found = np.clip(inside.astype(np.int64), 1, cells)
    return np.asarray(np.where(place < 0, 0, np.where(place > 1, cells + 1, found)), np.int64)


def location_of_bucket(bucket: ArrayLike, inner: ArrayLike = NUMBER_CELLS) -> Floats:
    """Place on the axis that Metaculus shows for a bucket; -1 below and 2 above the range.

    Inside it is (bucket - 1/2) / (inner + 1), which is not the bucket's middle.

    >>> location_of_bucket([0, 2, 3], inner=2).tolist(), location_of_bucket(1, inner=1).tolist()
    ([-1.0, 0.5, 2.0], 0.25)
    """
    number, cells = np.broadcast_arrays(bucket, inner)
    inside = (number - 0.5) / (cells + 1)
    return np.asarray(np.where(number <= 0, -1.0, np.where(number > cells, 2.0, inside)))


def buckets_of_cdf(cdf: ArrayLike) -> Floats:
    """Chance of each bucket: below the range, between the points of the CDF, above the range.

    Args:
        cdf: shape (..., points): 201 points, or one more than a discrete question has values.

    Raises:
        ImpossibleProbability: the CDF falls, or leaves [0, 1].

    >>> buckets_of_cdf([0.25, 0.5, 1.0]).tolist()
    [0.25, 0.25, 0.5, 0.0]
    """
    chances = np.diff(np.asarray(cdf, float), axis=-1, prepend=0.0, append=1.0)
    wrong = np.count_nonzero(~(chances >= 0))  # written so that NaN counts too
    if wrong:
        raise ImpossibleProbability(count=wrong, total=chances.size)
    return chances


def ignorance_of_bucket(
    bucket: ArrayLike, open_bounds: ArrayLike, inner: ArrayLike = NUMBER_CELLS
) -> Floats:
    """Chance that who knows nothing gives to a bucket: .05 outside, the rest spread evenly.

    Args:
        bucket: 0 to `inner` + 1.
        open_bounds: how many ends of the range are open, 0 to 2.

    >>> ignorance_of_bucket([0, 1], open_bounds=2, inner=9).round(6).tolist()
    [0.05, 0.1]
    """
    number, ends, cells = np.broadcast_arrays(bucket, open_bounds, inner)
    is_outside = (number <= 0) | (number > cells)
    return np.asarray(np.where(is_outside, OUTSIDE, (1 - OUTSIDE * ends) / cells))


def chance_of_option(probabilities: ArrayLike, option: ArrayLike) -> Floats:
    """Chance that each forecast of a multiple choice question gave to the option that happened.

    An option that did not exist yet was part of the last one, "Other".

    Args:
        probabilities: shape (..., options); NaN for options that did not exist then.
        option: index of what happened; broadcasts against all but the last axis.

    Raises:
        ImpossibleProbability: a chance is outside of [0, 1], or "Other" has none.
        OutcomeDoesNotFit: there is no such option.

    >>> chance_of_option([[0.6, 0.15, np.nan, 0.25], [0.1, 0.2, 0.3, 0.4]], 2).tolist()
    [0.25, 0.3]
    """
    chances = np.asarray(probabilities, float)
    wrong = np.count_nonzero((chances < 0) | (chances > 1)) + np.count_nonzero(
        np.isnan(chances[..., -1])
    )
    if wrong:
        raise ImpossibleProbability(count=wrong, total=chances.size)
    places = np.broadcast_to(as_places(option, chances.shape[-1]), chances.shape[:-1])
    given = np.take_along_axis(chances, places[..., None], axis=-1)[..., 0]
    return np.asarray(np.where(np.isnan(given), chances[..., -1], given))


def ignorance_of_option(probabilities: ArrayLike) -> Floats:
    """Chance that who knows nothing gives to an option: 1 / N for the N that existed.

    Args:
        probabilities: shape (..., options); NaN for options that did not exist then.

    >>> ignorance_of_option([[0.5, 0.25, np.nan, 0.25], [0.1, 0.2, 0.3, 0.4]]).round(4).tolist()
    [0.3333, 0.25]
    """
    return np.asarray(1 / np.count_nonzero(~np.isnan(np.asarray(probabilities, float)), axis=-1))


def within_limits(probability: ArrayLike) -> Floats:
    """Chances as near as Metaculus takes them: .001 to .999.

    >>> within_limits([0.0, 0.5, 1.0]).tolist()
    [0.001, 0.5, 0.999]
    """
    return np.asarray(np.clip(np.asarray(probability, float), LOWEST, HIGHEST))


def is_taken(
    cdf: ArrayLike,
    *,
    open_below: bool,
    open_above: bool,
) -> NDArray[np.bool_]:
    """Whether Metaculus takes CDFs: neither too flat nor too steep, and true to the range's ends.

    With n inner buckets, each climbs by at least .01 / n and at most 40 / n (.2 where n is 200).
    Outside of an open end there is at least .001, outside of a closed one nothing.

    Args:
        cdf: shape (..., n + 1).

    >>> even = np.linspace(0.0, 1.0, 201)
    >>> [bool(is_taken(even, open_below=end, open_above=False)) for end in (False, True)]
    [True, False]
    """
    chances = np.round(buckets_of_cdf(cdf), _DIGITS)
    inner = chances[..., 1:-1]
    size = inner.shape[-1]
    ends_fit = [
        outside >= _LEAST_OUTSIDE if is_open else outside == 0
        for outside, is_open in ((chances[..., 0], open_below), (chances[..., -1], open_above))
    ]
    climbs = (inner >= _LEAST_CLIMB / size) & (inner <= _MOST_CLIMB / size)
    return np.asarray(climbs.all(axis=-1) & ends_fit[0] & ends_fit[1])

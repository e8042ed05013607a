"""What numbers must be before they are scored: chances, outcomes, distributions."""

import numpy as np
from numpy.typing import ArrayLike

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit, OutcomeDoesNotFit
from forecasts.outcomes import Floats, Indices

#: How far the chances of all options may be from 1 in sum, for what rounding of floats does.
SUM_TOLERANCE = 1e-6
#: How far levels may be from a symmetric list, for what rounding of floats does.
LEVEL_TOLERANCE = 1e-9


def as_chances(probability: ArrayLike) -> Floats:
    """Take probabilities in [0, 1], any shape.

    Raises:
        ImpossibleProbability: one is outside [0, 1] or NaN.

    >>> as_chances([0, 1])
    array([0., 1.])
    """
    chances = np.asarray(probability, float)
    possible = (chances >= 0) & (chances <= 1)  # NaN is neither
    if not possible.all():
        raise ImpossibleProbability(count=int((~possible).sum()), total=chances.size)
    return chances


def as_outcomes(outcome: ArrayLike) -> Floats:
    """Take outcomes of yes-or-no questions: 1 for yes and 0 for no, any shape.

    Raises:
        OutcomeDoesNotFit: one is neither.

    >>> as_outcomes([True, False])
    array([1., 0.])
    """
    outcomes = np.asarray(outcome, float)
    if not np.all((outcomes == 0) | (outcomes == 1)):
        raise OutcomeDoesNotFit(question="A list of forecasts", kind="binary", mend="0 or 1")
    return outcomes


def as_options(probabilities: ArrayLike) -> Floats:
    """Take chances of options that exclude each other, shape (..., K); they sum to 1.

    Raises:
        ImpossibleProbability: one is outside [0, 1] or NaN.
        NumbersDoNotFit: the chances do not sum to 1, or there is no option.

    >>> as_options([0.25, 0.75])
    array([0.25, 0.75])
    """
    chances = as_chances(probabilities)
    if chances.ndim == 0 or chances.shape[-1] == 0:
        raise NumbersDoNotFit(what="no options", mend="chances of shape (..., K) with K >= 1")
    wrong = int(np.sum(np.abs(chances.sum(axis=-1) - 1) > SUM_TOLERANCE))
    if wrong:
        what = f"in {wrong} forecasts the chances of the options do not sum to 1"
        raise NumbersDoNotFit(what=what, mend="all options, and divide by their sum")
    return chances


def as_places(outcome_index: ArrayLike, options: int) -> Indices:
    """Take places of options that happened, from 0 to K - 1, any shape.

    Raises:
        OutcomeDoesNotFit: one is no whole number from 0 to K - 1.

    >>> as_places([0, 2], options=3)
    array([0, 2])
    """
    given = np.asarray(outcome_index)
    whole = given.size == 0 or given.dtype.kind in "iu"
    if not whole or np.any((given < 0) | (given >= options)):
        mend = f"whole numbers from 0 to {options - 1}"
        raise OutcomeDoesNotFit(question="A list of forecasts", kind="choice", mend=mend)
    return given.astype(np.int64)


def as_distribution(cdf: ArrayLike, edges: ArrayLike) -> tuple[Floats, Floats]:
    """Take chances of being at or below each edge, shape (..., n), and the rising edges, (n,).

    Raises:
        ImpossibleProbability: a chance is outside [0, 1] or NaN.
        NumbersDoNotFit: there are fewer than two edges, they do not rise, the shapes differ, or a
            distribution falls.

    >>> as_distribution([0, 1], [10, 20])
    (array([0., 1.]), array([10., 20.]))
    """
    chances, places = as_chances(cdf), np.asarray(edges, float)
    rise = bool(np.isfinite(places).all() and np.all(np.diff(places) > 0))
    if places.ndim != 1 or len(places) < 2 or not rise:
        raise NumbersDoNotFit(what="the edges", mend="two or more finite edges that rise strictly")
    if chances.ndim == 0 or chances.shape[-1] != len(places):
        what = f"chances of shape {chances.shape} for {len(places)} edges"
        raise NumbersDoNotFit(what=what, mend="one chance for each edge, on the last axis")
    falls = np.any(np.diff(chances, axis=-1) < 0, axis=-1)
    if falls.any():
        what = f"{int(falls.sum())} of {falls.size} distributions fall somewhere"
        raise NumbersDoNotFit(what=what, mend="the chance of being at or below each edge")
    return chances, places


def as_quantiles(values: ArrayLike, levels: ArrayLike) -> tuple[Floats, Floats]:
    """Take quantiles, shape (..., Q), at rising levels between 0 and 1, shape (Q,).

    Raises:
        NumbersDoNotFit: a value is not finite, quantiles cross, the levels do not rise or reach 0
            or 1, or the shapes differ.

    >>> as_quantiles([1, 2, 4], [0.1, 0.5, 0.9])
    (array([1., 2., 4.]), array([0.1, 0.5, 0.9]))
    """
    quantiles, shares = np.asarray(values, float), np.asarray(levels, float)
    inside = np.all((shares > 0) & (shares < 1)) and np.all(np.diff(shares) > 0)
    if shares.ndim != 1 or len(shares) == 0 or not inside:
        raise NumbersDoNotFit(what="the levels", mend="levels between 0 and 1 that rise strictly")
    if quantiles.ndim == 0 or quantiles.shape[-1] != len(shares):
        what = f"values of shape {quantiles.shape} for {len(shares)} levels"
        raise NumbersDoNotFit(what=what, mend="one value for each level, on the last axis")
    as_finite(quantiles)
    crossed = np.any(np.diff(quantiles, axis=-1) < 0, axis=-1)
    if crossed.any():
        what = f"in {int(crossed.sum())} of {crossed.size} forecasts the quantiles cross"
        raise NumbersDoNotFit(what=what, mend="values that rise with their levels: sort them")
    return quantiles, shares


def as_finite(values: ArrayLike) -> Floats:
    """Take finite numbers, any shape.

    Raises:
        NumbersDoNotFit: one is infinite or NaN.

    >>> as_finite([1, 2])
    array([1., 2.])
    """
    numbers = np.asarray(values, float)
    wrong = int(np.sum(~np.isfinite(numbers)))
    if wrong:
        what = f"{wrong} of {numbers.size} values are infinite or NaN"
        raise NumbersDoNotFit(what=what, mend="finite values, or leave those forecasts out")
    return numbers


def leading_shape(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    """Give the shape to which forecasts and outcomes broadcast.

    Raises:
        NumbersDoNotFit: they do not.

    >>> leading_shape((3, 1), (4,))
    (3, 4)
    """
    try:
        return np.broadcast_shapes(first, second)
    except ValueError:
        what = f"forecasts of shape {first} for outcomes of shape {second}"
        raise NumbersDoNotFit(what=what, mend="one outcome for each forecast") from None

"""Isotonic regression of outcomes on forecasts, with equal forecasts put together first."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit
from forecasts.outcomes import Floats, Indices

Score = Literal["brier", "log2"]


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Binary forecasts with their outcomes, equal probabilities together.

    Attributes:
        probability: the distinct forecasts, ascending, shape (m,).
        count: how many forecasts had each, shape (m,).
        yes: how many of them came true, shape (m,).
        place: where in `probability` each forecast stands, shape (n,).
    """

    probability: Floats
    count: Indices
    yes: Floats
    place: Indices


def pool_forecasts(probability: ArrayLike, outcome: ArrayLike) -> Pooled:
    """Put equal forecasts together; 10^7 of them take some 5 s and 0.7 GB.

    Args:
        probability: chance given to yes, in [0, 1], shape (n,), n at least 1.
        outcome: 1 if it happened, else 0, shape (n,).

    Raises:
        ImpossibleProbability: a probability is outside [0, 1] or NaN.
        NumbersDoNotFit: an outcome is neither 0 nor 1, or there is not one for each forecast.

    >>> pooled = pool_forecasts([0.9, 0.2, 0.9], [1, 0, 0])
    >>> pooled.probability, pooled.count, pooled.yes
    (array([0.2, 0.9]), array([1, 2]), array([0., 1.]))
    """
    stated, happened = checked_forecasts(probability, outcome)
    values, place, count = np.unique(stated, return_inverse=True, return_counts=True)
    return Pooled(values, count, np.bincount(place, happened, len(values)), place)


def checked_forecasts(probability: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats]:
    """Give binary forecasts and outcomes as arrays of one shape (n,), or say what is wrong.

    Raises:
        ImpossibleProbability: a probability is outside [0, 1] or NaN.
        NumbersDoNotFit: an outcome is neither 0 nor 1, or there is not one for each forecast.

    >>> checked_forecasts([0.5], [True])
    (array([0.5]), array([1.]))
    """
    stated, happened = np.asarray(probability, float), np.asarray(outcome, float)
    check_probabilities(stated)
    odd = np.count_nonzero((happened != 0) & (happened != 1))
    if stated.ndim != 1 or happened.shape != stated.shape:
        what = f"forecasts of shape {stated.shape}, outcomes of shape {happened.shape}"
        raise NumbersDoNotFit(what=what, mend="one outcome for each forecast, in one list")
    if odd:
        what = f"{odd} of {happened.size} outcomes are neither 0 nor 1"
        raise NumbersDoNotFit(what=what, mend="1 where it happened, else 0")
    return stated, happened


def isotonic(yes: Floats, count: ArrayLike) -> Floats:
    """Fit shares of yes that never fall from one forecast to the next, shape (m,).

    >>> isotonic(np.array([1.0, 0.0, 1.0]), [1, 1, 1])
    array([0.5, 0.5, 1. ])
    """
    from scipy.optimize import isotonic_regression  # noqa: PLC0415  # scipy.optimize loads slowly

    size = np.asarray(count, float)
    return np.asarray(isotonic_regression(yes / size, weights=size).x)


def mean_score(chance: Floats, yes: Floats, count: ArrayLike, score: Score) -> float:
    """Average the score of chances, each given `count` times and true `yes` times; lower is better.

    Args:
        chance: chance given to yes, in [0, 1], shape (m,).
        yes: how often it happened, shape (m,).
        count: how often it was given, shape (m,).
        score: "brier" (0 to 1) or "log2" (bits; infinite once something certain fails).

    >>> mean_score(np.array([0.5]), np.array([1.0]), [4], "log2")
    1.0
    """
    size = np.asarray(count, float)
    no = size - yes
    if score == "brier":
        total = float(yes @ (1 - chance) ** 2 + no @ chance**2)
    else:
        total = _bits(yes, chance) + _bits(no, 1 - chance)
    return float(total / size.sum())


def check_probabilities(stated: Floats) -> None:
    """Refuse numbers that are no probabilities, and an empty list.

    Raises:
        ImpossibleProbability: a probability is outside [0, 1] or NaN.
        NumbersDoNotFit: there is no forecast.

    >>> check_probabilities(np.array([0.0, 1.0]))
    """
    wrong = stated.size - np.count_nonzero((stated >= 0) & (stated <= 1))  # NaN is wrong too
    if wrong:
        raise ImpossibleProbability(count=wrong, total=stated.size)
    if not stated.size:
        raise NumbersDoNotFit(what="there are 0 forecasts", mend="at least one")


def _bits(times: Floats, chance: Floats) -> float:
    """Sum of -log2 of the chances of what happened so many times; what never happened costs 0."""
    with np.errstate(divide="ignore"):  # an impossible thing that happened costs infinitely much
        return float(-np.sum(times * np.log2(chance, where=times > 0, out=np.zeros(len(times)))))

"""Scores of forecasts by what happened: Brier, log2, RPS, CRPS and WIS. Lower is better in all.

Each function takes any number of forecasts, and gives one score for each; none for none. Scores of
different names must never be compared or averaged with one another, nor the three estimators of the
CRPS: one forecast gets other numbers from a grid, from quantiles and from an ensemble. scoringrules
is slow to import, so it is imported where it is used, with numpy inside on every machine.
"""

import numpy as np
from numpy.typing import ArrayLike

from forecasts.errors import NumbersDoNotFit
from forecasts.outcomes import Floats, Indices
from forecasts.validation import (
    LEVEL_TOLERANCE,
    as_chances,
    as_distribution,
    as_finite,
    as_options,
    as_outcomes,
    as_places,
    as_quantiles,
    leading_shape,
)


def brier_score(probability: ArrayLike, outcome: ArrayLike) -> Floats:
    """Squared error of each forecast: 0 is perfect, 1 is certain and wrong.

    Brier's own form is the double of this one, 0 to 2; the Good Judgment Project publishes that.

    Args:
        probability: chance given to yes, in [0, 1]; any shape.
        outcome: 1 if it happened, else 0; broadcasts against `probability`.

    Raises:
        ImpossibleProbability: a probability is outside [0, 1] or NaN.
        OutcomeDoesNotFit: an outcome is neither 0 nor 1.

    Brier (1950), Monthly Weather Review 78(1), 1-3.

    >>> brier_score([0.8, 0.5], [1, 0]).round(2)
    array([0.04, 0.25])
    """
    chances, outcomes = _binary(probability, outcome)
    return (chances - outcomes) ** 2


def log2_loss(probability: ArrayLike, outcome: ArrayLike, *, floor: float = 0.0) -> Floats:
    """Bits of surprise: -log2 of the chance given to what happened; 0 is perfect, 1 a coin's.

    A chance of 0 for what happened costs infinitely much: nothing is clipped unless asked for.

    Args:
        probability: chance given to yes, in [0, 1]; any shape.
        outcome: 1 if it happened, else 0; broadcasts against `probability`.
        floor: chances are first brought into [floor, 1 - floor]; .001 is what Metaculus accepts.
            The score is then no longer proper for beliefs outside that range.

    Raises:
        ImpossibleProbability, OutcomeDoesNotFit: as in `brier_score`.
        NumbersDoNotFit: `floor` is not in [0, .5).

    Good (1952), Journal of the Royal Statistical Society B 14(1), 107-114.

    >>> log2_loss([0.5, 0.25, 0.0], [1, 1, 1])
    array([ 1.,  2., inf])
    >>> log2_loss(0.0, 1, floor=0.001).round(2)
    np.float64(9.97)
    """
    chances, outcomes = _binary(probability, outcome)
    return _bits(np.where(outcomes == 1, chances, 1 - chances), floor)


def brier_score_of_options(probabilities: ArrayLike, outcome_index: ArrayLike) -> Floats:
    """Squared error summed over all options: 0 is perfect, 2 is certain and wrong.

    This is Brier's own form: with two options it is the double of `brier_score`.

    Args:
        probabilities: chances of the options, summing to 1, shape (..., K).
        outcome_index: place of the option that happened, from 0; shape (...).

    Raises:
        ImpossibleProbability: a chance is outside [0, 1] or NaN.
        NumbersDoNotFit: chances do not sum to 1, or the shapes differ.
        OutcomeDoesNotFit: there is no such option.

    Brier (1950), Monthly Weather Review 78(1), 1-3.

    >>> brier_score_of_options([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]], [0, 0])
    array([0.375, 2.   ])
    """
    chances, places = _choice(probabilities, outcome_index)
    errors = np.array(chances)
    told = np.take_along_axis(chances, places[..., None], axis=-1)
    np.put_along_axis(errors, places[..., None], told - 1, axis=-1)
    return np.asarray((errors**2).sum(axis=-1))


def log2_loss_of_options(
    probabilities: ArrayLike, outcome_index: ArrayLike, *, floor: float = 0.0
) -> Floats:
    """Bits of surprise: -log2 of the chance given to the option that happened; 0 is perfect.

    Args:
        probabilities: chances of the options, summing to 1, shape (..., K).
        outcome_index: place of the option that happened, from 0; shape (...).
        floor: as in `log2_loss`; the other options' chances are not lowered for it.

    Raises:
        ImpossibleProbability, NumbersDoNotFit, OutcomeDoesNotFit: as in `brier_score_of_options`.
        NumbersDoNotFit: `floor` is not in [0, .5).

    Good (1952), Journal of the Royal Statistical Society B 14(1), 107-114.

    >>> log2_loss_of_options([0.5, 0.25, 0.25], [0, 1])
    array([1., 2.])
    """
    chances, places = _choice(probabilities, outcome_index)
    return _bits(np.take_along_axis(chances, places[..., None], axis=-1)[..., 0], floor)


def ranked_probability_score(probabilities: ArrayLike, outcome_index: ArrayLike) -> Floats:
    """Squared error of the chance of being at or below each option, for options with an order.

    It sums the K - 1 Brier scores (0 to 1) of "at or below option k", so it lies in [0, K - 1];
    some divide it by K - 1. Near misses cost less than far ones. Computed by scoringrules.

    Args:
        probabilities: chances of the options in their order, summing to 1, shape (..., K).
        outcome_index: place of the option that happened, from 0; shape (...).

    Raises:
        ImpossibleProbability, NumbersDoNotFit, OutcomeDoesNotFit: as in `brier_score_of_options`.

    Epstein (1969), Journal of Applied Meteorology 8(6), 985-987.

    >>> ranked_probability_score([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0]], [0, 2])
    array([0.25, 1.25])
    """
    import scoringrules  # noqa: PLC0415

    chances, places = _choice(probabilities, outcome_index)
    return np.asarray(scoringrules.rps_score(places + 1, chances, backend="numpy"))


def crps_of_cdf(cdf: ArrayLike, edges: ArrayLike, outcome: ArrayLike) -> Floats:
    """CRPS of distributions on a grid, in units of the outcome: the integral of (F - 1[y <= x])^2.

    Between edges F is taken as a straight line, and the integral is exact for that. It runs from
    the first edge to the last. Chance beyond an outer edge may be anywhere there, so an outcome
    beyond counts as at that edge (censored; also infinity, for "never"): the score stays proper and
    does not mind how far beyond. For dates it is the integral of the Brier scores of all deadlines.
    Divide by the last edge less the first to put questions on one scale, 0 to 1.

    Args:
        cdf: chance of being at or below each edge, in [0, 1], never falling, shape (..., n).
        edges: n >= 2 finite values that rise, shape (n,).
        outcome: what happened, in the units of the edges, shape (...).

    Raises:
        ImpossibleProbability: a chance is outside [0, 1] or NaN.
        NumbersDoNotFit: edges or chances do not rise, the shapes differ, or an outcome is NaN.

    Matheson and Winkler (1976), Management Science 22(10), 1087-1096; over an interval: Gneiting
    and Ranjan (2011), Journal of Business & Economic Statistics 29(3), 411-422.

    >>> crps_of_cdf([0.0, 1.0], [0.0, 3.0], [0.0, 1.5, 99.0])
    array([1.  , 0.25, 1.  ])
    """
    chances, places = as_distribution(cdf, edges)
    outcomes = np.asarray(outcome, float)
    if np.isnan(outcomes).any():
        raise NumbersDoNotFit(what=f"{np.isnan(outcomes).sum()} outcomes are NaN", mend="numbers")
    leading_shape(chances.shape[:-1], outcomes.shape)
    left, right = chances[..., :-1], chances[..., 1:]
    start, width = places[:-1], np.diff(places)
    before = np.clip((outcomes[..., None] - start) / width, 0.0, 1.0)  # share of cell under y
    there = left + (right - left) * before
    under = before * (left * left + left * there + there * there)
    left, right, there = 1 - left, 1 - right, 1 - there
    over = (1 - before) * (there * there + there * right + right * right)
    return np.asarray((under + over) @ width / 3)


def crps_of_quantiles(values: ArrayLike, levels: ArrayLike, outcome: ArrayLike) -> Floats:
    """CRPS as far as quantiles tell it, in units of the outcome: twice the mean pinball loss.

    It nears the CRPS for many levels that are evenly spread; levels that are not weigh the parts of
    the distribution where they are dense. Compare only forecasts with the same levels. Computed by
    scoringrules (`crps_quantile`).

    Args:
        values: quantiles, not crossing, shape (..., Q).
        levels: their levels, between 0 and 1, rising, shape (Q,).
        outcome: what happened, shape (...).

    Raises:
        NumbersDoNotFit: quantiles cross, levels do not rise, shapes differ, a value is no number.

    Berrisch and Ziel (2023), Journal of Econometrics 237(2), 105221.

    >>> crps_of_quantiles([1.0, 2.0, 4.0], [0.25, 0.5, 0.75], 4.0).round(4)
    np.float64(1.1667)
    """
    import scoringrules  # noqa: PLC0415

    quantiles, shares = as_quantiles(values, levels)
    forecasts, outcomes = _together(quantiles, outcome)
    return np.asarray(scoringrules.crps_quantile(outcomes, forecasts, shares, backend="numpy"))[()]


def crps_of_ensemble(members: ArrayLike, outcome: ArrayLike, *, fair: bool = False) -> Floats:
    """CRPS of equally likely draws, in units of the outcome: E|X - y| - E|X - X'| / 2.

    The ensemble is the forecast: its steps are integrated exactly (scoringrules' estimator "qd").
    With `fair`, it is a sample of it, whose CRPS is estimated without bias ("pwm", may be below 0).

    Args:
        members: draws in any order, shape (..., M).
        outcome: what happened, shape (...).
        fair: estimate the CRPS of the distribution that was drawn from; needs M >= 2.

    Raises:
        NumbersDoNotFit: there are too few members, something is not finite, or the shapes differ.

    Zamo and Naveau (2018), Mathematical Geosciences 50, 209-234.

    >>> crps_of_ensemble([0.0, 2.0], 1.0), crps_of_ensemble([0.0, 2.0], 1.0, fair=True)
    (np.float64(0.5), np.float64(0.0))
    """
    import scoringrules  # noqa: PLC0415

    draws = as_finite(members)
    if draws.ndim == 0 or draws.shape[-1] < 1 + fair:
        what = f"an ensemble of shape {draws.shape}"
        raise NumbersDoNotFit(what=what, mend=f"{1 + fair} or more members on the last axis")
    forecasts, outcomes = _together(draws, outcome)
    estimator = "pwm" if fair else "qd"
    scores = scoringrules.crps_ensemble(outcomes, forecasts, estimator=estimator, backend="numpy")
    return np.asarray(scores)[()]


def weighted_interval_score(values: ArrayLike, levels: ArrayLike, outcome: ArrayLike) -> Floats:
    """WIS of a median and K central intervals, in units of the outcome.

    (|y - median| / 2 + sum over intervals of alpha / 2 times their interval score) / (K + 1/2),
    where an interval's chance is 1 - alpha. That equals twice the mean pinball loss, and is
    computed as such: scoringrules 0.11's own, with numpy, takes the median for |y - median|.

    Args:
        values: quantiles, not crossing, shape (..., 2 K + 1).
        levels: alpha / 2 and 1 - alpha / 2 of each interval, and .5; rising, shape (2 K + 1,).
        outcome: what happened, shape (...).

    Raises:
        NumbersDoNotFit: the levels are not symmetric about a median; else as `crps_of_quantiles`.

    Bracher, Ray, Gneiting and Reich (2021), PLOS Computational Biology 17(2), e1008618.

    >>> weighted_interval_score([1.0, 2.0, 4.0], [0.25, 0.5, 0.75], 4.0).round(4)
    np.float64(1.1667)
    """
    _, shares = as_quantiles(values, levels)
    if len(shares) % 2 == 0 or np.abs(shares + shares[::-1] - 1).max() > LEVEL_TOLERANCE:
        mend = "levels such as .05, .25, .5, .75, .95"
        raise NumbersDoNotFit(what="levels that are not symmetric about a median", mend=mend)
    return crps_of_quantiles(values, levels, outcome)


def _binary(probability: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats]:
    """Check forecasts of yes-or-no questions beside their outcomes."""
    chances, outcomes = as_chances(probability), as_outcomes(outcome)
    leading_shape(chances.shape, outcomes.shape)
    return chances, outcomes


def _choice(probabilities: ArrayLike, outcome_index: ArrayLike) -> tuple[Floats, Indices]:
    """Check forecasts of options beside their outcomes, and give them one leading shape."""
    chances = as_options(probabilities)
    places = as_places(outcome_index, chances.shape[-1])
    shape = leading_shape(chances.shape[:-1], places.shape)
    return np.broadcast_to(chances, (*shape, chances.shape[-1])), np.broadcast_to(places, shape)


def _together(forecasts: Floats, outcome: ArrayLike) -> tuple[Floats, Floats]:
    """Give forecasts of shape (..., n) and finite outcomes one leading shape."""
    outcomes = as_finite(outcome)
    shape = leading_shape(forecasts.shape[:-1], outcomes.shape)
    spread = np.broadcast_to(forecasts, (*shape, forecasts.shape[-1]))
    return spread, np.broadcast_to(outcomes, shape)


def _bits(told: Floats, floor: float) -> Floats:
    """-log2 of chances given to what happened, once none is nearer to 0 or 1 than `floor`."""
    if not 0 <= floor < 0.5:
        raise NumbersDoNotFit(what=f"a floor of {floor}", mend="a floor from 0 to below .5")
    with np.errstate(divide="ignore"):
        return np.asarray(0.0 - np.log2(np.clip(told, floor, 1 - floor)))[()]

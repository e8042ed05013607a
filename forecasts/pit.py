"""Probability integral transforms (PIT) of numeric and date forecasts, and whether they are even.

The PIT is the chance that a forecast gave to what is at or below the outcome. Over many forecasts
that are right it is uniform on [0, 1], once it is drawn at random within atoms and censored chance.
Piled in the middle: forecasts too wide; at the ends: too narrow; on one side: off to the other.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit
from forecasts.outcomes import Floats, Indices
from forecasts.validation import as_chances, as_distribution, leading_shape

#: Spread of ln alpha and ln beta over the alternatives: most lie within a factor of 2.7 of uniform.
_SPREAD = 0.5
#: Alternatives on each axis, in units of the spread; 0 is the uniform itself.
_STEPS = np.linspace(-3.0, 3.0, 13)
#: PITs are kept so far from 0 and 1: a density without bound would make one forecast decide.
_MARGIN = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class PitHistogram:
    """Counts of PITs in bins of equal width, with a band that holds all of them at once.

    Attributes:
        counts: PITs in each bin, shape (bins,).
        lower, upper: ends of the band, the same for every bin.
    """

    counts: Indices
    lower: int
    upper: int


@dataclass(frozen=True, slots=True, eq=False)
class PitCalibration:
    """What the PITs of one group say.

    Attributes:
        count: how many there are.
        mean: 1/2 if forecasts are right; above, outcomes were higher or later than forecast.
        spread: standard deviation, .289 if they are right; above, forecasts were too narrow.
        histogram: of the PITs, with its band.
        e_value: evidence against right forecasts, 20 and more rejects them.
    """

    count: int
    mean: float
    spread: float
    histogram: PitHistogram
    e_value: float


def probability_integral_transform(
    cdf_below: ArrayLike, cdf_at: ArrayLike, rng: np.random.Generator
) -> Floats:
    """Draw the PIT evenly from F(below the outcome) to F(at the outcome).

    For an atom, or an outcome known only to lie in a cell (a day), give F at its start and its end.
    For one known only to be later than C, give F(C) and 1. Where F is continuous give F(y) twice.

    Args:
        cdf_below: chance given to less than the outcome, in [0, 1]; any shape.
        cdf_at: chance given to at most the outcome, not less; broadcasts against it.
        rng: where the draws come from; fix its seed, so that nobody can draw again until it fits.

    Raises:
        ImpossibleProbability: a chance is outside [0, 1] or NaN, or an outcome's own is negative.
        NumbersDoNotFit: the shapes differ.

    Czado, Gneiting and Held (2009), Biometrics 65(4), 1254-1261.

    >>> probability_integral_transform([0.3, 0.5], [0.3, 0.5], np.random.default_rng(1))
    array([0.3, 0.5])
    """
    below, at = as_chances(cdf_below), as_chances(cdf_at)
    shape = leading_shape(below.shape, at.shape)
    falls = int(np.sum(at < below))
    if falls:
        raise ImpossibleProbability(count=falls, total=int(np.prod(shape)))
    return np.minimum(below + (at - below) * rng.random(shape), at)


def pit_of_cdf(
    cdf: ArrayLike,
    edges: ArrayLike,
    outcome: ArrayLike,
    rng: np.random.Generator,
    *,
    censored: ArrayLike = False,
) -> Floats:
    """Give the PIT of distributions on a grid, as straight lines between their edges.

    An outcome beyond an outer edge is drawn evenly from the chance beyond it.

    Args:
        cdf: chance of being at or below each edge, never falling, shape (..., n).
        edges: n >= 2 finite values that rise, shape (n,).
        outcome: what happened, in the units of the edges; may be infinite; shape (...).
        rng: where the draws come from.
        censored: the outcome is known only to be later than `outcome`; shape (...).

    Raises:
        ImpossibleProbability: a chance is outside [0, 1] or NaN.
        NumbersDoNotFit: edges or chances do not rise, the shapes differ, or an outcome is NaN.

    >>> rng = np.random.default_rng(1)
    >>> pit_of_cdf([0.1, 0.9], [0.0, 4.0], [1.0, 3.0], rng).round(3)
    array([0.3, 0.7])
    >>> late = pit_of_cdf([0.1, 0.9], [0.0, 4.0], [3.0, np.inf], rng, censored=[True, False])
    >>> bool(late[0] >= 0.7), bool(late[1] >= 0.9)
    (True, True)
    """
    chances, places = as_distribution(cdf, edges)
    outcomes, is_censored = np.asarray(outcome, float), np.asarray(censored, bool)
    if np.isnan(outcomes).any():
        raise NumbersDoNotFit(what=f"{np.isnan(outcomes).sum()} outcomes are NaN", mend="numbers")
    leading_shape(leading_shape(chances.shape[:-1], outcomes.shape), is_censored.shape)
    share = np.clip((outcomes[..., None] - places[:-1]) / np.diff(places), 0.0, 1.0)
    at = chances[..., 0] + (np.diff(chances, axis=-1) * share).sum(axis=-1)
    at = np.clip(at, 0.0, 1.0)
    lower = np.where(outcomes < places[0], 0.0, at)
    upper = np.where((outcomes > places[-1]) | is_censored, 1.0, at)
    early = is_censored & (outcomes < places[0])  # nothing is known of it: any chance
    return probability_integral_transform(np.where(early, 0.0, lower), upper, rng)


def pit_histogram(pit: ArrayLike, *, bins: int = 10, level: float = 0.95) -> PitHistogram:
    """Count PITs in bins of equal width; the band holds all bins at once with at least `level`.

    Each bin's binomial interval is widened so that together they miss no more often (Bonferroni).

    Args:
        pit: in [0, 1], shape (n,), n >= 1.
        bins: how many, >= 2.
        level: chance that all counts lie in the band if forecasts are right, in (0, 1).

    Raises:
        ImpossibleProbability: a PIT is outside [0, 1] or NaN.
        NumbersDoNotFit: there are none, they are no list, or a setting is out of its range.

    >>> pit_histogram([0.1, 0.2, 0.7, 1.0], bins=2)
    PitHistogram(counts=array([2, 2]), lower=0, upper=4)
    """
    from scipy.stats import binom  # noqa: PLC0415

    given = _list(pit, level)
    if bins < 2:
        raise NumbersDoNotFit(what=f"{bins} bins", mend="two or more")
    counts = np.histogram(given, bins, (0.0, 1.0))[0].astype(np.int64)
    tail = (1 - level) / (2 * bins)
    lower, upper = binom.ppf([tail, 1 - tail], len(given), 1 / bins)
    return PitHistogram(counts, int(lower), int(upper))


def uniformity_e_process(pit: ArrayLike) -> Floats:
    """Bet against uniform PITs: by what factor a mixture of Beta densities beats it, after each.

    If forecasts are right, the chance that it ever reaches 20 is at most 5%, however often one
    looks. It sees forecasts that are too narrow, too wide, or off to one side. PITs of linked
    questions are not independent: give one of each. PITs count as at least 1e-9 from 0 and 1.

    Args:
        pit: in order of resolution, in [0, 1], shape (n,).

    Gives E_t after each PIT, shape (n,); infinity beyond 1e308.

    Raises:
        ImpossibleProbability: a PIT is outside [0, 1] or NaN.
        NumbersDoNotFit: there are none, or they are no list.

    After Arnold, Henzi and Ziegel (2023), Annals of Applied Statistics 17(3), 1909-1935, with a
    fixed mixture (ln alpha, ln beta ~ N(0, .5) on a grid) where they estimate as they go.

    >>> bool(uniformity_e_process(np.full(50, 0.5))[-1] > 20)
    True
    """
    from scipy.special import betaln  # noqa: PLC0415

    given = np.clip(_list(pit), _MARGIN, 1 - _MARGIN)
    below, above = np.cumsum(np.log(given)), np.cumsum(np.log1p(-given))
    count = np.arange(1, len(given) + 1)
    weights = np.exp(-(_STEPS**2) / 2)
    weights /= weights.sum()
    total = np.full(len(given), -np.inf)
    for (i, a), (j, b) in product(enumerate(np.exp(_SPREAD * _STEPS)), repeat=2):
        bet = (a - 1) * below + (b - 1) * above - count * betaln(a, b)
        np.logaddexp(total, bet + np.log(weights[i] * weights[j]), out=total)
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(total))


def uniformity_e_value(pit: ArrayLike) -> float:
    """Give the last of `uniformity_e_process`: evidence against right forecasts, all PITs seen.

    Raises: as `uniformity_e_process`.

    >>> uniformity_e_value([0.5] * 50) > 20
    True
    """
    return float(uniformity_e_process(pit)[-1])


def pit_by_group(
    pit: ArrayLike, group: ArrayLike, *, bins: int = 10, level: float = 0.95
) -> dict[object, PitCalibration]:
    """Look at the PITs of each group by itself: by forecaster, type, topic or period.

    Args:
        pit: in order of resolution, in [0, 1], shape (n,).
        group: name of each one's group, shape (n,).
        bins, level: as in `pit_histogram`.

    Gives the groups by name, in the order of the names.

    Raises:
        ImpossibleProbability: a PIT is outside [0, 1] or NaN.
        NumbersDoNotFit: there are none, they are no list, there is not one name for each, or a
            setting is out of its range.

    >>> found = pit_by_group([0.1, 0.5, 0.3, 0.9], ["ann", "bob", "ann", "bob"], bins=2)
    >>> {name: (one.count, round(one.mean, 2)) for name, one in found.items()}
    {'ann': (2, 0.2), 'bob': (2, 0.7)}
    """
    given, names = _list(pit, level), np.asarray(group)
    if names.shape != given.shape:
        what = f"groups of shape {names.shape} for {len(given)} PITs"
        raise NumbersDoNotFit(what=what, mend="one name for each")
    found, place = np.unique(names, return_inverse=True)
    groups = (given[place == number] for number in range(len(found)))
    return {
        name: PitCalibration(
            len(mine),
            float(mine.mean()),
            float(mine.std()),
            pit_histogram(mine, bins=bins, level=level),
            uniformity_e_value(mine),
        )
        for name, mine in zip(found.tolist(), groups, strict=True)
    }


def _list(pit: ArrayLike, level: float = 0.5) -> Floats:
    """Check PITs and the level that is asked of their band."""
    given = as_chances(pit)
    if given.ndim != 1 or not len(given):
        raise NumbersDoNotFit(what=f"PITs of shape {given.shape}", mend="a list of one or more")
    if not 0 < level < 1:
        raise NumbersDoNotFit(what=f"a level of {level}", mend="a level between 0 and 1")
    return given

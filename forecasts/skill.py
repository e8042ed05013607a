"""How good each forecaster is, in bits per question, with what is unsure about it and about ranks.

Lead in bits ~ skill + noise, skill ~ N(0, tau^2): who has said little is drawn towards 0. The same
model by NUTS is in models/skill.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecasts.differences import Differences
from forecasts.errors import NumbersDoNotFit
from forecasts.outcomes import Floats, Indices

#: Scale, in bits, of the half-normal prior on how far forecasters differ.
SPREAD_SCALE = 0.3
#: Share of a full question's noise that a longer time averages out; the rest is the luck of its one
#: outcome. On PredictionBook the noise is the same at every coverage; a little keeps those who show
#: up for seconds from counting in full.
SHARE_OF_TIME = 0.05
#: Draws behind intervals, ranks and chances.
SKILL_DRAWS = 4_000
#: Spreads that are weighed, and the smallest of them beside the scale.
_SPREADS = np.geomspace(0.01, 10, 121)
#: Steps of reweighting; heavy tails settle within twenty.
_STEPS = 100
#: Square bits that are always there, so that leads of exactly 0 are no proof.
_LEAST_NOISE = 1e-9
#: Steps that move the noise by less than this share change nothing.
_SETTLED = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Skill:
    """Joint draws of the skill of all forecasters.

    Attributes:
        draws: bits per question, higher is better, shape (draws, forecasters).
        questions: on how many questions each was set beside others.
    """

    draws: Floats
    questions: Indices

    @property
    def mean(self) -> Floats:
        """Posterior mean, in bits per question, shape (forecasters,)."""
        return np.asarray(self.draws.mean(axis=0))

    @property
    def spread(self) -> Floats:
        """Posterior standard deviation, in bits per question, shape (forecasters,)."""
        return np.asarray(self.draws.std(axis=0))

    def interval(self, level: float = 0.9) -> Floats:
        """Central interval of each skill, shape (2, forecasters)."""
        return _central(self.draws, level)

    def among(self, forecasters: Sequence[int]) -> "Skill":
        """Give some forecasters only, by their places; ranks are then among them."""
        kept = np.array(forecasters, dtype=np.int64)
        return Skill(self.draws[:, kept], self.questions[kept])

    def ranks(self) -> Indices:
        """Rank in each draw, 1 for the best, shape (draws, forecasters)."""
        return np.asarray(np.argsort(np.argsort(-self.draws, axis=1), axis=1) + 1)

    def rank_interval(self, level: float = 0.9) -> Floats:
        """Central interval of each rank, in whole ranks, shape (2, forecasters).

        Of the intervals whose ends lie at most a rank further in, it is the one whose chance is
        nearest to the level: cut outwards throughout, ranks would hold the truth too often.
        """
        ranks = self.ranks()
        tail = (1 - level) / 2 * (len(ranks) - 1)
        outer = np.sort(ranks, axis=0)[[math.floor(tail), math.ceil(len(ranks) - 1 - tail)]]
        found = outer
        chance = np.mean((ranks >= outer[0]) & (ranks <= outer[1]), axis=0)
        for step in ([[1], [0]], [[0], [-1]], [[1], [-1]]):
            tried = outer + np.array(step)
            held = np.mean((ranks >= tried[0]) & (ranks <= tried[1]), axis=0)
            nearer = np.abs(held - level) < np.abs(chance - level)
            found, chance = np.where(nearer, tried, found), np.where(nearer, held, chance)
        return found.astype(float)

    def sure_rank(self, level: float = 0.9) -> Indices:
        """Least place that each reaches, or a better one, with a chance of at least `level`.

        >>> draws = np.array([[2.0, 1.0]] * 9 + [[0.0, 1.0]])
        >>> Skill(draws, np.array([1, 1])).sure_rank().tolist()
        [1, 2]
        """
        found = np.quantile(self.ranks(), level, axis=0, method="inverted_cdf")
        return np.asarray(found, np.int64)

    def chance_of_top(self, count: int) -> Floats:
        """Chance that each is among the best `count`, shape (forecasters,)."""
        return np.asarray((self.ranks() <= count).mean(axis=0))


def noise_of_coverage(coverage: Floats) -> Floats:
    """Variance of the noise beside that of a full question, at least 1.

    >>> noise_of_coverage(np.array([1.0, 0.05]))
    array([1.  , 1.95])
    """
    return 1 - SHARE_OF_TIME + SHARE_OF_TIME / coverage


def estimate_skill(
    differences: Differences,
    forecasters: int,
    rng: np.random.Generator,
    *,
    degrees_of_freedom: float = math.inf,
    blocks: ArrayLike | None = None,
    correlation: float = 0.5,
) -> Skill:
    """Estimate skill in bits per question, in milliseconds for ten thousands of rows.

    Noise and the spread of forecasters are learned from all rows together (empirical Bayes, the
    spread by its posterior on a grid); a row of small coverage weighs less.

    Args:
        differences: each forecaster's lead over the others on each question.
        forecasters: how many there are; those without a row get the prior.
        rng: settles the draws.
        degrees_of_freedom: of Student's t noise. Infinite is Normal noise: skill is then the
            expected score. Small ones (4) forgive rare great losses, and with them overconfidence.
        blocks: which block of linked questions each row's question belongs to, shape (rows,).
        correlation: of a forecaster's noise on questions of one block, in [0, 1].

    Raises:
        NumbersDoNotFit: no rows, values that are not finite, or settings out of range.

    Efron and Morris (1975), JASA 70(350); Lange, Little and Taylor (1989), JASA 84(408) for t.

    >>> rows = Differences(np.arange(100), np.repeat([0, 1], 50), np.repeat([.5, -.5], 50) +
    ...     np.tile([-.1, .1], 50), np.ones(100), np.ones(100))
    >>> estimate_skill(rows, 2, np.random.default_rng(0)).mean.round(1)
    array([ 0.5, -0.5])
    """
    _check(differences, forecasters, degrees_of_freedom, correlation)
    share = 1 / noise_of_coverage(differences.coverage)
    if blocks is not None:
        share /= 1 + (_sizes(differences.forecaster, np.asarray(blocks)) - 1) * correlation
    centre, precision = _summaries(differences, share, forecasters, degrees_of_freedom)
    met = np.bincount(differences.forecaster, minlength=forecasters)
    weights = _spread_weights(centre[met > 0], precision[met > 0])
    tau = SPREAD_SCALE * rng.choice(_SPREADS, SKILL_DRAWS, p=weights)[:, None]
    total = precision + tau**-2
    noise = rng.standard_normal((SKILL_DRAWS, forecasters))
    return Skill(centre * precision / total + noise / np.sqrt(total), met)


def _summaries(
    rows: Differences, share: Floats, forecasters: int, degrees: float
) -> tuple[Floats, Floats]:
    """Where each forecaster's rows lie, and how precisely, by iterated reweighting."""
    bits, who = rows.bits, rows.forecaster
    noise = float(np.average(bits**2, weights=share)) + _LEAST_NOISE
    skill, tau = np.zeros(forecasters), SPREAD_SCALE
    met = np.bincount(who, minlength=forecasters) > 0
    information = 1.0 if math.isinf(degrees) else (degrees + 1) / (degrees + 3)
    for _ in range(_STEPS):
        weight = share * _reweighting((bits - skill[who]) ** 2 * share / noise, degrees)
        pulled = np.bincount(who, weight / noise, forecasters)
        precision = np.bincount(who, information * share / noise, forecasters)
        sums = np.bincount(who, weight * bits / noise, forecasters)
        skill = sums / (pulled + tau**-2)
        variance = 1 / (precision + tau**-2)
        tau = math.sqrt(np.mean((skill**2 + variance)[met]))
        residual = (bits - skill[who]) ** 2 + variance[who]
        before, noise = noise, float(np.mean(weight * residual)) + _LEAST_NOISE
        if abs(noise / before - 1) < _SETTLED:
            break
    centre = np.divide(sums, pulled, out=np.zeros(forecasters), where=pulled > 0)
    return centre, precision


def _reweighting(square: Floats, degrees: float) -> Floats:
    """How much a row counts whose residual has this square, in noises; all alike when Normal."""
    if math.isinf(degrees):
        return np.ones_like(square)
    return np.asarray((degrees + 1) / (degrees + square))


def _spread_weights(centre: Floats, precision: Floats) -> Floats:
    """Posterior of the spread of forecasters on its grid, under the half-normal prior."""
    variance = (SPREAD_SCALE * _SPREADS[:, None]) ** 2 + 1 / precision
    fit = -0.5 * (np.log(variance) + centre**2 / variance).sum(axis=1)
    prior = -0.5 * _SPREADS**2 + np.log(_SPREADS)  # the grid's steps are equal in its logarithm
    weights = np.exp(fit + prior - np.max(fit + prior))
    return np.asarray(weights / weights.sum())


def _sizes(forecaster: Indices, blocks: Indices) -> Indices:
    """How many rows share each row's forecaster and block."""
    _, block = np.unique(blocks, return_inverse=True)
    _, group, count = np.unique(
        forecaster * (block.max() + 1) + block, return_inverse=True, return_counts=True
    )
    return np.asarray(count[group])


def _central(draws: Floats, level: float) -> Floats:
    """Ends of central intervals, shape (2, ...)."""
    return np.asarray(np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0))


def _check(rows: Differences, forecasters: int, degrees: float, correlation: float) -> None:
    """Refuse rows and settings that give no estimate."""
    if not len(rows.bits) or not np.all(np.isfinite(rows.bits)):
        raise NumbersDoNotFit(
            what=f"{len(rows.bits)} rows, {int((~np.isfinite(rows.bits)).sum())} not finite",
            mend="at least one question on which two forecasters stood at once",
        )
    if not np.all((rows.coverage > 0) & (rows.coverage <= 1)):
        raise NumbersDoNotFit(what="a coverage is outside (0, 1]", mend="shares of the window")
    if rows.forecaster.max() >= forecasters:
        raise NumbersDoNotFit(
            what=f"forecaster {rows.forecaster.max()} of {forecasters}", mend="places from 0"
        )
    if not (degrees > 2 and 0 <= correlation <= 1):
        raise NumbersDoNotFit(
            what=f"{degrees} degrees of freedom, correlation {correlation}",
            mend="more than 2 degrees, and a correlation in [0, 1]",
        )

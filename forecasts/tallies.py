"""Tallies: running sums of scores by group, which can be merged, and what they say in the end."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.outcomes import Floats, Indices

#: Questions without any score that Metaculus puts beside everyone's peer scores: who has answered
#: little stays near zero.
ZERO_QUESTIONS = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Tallies:
    """Sums over whole questions, for each group and each score.

    Attributes:
        forecasts: number of forecasts, shape (groups,).
        questions: number of questions, shape (groups,).
        weight: sum of weights (coverage, where forecasts stand for a time), shape (groups,).
        possible: what `weight` would be if each forecaster had stood throughout, shape (groups,).
        weight_squared: sum over questions of their squared weight, shape (groups,).
        total: sum of weight times score, shape (scores, groups).
        squared: sum over questions of their squared total, shape (scores, groups).
        cross: sum over questions of weight times total, shape (scores, groups).
    """

    forecasts: Indices
    questions: Indices
    weight: Floats
    possible: Floats
    weight_squared: Floats
    total: Floats
    squared: Floats
    cross: Floats

    @property
    def groups(self) -> int:
        """Number of groups."""
        return len(self.weight)

    @property
    def coverage(self) -> Floats:
        """Share of the time in which forecasts stood, on the questions that were forecast."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.weight / self.possible

    @property
    def means(self) -> Floats:
        """Weighted mean of each score, shape (scores, groups); NaN where nothing was scored."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.total / self.weight

    @property
    def standard_errors(self) -> Floats:
        """Standard error of each mean, with questions as the clusters; NaN below two questions.

        The error of a ratio of sums, to first order, with the factor Q / (Q - 1).
        Cochran (1977), Sampling Techniques, section 6.3.
        """
        means = self.means
        scatter = self.squared - 2 * means * self.cross + means**2 * self.weight_squared
        with np.errstate(invalid="ignore", divide="ignore"):
            factor = np.where(self.questions > 1, self.questions / (self.questions - 1.0), np.nan)
            return np.sqrt(np.maximum(scatter, 0.0) * factor) / self.weight

    def shrunk_means(self, zero_questions: float = ZERO_QUESTIONS) -> Floats:
        """Sums over at least this many questions' weight: Metaculus' rule for peer scores."""
        return self.total / np.maximum(self.weight, zero_questions)


def tally(
    group: ArrayLike,
    question: ArrayLike,
    weight: ArrayLike,
    scores: ArrayLike,
    groups: int,
    possible: ArrayLike | None = None,
) -> Tallies:
    """Sum the scores of forecasts by group, with all forecasts of a question on one heap.

    Tallies of different questions may be merged; a question must not be spread over two tallies.

    Args:
        group: number of each forecast's group, in [0, groups), shape (n,).
        question: number of its question, at least 0, shape (n,).
        weight: weight of each forecast, such as the share of the window for which it stood; >= 0.
        scores: shape (scores, n); bits or points, lower or higher better: sums do not mind.
        groups: number of groups.
        possible: what each weight adds to full coverage: the question's weight with a forecaster's
            first forecast on it, 0 with the later ones; by default the weight itself.

    >>> sums = tally([0, 0, 0], [7, 7, 8], [1, 1, 1], [[0.1, 0.3, 0.5]], groups=1)
    >>> sums.means.round(3), sums.questions
    (array([[0.3]]), array([2]))
    """
    groups_of, weights = np.asarray(group, np.int64), np.asarray(weight, float)
    questions = np.asarray(question, np.int64)
    full = weights if possible is None else np.asarray(possible, float)
    weighted = np.asarray(scores, float) * weights
    pairs, place = _pairs(groups_of, questions)
    pair_weight = np.bincount(place, weights, len(pairs))
    pair_totals = [np.bincount(place, row, len(pairs)) for row in weighted]

    def by_group(values: Floats) -> Floats:
        return np.bincount(pairs, values, groups).astype(float)

    def of_scores(rows: list[Floats]) -> Floats:
        return np.array([by_group(row) for row in rows]).reshape(len(rows), groups)

    return Tallies(
        forecasts=np.bincount(groups_of, minlength=groups),
        questions=np.bincount(pairs, minlength=groups),
        weight=by_group(pair_weight),
        possible=np.bincount(groups_of, full, groups).astype(float),
        weight_squared=by_group(pair_weight**2),
        total=of_scores(pair_totals),
        squared=of_scores([total**2 for total in pair_totals]),
        cross=of_scores([total * pair_weight for total in pair_totals]),
    )


def merge(first: Tallies, second: Tallies) -> Tallies:
    """Add the tallies of other questions; whichever knows fewer groups gets empty ones.

    >>> one = tally([0], [1], [1], [[0.25]], groups=1)
    >>> two = tally([1], [2], [1], [[0.04]], groups=2)
    >>> merge(one, two).means
    array([[0.25, 0.04]])
    """
    groups = max(first.groups, second.groups)
    return Tallies(
        **{
            field.name: _widened(getattr(first, field.name), groups)
            + _widened(getattr(second, field.name), groups)
            for field in fields(Tallies)
        }
    )


def empty_tallies(scores: int) -> Tallies:
    """Give tallies of no group yet: where a stream begins."""
    none, nothing = np.zeros(0), np.zeros((scores, 0))
    count = np.zeros(0, np.int64)
    return Tallies(count, count, none, none, none, nothing, nothing, nothing)


def _pairs(group: Indices, question: Indices) -> tuple[Indices, Indices]:
    """Give the group of each pair of group and question, and which pair each forecast is of."""
    width = int(question.max(initial=0)) + 1
    keys, place = np.unique(group * width + question, return_inverse=True)
    return keys // width, place


def _widened(values: NDArray[Any], groups: int) -> NDArray[Any]:
    """Add empty groups at the end."""
    missing = groups - values.shape[-1]
    if not missing:
        return values
    padding = [(0, 0)] * (values.ndim - 1) + [(0, missing)]
    return np.pad(values, padding)

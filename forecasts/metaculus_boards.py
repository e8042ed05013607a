"""Metaculus' leaderboards: sums and floors, takes and prizes, ranks, medals and their points.

Formulas: Metaculus/metaculus, scoring/utils.py and utils/the_math/measures.py. Arrays have one
entry a forecaster, except where scores by question come in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.metaculus import ScoredForecasts, Scores
from forecasts.outcomes import Floats, Indices
from forecasts.validation import as_finite

#: Who covers fewer questions has the rest as zeros in the mean peer score.
PEER_COVERAGE_FLOOR = 30.0
#: The same of the older board, in questions forecast.
LEGACY_QUESTIONS_FLOOR = 40.0


class Medal(IntEnum):
    """Medals, as numbers for arrays."""

    NONE = 0
    BRONZE = 1
    SILVER = 2
    GOLD = 3


#: Percent of the ranked who have at least this medal, and so many ranks in any case.
_SHARES = {Medal.BRONZE: (5, 3), Medal.SILVER: (2, 2), Medal.GOLD: (1, 1)}
#: Points of a new medal, by its number; they halve with every year.
_POINTS = np.array([0.0, 1.0, 4.0, 10.0])
#: Scores this near are equal, as for numpy.isclose.
_RELATIVE, _ABSOLUTE = 1e-5, 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class ForecasterScores:
    """Points and coverage by question and forecaster, ascending by both."""

    question: Indices
    forecaster: Indices
    score: Floats
    coverage: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Weighted sums over questions of each forecaster's points and coverage; how many questions."""

    score: Floats
    coverage: Floats
    questions: Indices


def sum_by_forecaster(scores: Scores, forecasts: ScoredForecasts) -> ForecasterScores:
    """Add up each forecaster's scores on each question, where any time is covered.

    >>> from forecasts.metaculus import baseline_scores, scored_forecasts, scored_questions
    >>> both = scored_forecasts([0, 0], [0.0, 5.0], [0.9, 0.5], end=[5.0, np.inf])
    >>> sums = sum_by_forecaster(baseline_scores(both, scored_questions([0.0], [10.0])), both)
    >>> sums.score.round(4).tolist(), sums.coverage.tolist()
    ([42.3998], [1.0])
    """
    width = int(forecasts.forecaster.max(initial=0)) + 1
    covered = scores.coverage > 0
    key = forecasts.question[covered] * width + forecasts.forecaster[covered]
    pairs, place = np.unique(key, return_inverse=True)
    score, coverage = (
        np.bincount(place, column[covered], len(pairs))
        for column in (scores.score, scores.coverage)
    )
    return ForecasterScores(pairs // width, pairs % width, score, coverage)


def totals(
    forecaster: ArrayLike,
    score: ArrayLike,
    coverage: ArrayLike,
    weight: ArrayLike = 1.0,
    forecasters: int = 0,
) -> Totals:
    """Add up scores by question into one entry a forecaster.

    Args:
        forecaster: number of each score's forecaster, from 0.
        score, coverage: of a forecaster on a question, see `sum_by_forecaster`.
        weight: of the score's question.
        forecasters: give at least so many entries.

    >>> totals([0, 0, 1], [10.0, 20.0, 5.0], [1.0, 1.0, 0.5], [1.0, 0.5, 1.0]).score.tolist()
    [20.0, 5.0]
    """
    who = np.asarray(forecaster, np.int64)
    shares = np.broadcast_to(np.asarray(weight, float), who.shape)
    points, covered = (
        np.bincount(who, shares * np.asarray(column, float), forecasters)
        for column in (score, coverage)
    )
    return Totals(points, covered, np.bincount(who, minlength=forecasters))


def mean_peer_score(sums: Totals) -> Floats:
    """Score of the global peer board: the sum over max(30, coverage).

    >>> mean_peer_score(Totals(np.array([60.0]), np.array([20.0]), np.array([25]))).tolist()
    [2.0]
    """
    return np.asarray(sums.score / np.maximum(PEER_COVERAGE_FLOOR, sums.coverage))


def mean_legacy_peer_score(sums: Totals) -> Floats:
    """Score of the older global peer board: the sum over max(40, questions forecast).

    >>> mean_legacy_peer_score(Totals(np.array([60.0]), np.array([20.0]), np.array([50]))).tolist()
    [1.2]
    """
    return np.asarray(sums.score / np.maximum(LEGACY_QUESTIONS_FLOOR, sums.questions))


def tournament_takes(score: ArrayLike) -> Floats:
    """What forecasters' sums weigh in a tournament's prizes: max(sum, 0) squared.

    >>> tournament_takes([3.0, -2.0]).tolist()
    [9.0, 0.0]
    """
    return np.asarray(np.maximum(np.asarray(score, float), 0.0) ** 2)


def relative_legacy_takes(sums: Totals, possible_coverage: float) -> Floats:
    """Takes of older tournaments: the share of all that could be covered, times e^score.

    Args:
        possible_coverage: sum of the weights of the questions that resolved.

    >>> relative_legacy_takes(Totals(np.zeros(1), np.array([5.0]), np.array([5])), 10.0).tolist()
    [0.5]
    """
    return np.asarray(sums.coverage / possible_coverage * np.exp(sums.score))


def prize_shares(
    takes: ArrayLike, least_share: float = 0.0, excluded: ArrayLike | None = None
) -> Floats:
    """Share of the prize pool of each entry: its take over all takes.

    From the bottom up, an entry whose share would be below the least is dropped, and the others
    share anew. Negative takes count as 0.

    Args:
        takes: of each entry, in any order.
        least_share: in [0, 1].
        excluded: entries that get nothing and count for nothing.

    Raises:
        NumbersDoNotFit: a take is infinite or no number.

    >>> prize_shares([6.0, 3.0, 1.0], least_share=0.25).round(4).tolist()
    [0.6667, 0.3333, 0.0]
    """
    counted = np.maximum(as_finite(takes), 0.0)
    counted = np.where(_flags(excluded, len(counted)), 0.0, counted)
    order = np.argsort(-counted, kind="stable")
    best_first = counted[order]
    together = np.cumsum(best_first)
    stays = (best_first > 0) & (best_first >= least_share * together)
    last = int(np.flatnonzero(stays).max(initial=-1))
    shares = np.zeros(len(counted))
    if last >= 0:
        shares[order[: last + 1]] = best_first[: last + 1] / together[last]
    return shares


def ranks(values: ArrayLike, excluded: ArrayLike | None = None) -> Indices:
    """Rank of each entry, 1 for the highest value.

    An entry has its predecessor's rank if their values are close (numpy.isclose). Excluded entries
    have a rank too, which they do not use up.

    Args:
        values: scores, or takes for older tournaments; in any order.

    Raises:
        NumbersDoNotFit: a value is infinite or no number.

    >>> ranks([100.0, 90.0, 80.0, 70.0, 60.0], [0, 1, 1, 1, 0]).tolist()
    [1, 2, 2, 2, 2]
    """
    scores = as_finite(values)
    order = np.argsort(-scores, kind="stable")
    best_first, out = scores[order], _flags(excluded, len(scores))[order]
    place = 1 + np.cumsum(~out) - ~out
    near = np.abs(np.diff(best_first)) <= _ABSOLUTE + _RELATIVE * np.abs(best_first[:-1])
    begins = np.concatenate([np.ones(min(len(scores), 1), bool), ~near])
    leader = np.maximum.accumulate(np.where(begins, np.arange(len(scores)), 0))
    found = np.empty(len(scores), np.int64)
    found[order] = place[leader]
    return found


def medals(rank: ArrayLike, excluded: ArrayLike | None = None) -> Indices:
    """Medal of each entry: gold to 1% of the ranked, silver to 2%, bronze to 5%.

    Percentages are rounded up, to ranks 1, 2 and 3 at least. Excluded entries have none, and do
    not count.

    >>> [Medal(medal).name for medal in medals([1, 2, 3, 4])]
    ['GOLD', 'SILVER', 'BRONZE', 'NONE']
    """
    places = np.asarray(rank, np.int64)
    out = _flags(excluded, len(places))
    ranked = int(np.count_nonzero(~out))
    found = np.full(len(places), int(Medal.NONE))
    for medal, (percent, least) in _SHARES.items():
        found[places <= max(-(-percent * ranked // 100), least)] = medal
    return np.where(out, int(Medal.NONE), found)


def medal_points(medal: ArrayLike, years: ArrayLike) -> Floats:
    """What medals are worth after whole calendar years: 10, 4 and 1, halved with every year.

    >>> medal_points([Medal.GOLD, Medal.SILVER, Medal.BRONZE, Medal.NONE], [0, 1, 2, 0]).tolist()
    [10.0, 2.0, 0.25, 0.0]
    """
    return np.asarray(_POINTS[np.asarray(medal, np.int64)] * 0.5 ** np.asarray(years, float))


def decimal_h_index(values: Iterable[float]) -> float:
    """H-index with two decimals, of votes on comments or forecasters on questions (over 10).

    H values are at least H; the decimals say how much of the way to H + 1 is done.

    >>> decimal_h_index([2, 2, 1]), decimal_h_index([])
    (2.2, 0.0)
    """
    best_first = np.sort(np.asarray(list(values), float))[::-1]
    whole = int(np.count_nonzero(best_first >= np.arange(1, len(best_first) + 1)))
    reached = float(np.minimum(best_first[: whole + 1], whole + 1).sum()) - whole**2
    return whole + round(reached / ((whole + 1) ** 2 - whole**2), 2)


def _flags(excluded: ArrayLike | None, size: int) -> NDArray[np.bool_]:
    """Who is excluded; nobody if absent."""
    return np.zeros(size, bool) if excluded is None else np.asarray(excluded, bool)

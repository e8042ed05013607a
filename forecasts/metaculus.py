"""Metaculus' scores of single forecasts: baseline and spot baseline, and what they start from.

Scores that compare with others are in `metaculus_peers`, chances from options and CDFs in
`metaculus_buckets`. All take flat arrays with the forecasts of many questions at once. Formulas:
Metaculus/metaculus, scoring/score_math.py. Higher is better everywhere.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.errors import NumbersDoNotFit
from forecasts.outcomes import Floats, Indices
from forecasts.validation import as_chances, as_finite

#: A chance of 0 counts as the smallest there is, a loss of 708 nats: what is infinite cannot be
#: averaged, nor compared. Metaculus itself takes only .001 to .999.
_LEAST = float(np.finfo(float).tiny)
#: Points that a perfect forecast of a binary question earns.
POINTS = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class ScoredQuestions:
    """When each of some questions could be forecast; times in any one unit. See `scored_questions`.

    Attributes:
        opens, scheduled_close, actual_close: the last is earlier where a question resolved early.
        spot: the one instant that spot scores look at.
        is_continuous: numeric, date and discrete questions, whose scores are halved.
    """

    opens: Floats
    scheduled_close: Floats
    actual_close: Floats
    spot: Floats
    is_continuous: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class ScoredForecasts:
    """Forecasts of many questions, one entry a forecast. See `scored_forecasts`.

    Attributes:
        question, forecaster: numbers from 0.
        start, end: it stands from the first instant until just before the second.
        probability: chance given to what happened.
        in_base: whether others are compared with it; not so for bots that a question leaves out.
    """

    question: Indices
    forecaster: Indices
    start: Floats
    end: Floats
    probability: Floats
    in_base: NDArray[np.bool_]

    @property
    def nats(self) -> Floats:
        """Natural logarithm of the chance given to what happened."""
        return np.log(np.maximum(self.probability, _LEAST))


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Points of each forecast, and the share of its question's scheduled time that it covers."""

    score: Floats
    coverage: Floats


def scored_questions(
    opens: ArrayLike,
    scheduled_close: ArrayLike,
    actual_close: ArrayLike | None = None,
    spot: ArrayLike | None = None,
    is_continuous: ArrayLike = False,  # noqa: FBT002  an array or one value, as the others
) -> ScoredQuestions:
    """Gather questions; any argument may be one value for all of them.

    Args:
        opens, scheduled_close: times, the second later than the first.
        actual_close: the scheduled close if absent.
        spot: the actual close if absent; see `spot_times`.
        is_continuous: true for numeric, date and discrete questions.

    Raises:
        NumbersDoNotFit: a time is not finite, a question is to close before it opens, or the
            columns differ in length.

    >>> scored_questions([0.0, 5.0], 10.0).spot.tolist()
    [10.0, 10.0]
    """
    close = scheduled_close if actual_close is None else actual_close
    looked = close if spot is None else spot
    *times, kinds = _columns(opens, scheduled_close, close, looked, is_continuous)
    for column in times:
        as_finite(column)
    wrong = np.count_nonzero(times[0] >= times[1])
    if wrong:
        what = f"{wrong} of {len(times[0])} questions are to close before they open"
        raise NumbersDoNotFit(what=what, mend="a scheduled close after the opening")
    first, last, close, looked = times
    return ScoredQuestions(first, last, close, looked, kinds.astype(bool))


def scored_forecasts(
    question: ArrayLike,
    start: ArrayLike,
    probability: ArrayLike,
    end: ArrayLike = np.inf,
    forecaster: ArrayLike = 0,
    in_base: ArrayLike = True,  # noqa: FBT002  an array or one value, as the others
) -> ScoredForecasts:
    """Gather forecasts; any argument may be one value for all of them.

    Args:
        question: number of each forecast's question, from 0.
        start: when it was made; what was made before its question opened counts from then.
        probability: chance given to what happened, in [0, 1]; see `metaculus_buckets`.
        end: when it was withdrawn or replaced; inf or NaN if it stands until the close.
        forecaster: number of whoever made it.
        in_base: false for those whom nobody is compared with.

    Raises:
        ImpossibleProbability: a chance is outside of [0, 1], or no number.
        NumbersDoNotFit: a start is no number, a question's or forecaster's number is negative, or
            the columns differ in length.

    >>> scored_forecasts([0, 0], [1.0, 2.0], [0.5, 0.9], end=[2.0, np.nan]).end.tolist()
    [2.0, inf]
    """
    columns = _columns(question, forecaster, start, end, probability, in_base)
    numbers, people = columns[0].astype(np.int64), columns[1].astype(np.int64)
    begins, ends, chances = columns[2], columns[3], as_chances(columns[4])
    if np.isnan(begins).any() or (numbers < 0).any() or (people < 0).any():
        what = "a forecast without a start, or with a number below 0"
        raise NumbersDoNotFit(what=what, mend="a time for each start, and numbers from 0 on")
    lasting = np.where(np.isnan(ends), np.inf, ends)
    return ScoredForecasts(numbers, people, begins, lasting, chances, columns[5].astype(bool))


def spot_times(
    opens: ArrayLike,
    scheduled_close: ArrayLike,
    actual_close: ArrayLike,
    spot_scoring: ArrayLike,
    reveal: ArrayLike,
) -> Floats:
    """Instant that spot scores look at: the first of these that is known, at most the actual close.

    The time set for it, then when the crowd was revealed (if that is after the opening), then the
    actual, then the scheduled close. NaN stands for unknown.

    >>> spot_times(0.0, 10.0, 8.0, [np.nan, 3.0, np.nan], [5.0, 5.0, 0.0]).tolist()
    [5.0, 3.0, 8.0]
    """
    first, last, close, fixed, shown = _columns(
        opens, scheduled_close, actual_close, spot_scoring, reveal
    )
    known = np.where(np.isnan(close), last, close)
    after = np.where(shown > first, shown, np.nan)
    found = np.where(np.isnan(fixed), np.where(np.isnan(after), known, after), fixed)
    return np.asarray(np.minimum(found, known))


def baseline_scores(
    forecasts: ScoredForecasts, questions: ScoredQuestions, ignorance: ArrayLike = 0.5
) -> Scores:
    """Points over knowing nothing, 100 at best for options, averaged over the scheduled time.

    Options: 100 ln(p N) / ln N for N options. Continuous: 50 ln(p / b) for a bucket's baseline b.
    Time without a forecast earns 0. Time after an early close earns 0 as well, so that nobody gains
    by how long a question would have run.

    Args:
        ignorance: chance that who knows nothing gives to what happened, 1 / N or b, for each
            forecast or for all; see `metaculus_buckets.ignorance_of_bucket`.

    >>> from_day_5 = scored_forecasts([0], [5.0], [0.9])
    >>> baseline_scores(from_day_5, scored_questions([0.0], [10.0])).score.round(4).tolist()
    [42.3998]
    """
    begins, ends = standing_shares(forecasts, questions, questions.scheduled_close)
    coverage = ends - begins
    return Scores(_over_ignorance(forecasts, questions, ignorance) * coverage, coverage)


def spot_baseline_scores(
    forecasts: ScoredForecasts, questions: ScoredQuestions, ignorance: ArrayLike = 0.5
) -> Scores:
    """Points over knowing nothing of the forecasts that stand at the spot time; others have 0.

    Args:
        ignorance: as for `baseline_scores`.

    >>> two = scored_forecasts([0, 0], [0.0, 5.0], [0.9, 0.1], end=[5.0, np.inf])
    >>> spot_baseline_scores(two, scored_questions([0.0], [10.0])).score.round(4).tolist()
    [0.0, -232.1928]
    """
    stands = stands_at_spot(forecasts, questions)
    points = _over_ignorance(forecasts, questions, ignorance)
    return Scores(np.where(stands, points, 0.0), stands.astype(float))


def standing_shares(
    forecasts: ScoredForecasts, questions: ScoredQuestions, until: Floats
) -> tuple[Floats, Floats]:
    """From when to when each forecast counts: 0 is its question's opening, 1 is `until`.

    Args:
        until: of each question.

    >>> times = standing_shares(scored_forecasts([0], [5.0], [0.9]),
    ...     scored_questions([0.0], [10.0], [8.0]), np.array([10.0]))
    >>> [time.tolist() for time in times]
    [[0.5], [0.8]]
    """
    place = places_of_questions(forecasts, questions)
    opens, whole = questions.opens[place], lengths(questions, until)[place]
    begins = np.maximum(forecasts.start - opens, 0.0)
    ends = np.minimum(forecasts.end, questions.actual_close[place]) - opens
    return begins / whole, np.maximum(begins, ends) / whole


def lengths(questions: ScoredQuestions, until: Floats) -> Floats:
    """Time from each question's opening; 1 where there is none, and so nothing to divide.

    >>> lengths(scored_questions([0.0, 0.0], 10.0, [8.0, -1.0]), np.array([8.0, -1.0])).tolist()
    [8.0, 1.0]
    """
    return np.where(until > questions.opens, until - questions.opens, 1.0)


def places_of_questions(forecasts: ScoredForecasts, questions: ScoredQuestions) -> Indices:
    """Give the number of each forecast's question.

    Raises:
        NumbersDoNotFit: there are fewer questions.

    >>> places_of_questions(scored_forecasts([0], [0.0], [0.5]), scored_questions([0.0], 1.0))
    array([0])
    """
    last = int(forecasts.question.max(initial=-1))
    if last >= len(questions.opens):
        what = f"a forecast of question {last} for {len(questions.opens)} questions"
        raise NumbersDoNotFit(what=what, mend="numbers from 0 to one less than there are questions")
    return forecasts.question


def stands_at_spot(forecasts: ScoredForecasts, questions: ScoredQuestions) -> NDArray[np.bool_]:
    """Whether each forecast stands at its question's spot time: started by then, not yet ended.

    >>> at_ten = scored_forecasts([0, 0], [10.0, 0.0], [0.5, 0.5], end=[np.inf, 10.0])
    >>> stands_at_spot(at_ten, scored_questions([0.0], [10.0])).tolist()
    [True, False]
    """
    instant = questions.spot[places_of_questions(forecasts, questions)]
    return (forecasts.start <= instant) & (instant < forecasts.end)


def _over_ignorance(
    forecasts: ScoredForecasts, questions: ScoredQuestions, ignorance: ArrayLike
) -> Floats:
    """Points over knowing nothing, at one instant."""
    chance = as_chances(ignorance)
    if not np.all((chance > 0) & (chance < 1)):
        raise NumbersDoNotFit(
            what="a chance of ignorance of 0 or 1", mend="1 / N for N >= 2 options"
        )
    unknowing = np.log(chance)
    scale = np.where(questions.is_continuous[forecasts.question], 2.0, -unknowing)
    return np.asarray(POINTS * (forecasts.nats - unknowing) / scale)


def _columns(*values: ArrayLike) -> list[Floats]:
    """Give each as a column of numbers, all of one length; one value stands for a whole column."""
    columns = [np.atleast_1d(np.asarray(value, float)) for value in values]
    try:
        return list(np.broadcast_arrays(*columns))
    except ValueError:
        what = f"columns of {', '.join(str(len(column)) for column in columns)} entries"
        raise NumbersDoNotFit(what=what, mend="as many entries in each, or one value") from None

"""Scores averaged over the time for which forecasts stood, in windows that are fixed in advance.

A forecast stands from when it is made until its forecaster's next one on the question, or until it
is withdrawn. It counts within the question's window, from opening to the scheduled close, up to the
actual close: an early resolution cuts the rest off for all, and pays nobody for having waited.

A forecaster who is absent gets no score for that time, which is not a score of zero: the mean is
over the time of standing only. With T the scheduled length and c the coverage (time of standing /
T), the sum form that leaderboards add up is (1 / T) * integral of the score = mean * c. It takes
absence as zero, so it may be summed only for scores whose zero means "as good as the others" or "as
good as knowing nothing" (peer, baseline), never for losses, where absence would be perfect.

All is done by one sort and sums over segments: some 150 bytes a forecast, whatever their number.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecasts.errors import NumbersDoNotFit
from forecasts.outcomes import Floats, Indices
from forecasts.validation import as_finite


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """When forecasts on each question count; all three by question, in days since 1970.

    Attributes:
        opens: when the question opens, shape (questions,).
        closes: when it was announced to close, after `opens`.
        ends: when it did close: at `closes`, or when the outcome became fixed. Later counts as
            `closes`, so that coverage never exceeds 1.

    Raises:
        NumbersDoNotFit: a time is not finite, the shapes differ, or a window has no length.
    """

    opens: Floats
    closes: Floats
    ends: Floats

    def __post_init__(self) -> None:
        """Check that every window has a length."""
        shapes = {as_finite(times).shape for times in (self.opens, self.closes, self.ends)}
        if len(shapes) > 1 or len(next(iter(shapes))) != 1:
            raise NumbersDoNotFit(what=f"windows of shapes {shapes}", mend="one window a question")
        empty = int(np.sum(np.asarray(self.closes) <= np.asarray(self.opens)))
        if empty:
            what = f"{empty} of {len(self.opens)} questions close no later than they open"
            raise NumbersDoNotFit(what=what, mend="a scheduled close after the opening")


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """When each forecast stands: in [start, end), which is empty for one replaced at once.

    Attributes:
        question, forecaster: whose forecast each row is, shape (n,).
        start, end: days since 1970, shape (n,); without an end: infinity.
        order: rows by question, then forecaster, then start; of equal starts the later row is last.
        first: places in `order` at which another (question, forecaster) begins, shape (pairs,).
    """

    question: Indices
    forecaster: Indices
    start: Floats
    end: Floats
    order: Indices
    first: Indices


@dataclass(frozen=True, slots=True, eq=False)
class TimeAverages:
    """What forecasters got on questions; only pairs whose forecasts stood at some time.

    Attributes:
        question, forecaster: the pairs, ascending, shape (pairs,).
        mean: score averaged over the time of standing, shape (..., pairs).
        coverage: time of standing / scheduled length, in (0, 1], shape (pairs,).
    """

    question: Indices
    forecaster: Indices
    mean: Floats
    coverage: Floats

    @property
    def total(self) -> Floats:
        """Sum form, mean * coverage: for scores whose zero is absence (see above)."""
        return self.mean * self.coverage


def standing_times(
    question: ArrayLike, forecaster: ArrayLike, start: ArrayLike, end: ArrayLike | None = None
) -> Standing:
    """Say when each forecast stands: until the same forecaster's next one, or its own end.

    Args:
        question, forecaster: number of each forecast's question and forecaster, >= 0, shape (n,).
        start: when it was made, days since 1970, in any order; of equal times the later row wins.
        end: when it was withdrawn or ran out, not before `start`; infinity (or None) for never.

    Raises:
        NumbersDoNotFit: the shapes differ, a number is below 0, a start is not finite, or an end is
            NaN or before its start.

    >>> standing = standing_times([0, 0, 0], [7, 7, 7], [5.0, 2.0, 8.0], [6.0, np.inf, np.inf])
    >>> standing.end
    array([ 6.,  5., inf])
    """
    questions, forecasters = np.asarray(question, np.int64), np.asarray(forecaster, np.int64)
    starts = as_finite(start)
    own_ends = np.broadcast_to(np.asarray(np.inf if end is None else end, float), starts.shape)
    _check_rows(questions, forecasters, starts, own_ends)
    pair = questions * (int(forecasters.max(initial=0)) + 1) + forecasters
    order = np.lexsort((starts, pair))
    pair = pair[order]
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    successor = np.append(starts[order[1:]], np.inf)[: len(order)]
    successor[np.append(first[1:], len(order))[: len(first)] - 1] = np.inf
    ends = np.empty_like(starts)
    ends[order] = np.minimum(own_ends[order], successor)
    return Standing(questions, forecasters, starts, ends, order, first)


def time_averages(standing: Standing, score: ArrayLike, windows: Windows) -> TimeAverages:
    """Average scores over the time for which forecasts stood, by question and forecaster.

    Args:
        standing: when each of n forecasts stands.
        score: any score of each forecast, lower or higher better, shape (..., n).
        windows: of each question, by the numbers that `standing.question` has.

    Raises:
        NumbersDoNotFit: the shapes differ, a score is NaN, or a question has no window.

    >>> standing = standing_times([0, 0], [7, 7], [0.0, 6.0])
    >>> window = Windows(np.array([0.0]), np.array([10.0]), np.array([8.0]))
    >>> averages = time_averages(standing, [0.4, 0.0], window)
    >>> averages.mean.round(3), averages.coverage, averages.total.round(3)
    (array([0.3]), array([0.8]), array([0.24]))
    """
    scores = np.asarray(score, float)
    _check_scores(scores, standing, windows)
    order, first = standing.order, standing.first
    if not len(order):
        return TimeAverages(standing.question, standing.forecaster, scores, np.zeros(0))
    questions = standing.question[order]
    close = np.minimum(windows.closes, windows.ends)[questions]
    time = np.minimum(standing.end[order], close)
    time -= np.maximum(standing.start[order], np.asarray(windows.opens)[questions])
    np.maximum(time, 0.0, out=time)
    counted = np.where(time > 0, scores[..., order], 0.0)  # an infinite loss for no time is none
    total = np.add.reduceat(counted * time, first, axis=-1)
    stood = np.add.reduceat(time, first)
    kept = stood > 0
    asked = questions[first][kept]
    return TimeAverages(
        question=asked,
        forecaster=standing.forecaster[order[first]][kept],
        mean=total[..., kept] / stood[kept],
        coverage=stood[kept] / (np.asarray(windows.closes) - windows.opens)[asked],
    )


def standing_at(standing: Standing, time: ArrayLike) -> Indices:
    """Tell which forecasts stand at a time that is fixed in advance: at most one a pair.

    Args:
        standing: when each forecast stands; a withdrawn one leaves nobody in its place.
        time: days since 1970; one for all, or one for each question by number.

    Gives the rows of the forecasts, by question, then forecaster.

    Raises:
        NumbersDoNotFit: a time is not finite, or a question has none.

    >>> standing_at(standing_times([0, 0, 1], [7, 7, 7], [5.0, 2.0, 4.5]), 4.0)
    array([1])
    """
    times = as_finite(time)
    if times.ndim:
        _check_questions(standing, len(times))
        times = times[standing.question]
    stands = (standing.start <= times) & (times < standing.end)
    return standing.order[stands[standing.order]]


def _check_rows(questions: Indices, forecasters: Indices, starts: Floats, ends: Floats) -> None:
    """Refuse forecasts whose columns do not belong together."""
    shapes = {questions.shape, forecasters.shape, starts.shape}
    if len(shapes) > 1 or starts.ndim != 1:
        raise NumbersDoNotFit(what=f"columns of shapes {shapes}", mend="one value a forecast")
    if questions.min(initial=0) < 0 or forecasters.min(initial=0) < 0:
        raise NumbersDoNotFit(what="a number of a question or forecaster", mend="numbers from 0")
    wrong = int(np.sum(~(ends >= starts)))  # NaN is wrong too
    if wrong:
        what = f"{wrong} of {len(starts)} forecasts end before they start, or at NaN"
        raise NumbersDoNotFit(what=what, mend="later ends, or infinity for never")


def _check_scores(scores: Floats, standing: Standing, windows: Windows) -> None:
    """Refuse scores that are not one for each forecast."""
    _check_questions(standing, len(windows.opens))
    if scores.ndim == 0 or scores.shape[-1] != len(standing.start):
        what = f"scores of shape {scores.shape} for {len(standing.start)} forecasts"
        raise NumbersDoNotFit(what=what, mend="one score for each forecast, on the last axis")
    if np.isnan(scores).any():
        raise NumbersDoNotFit(what=f"{np.isnan(scores).sum()} scores are NaN", mend="numbers")


def _check_questions(standing: Standing, questions: int) -> None:
    """Refuse questions of which no time is known."""
    largest = int(standing.question.max(initial=-1))
    if largest >= questions:
        what = f"question {largest} among the times of {questions} questions"
        raise NumbersDoNotFit(what=what, mend="times for each question, by number from 0")

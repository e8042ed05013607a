"""How far each forecaster was better than the others on each question, at the same times."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit
from forecasts.outcomes import Floats, Indices

#: Chances given to the outcome count as at least this, so that no single forecast outweighs years.
SMALLEST_CHANCE = 0.005
#: Days that others have to react to the same news before a forecast is set beside theirs.
GRACE_DAYS = 1.0
#: Shares of time below this are rounding.
_INSTANT = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class StandingForecasts:
    """Forecasts on many resolved questions, as flat arrays: one row a forecast.

    Attributes:
        question: place of its question in `opens` and `closes`.
        forecaster: whose it is, from 0.
        start, end: when it stands, in days; outside of its question's window it is cut off.
        chance: what it gave to the outcome, in [0, 1].
        opens, closes: window over which each question is scored, in days, shape (questions,).
    """

    question: Indices
    forecaster: Indices
    start: Floats
    end: Floats
    chance: Floats
    opens: Floats
    closes: Floats

    def __post_init__(self) -> None:
        """Refuse what cannot be set side by side."""
        rows = {len(v) for v in (self.question, self.forecaster, self.start, self.end, self.chance)}
        if len(rows) != 1 or len(self.opens) != len(self.closes):
            raise NumbersDoNotFit(what="arrays differ in length", mend="one value a row")
        if len(self.question) and not 0 <= self.question.min() <= self.question.max() < len(
            self.opens
        ):
            raise NumbersDoNotFit(
                what=f"questions run to {self.question.max()}, windows are {len(self.opens)}",
                mend="one window for each question",
            )
        if not np.all(self.end >= self.start) or not np.all(self.closes >= self.opens):
            raise NumbersDoNotFit(what="an end is before its start", mend="end at or after it")
        bad = ~((self.chance >= 0) & (self.chance <= 1))
        if bad.any():
            raise ImpossibleProbability(count=int(bad.sum()), total=bad.size)


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """One row for each forecaster on each question where others stood as well.

    Attributes:
        question, forecaster: as in the forecasts.
        bits: log2 of the chance given to the outcome, less the mean of the others, over the time in
            which both stood; higher is better.
        coverage: share of the question's window in which both stood, in (0, 1].
        others: mean number of others over that time.
    """

    question: Indices
    forecaster: Indices
    bits: Floats
    coverage: Floats
    others: Floats

    def take(self, rows: ArrayLike) -> "Differences":
        """Give some rows, by a mask or by their places."""
        kept = np.asarray(rows)
        return Differences(
            self.question[kept],
            self.forecaster[kept],
            self.bits[kept],
            self.coverage[kept],
            self.others[kept],
        )


def differences_to_others(
    forecasts: StandingForecasts,
    *,
    grace: float = GRACE_DAYS,
    smallest_chance: float = SMALLEST_CHANCE,
) -> Differences:
    """Time-averaged log2 score beside the mean of the others' log2 scores, in bits.

    Questions need not be equally hard, nor forecasters present all the time: only the same times on
    the same question are compared. Who copies the others earns 0.

    Args:
        forecasts: at each time at most one of a forecaster stands on a question.
        grace: days, at least 0, by which the others are read later than the forecast that is set
            beside them: being some hours ahead with public news then earns nothing. After the
            close the others count as they last stood. 0 compares at the same instant.
        smallest_chance: chances given to the outcome are raised to this, in (0, 1]. Scores are
            proper above it only; a lower one lets single forecasts weigh more.

    Raises:
        NumbersDoNotFit: grace is negative, or smallest_chance is outside (0, 1].

    The peer score of Metaculus (scores FAQ), in bits, over the time in which both stand.

    >>> two = StandingForecasts(
    ...     question=np.array([0, 0]), forecaster=np.array([0, 1]),
    ...     start=np.array([0.0, 5.0]), end=np.array([10.0, 10.0]),
    ...     chance=np.array([0.8, 0.4]), opens=np.array([0.0]), closes=np.array([10.0]))
    >>> found = differences_to_others(two, grace=0)
    >>> found.bits, found.coverage
    (array([ 1., -1.]), array([0.5, 0.5]))
    """
    if not (grace >= 0 and 0 < smallest_chance <= 1):
        raise NumbersDoNotFit(
            what=f"grace {grace} and smallest_chance {smallest_chance}",
            mend="grace of at least 0 days, and a smallest_chance in (0, 1]",
        )
    start, end, stays, kept = _on_one_line(forecasts, grace)
    question, forecaster = forecasts.question[kept], forecasts.forecaster[kept]
    log_chance = np.log2(np.maximum(forecasts.chance[kept], smallest_chance))
    pair, pairs, rows = _pairs(question, forecaster)
    segments = _segments(
        np.tile(pair, 2),
        np.concatenate([start, start + grace]),
        np.concatenate([stays, end + grace]),
        np.tile(log_chance, 2),
        np.repeat([0, 1], len(pair)),
    )
    bits, time, others = _Crowd(start, stays, log_chance).compared(*segments, pairs=pairs)
    length = (forecasts.closes - forecasts.opens)[question[rows]]
    met = time > _INSTANT * np.maximum(length, 1)
    return Differences(
        question[rows][met],
        forecaster[rows][met],
        bits[met] / time[met],
        np.minimum(time[met] / length[met], 1.0),
        others[met] / time[met],
    )


class _Crowd:
    """Who stands on the long line of time, as running integrals that are read at any instant."""

    def __init__(self, start: Floats, end: Floats, log_chance: Floats) -> None:
        times = np.concatenate([start, end])
        order = np.argsort(times, kind="stable")
        self.times = times[order]
        count = np.cumsum(np.repeat([1, -1], len(start))[order])
        total = np.cumsum(np.concatenate([log_chance, -log_chance])[order])
        one, two = np.maximum(count, 1), np.maximum(count - 1, 1)
        # Time with others, their sum, share and number: with oneself standing, then without.
        self.values = np.stack(
            [
                count >= 2,
                np.where(count >= 2, total / two, 0),
                np.where(count >= 2, 1 / two, 0),
                np.where(count >= 2, count - 1, 0),
                count >= 1,
                np.where(count >= 1, total / one, 0),
                np.where(count >= 1, count, 0),
            ]
        ).astype(float)
        steps = np.diff(self.times) * self.values[:, :-1]
        self.sums = np.concatenate([np.zeros((7, 1)), np.cumsum(steps, axis=1)], axis=1)

    def until(self, time: Floats) -> Floats:
        """Integrals up to some instants, shape (7, instants)."""
        place = np.clip(np.searchsorted(self.times, time, "right") - 1, 0, len(self.times) - 1)
        return np.asarray(self.sums[:, place] + self.values[:, place] * (time - self.times[place]))

    def compared(
        self, pair: Indices, start: Floats, end: Floats, now: Floats, then: Floats, stands: Floats,
        *, pairs: int,
    ) -> tuple[Floats, Floats, Floats]:  # fmt: skip
        """Integrals of one's lead over the others, of the time, and of their number, by pair."""
        among, mean, share, number, alone, mean_alone, number_alone = self.until(end) - self.until(
            start
        )
        inside = stands > 0
        time = np.where(inside, among, alone)
        lead = then * time - np.where(inside, mean - now * share, mean_alone)
        met = np.where(inside, number, number_alone)
        return (
            np.bincount(pair, lead, pairs),
            np.bincount(pair, time, pairs),
            np.bincount(pair, met, pairs),
        )


def _on_one_line(
    forecasts: StandingForecasts, grace: float
) -> tuple[Floats, Floats, Floats, Indices]:
    """Give start, end, and end with the grace of each forecast that stood within its window.

    Each question gets a stretch of its own on one long line of time. The last words stand for the
    grace after the close, while others react.
    """
    opens, closes = forecasts.opens[forecasts.question], forecasts.closes[forecasts.question]
    start = np.clip(forecasts.start, opens, closes)
    end = np.clip(forecasts.end, opens, closes)
    kept = np.flatnonzero(end > start)
    room = forecasts.closes - forecasts.opens + grace
    shift = ((np.cumsum(room) - room)[forecasts.question] - opens)[kept]
    stays = np.where(end == closes, end + grace, end)
    return shift + start[kept], shift + end[kept], shift + stays[kept], kept


def _pairs(question: Indices, forecaster: Indices) -> tuple[Indices, int, Indices]:
    """Number the pairs of question and forecaster; one row of each stands for it."""
    people = int(forecaster.max(initial=0)) + 1
    _, rows, pair = np.unique(
        question * people + forecaster, return_index=True, return_inverse=True
    )
    return pair, len(rows), rows


def _segments(
    pair: Indices, start: Floats, end: Floats, log_chance: Floats, later: Indices
) -> tuple[Indices, Floats, Floats, Floats, Floats, Floats]:
    """Cut each pair's time so that neither its present nor its earlier forecast changes within.

    Args:
        later: 0 for forecasts as they stand, 1 for the same ones read `grace` later.
    """
    times, whose = np.concatenate([start, end]), np.tile(pair, 2)
    order = np.lexsort((times, whose))
    sign = np.repeat([1.0, -1.0], len(start))
    now, then, stands, stood = (
        np.cumsum((sign * np.tile(change, 2))[order])
        for change in (log_chance * (1 - later), log_chance * later, 1.0 - later, 1.0 * later)
    )
    times, whose = times[order], whose[order]
    inside = (stood[:-1] > 0.5) & (whose[1:] == whose[:-1]) & (times[1:] > times[:-1])
    return (
        whose[:-1][inside],
        times[:-1][inside],
        times[1:][inside],
        now[:-1][inside],
        then[:-1][inside],
        np.round(stands[:-1][inside]),
    )

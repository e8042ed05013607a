"""Metaculus' scores against others: peer, spot peer, and the older relative score to the crowd.

For every interval between two events of a question, N forecasts of the base stand, with sum S of
the logs of the chances that they give to what happened. Somebody's peer score there is
100 N / (N - 1) (ln p - S / N), so its integral is ln p times that of N / (N - 1), less that of
S / (N - 1): both are running sums, which every forecast reads off at its start and its end.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasts.metaculus import (
    POINTS,
    ScoredForecasts,
    ScoredQuestions,
    Scores,
    lengths,
    places_of_questions,
    standing_shares,
    stands_at_spot,
)
from forecasts.outcomes import Floats, Indices

#: Continuous questions count half, as the log of a narrow bucket swings wider.
_CONTINUOUS_SHARE = 0.5
#: Numpy sorts integers of so many bits by radix.
_RADIX_BITS = 16
#: So many forecasts are taken at once, to keep what is needed of them in the processor's cache.
_BLOCK = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class _Events:
    """Starts and ends of forecasts, sorted by question and time.

    Attributes:
        order: where each event was before; the first entries were starts, then ends, then others.
        question, time: of each event.
        firsts: place of each question's first event.
    """

    order: Indices
    question: Indices
    time: Floats
    firsts: Indices


def peer_scores(
    forecasts: ScoredForecasts, questions: ScoredQuestions, *, upstream_defects: bool = False
) -> Scores:
    """Points over the geometric mean of those who stand beside, averaged over the scheduled time.

    Over the time that N of the base stand, 100 N / (N - 1) ln(p / geometric mean of the base), half
    of it for continuous questions: for one of the base, 100 times how far ln p lies over the mean
    of the others'. Alone, one has 0, and the time counts as covered. The base's scores sum to 0.
    Whoever is outside of the base has the same formula; while nobody of the base stands, he earns
    and covers nothing.

    Args:
        upstream_defects: do as Metaculus' code does instead: an interval without a base forecast
            still counts for those who stood before it, and a forecast outside of the base counts
            only from the next event of the base on.

    >>> from forecasts.metaculus import scored_forecasts, scored_questions
    >>> two = scored_forecasts([0, 0], [0.0, 0.0], [0.1, 0.9], end=[3.0, 3.0])
    >>> scores = peer_scores(two, scored_questions([0.0], [10.0]))
    >>> scores.score.round(2).tolist(), scores.coverage.tolist()
    ([-65.92, 65.92], [0.3, 0.3])
    """
    begins, ends = standing_shares(forecasts, questions, questions.scheduled_close)
    stands = np.flatnonzero(ends > begins)
    nats, is_base = forecasts.nats[stands], forecasts.in_base[stands]
    place, begins, ends = forecasts.question[stands], begins[stands], ends[stands]
    closes = _closes(questions, questions.scheduled_close) if upstream_defects else np.empty(0)
    compared = np.where(is_base, nats, np.nan)
    areas = np.empty((3, len(place)))
    for rows in _blocks(place):
        block = (place[rows], begins[rows], ends[rows], compared[rows])
        areas[:, rows] = _peer_areas(*block, closes)
    points = POINTS * _share(questions, place) * (nats * areas[0] - areas[1])
    covered = areas[2] if upstream_defects else np.where(is_base, ends - begins, areas[2])
    return _spread(stands, points, covered, len(forecasts.question))


def spot_peer_scores(
    forecasts: ScoredForecasts, questions: ScoredQuestions, *, upstream_defects: bool = False
) -> Scores:
    """Peer points of the forecasts that stand at the spot time; others have 0.

    The same formula as of `peer_scores`, without times. Who starts exactly then is in it, on both
    sides, so that the base's scores sum to 0.

    Args:
        upstream_defects: do as Metaculus' code does instead: compare with those of the base who
            stood just before that instant.

    >>> from forecasts.metaculus import scored_forecasts, scored_questions
    >>> three = scored_forecasts([0, 0, 0], [0.0, 0.0, 10.0], [0.5, 0.1, 0.9])
    >>> spot_peer_scores(three, scored_questions([0.0], [10.0])).score.round(2).tolist()
    [51.08, -190.33, 139.25]
    """
    stands, place, size = (
        stands_at_spot(forecasts, questions),
        forecasts.question,
        len(questions.spot),
    )
    base = forecasts.in_base & stands
    if upstream_defects:
        instant = questions.spot[place]
        base = forecasts.in_base & (forecasts.start < instant) & (instant <= forecasts.end)
    nats = forecasts.nats
    count = np.bincount(place[base], minlength=size)[place]
    mean = np.bincount(place[base], nats[base], size)[place] / np.maximum(count, 1)
    factor = np.where(count > 1, count / np.maximum(count - 1, 1), 0.0)
    compared = stands & (count > 0)
    points = POINTS * _share(questions, place) * factor * (nats - mean)
    return Scores(np.where(compared, points, 0.0), compared.astype(float))


def relative_legacy_scores(
    forecasts: ScoredForecasts,
    questions: ScoredQuestions,
    crowd: ScoredForecasts,
    *,
    upstream_defects: bool = False,
) -> Scores:
    """Bits over the crowd's forecast at the same time, averaged from the opening to the close.

    The mean of log2(p / the crowd's p) over the time that the question really was open. Time
    before the crowd's first forecast earns and covers nothing.

    Args:
        crowd: forecasts of the crowd, each of which stands until the crowd's next one.
        upstream_defects: do as Metaculus' code does instead: a forecast counts only from the
            crowd's next forecast on, and to the one after its end.

    >>> from forecasts.metaculus import scored_forecasts, scored_questions
    >>> one, crowd = scored_forecasts([0], [5.0], [0.8]), scored_forecasts([0], [0.0], [0.4])
    >>> scores = relative_legacy_scores(one, scored_questions([0.0], [10.0]), crowd)
    >>> scores.score.tolist(), scores.coverage.tolist()
    ([0.5], [0.5])
    """
    begins, ends = standing_shares(forecasts, questions, questions.actual_close)
    stands = np.flatnonzero(ends > begins)
    place = forecasts.question[stands]
    oldest_first = np.argsort(crowd.start, kind="stable")  # so that the newest of equals counts
    asked = places_of_questions(crowd, questions)[oldest_first]
    opens = questions.opens[asked]
    whole = lengths(questions, questions.actual_close)[asked]
    made = (crowd.start[oldest_first] - opens) / whole
    closes = _closes(questions, questions.actual_close)
    times = [begins[stands], ends[stands], np.clip(made, 0.0, 1.0), closes]
    numbers = [place, place, asked, np.arange(len(closes))]
    events = _events(np.concatenate(numbers), np.concatenate(times))
    said = np.full(len(events.order), np.nan)
    said[2 * len(stands) : len(said) - len(closes)] = crowd.nats[oldest_first]
    latest = _latest(said[events.order], events)
    spoken = ~np.isnan(latest)
    seen = None
    if upstream_defects:
        seen = np.flatnonzero(events.order >= 2 * len(stands))
    stretch, others = (
        _between(events, rate, len(stands), seen)
        for rate in (spoken.astype(float), np.nan_to_num(latest))
    )
    bits = (forecasts.nats[stands] * stretch - others) / np.log(2)
    return _spread(stands, bits, stretch, len(begins))


def _share(questions: ScoredQuestions, place: Indices) -> Floats:
    """What of the points counts, for the question of each forecast."""
    return np.where(questions.is_continuous[place], _CONTINUOUS_SHARE, 1.0)


def _closes(questions: ScoredQuestions, until: Floats) -> Floats:
    """When each question closes: 0 is its opening, 1 is `until`."""
    return np.maximum(questions.actual_close - questions.opens, 0.0) / lengths(questions, until)


def _peer_areas(
    place: Indices, begins: Floats, ends: Floats, nats: Floats, closes: Floats
) -> tuple[Floats, Floats, Floats]:
    """Integrate N / (N - 1), S / (N - 1) and whether N > 0 over each forecast's time.

    Args:
        nats: of each forecast of the base; NaN for the others.
        closes: of each question, to do as Metaculus' code does; empty to do as its formula says.
    """
    asked = np.unique(place) if len(closes) else np.empty(0, np.int64)
    numbers, times = [place, place, asked], [begins, ends, closes[asked]]
    events = _events(np.concatenate(numbers), np.concatenate(times))
    is_base = ~np.isnan(nats)
    change, told = is_base.astype(float), np.where(is_base, nats, 0.0)
    nobody = np.zeros(len(asked))
    changes = np.concatenate([change, -change, nobody])[events.order]
    count = _running(changes, events.firsts)
    total = _running(np.concatenate([told, -told, nobody])[events.order], events.firsts)
    seen = _seen(events, changes, count, len(asked)) if len(asked) else None
    several = count > 1
    fewer = np.where(several, count - 1, 1.0)
    return (
        _between(events, np.where(several, count, 0.0) / fewer, len(place), seen),
        _between(events, np.where(several, total, 0.0) / fewer, len(place), seen),
        _between(events, (count > 0).astype(float), len(place), seen),
    )


def _events(question: Indices, time: Floats) -> _Events:
    """Sort events by question and time; equals stay in the order given."""
    order = _by_number(question, np.argsort(time, kind="stable"))
    asked = question[order]
    firsts = np.flatnonzero(np.diff(asked, prepend=-1))
    return _Events(order, asked, time[order], firsts)


def _by_number(number: Indices, order: Indices) -> Indices:
    """Sort an order by numbers from 0, 16 bits at a time: equals stay as they were.

    Numpy sorts 16 bits by radix, so that this takes half of the time of lexsort.
    """
    for shift in range(0, int(number.max(initial=0)).bit_length(), _RADIX_BITS):
        digits = (number[order] >> shift).astype(np.uint16)
        order = order[np.argsort(digits, kind="stable")]
    return order


def _blocks(question: Indices) -> Iterator[Indices]:
    """Places of the forecasts of some questions after the others, `_BLOCK` forecasts at once."""
    order = _by_number(question, np.arange(len(question)))
    firsts = np.flatnonzero(np.diff(question[order], prepend=-1))
    starts = np.arange(_BLOCK, len(order), _BLOCK)
    cuts = np.append(firsts, len(order))[np.searchsorted(firsts, starts)]
    yield from (rows for rows in np.split(order, cuts) if len(rows))


def _running(steps: Floats, firsts: Indices) -> Floats:
    """Sum up from the first event of each question, as exactly as if it were the only one.

    Each question's sum is taken back at the start of the next, so that the running sum stays small,
    however many questions there are; what rounding leaves of it is taken off.
    """
    if not len(steps):
        return steps
    small = steps.copy()
    small[firsts[1:]] -= np.add.reduceat(steps, firsts)[:-1]
    sums = np.cumsum(small)
    size = np.diff(np.append(firsts, len(steps)))
    return np.asarray(sums - np.repeat(sums[firsts] - steps[firsts], size))


def _between(events: _Events, rate: Floats, forecasts: int, seen: Indices | None = None) -> Floats:
    """Integrate what has a rate from each event to the next, from each start to its end.

    Args:
        seen: only these events divide the time; what lies between moves to the next of them.
    """
    kept = np.arange(len(rate)) if seen is None else seen
    time, firsts = events.time[kept], np.flatnonzero(np.diff(events.question[kept], prepend=-1))
    steps = np.zeros(len(kept))
    steps[1:] = rate[kept[:-1]] * np.diff(time)
    steps[firsts] = 0.0
    area = _running(steps, firsts)
    if seen is not None:
        area = area[np.searchsorted(kept, np.arange(len(rate)))]
    found = np.empty(len(rate))
    found[events.order] = area
    return np.asarray(found[forecasts : 2 * forecasts] - found[:forecasts])


def _seen(events: _Events, change: Floats, count: Floats, closes: int) -> Indices:
    """Events at which Metaculus takes the base anew: where it changes, unless nobody is left."""
    is_last = np.ones(len(change), bool)
    is_last[:-1] = (np.diff(events.time) != 0) | (np.diff(events.question) != 0)
    group = np.cumsum(is_last) - is_last
    changes = np.bincount(group, change != 0)[group] > 0
    is_close = events.order >= len(change) - closes  # the last event of its question
    return np.flatnonzero(is_last & changes & (count > 0) | is_close)


def _latest(said: Floats, events: _Events) -> Floats:
    """The last that was said in a question up to each event; NaN before the first."""
    places = np.where(np.isnan(said), -1, np.arange(len(said)))
    last = np.maximum.accumulate(places)
    size = np.diff(np.append(events.firsts, len(said)))
    is_here = last >= np.repeat(events.firsts, size)
    return np.asarray(np.where(is_here, said[last], np.nan))


def _spread(places: NDArray[np.int64], score: Floats, coverage: Floats, size: int) -> Scores:
    """Put scores in their places among all forecasts; the others have 0."""
    scores, coverages = np.zeros(size), np.zeros(size)
    scores[places], coverages[places] = score, coverage
    return Scores(scores, coverages)

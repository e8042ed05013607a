"""Forecasts of resolved questions, judged: every score of each forecaster on each question."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasts.differences import StandingForecasts, differences_to_others
from forecasts.metaculus import (
    ScoredForecasts,
    ScoredQuestions,
    baseline_scores,
    scored_forecasts,
    scored_questions,
    spot_baseline_scores,
    standing_shares,
    stands_at_spot,
)
from forecasts.metaculus_buckets import OUTSIDE
from forecasts.metaculus_peers import peer_scores, spot_peer_scores
from forecasts.outcomes import NUMBER_CELLS, Floats, Indices, OutcomeSpace
from forecasts.scoring import log2_loss

#: Logarithms take chances within [FLOOR, 1 - FLOOR], as `kizashi score` does unless told. For
#: numbers and dates, whose cells are many, the lower end is as far below an even share as it is
#: for yes and no.
FLOOR = 0.001
#: Where forecasters are set beside each other, no chance counts as less than this share of what
#: who knows nothing gives: .005 for yes and no, as in `differences`.
LEAST_BESIDE_IGNORANCE = 0.01
#: Share of the announced window after which spot scores look, unless a question fixes the time.
SPOT_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class JudgedQuestions:
    """Questions with an outcome; all of shape (questions,), times in days since 1970.

    Attributes:
        opens, closes: the window as it was announced.
        ends: when the outcome became fixed; later than `closes` counts as `closes`.
        spot: the one instant at which spot scores look; after the end it counts as the end.
        ignorance: chance that who knows nothing gives to what happened.
        is_continuous: numbers and dates.
    """

    opens: Floats
    closes: Floats
    ends: Floats
    spot: Floats
    ignorance: Floats
    is_continuous: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class JudgedForecasts:
    """Forecasts of such questions, one entry a forecast, in any order.

    Attributes:
        question, forecaster: numbers from 0.
        start, end: it stands from the first instant until just before the second; inf: no end.
        chance: what it gave to what happened.
        brier: 0 to 1.
        in_base: whether others are compared with it; not so for voices.
    """

    question: Indices
    forecaster: Indices
    start: Floats
    end: Floats
    chance: Floats
    brier: Floats
    in_base: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class JudgedPairs:
    """One entry for each forecaster on each question that he stood on, by question, forecaster.

    Attributes:
        question, forecaster: their numbers.
        forecasts: how many of them stood.
        coverage: share of the announced window in which one stood.
        log2_loss, brier: averaged over the time of standing; lower is better.
        baseline, peer: Metaculus points of the question, where absence earns 0; higher is better.
        spot_log2_loss, spot_baseline, spot_peer: at the spot; NaN for who did not stand then.
        lead, lead_coverage: bits over the others, who are read 24 h later, and over which share of
            the window; NaN for who stood alone or is not compared with.
        first: place of the pair's first forecast that stood, among all forecasts.
        midway: of the one that stood at the spot, while nothing was fixed; -1 for none.
    """

    question: Indices
    forecaster: Indices
    forecasts: Indices
    coverage: Floats
    log2_loss: Floats
    brier: Floats
    baseline: Floats
    peer: Floats
    spot_log2_loss: Floats
    spot_baseline: Floats
    spot_peer: Floats
    lead: Floats
    lead_coverage: Floats
    first: Indices
    midway: Indices


def judge(forecasts: JudgedForecasts, questions: JudgedQuestions) -> JudgedPairs:
    """Score forecasts, averaged over the time for which they stood in the announced window.

    What was said after the close, or once the outcome was fixed, stands at no time and has no row.

    Raises:
        ImpossibleProbability, NumbersDoNotFit: as the scores do.

    >>> half = JudgedQuestions(*(np.array([v]) for v in (0.0, 10.0, 8.0, 5.0, 0.5, False)))
    >>> one = JudgedForecasts(*(np.array([v]) for v in (0, 7, 4.0, np.inf, 0.8, 0.04, True)))
    >>> pairs = judge(one, half)
    >>> pairs.coverage, pairs.brier, pairs.baseline.round(2)
    (array([0.4]), array([0.04]), array([27.12]))
    """
    closes = np.minimum(questions.closes, questions.ends)
    spot = np.minimum(questions.spot, closes)
    asked = scored_questions(
        questions.opens, questions.closes, closes, spot, questions.is_continuous
    )
    stated = _stated(forecasts, questions)
    begins, ends = standing_shares(stated, asked, asked.scheduled_close)
    stood = np.flatnonzero(ends > begins)
    order = np.lexsort((stated.start, stated.forecaster, stated.question))
    rows = order[np.isin(order, stood, assume_unique=True)]
    if not len(rows):
        return _nothing()
    return _pairs(forecasts, questions, _Scored(stated, asked, (ends - begins)[rows], rows))


def clipped_chance(forecasts: JudgedForecasts, questions: JudgedQuestions) -> Floats:
    """Chance given to what happened, as logarithms take it: see FLOOR."""
    even, place = 2 * questions.ignorance, forecasts.question
    floor = np.where(questions.is_continuous, FLOOR * even, FLOOR)[place]
    clipped: Floats = np.clip(forecasts.chance, floor, 1 - floor)
    return clipped


def ignorance_of_cells(space: OutcomeSpace, closed: tuple[bool, bool] = (False, False)) -> Floats:
    """Chance that who knows nothing gives to each cell.

    Options: all alike. Numbers: .05 outside of either open end, the rest even. Dates: .05 for
    "later or never", the rest by the length of the cells.

    Args:
        closed: whether nothing can lie below a range of numbers, and above it.

    >>> from forecasts.outcomes import choice_space, number_space
    >>> ignorance_of_cells(choice_space(("a", "b", "c", "d")))
    array([0.25, 0.25, 0.25, 0.25])
    >>> ignorance_of_cells(number_space(0, 1), (True, False))[[0, 1, -1]].round(5)
    array([0.     , 0.00475, 0.05   ])
    """
    if space.kind == "number":
        below, above = (0.0 if end else OUTSIDE for end in closed)
        inner = np.full(NUMBER_CELLS, (1 - below - above) / NUMBER_CELLS)
        return np.concatenate([[below], inner, [above]])
    if space.kind == "date":
        days = np.diff(space.edges)
        return np.append((1 - OUTSIDE) * days / days.sum(), OUTSIDE)
    return np.full(space.size, 1 / space.size)


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    """Forecasts in Metaculus' terms, and those that stood: by question, forecaster and start."""

    stated: ScoredForecasts
    asked: ScoredQuestions
    share: Floats
    rows: Indices


def _pairs(forecasts: JudgedForecasts, questions: JudgedQuestions, scored: _Scored) -> JudgedPairs:
    """Sum up what each pair of question and forecaster got."""
    rows, share, stated = scored.rows, scored.share, scored.stated
    question, forecaster = stated.question[rows], stated.forecaster[rows]
    begins = (np.diff(question, prepend=-1) != 0) | (np.diff(forecaster, prepend=-1) != 0)
    first = np.flatnonzero(begins)
    ignorance = questions.ignorance[stated.question]
    loss = log2_loss(stated.probability, 1)
    stands = stands_at_spot(stated, scored.asked)[rows]

    def summed(values: Floats) -> Floats:
        return np.asarray(np.add.reduceat(values, first))

    def at_spot(values: Floats) -> Floats:
        points = np.where(stands, values[rows], 0.0)
        return np.where(summed(stands.astype(float)) > 0, summed(points), np.nan)

    coverage = summed(share)
    lead, lead_coverage = _leads(forecasts, questions, question[first], forecaster[first])
    is_early = (scored.asked.spot < scored.asked.actual_close)[question]
    midway = np.maximum.reduceat(np.where(stands & is_early, rows, -1), first)
    return JudgedPairs(
        question=question[first],
        forecaster=forecaster[first],
        forecasts=np.diff(np.append(first, len(rows))),
        coverage=coverage,
        log2_loss=summed(share * loss[rows]) / coverage,
        brier=summed(share * forecasts.brier[rows]) / coverage,
        baseline=summed(baseline_scores(stated, scored.asked, ignorance).score[rows]),
        peer=summed(peer_scores(stated, scored.asked).score[rows]),
        spot_log2_loss=at_spot(np.asarray(loss)),
        spot_baseline=at_spot(spot_baseline_scores(stated, scored.asked, ignorance).score),
        spot_peer=at_spot(spot_peer_scores(stated, scored.asked).score),
        lead=lead,
        lead_coverage=lead_coverage,
        first=rows[first],
        midway=midway,
    )


def _stated(forecasts: JudgedForecasts, questions: JudgedQuestions) -> ScoredForecasts:
    """Give all forecasts in Metaculus' terms."""
    return scored_forecasts(
        forecasts.question,
        forecasts.start,
        clipped_chance(forecasts, questions),
        np.maximum(forecasts.end, forecasts.start),
        forecasts.forecaster,
        forecasts.in_base,
    )


def _leads(
    forecasts: JudgedForecasts, questions: JudgedQuestions, question: Indices, forecaster: Indices
) -> tuple[Floats, Floats]:
    """Bits over the others for some pairs, and over which share; NaN where there are none."""
    compared = np.flatnonzero(forecasts.in_base)
    asked = forecasts.question[compared]
    least = LEAST_BESIDE_IGNORANCE * questions.ignorance[asked]
    found = differences_to_others(
        StandingForecasts(
            asked,
            forecasts.forecaster[compared],
            forecasts.start[compared],
            np.maximum(forecasts.end, forecasts.start)[compared],
            np.maximum(forecasts.chance[compared], least),
            questions.opens,
            np.maximum(np.minimum(questions.closes, questions.ends), questions.opens),
        ),
        smallest_chance=float(np.finfo(float).tiny),
    )
    width = int(forecasts.forecaster.max()) + 1
    keys = found.question * width + found.forecaster
    places = np.searchsorted(keys, question * width + forecaster)
    places = np.minimum(places, max(len(keys) - 1, 0))
    if not len(keys):
        return np.full(len(question), np.nan), np.full(len(question), np.nan)
    same = keys[places] == question * width + forecaster
    closes = np.minimum(questions.closes, questions.ends)
    share = (closes - questions.opens) / (questions.closes - questions.opens)
    covered = found.coverage * share[found.question]
    return (
        np.where(same, found.bits[places], np.nan),
        np.where(same, covered[places], np.nan),
    )


def _nothing() -> JudgedPairs:
    """No pair at all."""
    names = [field.name for field in fields(JudgedPairs)]
    counted = ("question", "forecaster", "forecasts", "first", "midway")
    columns: dict[str, Any] = {
        name: np.zeros(0, np.int64 if name in counted else float) for name in names
    }
    return JudgedPairs(**columns)

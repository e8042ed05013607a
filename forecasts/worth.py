"""What a word is worth: how much of what a source, grade or submitter claims is believed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from forecasts.evidence import Signal, weight_of_ratio
from forecasts.outcomes import Floats
from forecasts.reading import LARGEST_SIGNAL, bounded, slope
from forecasts.reliability import AGEING, Reliability
from forecasts.timeline import Timeline

#: Claims whose fate is told: a moderate and a strong one.
CLAIMED_RATIOS = (3.0, 10.0)
#: Ends and middle of a 90% interval.
_LEVELS = (0.05, 0.5, 0.95)
#: Parameters that every record shares, as `Reliability` names them.
_SHARED = (
    "trust",
    "correlation",
    "cancellation",
    "claim_bias",
    "damping",
    "source_spread",
    "submitter_spread",
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Median and 90% interval of a quantity over the draws of theta."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Worth:
    """What one claimed nat of somebody is worth.

    Attributes:
        slope: nats believed for each nat claimed, beyond the bias that all claims share and before
            trust bounds them; negative for liars.
        chance_negative: share of the draws in which the slope is negative.
        believed: by claimed likelihood ratio, the ratio that is left of it once trust bounds it,
            for a single record that nothing repeats, on a question of even odds.
    """

    slope: Estimate
    chance_negative: float
    believed: Mapping[float, Estimate]


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """How a source's records stand beside the outcomes that are known.

    Attributes:
        records: ids of its records on questions with an outcome.
        claims: how often one of them took a side on a curve with an outcome.
        right: how often the outcome was on that side.
    """

    records: frozenset[str]
    claims: int
    right: int


def estimate(draws: Floats) -> Estimate:
    """Give median and 90% interval of draws, shape (draws,).

    >>> estimate(np.arange(101.0))
    Estimate(median=50.0, low=5.0, high=95.0)
    """
    low, median, high = np.quantile(draws, _LEVELS)
    return Estimate(float(median), float(low), float(high))


def worth_of_source(reliability: Reliability, source: str, grade: str) -> Worth:
    """Say what a source's word is worth in records of a grade A-F, by an average submitter."""
    deviation = reliability.source_deviation(source)
    loudness = reliability.loudness.get(source, 1.0)
    return _worth(reliability, grade, reliability.source_spread * deviation, loudness)


def worth_of_grade(reliability: Reliability, grade: str) -> Worth:
    """Say what a grade A-F is worth: for the average source in it, by an average submitter."""
    return _worth(reliability, grade, np.zeros(reliability.draws), 1.0)


def worth_of_submitter(reliability: Reliability, submitter: str) -> Estimate:
    """Give what multiplies the worth of all that somebody submits; 1 is average."""
    return estimate(np.exp(reliability.submitter_deviation(submitter)))


def shared_parameters(reliability: Reliability) -> dict[str, Estimate]:
    """Give the parameters that every record shares, by name; half-lives in days."""
    shared = {name: estimate(getattr(reliability, name)) for name in _SHARED}
    return shared | {f"half_life_{kind}": estimate(reliability.half_life(kind)) for kind in AGEING}


def believed_ratio(signal: Floats, trust: Floats) -> Floats:
    """Likelihood ratio that one record comes to once trust bounds it, on even odds.

    Args:
        signal: nats believed of it, for each draw, shape (draws,).
        trust: chance that a report is what it seems, shape (draws,).

    >>> believed_ratio(np.log([3.0, 1.0, 1 / 3]), np.array([0.9])).round(3)
    array([2.636, 1.   , 0.379])
    """
    sides = np.clip(signal, -LARGEST_SIGNAL, LARGEST_SIGNAL)[:, None] * np.array([0.5, -0.5])
    for_it, against = bounded(sides, np.array([0.5, 0.5]), trust[:, None]).T
    return np.asarray(np.exp(for_it - against))


def track_records(timeline: Timeline) -> dict[str, TrackRecord]:
    """Compare what each source said with the outcomes that are known, by source id.

    A record counts once a curve, with what was read of it. Measured values and bounds take no side.
    """
    records: dict[str, set[str]] = defaultdict(set)
    sides: dict[str, list[bool]] = defaultdict(list)
    for curve, possible in _known_outcomes(timeline).items():
        state = timeline.world.curves[curve]
        for signal in state.signals:
            source = signal.record.source
            records[source].add(signal.record.id)
            lean = _lean(signal, state.curve.opening_cells * possible)
            if lean != 0:
                sides[source].append(lean > 0)
    return {
        source: TrackRecord(frozenset(found), len(sides[source]), sum(sides[source]))
        for source, found in records.items()
    }


def _worth(reliability: Reliability, grade: str, deviation: Floats, loudness: float) -> Worth:
    """Read off the draws what a claimed nat is worth."""
    plain = slope(reliability.base, reliability.grade_slope(grade), 1.0, deviation, 0.0, np)
    slopes = plain * loudness**-reliability.damping
    believed = {}
    for ratio in CLAIMED_RATIOS:
        signal = slopes * (weight_of_ratio(ratio) - reliability.claim_bias)
        believed[ratio] = estimate(believed_ratio(signal, reliability.trust))
    return Worth(estimate(slopes), float(np.mean(slopes < 0)), believed)


def _known_outcomes(timeline: Timeline) -> dict[str, Floats]:
    """Share of each cell that the outcomes on a curve allow, for curves that have one."""
    possible: dict[str, Floats] = {}
    for question, status in timeline.ended.items():
        if status == "resolved":
            curve = timeline.world.questions[question].curve
            possible[curve] = possible.get(curve, 1.0) * timeline.world.settled[question]
    return possible


def _lean(signal: Signal, outcome: Floats) -> float:
    """Say how far a signal leaned towards an outcome: its profile there; on average it is 0."""
    if signal.is_value:
        return 0.0
    return signal.weight * float(signal.profile @ outcome)

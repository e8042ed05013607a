"""Reading evidence: from signals to a bounded log-likelihood per origin, for many reliabilities.

The formulas take a namespace `xp`, so that numpy and the PyMC model run the same lines.
"""

from collections.abc import Iterator
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np

from forecasts.evidence import HALF_LIFE_DAYS, Signal, decay
from forecasts.origins import OriginGroup, gain, measure_of, pool_shares
from forecasts.outcomes import Floats
from forecasts.reliability import Reliability

#: All newcomers together move the log-odds of a question by at most this, either way.
NEWCOMER_BOUND = 1.1
#: What S may reach either way: far beyond what trust lets through, and exp of it is finite.
LARGEST_SIGNAL = 300.0
#: Draws that are worked on together.
BLOCK = 100


def slope(base: Any, grade: Any, spread: Any, source: Any, submitter: Any, xp: ModuleType) -> Any:
    """Nats that one claimed nat is worth: exp(mu) (g + s z) exp(u); negative for liars."""
    return xp.exp(base) * (grade + spread * source) * xp.exp(submitter)


def cancelled(slope: Any, loudness: Any, total: Any, count: Any, correlation: Any) -> Any:
    """What a claimed nat is worth beside others that share its error.

    Signals z with discrimination d and correlation rho of their errors have the log-likelihood
    ratio d' Sigma^-1 z; with z = w / loudness and d = slope x loudness this is its coefficient on
    w. It may be negative: where poor sources agree with a good one, the error is likely shared.

    Args:
        total: sum of slope x loudness over the origin.
        count: number of its signals.

    Satopaa, Salikhov, Tetlock & Mellers (2021), Management Science 67(12).

    >>> round(cancelled(0.8, 1.0, 0.8, 1, 0.7), 4), round(cancelled(0.8, 1.0, 1.0, 2, 0.5), 4)
    (0.8, 0.9333)
    """
    shared = correlation / (1 + (count - 1) * correlation) * total / loudness
    return (slope - shared) / (1 - correlation)


def bounded(signal: Any, measure: Any, trust: Any, xp: ModuleType = np) -> Any:
    """Log-likelihood of one origin: L = ln(r exp(S) / Z + 1 - r), Z = sum_j m(j) exp(S(j)).

    Args:
        signal: S, shape (..., cells), within +-LARGEST_SIGNAL.
        measure: m, shape (cells,) or that of the signal; sums to 1.
        trust: r in (0, 1): chance that the origin's report is what it seems; shape (..., 1).

    Whatever S is, the origin never lifts cells of measure m above r + (1 - r) m.
    """
    said = xp.exp(signal)
    norm = xp.vecdot(said, measure)[..., None]
    return xp.log(said * (trust / norm) + (1 - trust))


def read_origin(group: OriginGroup, reliability: Reliability) -> Floats:
    """Bounded log-likelihood of one origin, shape (draws, cells).

    Where only a few cells are told apart, only those are worked out.
    """
    measure, cell = measure_of([group]), None
    profiles = np.stack([signal.profile for signal in group.counted])
    if all(len(signal.age) == 1 for signal in group.counted):
        profiles, cell = np.unique(profiles, axis=1, return_inverse=True)
        measure = np.bincount(cell, measure)
    strengths = _strengths(group, reliability)
    reading = np.empty((reliability.draws, len(measure)))
    for rows in draw_blocks(reliability.draws):
        total = _signal(group, profiles, strengths[:, rows], reliability, rows)
        reading[rows] = _bounded(total, measure, reliability.trust[rows, None])
    return reading if cell is None else reading[:, cell]


def draw_blocks(draws: int) -> Iterator[slice]:
    """Cut draws into blocks whose arrays stay in a processor's cache: a third of the time."""
    for start in range(0, draws, BLOCK):
        yield slice(start, start + BLOCK)


def read_newcomers(
    groups: list[OriginGroup], opening_cells: Floats, reliability: Reliability
) -> Floats:
    """One reading of all that comes from submitters without a record of their own.

    Their origins enter as correlated signals of one hand, aged by the usual half-lives, and capped
    at NEWCOMER_BOUND either way; shape (draws, cells).
    """
    shares, measure = pool_shares(groups, opening_cells)
    strengths, profiles = [], []
    for group, share in shares:
        ranked = zip(group.counted, _ranked_strengths(group, reliability), strict=True)
        for signal, strength in ranked:
            strengths.append(share * strength)
            profiles.append(aged_profile(signal))
    total = np.stack(strengths, axis=1) @ np.stack(profiles)
    centred = total - (total @ measure)[:, None]
    capped = np.clip(centred, -NEWCOMER_BOUND / 2, NEWCOMER_BOUND / 2)
    return _bounded(capped, measure, reliability.trust[:, None])


def aged_profile(signal: Signal) -> Floats:
    """Profile of a signal under the usual half-life of its kind, shape (cells,)."""
    return np.asarray(signal.profile * decay(signal.age, HALF_LIFE_DAYS[signal.record.kind]))


def _strengths(group: OriginGroup, reliability: Reliability) -> Floats:
    """Nats of each signal that counts, shape (signals, draws)."""
    share = reliability.cancellation
    if group.counted[0].is_value or len(group.counted) == 1 or not share.any():
        return _ranked_strengths(group, reliability)
    slopes, claims = _slopes(group, reliability), _claims(group, reliability)
    ranked = _gains(group, reliability) * slopes * claims
    sources = [signal.record.source for signal in group.counted]
    loudness = np.array([_loudness_of(source, reliability) for source in sources])[:, None]
    total = (slopes * loudness).sum(axis=0)
    apart = cancelled(slopes, loudness, total, len(slopes), reliability.correlation)
    return np.asarray((1 - share) * ranked + share * apart * claims)


def _ranked_strengths(group: OriginGroup, reliability: Reliability) -> Floats:
    """The same where corroboration counts by rank, shape (signals, draws)."""
    gains = _gains(group, reliability)
    if group.counted[0].is_value:
        return gains
    return np.asarray(gains * _slopes(group, reliability) * _claims(group, reliability))


def _gains(group: OriginGroup, reliability: Reliability) -> Floats:
    """What each signal adds by its rank, shape (signals, draws)."""
    return np.asarray(gain(np.array(group.counted_ranks)[:, None], reliability.correlation))


def _slopes(group: OriginGroup, reliability: Reliability) -> Floats:
    """Slope of each signal, shape (signals, draws)."""
    records = [signal.record for signal in group.counted]
    return np.stack([_slope_of(r.grade, r.source, r.submitter, reliability) for r in records])


def _claims(group: OriginGroup, reliability: Reliability) -> Floats:
    """What each signal claims less the bias of claims, shape (signals, draws)."""
    return np.array([s.weight for s in group.counted])[:, None] - reliability.claim_bias


@lru_cache(maxsize=1_024)
def _slope_of(grade: str, source: str, submitter: str, reliability: Reliability) -> Floats:
    """Slope of all that a submitter takes from a source, for every draw."""
    plain = slope(
        reliability.base,
        reliability.grade_slope(grade),
        reliability.source_spread,
        reliability.source_deviation(source),
        reliability.submitter_deviation(submitter),
        np,
    )
    return np.asarray(plain * _loudness_of(source, reliability) ** -reliability.damping)


def _loudness_of(source: str, reliability: Reliability) -> float:
    """How large the claims of a source are, beside what is usual."""
    return reliability.loudness.get(source, 1.0)


def _signal(
    group: OriginGroup, profiles: Floats, strengths: Floats, reliability: Reliability, rows: slice
) -> Floats:
    """S of one origin for some draws; profiles may have like cells merged."""
    total = np.zeros((strengths.shape[1], profiles.shape[1]))
    for signal, profile, strength in zip(group.counted, profiles, strengths, strict=True):
        age, part = signal.age, strength[:, None] * profile
        if age.any():
            part *= decay(age, reliability.half_life(signal.record.kind)[rows, None])
        total += part
    return total


def _bounded(signal: Floats, measure: Floats, trust: Floats) -> Floats:
    """Apply trust draw by draw; only differences between cells count."""
    centred = signal - signal.max(axis=1, keepdims=True)
    np.maximum(centred, -LARGEST_SIGNAL, out=centred)
    return np.asarray(bounded(centred, measure, trust))

"""Reading evidence: from signals to a bounded log-likelihood per origin, for many reliabilities.

The formulas take a namespace `xp`, so that numpy and the PyMC model run the same lines.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from forecasts.evidence import Signal
from forecasts.outcomes import Floats
from forecasts.priors import log_sum_exp
from forecasts.reliability import GRADES, PRIORS, Reliability

#: Newcomers' origins count as signals that correlate this much: they may be one hand.
NEWCOMER_CORRELATION = 0.5
#: All newcomers together move the log-odds of a question by at most this, either way.
NEWCOMER_BOUND = 1.1


def slope(base: Any, grade: Any, spread: Any, source: Any, submitter: Any, xp: ModuleType) -> Any:
    """Nats that one claimed nat is worth: exp(mu) (g + s z) exp(u); negative for liars."""
    return xp.exp(base) * (grade + spread * source) * xp.exp(submitter)


def gain(rank: Any, correlation: Any) -> Any:
    """What the j-th of equal signals adds: the step of n / (1 + (n - 1) rho) from n = j - 1 to j.

    >>> gain(1, 0.7), round(gain(2, 0.5), 4)
    (1.0, 0.3333)
    """
    before, after = 1 + (rank - 2) * correlation, 1 + (rank - 1) * correlation
    return (1 - correlation) / (after * before)


def bounded(signal: Any, log_measure: Any, trust: Any, xp: ModuleType = np) -> Any:
    """Log-likelihood of one origin: L = ln(r exp(S) / Z + 1 - r), Z = sum_j m(j) exp(S(j)).

    Args:
        signal: S, shape (..., cells).
        log_measure: ln m, shape (cells,) or broadcasting.
        trust: r in (0, 1): chance that the origin's report is what it seems; shape (..., 1).

    Whatever S is, the origin never lifts cells of measure m above r + (1 - r) m.
    """
    scaled = signal - log_sum_exp(log_measure + signal, xp)
    return xp.logaddexp(xp.log(trust) + scaled, xp.log(1 - trust))


@dataclass(frozen=True, slots=True, eq=False)
class OriginGroup:
    """Signals of one origin on one subject, strongest first, with their ranks.

    Attributes:
        key: (origin, subject).
        signals: the records' signals.
        ranks: 1 for the strongest on each side; 0 for an exact copy, which adds nothing.
    """

    key: tuple[str, str]
    signals: tuple[Signal, ...]
    ranks: tuple[int, ...]


def group_by_origin(
    signals: Iterable[Signal], after: Iterable[OriginGroup] = ()
) -> list[OriginGroup]:
    """Gather signals into origins and rank them; the order of the input does not matter.

    Args:
        signals: any order.
        after: groups that rank before all of these, so that newcomers never displace anyone.
    """
    members: dict[tuple[str, str], list[Signal]] = defaultdict(list)
    for signal in signals:
        if signal.weight != 0:  # a record that says nothing takes no rank and sets no measure
            members[signal.record.origin, signal.subject].append(signal)
    before = {group.key: group for group in after}
    groups = [_ranked(key, members[key], before.get(key)) for key in sorted(members)]
    return [group for group in groups if any(group.ranks)]


def trusted_and_pooled(
    signals: Iterable[Signal], established: frozenset[str]
) -> tuple[list[OriginGroup], list[OriginGroup]]:
    """Gather the origins that are read one by one, and those of the newcomers' pool."""
    trusted: list[Signal] = []
    pool: list[Signal] = []
    for signal in signals:
        (trusted if signal.record.submitter in established else pool).append(signal)
    groups = group_by_origin(trusted)
    return groups, group_by_origin(pool, after=groups)


def _ranked(key: tuple[str, str], signals: list[Signal], before: OriginGroup | None) -> OriginGroup:
    """Rank agreeing and opposing signals apart, by their expected size; copies get 0."""
    ordered = sorted(signals, key=lambda s: (-_expected_size(s), s.record.id))
    counts = {True: 0, False: 0}
    seen: set[str] = set()
    if before is not None:
        for signal, rank in zip(before.signals, before.ranks, strict=True):
            counts[signal.weight >= 0] = max(counts[signal.weight >= 0], rank)
            seen.add(signal.record.fingerprint)
    ranks = []
    for signal in ordered:
        is_copy = signal.record.fingerprint in seen
        seen.add(signal.record.fingerprint)
        counts[signal.weight >= 0] += not is_copy
        ranks.append(0 if is_copy else counts[signal.weight >= 0])
    return OriginGroup(key, tuple(ordered), tuple(ranks))


def origin_signal(group: OriginGroup, reliability: Reliability) -> Floats:
    """S of one origin for every draw of the reliabilities, shape (draws, cells)."""
    total = np.zeros((reliability.draws, len(group.signals[0].profile)))
    for signal, rank in zip(group.signals, group.ranks, strict=True):
        if rank == 0:
            continue
        strength = gain(rank, reliability.correlation)
        if not signal.is_value:
            strength = strength * signal.weight * _slope_of(signal, reliability)
        total += strength[:, None] * signal.profile
    return total


def _slope_of(signal: Signal, reliability: Reliability) -> Floats:
    """Slope of one record for every draw."""
    record = signal.record
    return np.asarray(
        slope(
            reliability.base,
            reliability.grade_slope(record.grade),
            reliability.source_spread,
            reliability.source_deviation(record.source),
            reliability.submitter_deviation(record.submitter),
            np,
        )
    )


def read_origin(group: OriginGroup, reliability: Reliability) -> Floats:
    """Bounded log-likelihood of one origin, shape (draws, cells)."""
    return _bounded_reading(origin_signal(group, reliability), measure_of([group]), reliability)


def read_newcomers(
    groups: list[OriginGroup], opening_cells: Floats, reliability: Reliability
) -> Floats:
    """One reading of all that comes from submitters without a record of their own.

    Their origins enter as correlated signals of one hand, capped at NEWCOMER_BOUND either way;
    shape (draws, cells).
    """
    shares, measure = pool_shares(groups, opening_cells)
    total = np.zeros((reliability.draws, len(measure)))
    for group, share in shares:
        total += share * origin_signal(group, reliability)
    centred = total - (total @ measure)[:, None]
    capped = np.clip(centred, -NEWCOMER_BOUND / 2, NEWCOMER_BOUND / 2)
    return _bounded_reading(capped, measure, reliability)


def pool_shares(
    groups: list[OriginGroup], opening_cells: Floats
) -> tuple[list[tuple[OriginGroup, float]], Floats]:
    """Give what each of the newcomers' origins adds to their pool, and the pool's measure."""
    subjects = {group.key[1] for group in groups}
    counts: dict[tuple[str, bool], int] = defaultdict(int)
    shares = []
    for group in sorted(groups, key=lambda g: (-_size(g), g.key)):
        side = (group.key[1], sum(s.weight for s in group.signals) >= 0)
        counts[side] += 1
        shares.append((group, float(gain(counts[side], NEWCOMER_CORRELATION))))
    return shares, measure_of(groups) if len(subjects) == 1 else opening_cells


def measure_of(groups: list[OriginGroup]) -> Floats:
    """Measure of the earliest record that counts, so that no later one can shift it."""
    signals = [
        signal
        for group in groups
        for signal, rank in zip(group.signals, group.ranks, strict=True)
        if rank > 0
    ]
    return min(signals, key=lambda s: (s.record.published, s.record.id)).measure


def _bounded_reading(signal: Floats, measure: Floats, reliability: Reliability) -> Floats:
    """Apply trust draw by draw; a cell without measure weighs nothing in the norm."""
    with np.errstate(divide="ignore"):
        log_measure = np.log(measure)
    return np.asarray(bounded(signal, log_measure, reliability.trust[:, None]))


def _size(group: OriginGroup) -> float:
    """Sum of the expected sizes of the records that count."""
    pairs = zip(group.signals, group.ranks, strict=True)
    return sum(_expected_size(s) for s, rank in pairs if rank > 0)


def _expected_size(signal: Signal) -> float:
    """|Weight|, freshness and what its grade is worth: a poor record never displaces a good one."""
    worth = PRIORS.grades[GRADES.index(signal.record.grade)]
    return abs(signal.weight) * signal.freshness * worth

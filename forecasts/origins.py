"""Who speaks with one voice: signals gathered into origins, ranked, and the newcomers' pool."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from forecasts.evidence import Signal
from forecasts.outcomes import Floats
from forecasts.reliability import GRADES, PRIORS

#: Newcomers' origins count as signals that correlate this much: they may be one hand.
NEWCOMER_CORRELATION = 0.5
#: So many signals of an origin count on either side; equal ones beyond would add 1% at rho = .7.
LARGEST_RANK = 32
#: So many origins of newcomers are heard, the largest; equal ones beyond would add 3%.
LARGEST_POOL = 64

type OriginKey = tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class OriginGroup:
    """Signals of one origin on one subject that count, strongest first.

    Attributes:
        key: (origin, subject).
        counted: the records' signals; no exact copies.
        counted_ranks: 1 for the strongest on each side.
        size: sum of their expected sizes.
    """

    key: OriginKey
    counted: tuple[Signal, ...]
    counted_ranks: tuple[int, ...]
    size: float

    @property
    def place(self) -> tuple[float, OriginKey]:
        """Where it stands among the newcomers' origins, the largest first."""
        return (-self.size, self.key)


def gain(rank: Any, correlation: Any) -> Any:
    """What the j-th of equal signals adds: the step of n / (1 + (n - 1) rho) from n = j - 1 to j.

    >>> gain(1, 0.7), round(gain(2, 0.5), 4)
    (1.0, 0.3333)
    """
    before, after = 1 + (rank - 2) * correlation, 1 + (rank - 1) * correlation
    return (1 - correlation) / (after * before)


def trusted_and_new(
    key: OriginKey, signals: Sequence[Signal], established: frozenset[str]
) -> tuple[OriginGroup | None, OriginGroup | None]:
    """Split one origin into those who are read by themselves, and those of the newcomers' pool.

    Newcomers rank behind all others, so that they never displace anyone.
    """
    trusted = [signal for signal in signals if signal.record.submitter in established]
    new = [signal for signal in signals if signal.record.submitter not in established]
    group = ranked(key, trusted)
    return group, ranked(key, new, behind=group)


def ranked(
    key: OriginKey, signals: Iterable[Signal], behind: OriginGroup | None = None
) -> OriginGroup | None:
    """Rank agreeing and opposing signals apart, by their expected size; copies do not count.

    Their order does not matter. None where nothing counts.
    """
    counts = {True: 0, False: 0}
    seen: set[str] = set()
    if behind is not None:
        seen = {signal.record.fingerprint for signal in behind.counted}
        for signal, rank in zip(behind.counted, behind.counted_ranks, strict=True):
            counts[signal.weight >= 0] = max(counts[signal.weight >= 0], rank)
    counted, ranks = [], []
    for signal in sorted(signals, key=lambda s: (-_expected_size(s), s.record.id)):
        side = signal.weight >= 0
        if signal.record.fingerprint in seen or counts[side] == LARGEST_RANK:
            continue
        seen.add(signal.record.fingerprint)
        counts[side] += 1
        counted.append(signal)
        ranks.append(counts[side])
    if not counted:
        return None
    return OriginGroup(key, tuple(counted), tuple(ranks), sum(map(_expected_size, counted)))


def pool_shares(
    groups: Sequence[OriginGroup], opening_cells: Floats
) -> tuple[list[tuple[OriginGroup, float]], Floats]:
    """Give what each of the newcomers' origins adds to their pool, and the pool's measure.

    Args:
        groups: the largest first.
    """
    counts: dict[tuple[str, bool], int] = defaultdict(int)
    shares = []
    for group in groups:
        side = (group.key[1], sum(signal.weight for signal in group.counted) >= 0)
        counts[side] += 1
        shares.append((group, float(gain(counts[side], NEWCOMER_CORRELATION))))
    subjects = {group.key[1] for group in groups}
    return shares, measure_of(groups) if len(subjects) == 1 else opening_cells


def measure_of(groups: Iterable[OriginGroup]) -> Floats:
    """Measure of the earliest record that counts, so that no later one can shift it."""
    signals = [signal for group in groups for signal in group.counted]
    return min(signals, key=lambda s: (s.record.published, s.record.id)).measure


def _expected_size(signal: Signal) -> float:
    """|Weight|, freshness and what its grade is worth: a poor record never displaces a good one."""
    worth = PRIORS.grades[GRADES.index(signal.record.grade)]
    return abs(signal.weight) * signal.freshness * worth

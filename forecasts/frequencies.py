"""How often each probability was stated, and how often it came true, by group: mergeable counts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecasts.outcomes import Floats, Indices

#: Up to so many distinct probabilities are kept as they are.
EXACT_LIMIT = 65_536
#: Beyond, probabilities are rounded to one part in so many.
GRID = 1_000_000
#: Room for a probability's code in a key: more than GRID + 1 codes.
_ROOM = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Frequencies:
    """Counts of (group, probability, outcome).

    Attributes:
        values: the distinct probabilities, ascending.
        keys: (group * 2^20 + place of the probability in `values`) * 2 + outcome; ascending.
        counts: number of forecasts of each key.
    """

    values: Floats
    keys: Indices
    counts: Indices

    @property
    def is_rounded(self) -> bool:
        """Whether probabilities have been rounded to a millionth."""
        return len(self.values) > EXACT_LIMIT

    def of_group(self, group: int) -> tuple[Floats, Floats, Indices]:
        """Give the probabilities of a group, ascending, with outcomes and counts."""
        edges = np.array([group, group + 1]) * (2 * _ROOM)
        start, stop = np.searchsorted(self.keys, edges)
        keys = self.keys[start:stop]
        return self.values[keys // 2 % _ROOM], (keys % 2).astype(float), self.counts[start:stop]

    @property
    def pooled(self) -> "Frequencies":
        """All groups as one, with the number 0."""
        keys, place = np.unique(self.keys % (2 * _ROOM), return_inverse=True)
        counts = np.bincount(place, self.counts, len(keys)).astype(np.int64)
        return Frequencies(self.values, keys, counts)


def count_frequencies(group: ArrayLike, probability: ArrayLike, outcome: ArrayLike) -> Frequencies:
    """Count how often each probability was stated with each outcome.

    Args:
        group: number of each forecast's group, at least 0, shape (n,).
        probability: chance given to yes, in [0, 1], shape (n,).
        outcome: 1 for yes and 0 for no, shape (n,).

    >>> counts = count_frequencies([0, 0, 0], [0.2, 0.2, 0.9], [0, 0, 1])
    >>> counts.of_group(0)
    (array([0.2, 0.9]), array([0., 1.]), array([2, 1]))
    """
    stated = np.asarray(probability, float)
    values = np.unique(stated)
    if len(values) > EXACT_LIMIT:
        values = _grid()
    codes = _codes(stated, values)
    base = (np.asarray(group, np.int64) * _ROOM + codes) * 2
    keys, counts = np.unique(base + np.asarray(outcome, np.int64), return_counts=True)
    return Frequencies(values, keys, counts)


def merge_frequencies(parts: list[Frequencies]) -> Frequencies:
    """Add counts up; round to a millionth once there are too many distinct probabilities.

    >>> part = count_frequencies([0], [0.5], [1])
    >>> merge_frequencies([part, part]).of_group(0)
    (array([0.5]), array([1.]), array([2]))
    """
    values = parts[0].values
    if any(len(part.values) != len(values) or np.any(part.values != values) for part in parts):
        values = np.unique(np.concatenate([part.values for part in parts]))
        values = _grid() if len(values) > EXACT_LIMIT else values
    keys = np.concatenate([_recoded(part, values) for part in parts])
    counts = np.concatenate([part.counts for part in parts])
    order = np.argsort(keys, kind="stable")  # the parts are sorted runs already
    keys = keys[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    merged = np.add.reduceat(counts[order], starts) if len(keys) else counts
    return Frequencies(values, keys[starts], merged)


def _grid() -> Floats:
    """All probabilities that are multiples of a millionth."""
    return np.arange(GRID + 1) / GRID


def _codes(probability: Floats, values: Floats) -> Indices:
    """Give the place of each probability among the distinct ones."""
    if len(values) > EXACT_LIMIT:
        return np.rint(probability * GRID).astype(np.int64)
    return np.searchsorted(values, probability)


def _recoded(part: Frequencies, values: Floats) -> Indices:
    """Give the keys of a part in the codes of other values."""
    codes = _codes(part.values, values)[part.keys // 2 % _ROOM]
    return (part.keys // (2 * _ROOM) * _ROOM + codes) * 2 + part.keys % 2

"""The crowd of one question over time: who stands at each moment, and what they say together."""

from dataclasses import dataclass

import numpy as np

from forecasts.cell_crowds import AGGREGATES, binary_crowds, cell_crowd, standing_members
from forecasts.outcomes import Floats, Indices

#: Forecasts that are pooled at once: the arrays of one pass stay below some 100 MB.
_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class CrowdMembers:
    """What forecasters said of one question, oldest first, by the ledger.

    Attributes:
        start, end: when each forecast stands, in days since 1970; inf without an end; (n,).
        said: chance of yes, shape (n,); or distributions over cells, shape (n, cells).
        are_ordered: whether the cells are of numbers or dates.
    """

    start: Floats
    end: Floats
    said: Floats
    are_ordered: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class CrowdHistory:
    """What a crowd said at some moments.

    Attributes:
        times: the moments, rising, shape (m,).
        forecasters: how many stood at each, shape (m,).
        said: by aggregate, shape (m,) or (m, cells); NaN where nobody stood.
    """

    times: Floats
    forecasters: Indices
    said: dict[str, Floats]


def moments_of_change(members: CrowdMembers, until: float, most: int | None = None) -> Floats:
    """Give the moments at which a crowd changes, up to an instant; rising.

    Args:
        most: only the newest so many.

    >>> members = CrowdMembers(np.array([0.0, 1.0]), np.array([3.0, np.inf]), np.array([0.5, 0.5]))
    >>> moments_of_change(members, 4.0)
    array([0., 1., 3.])
    """
    stood = members.end > members.start
    times = np.unique(np.concatenate([members.start[stood], members.end[stood]]))
    times = times[times <= until]
    return times if most is None else times[len(times) - min(most, len(times)) :]


def crowd_history(members: CrowdMembers, moments: Floats) -> CrowdHistory:
    """Pool those who stand at each of some moments.

    Raises:
        ImpossibleProbability, NumbersDoNotFit: see `crowds`.

    >>> members = CrowdMembers(np.array([0.0, 1.0]), np.array([3.0, np.inf]), np.array([0.2, 0.4]))
    >>> history = crowd_history(members, np.array([0.0, 1.0, 3.0]))
    >>> history.forecasters, history.said["mean"].round(3)
    (array([1, 2, 1]), array([0.2, 0.3, 0.4]))
    """
    counts = np.searchsorted(np.sort(members.start), moments, "right") - np.searchsorted(
        np.sort(np.maximum(members.end, members.start)), moments, "right"
    )
    shape = (len(moments), *members.said.shape[1:])
    said = {name: np.full(shape, np.nan) for name in AGGREGATES}
    edges = np.append(0, np.cumsum(counts))
    begin = 0
    while begin < len(moments):
        reach = int(np.searchsorted(edges, edges[begin] + _AT_ONCE, "right")) - 1
        stop = max(begin + 1, reach)
        _pool(members, moments[begin:stop], {n: rows[begin:stop] for n, rows in said.items()})
        begin = stop
    return CrowdHistory(moments, counts, said)


def _pool(members: CrowdMembers, moments: Floats, said: dict[str, Floats]) -> None:
    """Fill in what the crowd says at some moments."""
    forecast, moment = standing_members(members.start, members.end, moments)
    spoken, crowd = np.unique(moment, return_inverse=True)
    if not len(spoken):
        return
    chances, times = members.said[forecast], members.start[forecast]
    if members.said.ndim == 1:
        for name, pooled in binary_crowds(chances, times, crowd).items():
            said[name][spoken] = pooled
        return
    firsts = np.append(np.searchsorted(crowd, np.arange(len(spoken))), len(crowd))
    for number, place in enumerate(spoken):
        rows = slice(firsts[number], firsts[number + 1])
        one = cell_crowd(chances[rows], times[rows], are_ordered=members.are_ordered)
        for name, pooled in one.items():
            said[name][place] = pooled

"""A curve with its evidence: which cells are alive, how likely each makes the evidence.

Log-likelihoods are summed in fixed point: a sum of integers is the same in any order, so that a
record can be added or taken out in one step, and gives the bits of reading all from the start.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forecasts.evidence import Signal
from forecasts.origins import LARGEST_POOL, OriginGroup, OriginKey, trusted_and_new
from forecasts.outcomes import Floats, share_before
from forecasts.places import ChoicePlace, Place
from forecasts.priors import SMALLEST
from forecasts.questions import Curve
from forecasts.reading import draw_blocks, read_newcomers, read_origin
from forecasts.reliability import Reliability

#: However much speaks against a cell, it keeps e^-300: an outcome there must stay thinkable.
SMALLEST_LOG_LIKELIHOOD = -300.0
#: Nats are summed in steps of 2^-40, far below what a forecast shows; 2^63 of them are 8 million.
FIXED_POINT = 2.0**40
type Fixed = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CurveState:
    """What is known on a curve, apart from the drivers.

    Attributes:
        curve: the curve.
        said: the signal of each record, by record id.
        alive: share of each cell that is still possible, shape (cells,).
        likelihood_draws: exp(sum of L) for each theta, up to a constant; shape (draws, cells).
        likelihood: its mean over theta, each normalised over the opening prior of what is alive,
            so that evidence on an open question teaches nothing about theta; shape (cells,).
        table: g at the curve's nodes, shape (nodes,); none for choices.
        heard: what the likelihood was summed from.
    """

    curve: Curve
    said: Mapping[str, Signal]
    alive: Floats
    likelihood_draws: Floats
    likelihood: Floats
    table: Floats
    heard: "_Heard" = field(repr=False)

    @property
    def signals(self) -> tuple[Signal, ...]:
        """One signal a record, in the order in which they came."""
        return tuple(self.said.values())

    @property
    def factor(self) -> Floats:
        """What multiplies the prior of each cell: alive times likelihood."""
        return self.alive * self.likelihood

    @cached_property
    def node_posterior(self) -> Floats:
        """Probability of each cell at each node, shape (nodes, cells); none for choices."""
        posterior = self.curve.node_cells * self.factor
        return np.asarray(posterior / posterior.sum(axis=1, keepdims=True))

    @cached_property
    def spreads(self) -> dict[str, tuple[Floats, NDArray[np.intp]]]:
        """Kept by `distributions` for the questions that read this curve, until it changes."""
        return {}

    def log_evidence(self, pull: Floats) -> Floats:
        """Ln of the chance of evidence and survival, given pulls of shape (n,) or (n, options)."""
        if self.curve.space.kind == "choice":
            return np.asarray(np.log(np.exp(self.curve.prior.log_cells(pull)) @ self.factor))
        return np.interp(pull, self.curve.node_pulls, self.table)

    def log_evidence_at(self, place: Place) -> Floats:
        """Give the same at draws whose places are known, shape (draws,)."""
        if isinstance(place, ChoicePlace):
            return np.asarray(np.log(place.cells @ self.factor))
        return place.at(self.table)


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """All origins on a curve, and what they come to.

    Attributes:
        origins: every signal that says something, by origin and subject.
        pool: the newcomers' origins, the largest first.
        trusted: sum of the readings of all others, (draws, cells).
        pooled: the reading of the pool, likewise.
    """

    origins: Mapping[OriginKey, tuple[Signal, ...]]
    pool: tuple[OriginGroup, ...]
    trusted: Fixed
    pooled: Fixed


def read_curve(
    curve: Curve,
    signals: Iterable[Signal],
    alive: Floats,
    reliability: Reliability,
    established: frozenset[str],
) -> CurveState:
    """Read all evidence on a curve; the result does not depend on the order of the signals."""
    said = {signal.record.id: signal for signal in signals}
    origins: dict[OriginKey, tuple[Signal, ...]] = defaultdict(tuple)
    for signal in said.values():
        if signal.weight != 0:
            origins[_key(signal)] += (signal,)
    trusted, pool = _fixed(_class_tilt(curve, reliability)), []
    for key, members in origins.items():
        group, new = trusted_and_new(key, members, established)
        if group is not None:
            trusted += _fixed(read_origin(group, reliability))
        if new is not None:
            pool.append(new)
    by_size = tuple(sorted(pool, key=lambda group: group.place))
    pooled = _read_pool(curve, by_size, reliability)
    return _summed(curve, said, alive, _Heard(dict(origins), by_size, trusted, pooled))


def reread(
    state: CurveState,
    changes: Mapping[str, Signal | None],
    reliability: Reliability,
    established: frozenset[str],
) -> CurveState:
    """Put in, exchange or take out (None) what some records say; only their origins are read.

    The result is what `read_curve` gives, to the last bit, under the same reliability.
    """
    said = changed_signals(state.said, changes)
    old = [state.said[name] for name in changes if name in state.said]
    new = [signal for signal in changes.values() if signal is not None]
    origins, pool = dict(state.heard.origins), list(state.heard.pool)
    trusted = state.heard.trusted
    for key in dict.fromkeys(_key(signal) for signal in (*old, *new) if signal.weight != 0):
        before = origins.pop(key, ())
        kept = tuple(signal for signal in before if signal.record.id not in changes)
        after = (*kept, *(s for s in new if s.weight != 0 and _key(s) == key))
        if after:
            origins[key] = after
        was, was_new = trusted_and_new(key, before, established)
        now, now_new = trusted_and_new(key, after, established)
        for group, sign in ((was, -1), (now, 1)):
            if group is not None:
                trusted = trusted + sign * _fixed(read_origin(group, reliability))
        if was_new is not None:
            del pool[bisect_left(pool, was_new.place, key=lambda group: group.place)]
        if now_new is not None:
            place = bisect_left(pool, now_new.place, key=lambda group: group.place)
            pool.insert(place, now_new)
    by_size, pooled = tuple(pool), state.heard.pooled
    if by_size[:LARGEST_POOL] != state.heard.pool[:LARGEST_POOL]:
        pooled = _read_pool(state.curve, by_size, reliability)
    heard = _Heard(origins, by_size, trusted, pooled)
    return _summed(state.curve, said, state.alive, heard)


def changed_signals(
    said: Mapping[str, Signal], changes: Mapping[str, Signal | None]
) -> dict[str, Signal]:
    """Put in, exchange or take out (None) what some records say."""
    after = dict(said)
    for name, signal in changes.items():
        after.pop(name, None)
        if signal is not None:
            after[name] = signal
    return after


def unread_curve(curve: Curve, said: Mapping[str, Signal]) -> CurveState:
    """Gather signals without reading them."""
    nothing = np.ones(curve.space.size)
    heard = _Heard({}, (), np.zeros((1, 1), np.int64), np.zeros((1, 1), np.int64))
    return CurveState(curve, said, nothing, nothing[None], nothing, np.empty(0), heard)


def with_alive(state: CurveState, alive: Floats) -> CurveState:
    """Change which cells are alive; the evidence stays as it was read."""
    return _tabulated(state.curve, state.said, alive, state.likelihood_draws, state.heard)


def alive_at(curve: Curve, now: float) -> Floats:
    """Share of each cell that has not passed in silence, at the reporting lag before `now`."""
    if curve.space.kind != "date":
        return np.ones(curve.space.size)
    return 1.0 - share_before(curve.space, now - curve.reporting_lag)


def strongest_signal(state: CurveState, new: tuple[Signal, ...]) -> Signal | None:
    """What a record is to say on a curve: of several signals the one with the largest |weight|.

    A record that bears on a question and on those derived from it speaks once, even where one of
    them opens later. Ties go to the first, which the caller makes the question that owns the
    curve. None where the curve has it already.
    """
    known = state.said.get(new[0].record.id)
    strongest = max([known, *new] if known else new, key=lambda signal: abs(signal.weight))
    return None if strongest is known else strongest


def _key(signal: Signal) -> OriginKey:
    """Signals of one key are read together."""
    return (signal.record.origin, signal.subject)


def _fixed(nats: Floats) -> Fixed:
    """Nats in fixed point, shape (draws, cells)."""
    sums = np.empty(nats.shape, np.int64)
    for rows in draw_blocks(len(nats)):
        sums[rows] = np.rint(nats[rows] * FIXED_POINT)
    return sums


def _read_pool(curve: Curve, pool: tuple[OriginGroup, ...], reliability: Reliability) -> Fixed:
    """Read what counts of the newcomers' pool."""
    if not pool:
        return np.zeros((1, curve.space.size), np.int64)
    heard = list(pool[:LARGEST_POOL])
    return _fixed(read_newcomers(heard, curve.opening_cells, reliability))


def _class_tilt(curve: Curve, reliability: Reliability) -> Floats:
    """How far resolved questions of its reference class came out otherwise, (draws, cells)."""
    tilt = np.zeros((reliability.draws, curve.space.size))
    shift = reliability.classes.get(curve.reference_class)
    profile = class_profile(curve)
    return tilt if shift is None or profile is None else shift[:, None] * profile


def class_profile(curve: Curve) -> Floats | None:
    """Profile of "it happens": what the rate of a reference class is about; None without a yes."""
    if curve.space.kind == "binary":
        return np.array([-0.5, 0.5])
    if curve.space.kind == "date":
        return np.append(np.full(curve.space.size - 1, 0.5), -0.5)
    return None


def _summed(curve: Curve, said: Mapping[str, Signal], alive: Floats, heard: _Heard) -> CurveState:
    """Turn sums of log-likelihoods into likelihoods."""
    total = heard.trusted + heard.pooled
    likelihood_draws = np.empty(total.shape)
    for rows in draw_blocks(len(total)):
        part = total[rows]
        nats = (part - part.max(axis=1, keepdims=True)) / FIXED_POINT
        likelihood_draws[rows] = np.exp(np.maximum(nats, SMALLEST_LOG_LIKELIHOOD))
    return _tabulated(curve, said, alive, likelihood_draws, heard)


def _tabulated(
    curve: Curve,
    said: Mapping[str, Signal],
    alive: Floats,
    likelihood_draws: Floats,
    heard: _Heard,
) -> CurveState:
    """Average over theta and tabulate g.

    Each theta gives the evidence the same total chance: agreement among records on an open question
    is no reason to trust their sources more. Only outcomes are.
    """
    norms = likelihood_draws @ (curve.opening_cells * alive)
    likelihood = (1 / norms) @ likelihood_draws / len(norms)
    table = np.log(np.maximum(curve.node_cells @ (alive * likelihood), SMALLEST))
    return CurveState(curve, said, alive, likelihood_draws, likelihood, table, heard)

"""A curve with its evidence: which cells are alive, how likely each makes the evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from forecasts.evidence import Signal
from forecasts.outcomes import Floats, share_before
from forecasts.questions import Curve
from forecasts.reading import OriginGroup, read_newcomers, read_origin, trusted_and_pooled
from forecasts.reliability import Reliability

#: However much speaks against a cell, it keeps e^-300: an outcome there must stay thinkable.
SMALLEST_LOG_LIKELIHOOD = -300.0
_POOL = "newcomers"
type ReadingKey = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CurveState:
    """What is known on a curve, apart from the drivers.

    Attributes:
        curve: the curve.
        signals: one a record, in the order in which they came.
        alive: share of each cell that is still possible, shape (cells,).
        likelihood_draws: exp(sum of L) for each theta, up to a constant; shape (draws, cells).
        likelihood: its mean over theta, each normalised over the opening prior of what is alive,
            so that evidence on an open question teaches nothing about theta; shape (cells,).
        table: g at the curve's nodes, shape (nodes,); none for choices.
        readings: log-likelihood of every origin, kept for the next record.
    """

    curve: Curve
    signals: tuple[Signal, ...]
    alive: Floats
    likelihood_draws: Floats
    likelihood: Floats
    table: Floats
    readings: Mapping[ReadingKey, Floats] = field(repr=False)

    @property
    def factor(self) -> Floats:
        """What multiplies the prior of each cell: alive times likelihood."""
        return self.alive * self.likelihood

    def log_evidence(self, pull: Floats) -> Floats:
        """Ln of the chance of evidence and survival, given pulls of shape (n,) or (n, options)."""
        if self.curve.space.kind == "choice":
            return np.asarray(np.log(np.exp(self.curve.prior.log_cells(pull)) @ self.factor))
        return np.interp(pull, self.curve.node_pulls, self.table)


def read_curve(
    curve: Curve,
    signals: tuple[Signal, ...],
    alive: Floats,
    reliability: Reliability,
    established: frozenset[str],
    known: Mapping[ReadingKey, Floats] | None = None,
) -> CurveState:
    """Read all evidence on a curve; origins that are `known` are not read again.

    The result depends on the set of signals only, not on their order nor on `known`.
    """
    readings = dict(_readings(curve, signals, reliability, established, known or {}))
    total = np.zeros((reliability.draws, curve.space.size))
    for reading in readings.values():
        total += reading
    total = np.maximum(total - total.max(axis=1, keepdims=True), SMALLEST_LOG_LIKELIHOOD)
    return _tabulated(curve, signals, alive, np.exp(total, out=total), readings)


def unread_curve(curve: Curve, signals: tuple[Signal, ...]) -> CurveState:
    """Gather signals without reading them."""
    nothing = np.ones(curve.space.size)
    return CurveState(curve, signals, nothing, nothing[None], nothing, np.empty(0), {})


def with_alive(state: CurveState, alive: Floats) -> CurveState:
    """Change which cells are alive; the evidence stays as it was read."""
    return _tabulated(state.curve, state.signals, alive, state.likelihood_draws, state.readings)


def _tabulated(
    curve: Curve,
    signals: tuple[Signal, ...],
    alive: Floats,
    likelihood_draws: Floats,
    readings: Mapping[ReadingKey, Floats],
) -> CurveState:
    """Average over theta and tabulate g.

    Each theta gives the evidence the same total chance: agreement among records on an open question
    is no reason to trust their sources more. Only outcomes are.
    """
    norms = likelihood_draws @ (curve.opening_cells * alive)
    likelihood = (1 / norms) @ likelihood_draws / len(norms)
    with np.errstate(divide="ignore"):
        table = np.log(curve.node_cells @ (alive * likelihood))
    return CurveState(curve, signals, alive, likelihood_draws, likelihood, table, readings)


def alive_at(curve: Curve, now: float) -> Floats:
    """Share of each cell that has not passed in silence, at the reporting lag before `now`."""
    if curve.space.kind != "date":
        return np.ones(curve.space.size)
    return 1.0 - share_before(curve.space, now - curve.reporting_lag)


def counted_signals(signals: tuple[Signal, ...], new: tuple[Signal, ...]) -> tuple[Signal, ...]:
    """Add a record's signals on one curve; of several only the one with the largest |weight|.

    A record that bears on a question and on those derived from it speaks once, even where one of
    them opens later. Ties go to the first, which the caller makes the question that owns the curve.
    """
    record = new[0].record.id
    said = [signal for signal in signals if signal.record.id == record]
    strongest = max([*said, *new], key=lambda s: abs(s.weight))
    if strongest in said:
        return signals
    return (*(signal for signal in signals if signal.record.id != record), strongest)


def _readings(
    curve: Curve,
    signals: tuple[Signal, ...],
    reliability: Reliability,
    established: frozenset[str],
    known: Mapping[ReadingKey, Floats],
) -> list[tuple[ReadingKey, Floats]]:
    """Log-likelihood of each origin, and of the newcomers' pool, in a fixed order."""
    trusted, pool = trusted_and_pooled(signals, established)
    result = []
    for group in trusted:
        key = _reading_key(group)
        reading = known.get(key)
        result.append((key, read_origin(group, reliability) if reading is None else reading))
    if pool:
        key = (_POOL, *(_reading_key(group) for group in pool))
        reading = known.get(key)
        if reading is None:
            reading = read_newcomers(pool, curve.opening_cells, reliability)
        result.append((key, reading))
    return result


def _reading_key(group: OriginGroup) -> ReadingKey:
    """Equal for groups that read alike: the records and their ranks."""
    return (group.key, tuple(s.record.id for s in group.signals), group.ranks)

"""What resolved questions teach: each outcome beside the evidence that was there before it.

Every reading stands at a time that was fixed in advance, and holds only what had entered by then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from forecasts.curves import CurveState
from forecasts.evidence import Signal
from forecasts.outcomes import Floats
from forecasts.questions import Curve
from forecasts.resolutions import Resolution, possible_cells
from forecasts.timeline import Timeline
from forecasts.times import start_of_day

#: Times at which a question is read, as shares of its scheduled window. Dates are asked at each
#: whether it happens before the next; all else is read once, at the last that came before its end.
LANDMARKS = (0.0, 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One outcome and the evidence that was there.

    Attributes:
        curve: what was forecast.
        signals: the evidence that had entered.
        alive: 1 for each cell that was still possible then, shape (cells,).
        outcome: 1 for each cell that the outcome allows, shape (cells,).
    """

    curve: Curve
    signals: tuple[Signal, ...]
    alive: Floats
    outcome: Floats


def resolved_readings(
    timeline: Timeline, resolutions: Mapping[str, Resolution], recorded: Mapping[str, float]
) -> list[Reading]:
    """Read every resolved curve of a world; one without evidence in time teaches nothing.

    Questions derived from another are left out: each curve counts once.

    Args:
        timeline: the world with its evidence.
        resolutions: the outcomes that hold, by question id.
        recorded: instant at which each record entered the ledger, by record id.
    """
    world = timeline.world
    readings: list[Reading] = []
    for curve_id, state in world.curves.items():
        resolution = resolutions.get(curve_id)
        if resolution is None:
            continue
        outcome = possible_cells(world.questions[curve_id], state.curve, resolution)
        if outcome is not None:
            readings += _readings(state, outcome, start_of_day(resolution.resolved_at), recorded)
    return [r for r in readings if r.signals and float(r.curve.opening_cells @ r.outcome) > 0]


def _readings(
    state: CurveState, outcome: Floats, resolved_at: float, recorded: Mapping[str, float]
) -> list[Reading]:
    """Read one resolved curve."""
    if state.curve.space.kind == "date":
        return list(_chain(state, int(np.argmax(outcome)), recorded))
    opens, closes = state.curve.opens, state.curve.closes
    times = [opens + share * (closes - opens) for share in LANDMARKS]
    moment = max((time for time in times if time < resolved_at), default=opens)
    signals = _known(state, moment, recorded)
    return [Reading(state.curve, signals, np.ones(state.curve.space.size), outcome)]


def _chain(state: CurveState, happened: int, recorded: Mapping[str, float]) -> Iterator[Reading]:
    """Ask at each landmark whether it happens before the next: its cell, or all cells after."""
    edges, cells = state.curve.space.edges, np.arange(state.curve.space.size)
    wanted = edges[0] + np.array(LANDMARKS) * (edges[-1] - edges[0])
    landmarks = [int(np.argmin(np.abs(edges - instant))) for instant in wanted]
    for start, end in zip(landmarks, [*landmarks[1:], len(cells)], strict=True):
        outcome = cells == happened if happened < end else cells >= end
        signals = _known(state, float(edges[start]), recorded)
        yield Reading(state.curve, signals, (cells >= start).astype(float), outcome.astype(float))
        if happened < end:
            return


def _known(state: CurveState, moment: float, recorded: Mapping[str, float]) -> tuple[Signal, ...]:
    """Evidence that was both public and in the ledger at a moment."""
    return tuple(
        signal
        for signal in state.signals
        if max(signal.record.published, recorded[signal.record.id]) <= moment
    )

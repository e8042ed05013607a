"""A question's history as numbers on axes: what the chart over time draws."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from forecasts.times import end_of_day, start_of_day

#: Bands of dates and numbers: 90, 80 and 50%, the widest first.
_LEVELS = (("0.05", "0.95"), ("0.1", "0.9"), ("0.25", "0.75"))
#: A scale of chances ends at the first of these that leaves room above.
_CHANCE_TOPS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
#: Share of a scale of days that "later or never" takes.
_NEVER_SHARE = 0.1
#: Share of a scale by which a line must move for a day to be drawn.
_FINE = 0.002
#: A chart shows at least so many days.
_LEAST_DAYS = 7.0

Scale = Literal["chance", "number", "log", "day"]


@dataclass(frozen=True, slots=True)
class Axis:
    """The upright axis: from `low` to `high`; beyond `horizon`, days are "later or never"."""

    scale: Scale
    low: float
    high: float
    horizon: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line: an option's id, or empty where there is one line only."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Low and high ends over time."""

    points: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Marker:
    """A record on the line that it moved."""

    record: str
    at: float
    value: float
    bits: float


@dataclass(frozen=True, slots=True)
class Fan:
    """A history in the units of its axes; times are days since 1970."""

    axis: Axis
    first: float
    last: float
    lines: tuple[Line, ...]
    bands: tuple[Band, ...]
    markers: tuple[Marker, ...]
    outcome: float | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A step with its forecast as read from JSON."""

    step: Any
    body: dict[str, Any]

    @property
    def is_marked(self) -> bool:
        """Whether it is a record that bears on the question itself."""
        return self.step.cause == "evidence" and bool(self.step.direct)


@dataclass(frozen=True, slots=True)
class _Row:
    """Where each line and the ends of each band are from one time on."""

    at: float
    values: list[float]
    spans: list[tuple[float, float]]
    is_marked: bool

    @property
    def numbers(self) -> list[float]:
        """All places."""
        return [*self.values, *(end for span in self.spans for end in span)]


def draw_history(
    written: QuestionFormat, moves: Sequence[Moved], outcome: ResolutionFormat | None, now: float
) -> Fan:
    """Give a history, one row a day and one a record, as lines, bands and markers."""
    daily = _once_a_day(moves)
    days = is_drawn_as_days(written, [move.body for move in daily])
    rows = [_row(written, move, days=days) for move in daily]
    last = max(now if outcome is None else start_of_day(outcome.resolved_at), rows[-1].at)
    happened = _outcome_on_axis(written, outcome, days=days)
    axis = _axis(written, rows, happened, days=days)
    rows = [*_thinned(rows, axis), replace(rows[-1], at=last)]
    return Fan(
        axis=axis,
        first=moves[0].step.at,
        last=max(last, moves[0].step.at + _LEAST_DAYS),
        lines=tuple(
            Line(name, tuple((row.at, row.values[place]) for row in rows))
            for place, name in enumerate([choice.id for choice in written.choices] or [""])
        ),
        bands=tuple(
            Band(tuple((row.at, *row.spans[place]) for row in rows))
            for place in range(len(rows[0].spans))
        ),
        markers=_markers(written, moves, days=days),
        outcome=happened,
    )


def is_drawn_as_days(written: QuestionFormat, bodies: Sequence[dict[str, Any]]) -> bool:
    """Tell whether a date's days can be drawn; else its chance is: its median is mostly never."""
    known = sum(body.get("median") is not None for body in bodies)
    return written.type == "date" and 2 * known >= len(bodies)


def chance_axis(seen: Sequence[float]) -> Axis:
    """Choose a scale of chances on which all that is seen has room."""
    top = next(top for top in _CHANCE_TOPS if max(seen) <= 0.97 * top or top == 1.0)
    return Axis("chance", 0.0, top)


def chance_by_close(body: dict[str, Any]) -> float:
    """Give the chance that a date comes by the close."""
    return float(1 - body["outside"][-1])


def option_chances(body: dict[str, Any]) -> dict[str, float]:
    """Give the chance of each option."""
    return {option["option"]: option["probability"] for option in body["options"]}


def _once_a_day(moves: Sequence[Moved]) -> list[Moved]:
    """Keep the last step of each day, and every record's own."""
    last_of_day = {int(move.step.at): place for place, move in enumerate(moves)}
    kept = set(last_of_day.values())
    return [move for place, move in enumerate(moves) if place in kept or move.is_marked]


def _row(written: QuestionFormat, move: Moved, *, days: bool) -> _Row:
    """Give where lines and bands are after a step."""
    values = _values(written, move.body, days=days)
    return _Row(move.step.at, values, _spans(written, move.body, days=days), move.is_marked)


def _thinned(rows: list[_Row], axis: Axis) -> list[_Row]:
    """Leave out the days on which no eye could see a movement."""
    scale = math.log if axis.scale == "log" else float
    fine = _FINE * (scale(axis.high) - scale(axis.low))
    kept = rows[:1]
    for row in rows[1:]:
        pairs = zip(row.numbers, kept[-1].numbers, strict=True)
        if row.is_marked or any(abs(scale(new) - scale(old)) > fine for new, old in pairs):
            kept.append(row)
    return kept


def _values(written: QuestionFormat, body: dict[str, Any], *, days: bool) -> list[float]:
    """Give where each line is."""
    if written.type == "binary":
        return [float(body["probability"])]
    if written.type == "multiple_choice":
        chances = option_chances(body)
        return [chances[choice.id] for choice in written.choices]
    if written.type == "date" and not days:
        return [chance_by_close(body)]
    in_low_tail = written.type == "numeric" and body["outside"][0] > 0.5
    return [_place(written, body["median"], is_low=in_low_tail)]


def _spans(
    written: QuestionFormat, body: dict[str, Any], *, days: bool
) -> list[tuple[float, float]]:
    """Give the ends of each band, the widest first."""
    if written.type == "binary":
        return [(float(body["low"]), float(body["high"]))]
    if written.type == "numeric" or days:
        quantiles = body["quantiles"]
        return [
            (
                _place(written, quantiles[low], is_low=True),
                _place(written, quantiles[high]),
            )
            for low, high in _LEVELS
        ]
    return []


def _place(written: QuestionFormat, amount: float | str | None, *, is_low: bool = False) -> float:
    """Give where a number or day lies on its axis; what is unknown lies in a tail."""
    if isinstance(amount, str):
        return start_of_day(date.fromisoformat(amount))
    if amount is not None:
        return float(amount)
    if written.range is not None:
        return written.range.min if is_low else written.range.max
    first, horizon = start_of_day(written.opens), end_of_day(written.closes)
    return horizon + _NEVER_SHARE / 2 * (horizon - first)


def _axis(written: QuestionFormat, rows: list[_Row], outcome: float | None, *, days: bool) -> Axis:
    """Choose a scale that shows all that is drawn."""
    if days:
        first, horizon = start_of_day(written.opens), end_of_day(written.closes)
        return Axis("day", first, horizon + _NEVER_SHARE * (horizon - first), horizon)
    seen = [number for row in rows for number in row.numbers]
    seen += [] if outcome is None else [outcome]
    if written.range is not None:
        is_log = written.range.scale == "log"
        room = 0.0 if is_log else 0.04 * (max(seen) - min(seen) or 1.0)
        low = max(min(seen) - room, written.range.min)
        return Axis("log" if is_log else "number", low, min(max(seen) + room, written.range.max))
    return chance_axis(seen)


def _outcome_on_axis(
    written: QuestionFormat, outcome: ResolutionFormat | None, *, days: bool
) -> float | None:
    """Give where the outcome lies on the axis; None where it is no place on it."""
    if outcome is None or outcome.outcome is None or written.type == "multiple_choice":
        return None
    happened = outcome.outcome
    if written.type == "date":
        came = isinstance(happened, date)
        if not days:
            return float(came)
        return _place(written, happened.isoformat() if isinstance(happened, date) else None)
    return float(happened) if isinstance(happened, bool | float | int) else None


def _markers(written: QuestionFormat, moves: Sequence[Moved], *, days: bool) -> tuple[Marker, ...]:
    """Put every record that bears on the question where it moved the line, or last moved it."""
    markers: dict[str, Marker] = {}
    for before, move in zip((None, *moves), moves, strict=False):
        if move.is_marked:
            record, values = move.step.cause_id, _values(written, move.body, days=days)
            place = _most_moved(before, move) if written.type == "multiple_choice" else 0
            bits = move.step.bits + (markers[record].bits if record in markers else 0.0)
            markers[record] = Marker(record, move.step.at, values[place], bits)
    return tuple(markers.values())


def _most_moved(before: Moved | None, after: Moved) -> int:
    """Give the place of the option whose odds changed most."""
    new = option_chances(after.body)
    old = option_chances(before.body) if before else new
    changes = [abs(_odds_change(old[name], new[name])) for name in new]
    return changes.index(max(changes))


def _odds_change(old: float, new: float) -> float:
    """Give how many times the odds became as large, or as small."""
    tiny = 1e-12
    ratio = (max(new, tiny) / max(1 - new, tiny)) / (max(old, tiny) / max(1 - old, tiny))
    return ratio if ratio >= 1 else 1 / ratio

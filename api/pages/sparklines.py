"""Sparklines: a history in the space of a word, drawn as one polyline."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.pages.series import chance_by_close, option_chances
from data.formats.questions import QuestionFormat

#: Size of the drawing, in its own units; the style sheet scales it.
WIDTH, HEIGHT = 120.0, 28.0
#: Room for the line's own thickness, and for the dot at its end.
_EDGE = 3.0
#: A line of numbers is as high as the drawing if it moves by this share of them.
_LEAST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Points of a polyline, and where its last one is."""

    points: str
    end_x: float
    end_y: float


def drawn_value(written: QuestionFormat, body: dict[str, Any], option: str | None) -> float:
    """Give the number that a sparkline and a weekly change follow.

    The probability; the chance of one option; the chance by the close; the median of a number.
    """
    if written.type == "binary":
        return float(body["probability"])
    if option is not None:
        return option_chances(body)[option]
    if written.type == "date":
        return chance_by_close(body)
    assert written.range is not None
    if body["median"] is not None:
        return float(body["median"])
    return written.range.max if body["outside"][-1] > 0.5 else written.range.min


def leading_option(written: QuestionFormat, body: dict[str, Any]) -> str | None:
    """Give the likeliest option of a multiple-choice question."""
    if written.type != "multiple_choice":
        return None
    chances = option_chances(body)
    return max(chances, key=lambda option: chances[option])


def draw_sparkline(
    written: QuestionFormat, times: Sequence[float], values: Sequence[float]
) -> Sparkline:
    """Draw values over time; chances on the whole of [0, 1], numbers on their own range."""
    ends = _ends(values) if written.type == "numeric" else (0.0, 1.0)
    return _drawn(times, values, *ends)


def line_of_chances(times: Sequence[float], chances: Sequence[float]) -> Sparkline:
    """Draw chances over time, on the whole of [0, 1]."""
    return _drawn(times, chances, 0.0, 1.0)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """Give between which numbers a line is drawn, so wide that a trifle looks like one.

    >>> _ends([2.0, 2.0]), _ends([1.0, 9.0])
    ((1.8, 2.2), (1.0, 9.0))
    """
    low, high = min(values), max(values)
    middle, room = (low + high) / 2, max(abs(low), abs(high)) * _LEAST_SHARE / 2
    return min(low, middle - room), max(high, middle + room)


def _drawn(times: Sequence[float], values: Sequence[float], low: float, high: float) -> Sparkline:
    """Draw values over time, between two ends."""
    across = (WIDTH - 2 * _EDGE) / (times[-1] - times[0] or 1.0)
    upward = (HEIGHT - 2 * _EDGE) / (high - low or 1.0)
    columns: dict[int, tuple[float, float]] = {}
    for at, amount in zip(times, values, strict=True):
        x = _EDGE + (at - times[0]) * across
        columns[int(x)] = (x, HEIGHT - _EDGE - (amount - low) * upward)  # the last of a column
    points = list(columns.values())
    if len(points) == 1:
        points = [(_EDGE, points[0][1]), (WIDTH - _EDGE, points[0][1])]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Sparkline(drawn, round(points[-1][0], 1), round(points[-1][1], 1))

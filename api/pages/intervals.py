"""Intervals as small bars: what is left of a claim, before learning above and after it below."""

import math
from dataclasses import dataclass

from api.source_answers import EstimateAnswer, GradeAnswer

#: Size of the drawing, in its own units; the style sheet scales it.
WIDTH, HEIGHT = 200.0, 30.0
#: The scale is of logarithms, from here to beyond the claim by this factor.
_LOWEST, _BEYOND = 0.5, 5 / 3
#: Middle of the upper bar, of the lower one, and of a bar that is alone.
_UPPER, _LOWER, _ALONE = 9.0, 21.0, 15.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A 90% interval and its median."""

    x: float
    width: float
    median: float
    y: float


@dataclass(frozen=True, slots=True)
class Bars:
    """What is left of a claim.

    Attributes:
        nothing: where a claim has no effect at all.
        claimed: where it is taken at its word.
    """

    before: Bar
    after: Bar | None
    nothing: float
    claimed: float


def draw_bars(line: GradeAnswer, claimed: float) -> Bars:
    """Draw what is left of a claim of this likelihood ratio."""
    before, after = believed(line, claimed)
    return Bars(
        before=_bar(before, claimed, _ALONE if after is None else _UPPER),
        after=None if after is None else _bar(after, claimed, _LOWER),
        nothing=_across(1.0, claimed),
        claimed=_across(claimed, claimed),
    )


def believed(line: GradeAnswer, claimed: float) -> tuple[EstimateAnswer, EstimateAnswer | None]:
    """Give what is left of a claim, before and after learning."""
    before, after = (
        {part.claimed: part.believed for part in worth.believed} if worth else {}
        for worth in (line.before, line.after)
    )
    return before[claimed], after.get(claimed)


def _bar(found: EstimateAnswer, claimed: float, y: float) -> Bar:
    """Draw one interval."""
    low, high = _across(found.low, claimed), _across(found.high, claimed)
    return Bar(low, round(high - low, 1), _across(found.median, claimed), y)


def _across(ratio: float, claimed: float) -> float:
    """Give the place of a likelihood ratio; what lies beyond the scale stands at its end."""
    share = math.log(ratio / _LOWEST) / math.log(claimed * _BEYOND / _LOWEST)
    return round(WIDTH * min(max(share, 0.0), 1.0), 1)

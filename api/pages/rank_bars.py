"""Intervals on leaderboards as small bars: of bits beside 0, and of ranks from the first down."""

from collections.abc import Sequence
from dataclasses import dataclass

#: Sizes of the drawings, in their own units; the style sheet scales them.
BITS_WIDTH, RANKS_WIDTH = 200.0, 100.0
#: Room beyond the ends, and the width of a dot.
_MARGIN = 4.0
#: A scale of bits reaches this far to both sides at least.
_LEAST_REACH = 0.05


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """An interval, its middle, and where zero lies; None for an interval that nobody knows."""

    x: float
    width: float
    middle: float
    zero: float | None = None


@dataclass(frozen=True, slots=True)
class BitsScale:
    """Where bits lie on the bars of one board: all of its rows share the scale."""

    low: float
    high: float

    def bar(self, middle: float, interval: tuple[float, float] | None) -> IntervalBar:
        """Draw one row."""
        low, high = interval or (middle, middle)
        start = self.place(low)
        width = round(max(self.place(high) - start, 0.0), 1)
        return IntervalBar(start, width, self.place(middle), self.place(0.0))

    def place(self, bits: float) -> float:
        """Give the place of a number of bits."""
        share = (bits - self.low) / (self.high - self.low)
        inner = BITS_WIDTH - 2 * _MARGIN
        return round(_MARGIN + inner * min(max(share, 0.0), 1.0), 1)


def bits_scale(ends: Sequence[float]) -> BitsScale:
    """Give a scale that holds these numbers, and 0.

    >>> bits_scale([0.3, 0.1])
    BitsScale(low=-0.05, high=0.3)
    """
    return BitsScale(min(-_LEAST_REACH, *ends, 0.0), max(_LEAST_REACH, *ends, 0.0))


def rank_bar(rank: int, low: int, high: int, count: int) -> IntervalBar:
    """Draw a rank among so many: each place is a cell, the first on the left.

    >>> rank_bar(1, 1, 2, 4)
    IntervalBar(x=0.0, width=50.0, middle=12.5, zero=None)
    """
    cell = RANKS_WIDTH / max(count, high)
    start, end = (low - 1) * cell, high * cell
    return IntervalBar(round(start, 1), round(end - start, 1), round((rank - 0.5) * cell, 1))

"""When something must have happened, as a stretch of days or a day, and how two of them lie."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

#: by: at any time up to the end; in: within a stretch; on: at one day, whatever was before.
Span = Literal["by", "in", "on"]
Overlap = Literal["same", "earlier", "later", "apart", "unclear"]
#: Deadlines of two platforms that differ by so little are the same: time zones, "by" and "before".
SAME_DAYS = 1


@dataclass(frozen=True, slots=True)
class Period:
    """When it must happen: `last` is the last day that counts; `first` None: from now on."""

    span: Span
    first: date | None
    last: date

    @property
    def words(self) -> str:
        """The period as a person reads it."""
        if self.span == "in" and self.first is not None:
            return f"{self.first}/{self.last}"
        return f"{'on' if self.span == 'on' else 'by'} {self.last}"


def compare_periods(  # noqa: PLR0911  # one line a case
    left: Period | None, right: Period | None
) -> Overlap:
    """Say how two periods lie: earlier means that the left one lies within the right one.

    >>> compare_periods(Period("by", None, date(2026, 3, 31)), Period("by", None, date(2026, 6, 30)))
    'earlier'
    """
    if left is None or right is None:
        return "unclear"
    gap = (left.last - right.last).days
    if "on" in (left.span, right.span) and left.span != right.span:
        return _point_and_stretch(left, right)
    if left.span == "on":
        return "same" if abs(gap) <= SAME_DAYS else "apart"
    begins = _beginnings(left, right)
    if abs(gap) <= SAME_DAYS:
        return begins
    inner, outer = (left, right) if gap < 0 else (right, left)
    if outer.span == "in" and outer.first is not None:
        if inner.last < outer.first:
            return "apart"
        if inner.first is not None and inner.first < outer.first and inner.span == "in":
            return "unclear"
    return "earlier" if gap < 0 else "later"


def _beginnings(left: Period, right: Period) -> Overlap:
    """Compare two stretches that end together; a whole year begins as "by its end" does."""
    left_days = (left.last - left.first).days if left.first else 366
    right_days = (right.last - right.first).days if right.first else 366
    if abs(left_days - right_days) <= SAME_DAYS or min(left_days, right_days) >= 300:
        return "same"
    return "earlier" if left_days < right_days else "later"


def _point_and_stretch(left: Period, right: Period) -> Overlap:
    """Compare a day with a stretch: what holds on the day happened within it."""
    point, stretch = (left, right) if left.span == "on" else (right, left)
    inside = (stretch.first or date.min) <= point.last <= stretch.last + timedelta(SAME_DAYS)
    if not inside:
        return "apart"
    return "earlier" if point is left else "later"

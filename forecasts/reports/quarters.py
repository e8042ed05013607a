"""Quarters: which days they hold, and what they are called in a calendar or a fiscal year."""

import re
from dataclasses import dataclass

from forecasts.board_entries import days_of_period
from forecasts.errors import Malformed
from forecasts.times import day_of

#: Months in which a year of reports may begin, so that its quarters are those of the calendar.
FIRST_MONTHS = (1, 4, 7, 10)
_CALENDAR = re.compile(r"([0-9]{4})Q([1-4])")
_FISCAL = re.compile(r"FY([0-9]{4})Q([1-4])", re.IGNORECASE)


class NoQuarter(Malformed):
    """What should name a quarter does not."""

    message = "{quarter} is no quarter: write 2025Q4, or FY2025Q3 for that of a fiscal year."


class QuarterNotOver(Malformed):
    """A report is asked for whose quarter goes on."""

    message = "{quarter} ends on {last} (UTC); its report can be built from the day after."


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of the calendar.

    Attributes:
        year: of the calendar.
        number: 1 to 4.
    """

    year: int
    number: int

    @property
    def name(self) -> str:
        """Its name, as `period` takes it.

        >>> Quarter(2025, 4).name
        '2025Q4'
        """
        return f"{self.year:04d}Q{self.number}"

    @property
    def begins(self) -> float:
        """First day, in days since 1970."""
        return days_of_period(self.name)[0]

    @property
    def ends(self) -> float:
        """First day after it, in days since 1970."""
        return days_of_period(self.name)[1]

    def before(self, count: int = 1) -> "Quarter":
        """Give the quarter that lies so many earlier.

        >>> Quarter(2025, 1).before().name
        '2024Q4'
        """
        years, place = divmod(4 * self.year + self.number - 1 - count, 4)
        return Quarter(years, place + 1)

    def fiscal(self, first_month: int) -> tuple[int, int]:
        """Give year and number in years that begin with a month and are called by that year.

        >>> Quarter(2025, 4).fiscal(4), Quarter(2026, 1).fiscal(4)
        ((2025, 3), (2025, 4))
        """
        place = 4 * self.year + self.number - 1 - (first_month - 1) // 3
        return place // 4, place % 4 + 1


def quarter_of(instant: float) -> Quarter:
    """Give the quarter of an instant in days since 1970.

    >>> quarter_of(0.5)
    Quarter(year=1970, number=1)
    """
    day = day_of(instant)
    return Quarter(day.year, (day.month - 1) // 3 + 1)


def read_quarter(text: str, first_month: int = 1) -> Quarter:
    """Read the name of a quarter.

    Args:
        first_month: with which a fiscal year begins; it is called by the year of that month.

    Raises:
        NoQuarter: it names none.

    >>> read_quarter("2025Q4"), read_quarter("FY2025Q3", 4)
    (Quarter(year=2025, number=4), Quarter(year=2025, number=4))
    """
    if (found := _CALENDAR.fullmatch(text)) and 1 < int(found[1]) < 9998:
        return Quarter(int(found[1]), int(found[2]))
    if (found := _FISCAL.fullmatch(text)) and 1 < int(found[1]) < 9997:
        later = (first_month - 1) // 3
        place = 4 * int(found[1]) + int(found[2]) - 1 + later
        return Quarter(place // 4, place % 4 + 1)
    raise NoQuarter(quarter=text[:20])


def require_over(quarter: Quarter, now: float) -> None:
    """Refuse a quarter that goes on.

    Raises:
        QuarterNotOver: so it does.
    """
    if now < quarter.ends:
        raise QuarterNotOver(quarter=quarter.name, last=day_of(quarter.ends - 1).isoformat())

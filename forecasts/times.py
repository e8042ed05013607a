"""Days, months and instants: everything inside is days since 1970-01-01, UTC, as a float."""

import calendar
from datetime import UTC, date, datetime, timedelta

#: The first place on Earth where a date begins is 14 hours ahead of UTC (Kiribati).
EARLIEST_ZONE = timedelta(hours=14)
_EPOCH = date(1970, 1, 1)
_SECONDS = 86_400.0


def start_of_day(day: date) -> float:
    """Give the instant at which a UTC day begins.

    >>> start_of_day(date(1970, 1, 2))
    1.0
    """
    return float((day - _EPOCH).days)


def end_of_day(day: date) -> float:
    """Give the instant just after a UTC day: the edge that a deadline "by that day" means."""
    return start_of_day(day) + 1.0


def day_of(instant: float) -> date:
    """Give the UTC day in which an instant lies."""
    return _EPOCH + timedelta(days=int(instant // 1))


def instant_of(moment: datetime) -> float:
    """Give an aware time as days since 1970.

    >>> instant_of(datetime(1970, 1, 1, 12, tzinfo=UTC))
    0.5
    """
    return moment.timestamp() / _SECONDS


def moment_of(instant: float) -> datetime:
    """Give days since 1970 as an aware time, to the second."""
    return datetime.fromtimestamp(round(instant * _SECONDS), UTC)


def last_second(day_or_month: str) -> datetime:
    """Give the time at which a fact dated to a day or a month enters: the end of either.

    >>> last_second("2025-04").isoformat()
    '2025-04-30T23:59:59+00:00'
    """
    if len(day_or_month) == len("2025-04"):
        year, month = (int(part) for part in day_or_month.split("-"))
        last = calendar.monthrange(year, month)[1]
        day = date(year, month, last)
    else:
        day = date.fromisoformat(day_or_month)
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)


def has_begun(day_or_month: str, now: datetime) -> bool:
    """Tell whether a day or month has begun anywhere on Earth."""
    first = day_or_month if len(day_or_month) == len("2025-04-01") else f"{day_or_month}-01"
    begins = datetime.fromisoformat(first).replace(tzinfo=UTC) - EARLIEST_ZONE
    return begins <= now

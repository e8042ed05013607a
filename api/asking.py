"""What every reader may ask for: the state as of a past moment."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from sqlalchemy import ColumnElement, Table, select, true

from api.access import InstanceDep
from data.formats.base import Day, Moment
from data.ledger import timestamp
from data.standing import ALWAYS
from data.tables import LEDGER
from forecasts.errors import Refused
from forecasts.times import has_begun, instant_of, last_second

#: A filter by an id.
SlugQuery = Annotated[str | None, Query(max_length=80)]
#: A filter by words in English or Japanese.
WordsQuery = Annotated[
    str | None,
    Query(max_length=200, description="words, all of which stand in its texts; none is syntax"),
]


#: Before the first year that Python's dates and every database can hold there is nothing to ask.
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
#: Some time that lies in the future, as days do whose ends Python cannot count.
_FAR = datetime(9000, 1, 1, tzinfo=UTC)


class AsOfInFuture(Refused):
    """A moment is asked for that has not come."""

    message = "`as_of` must not lie in the future (now: {now}). Leave it out for the present state."


@dataclass(frozen=True, slots=True)
class AsOf:
    """The moment whose state is asked for.

    Attributes:
        at: instant; the present where nothing was asked.
        is_past: a past moment was asked for.
    """

    at: float
    is_past: bool
    recorded_at: str

    @property
    def until(self) -> float:
        """The instant up to which things are known; later than any where the present is asked."""
        return self.at if self.is_past else ALWAYS

    def holds(self, table: Table) -> ColumnElement[bool]:
        """Give the condition that the ledger held the entry behind a row (its `seq`) by then."""
        if not self.is_past:
            return true()
        recorded = select(LEDGER.c.recorded_at).where(LEDGER.c.seq == table.c.seq)
        return recorded.correlate(table).scalar_subquery() <= self.recorded_at


async def get_as_of(
    instance: InstanceDep,
    as_of: Annotated[
        Moment | Day | None,
        Query(
            description="the state at a past moment: RFC 3339, or a day for its end (UTC)",
            examples=["2025-06-30", "2025-06-30T12:00:00Z"],
        ),
    ] = None,
) -> AsOf:
    """Read the moment that a request asks for.

    Raises:
        AsOfInFuture: it has not come yet.
    """
    return as_of_moment(as_of, instance.clock())


def as_of_moment(asked: datetime | date | None, now: datetime) -> AsOf:
    """Give the moment that is asked for; None is the present.

    Raises:
        AsOfInFuture: it has not come yet.
    """
    if asked is None:
        return AsOf(instant_of(now), is_past=False, recorded_at=timestamp(now))
    moment = _moment(asked, now)
    if moment > now:
        raise AsOfInFuture(now=f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    moment = max(moment, _EARLIEST)
    return AsOf(instant_of(moment), is_past=True, recorded_at=timestamp(moment))


def _moment(asked: datetime | date, now: datetime) -> datetime:
    """Give the time that is meant: of a day its end, or now if it has begun somewhere."""
    if isinstance(asked, datetime):
        return asked
    if asked <= _EARLIEST.date():
        return _EARLIEST
    if asked.year > now.year + 1:
        return _FAR
    end = last_second(asked.isoformat())
    return min(end, now) if has_begun(asked.isoformat(), now) else end


AsOfDep = Annotated[AsOf, Depends(get_as_of)]


def shown_as_of(as_of: AsOf, value: Any | None, since: float | None) -> Any | None:
    """Give a value that came at an instant, or None where that lies after the moment asked for."""
    return value if since is not None and since <= as_of.at else None

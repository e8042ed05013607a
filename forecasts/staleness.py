"""Stale forecasts: what has happened since somebody last said what he thinks."""

from dataclasses import dataclass
from typing import Literal

Reason = Literal["old", "moved", "evidence", "amended"]

#: A forecast that stands for so long is worth a look, whatever has happened.
OLD_DAYS = 30.0
#: A model that moved by so many bits since knows something that the forecast may not: odds that
#: went from 1 to 1 to 3 to 2 moved by .58 bits.
MOVED_BITS = 0.5
#: So many records that bear on the question itself are worth a look, however little they moved it.
MANY_RECORDS = 1


@dataclass(frozen=True, slots=True)
class Since:
    """What has happened since a forecast was stated.

    Attributes:
        days: for which it has stood.
        bits: by which the model's forecast of the question moved in all; its sign says which way.
        records: number of records that came and bear on the question itself.
        amendments: number of new versions of the question's words.
    """

    days: float
    bits: float = 0.0
    records: int = 0
    amendments: int = 0


def stale_because(since: Since) -> tuple[Reason, ...]:
    """Give every reason to look at a forecast again, the gravest first; none if it is fresh.

    >>> stale_because(Since(days=31, bits=-0.7))
    ('moved', 'old')
    >>> stale_because(Since(days=29))
    ()
    """
    holds: tuple[tuple[Reason, bool], ...] = (
        ("amended", since.amendments > 0),
        ("moved", abs(since.bits) >= MOVED_BITS),
        ("evidence", since.records >= MANY_RECORDS),
        ("old", since.days >= OLD_DAYS),
    )
    return tuple(reason for reason, is_so in holds if is_so)

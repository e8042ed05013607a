"""The past, kept for a while: worlds as they stood at the moments that were asked for lately."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool

from api.access import InstanceDep
from api.asking import AsOf, AsOfDep
from api.workflows.recalling import recall_timelines
from data.database import Database
from data.tables import LEDGER
from forecasts.errors import KizashiError
from forecasts.timeline import Timeline

#: Moments whose worlds are kept.
MOST_KEPT = 8
#: Requests that may wait for their moment to be computed; each takes about a second.
MOST_WAITING = 6

type Timelines = Mapping[str, Timeline]


class PastBusy(KizashiError):
    """More past moments are asked for than can be computed soon."""

    message = (
        "{waiting} past moments are being computed. Try again in a few seconds, or ask for a "
        "moment that was asked for lately."
    )


class Past:
    """Computes worlds of past moments, one moment at a time, and keeps the latest asked for."""

    def __init__(self, database: Database, most_waiting: int = MOST_WAITING) -> None:
        self._database = database
        self._most_waiting = most_waiting
        self._kept: OrderedDict[tuple[int, float], Timelines] = OrderedDict()
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0

    def forget(self) -> None:
        """Let go of what is kept."""
        self._kept.clear()

    def timelines(self, as_of: AsOf) -> Timelines:
        """Give every world as it stood; what is not kept is computed in the calling thread.

        Raises:
            PastBusy: too many wait already.
        """
        key = self._key(as_of)
        kept = self._find(key)
        if kept is not None:
            return kept
        with self._counting:
            if self._waiting >= self._most_waiting:
                raise PastBusy(waiting=self._waiting)
            self._waiting += 1
        try:
            with self._turn:
                return self._find(key) or self._compute(key, as_of)
        finally:
            with self._counting:
                self._waiting -= 1

    def _key(self, as_of: AsOf) -> tuple[int, float]:
        """Name a moment by what settles its worlds: the entries by then, and the midnight."""
        count = select(func.count()).where(LEDGER.c.recorded_at <= as_of.recorded_at)
        with self._database.read() as connection:
            return connection.execute(count).scalar_one(), as_of.at // 1

    def _find(self, key: tuple[int, float]) -> Timelines | None:
        """Give what is kept, and keep it longest from now."""
        with self._counting:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _compute(self, key: tuple[int, float], as_of: AsOf) -> Timelines:
        """Compute the worlds of a moment, and keep them."""
        with self._database.read() as connection:
            found = recall_timelines(connection, as_of.recorded_at, key[1])
        with self._counting:
            self._kept[key] = found
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found


async def get_timelines(request: Request, instance: InstanceDep, as_of: AsOfDep) -> Timelines:
    """Give every world as it stands, or as it stood at the moment that is asked for.

    Raises:
        PastBusy: too many past moments are being computed.
    """
    if not as_of.is_past:
        return instance.writer.timelines
    past: Past = request.app.state.past
    return await run_in_threadpool(past.timelines, as_of)


TimelinesDep = Annotated[Timelines, Depends(get_timelines)]

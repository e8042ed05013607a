"""Syncs of markets inside the server: by the clock or because asked for, one at a time."""

import asyncio
import threading
from contextlib import suppress
from typing import Annotated

from fastapi import Depends, Request

from api.instance import Instance
from api.logs import LOG
from api.market_platforms import planned_platforms, reading_of
from api.settings import Settings
from api.workflows.syncing import sync_platform
from data.importers.fetching import fetching
from data.market_cursors import DONE, read_syncs
from forecasts.errors import KizashiError, Refused

_MINUTES, _HOURS = 1 / 1_440, 1 / 24
#: After a failure it is tried again so soon, then after twice as long, up to a day.
_FIRST_RETRY, _LAST_RETRY = 5 * _MINUTES, 1.0
#: However long nothing is due, it is looked so often.
_LOOK_SECONDS = 30.0
#: A stop waits so long for the request that is under way.
_STOP_SECONDS = 5.0


class AlreadySyncing(Refused):
    """A sync is asked for that waits or goes on already."""

    message = (
        "{platform} is being read, or waits for its turn. GET /api/v1/platforms tells how far."
    )


class MarketSyncs:
    """The thread that reads platforms. When each was read last stands in the database."""

    def __init__(self, instance: Instance, settings: Settings) -> None:
        self._instance, self._settings = instance, settings
        self._wanted: list[str] = []
        self._now: str | None = None
        self._lock = threading.Lock()
        self._woken, self._stop = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look for what is due.

        Raises:
            NoSuchPlatform: the setting names one that is none.
        """
        planned_platforms(self._settings)
        self._thread = threading.Thread(target=self._run, name="kizashi-markets", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        """Stop after the request that is under way; the next start goes on there."""
        self._stop.set()
        self._woken.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, _STOP_SECONDS)

    def want(self, platform: str) -> None:
        """Have a platform read as soon as its turn comes.

        Raises:
            AlreadySyncing: it is, or waits already.
        """
        with self._lock:
            if platform == self._now or platform in self._wanted:
                raise AlreadySyncing(platform=platform)
            self._wanted.append(platform)
        self._woken.set()

    def _run(self) -> None:
        """Read what is asked for or due, and wait."""
        while not self._stop.is_set():
            platform = self._next()
            if platform is None:
                self._woken.wait(_LOOK_SECONDS)
                self._woken.clear()
                continue
            with suppress(Exception):
                self._sync(platform)
            with self._lock:
                self._now = None

    def _next(self) -> str | None:
        """Give the platform whose turn it is, if there is one."""
        with self._lock:
            self._now = self._wanted.pop(0) if self._wanted else self._due()
            return self._now

    def _due(self) -> str | None:
        """Give the platform that has been due for longest."""
        if self._settings.market_sync_hours <= 0:
            return None
        now = self._instance.clock_instant()
        places = {name: self._due_at(name) for name in planned_platforms(self._settings)}
        due = [name for name, at in places.items() if at <= now]
        return min(due, key=lambda name: places[name], default=None)

    def _due_at(self, platform: str) -> float:
        """Give when a platform is due."""
        with self._instance.database.read() as connection:
            syncs = read_syncs(connection, platform, self._instance.clock_instant())
        return due_at(
            [(sync.status, sync.started_at, sync.ended_at) for sync in syncs],
            self._settings.market_sync_hours * _HOURS,
        )

    def _sync(self, platform: str) -> None:
        """Read a platform, and tell the log."""
        LOG.info("markets sync", platform=platform)
        try:
            reading = reading_of(platform, self._settings)
            with fetching(reading.fetcher) as fetcher:
                moved = sync_platform(
                    self._instance,
                    reading.importer,
                    fetcher,
                    follows_all=self._settings.market_history == "all",
                    stop=self._stop,
                )
        except KizashiError as error:
            LOG.warning("markets sync ended", platform=platform, error=type(error).__name__)
        except Exception as error:
            LOG.warning("markets sync broke", platform=platform, error=type(error).__name__)
            raise
        else:
            LOG.info("markets synced", platform=platform, markets=moved.markets_new)


def due_at(syncs: list[tuple[str, float, float | None]], interval: float) -> float:
    """Give the instant at which the next sync is due.

    Args:
        syncs: status, begin and end of those before, the newest first.
        interval: days between the begins of two that succeed.

    >>> due_at([], 1.0)
    0.0
    >>> due_at([("done", 10.0, 10.1)], 1.0)
    11.0
    >>> five = 5 / 1440
    >>> due_at([("failed", 10.0, 10.0)] * 3, 1.0) == 10 + 4 * five
    True
    """
    if not syncs:
        return 0.0
    status, begun, ended = syncs[0]
    if status == DONE:
        return begun + interval
    failures = 0
    for one, _, _ in syncs:
        if one == DONE:
            break
        failures += 1
    pause = min(_LAST_RETRY, _FIRST_RETRY * 2.0 ** (failures - 1))
    return (begun if ended is None else ended) + pause


async def get_market_syncs(request: Request) -> MarketSyncs:
    """Give who reads the platforms."""
    syncs: MarketSyncs = request.app.state.market_syncs
    return syncs


MarketSyncsDep = Annotated[MarketSyncs, Depends(get_market_syncs)]

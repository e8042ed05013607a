"""News of the ledger, shared by all who wait for it: a bell, and the newest events kept once."""

import asyncio
from collections.abc import Callable

from api.instance import Instance
from api.push.answers import Moved
from api.push.events import Told, read_events, read_moved
from data.ledger import Checkpoint, read_checkpoint
from data.moves import newest_step

#: Entries that are read at once, and newest events that are kept for all who are up to date.
PAGE, KEPT = 20, 64
#: Steps of passing time that are read at once: a midnight moves every open question.
_STEPS = 2_000


class News:
    """Says that there is more, and reads it: always from the ledger's table, once for everybody.

    Whoever listens keeps a number only, that of the last entry he was given.

    Attributes:
        head: the newest entry that is durable.
        bell: is set, and replaced by another, when something was stored.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self.head = 0
        self.bell = asyncio.Event()
        self._rings = 0
        self._recent: dict[int, Told] = {}
        self._reading = asyncio.Lock()
        self._catching_up = asyncio.Lock()  # apart: many who read of old hold up nobody who is here
        self._step = (-1, 0)  # the newest step, and at which ring that was read
        self._moved: tuple[tuple[int, int], list[Moved], int] = ((-1, -1), [], 0)
        self._stop: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to listen to the writer, in the running loop; once is enough."""
        if self._stop is not None:
            return
        loop = asyncio.get_running_loop()

        def heard(head: Checkpoint) -> None:
            loop.call_soon_threadsafe(self._ring, head.entries)

        self._stop = self._instance.writer.listen(heard)
        with self._instance.database.read() as connection:
            self.head = max(self.head, read_checkpoint(connection).entries)

    def close(self) -> None:
        """Listen no more."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    async def after(self, entry: int) -> list[Told]:
        """Give the events that follow an entry, a page at most; none if there are none yet."""
        kept = self._kept(entry)
        if kept or entry >= self.head:
            return kept
        is_new = entry >= self.head - KEPT
        async with self._reading if is_new else self._catching_up:
            kept = self._kept(entry)  # somebody else may have read it meanwhile
            return kept or self._keep(await asyncio.to_thread(self._read, entry))

    async def newest_step(self) -> int:
        """Give the number of the newest step of a forecast."""
        async with self._reading:
            if self._step[0] != self._rings:
                rings = self._rings
                self._step = (rings, await asyncio.to_thread(self._read_newest_step))
            return self._step[1]

    async def moved_after(self, step: int) -> tuple[list[Moved], int]:
        """Give what moved after a step without an entry, and the last step that was looked at."""
        newest = await self.newest_step()
        if step >= newest:
            return [], step
        async with self._reading:
            if self._moved[0] != (step, newest):
                events, last = await asyncio.to_thread(self._read_moved, step)
                self._moved = ((step, newest), events, newest if last is None else last)
            return self._moved[1:]

    def _ring(self, head: int) -> None:
        """Wake everybody."""
        self.head = max(self.head, head)
        self._rings += 1
        rung, self.bell = self.bell, asyncio.Event()
        rung.set()

    def _kept(self, entry: int) -> list[Told]:
        """Give what is kept of what follows an entry, without a gap."""
        found: list[Told] = []
        while entry + 1 in self._recent and len(found) < PAGE:
            entry += 1
            found.append(self._recent[entry])
        return found

    def _keep(self, events: list[Told]) -> list[Told]:
        """Keep the newest events."""
        for told in events:
            if told.event.entry > self.head - KEPT:
                self._recent[told.event.entry] = told
        for entry in [old for old in self._recent if old <= self.head - KEPT]:
            del self._recent[entry]
        return events

    def _read(self, entry: int) -> list[Told]:
        """Read a page of events."""
        with self._instance.database.read() as connection:
            return read_events(connection, entry, PAGE, self._instance.clock_instant())

    def _read_newest_step(self) -> int:
        """Read the number of the newest step."""
        with self._instance.database.read() as connection:
            return newest_step(connection)

    def _read_moved(self, step: int) -> tuple[list[Moved], int | None]:
        """Read what moved without an entry."""
        with self._instance.database.read() as connection:
            return read_moved(connection, step, _STEPS)

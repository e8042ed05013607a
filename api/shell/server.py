"""The server's process: a signal lets what runs finish, then it ends with exit code 0."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.logs import LOG
from api.stopping import Gate

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
#: Seconds for what still runs after all waiting, to be told that it is cancelled.
_LAST_SECONDS = 1


class Server(uvicorn.Server):
    """Uvicorn, which first closes the gate, and listens on while what runs is finished.

    Uvicorn by itself closes its socket at once, and raises the signal again at its end.
    """

    def __init__(self, config: uvicorn.Config, gate: Gate, seconds: float) -> None:
        config.timeout_graceful_shutdown = _LAST_SECONDS
        super().__init__(config)
        self._gate = gate
        self._seconds = seconds
        self._stop: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals while it serves."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._asked_to_stop)
        try:
            yield
        finally:
            for number in _SIGNALS:
                loop.remove_signal_handler(number)

    def _asked_to_stop(self) -> None:
        """Begin to stop; asked again, stop at once."""
        if self._stop is None:
            self._stop = asyncio.create_task(self._finish())
        else:
            self.should_exit = self.force_exit = True

    async def _finish(self) -> None:
        """Close the gate, wait for what runs, then let Uvicorn end."""
        LOG.info("stopping", running=self._gate.running, streams=len(self._gate.streams))
        self._gate.close()
        await self._gate.drained(self._seconds)
        if self._gate.running:
            LOG.warning("cancelled", running=self._gate.running, after_seconds=self._seconds)
        self.should_exit = True

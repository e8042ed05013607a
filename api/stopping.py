"""Stopping without loss: what runs is finished, streams end, what comes later is told to wait."""

import asyncio
from contextlib import suppress
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answering import answer_error
from data.writer import WriterClosed

#: Asked by whoever watches the process, until its end.
_ALWAYS_ANSWERED = frozenset({"/healthz", "/readyz", "/metrics"})
_STREAM = b"text/event-stream"


class ServerStopping(WriterClosed):
    """A request came after the stop began."""

    message = "The server is stopping. Nothing was stored; try again shortly."


class Gate:
    """Open until the stop begins; knows what runs inside."""

    def __init__(self) -> None:
        self.is_closed = False
        self.running = 0
        self._empty = asyncio.Event()
        self.streams: set[asyncio.Task[Any]] = set()

    def close(self) -> None:
        """Let nothing more in, and end the streams: they would never end by themselves."""
        self.is_closed = True
        for stream in list(self.streams):
            stream.cancel()

    async def drained(self, seconds: float) -> None:
        """Wait until nothing runs, at most so long."""
        if self.running:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), seconds)

    def leave(self) -> None:
        """Count out one request."""
        self.running -= 1
        if self.is_closed and not self.running:
            self._empty.set()


class Stopping:
    """The middleware at the gate."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it once the gate is closed."""
        if scope["type"] != "http" or scope["path"] in _ALWAYS_ANSWERED:
            await self.app(scope, receive, send)
        elif self._gate.is_closed:
            await answer_error(scope, receive, _closing(send), ServerStopping())
        else:
            await self._let_in(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; where it is a stream that was ended, end it properly."""
        gate, task = self._gate, asyncio.current_task()
        assert task is not None
        is_stream = False

        async def send_seen(message: Message) -> None:
            nonlocal is_stream
            if message["type"] == "http.response.start" and _is_stream(message):
                is_stream = True
                gate.streams.add(task)
            await send(message)

        gate.running += 1
        try:
            await self.app(scope, receive, send_seen)
        except asyncio.CancelledError:
            if not (is_stream and gate.is_closed):
                raise
            task.uncancel()
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gate.leave()
            gate.streams.discard(task)


def _is_stream(message: Message) -> bool:
    """Tell whether an answer goes on for as long as somebody listens."""
    headers = message.get("headers", ())
    return any(name == b"content-type" and value.startswith(_STREAM) for name, value in headers)


def _closing(send: Send) -> Send:
    """Let the connection close after this answer, so that the caller finds another server."""

    async def send_closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
        await send(message)

    return send_closing

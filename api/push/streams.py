"""Streams of events (Server-Sent Events): each client is one number, and nothing waits for him."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.types import Receive, Scope, Send

from api.push.answers import Moved
from api.push.events import Told, listed
from api.push.news import News
from forecasts.errors import KizashiError

#: A comment goes out so often where nothing happens, so that proxies and clients know it is alive.
HEARTBEAT_SECONDS = 15.0
#: Milliseconds after which a client whose connection broke should come back.
_RETRY = 3_000
#: The kind of what no entry of the ledger stands behind.
MOVED = "moved"


class TooManyStreams(KizashiError):
    """As many streams are open as the server allows."""

    message = (
        "{most} streams are open, and there is no room for another. Try again later, or read "
        "`GET /api/v1/events?follow=false&last_event_id=...` from time to time."
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client wants to hear of; None: all."""

    kinds: frozenset[str] | None = None
    question: str | None = None
    world: str | None = None

    def takes(self, told: Told) -> bool:
        """Tell whether an event is wanted."""
        is_kind = self.kinds is None or told.event.kind in self.kinds
        return is_kind and told.concerns(self.question, self.world)


class Streams:
    """All open streams: how many there are, and for how long one may take no bytes."""

    def __init__(self, news: News, most: int, patience: float) -> None:
        self.news = news
        self.most = most
        self.patience = patience
        self.open = 0
        self.dropped = 0

    def require_room(self) -> None:
        """Refuse a client for whom there is no room.

        Raises:
            TooManyStreams: see there.
        """
        if self.open >= self.most:
            raise TooManyStreams(most=self.most)


class EventStream(StreamingResponse):
    """The answer that goes on; it ends where its client takes no bytes for too long.

    FastAPI's own keeps a task and a queue for each client, and waits for a stuck one without end.
    """

    media_type = "text/event-stream"

    def __init__(self, streams: Streams, chunks: AsyncGenerator[bytes]) -> None:
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        super().__init__(chunks, headers=headers)
        self._streams, self._chunks = streams, chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the client goes, or the server stops."""
        self._streams.open += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.open -= 1
            await self._chunks.aclose()

    async def stream_response(self, send: Send) -> None:
        """Send each piece, and wait for a client who is slow, but not for ever."""

        async def send_in_time(message: Any) -> None:
            async with asyncio.timeout(self._streams.patience):
                await send(message)

        try:
            await super().stream_response(send_in_time)
        except TimeoutError:  # he can come back, and say where he was
            self._streams.dropped += 1


async def chunks_of(
    news: News, wanted: Wanted, after: int | None, *, follow: bool
) -> AsyncGenerator[bytes]:
    """Give the pieces of a stream, from an entry on (None: from now on)."""
    entry, step = news.head if after is None else after, await news.newest_step()
    yield format_sse_event(retry=_RETRY, id=str(entry))
    clock = asyncio.get_running_loop().time
    due = clock() + HEARTBEAT_SECONDS
    while True:
        bell = news.bell  # taken before looking: what comes while we look rings this one
        while entry < news.head:
            page = await news.after(entry)
            entry = page[-1].event.entry
            if piece := b"".join(_written(told, wanted) for told in page if wanted.takes(told)):
                del page
                yield piece
                due = clock() + HEARTBEAT_SECONDS
        if not follow:
            yield format_sse_event(comment="end", id=str(entry))
            return
        if wanted.kinds is None or MOVED in wanted.kinds:
            moved, step = await news.moved_after(step)
            if piece := b"".join(_moved(event, wanted) for event in moved):
                yield piece
                due = clock() + HEARTBEAT_SECONDS
        try:
            async with asyncio.timeout_at(due):
                await bell.wait()
        except TimeoutError:  # the id lets a client with filters go on from here
            yield format_sse_event(comment="still here", id=str(entry))
            due = clock() + HEARTBEAT_SECONDS


def _written(told: Told, wanted: Wanted) -> bytes:
    """Write an event of an entry."""
    event = told.about(wanted.question)
    text = event.model_dump_json(exclude_none=True)
    return format_sse_event(data_str=text, event=event.kind, id=str(event.entry))


def _moved(event: Moved, wanted: Wanted) -> bytes:
    """Write an event of time; it has no id, for one cannot resume after it."""
    if wanted.world not in (None, event.world):
        return b""
    shown = event.model_copy(update=listed(event.movements, wanted.question))
    if not shown.movements:
        return b""
    return format_sse_event(data_str=shown.model_dump_json(exclude_none=True), event=MOVED)

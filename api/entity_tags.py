"""Entity tags: who has an answer already gets 304 in its place; and HEAD for every GET."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Answers of more bytes are sent as they come, without a tag.
LARGEST_BYTES = 4 * 2**20
#: What an answer of the API may depend on besides its address.
_VARY = ("Accept-Language", "Authorization", "Cookie")
_TAG_DIGITS = 32


class EntityTags:
    """Gives answers under a prefix a tag of their bytes, if they have none; streams go as they are.

    Args:
        prefix: of the addresses whose answers are tagged.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with a tag or as 304."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"
        is_tagged = scope["path"].startswith(self._prefix)
        answering = _Answering(scope, send, is_head=is_head, is_tagged=is_tagged)
        if is_head:
            scope = {**scope, "method": "GET"}
            receive = _Leaving(receive, answering)
        try:
            await self._app(scope, receive, answering.send)
        except (OSError, ClientDisconnect):
            if not answering.is_over:
                raise


class _Answering:
    """One answer on its way out."""

    def __init__(self, scope: Scope, send: Send, *, is_head: bool, is_tagged: bool) -> None:
        self._wanted = Headers(scope=scope).get("if-none-match")
        self._send = send
        self._is_head = is_head
        self._is_tagged = is_tagged
        self._start: Message | None = None
        self._body = bytearray()
        self.is_over = False

    async def send(self, message: Message) -> None:
        """Take a part of the answer; hold it back until its tag is known."""
        if self.is_over:
            if message.get("more_body", False):
                raise OSError  # as servers do when a client has left: this ends a stream
            return
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._end()

    async def _begin(self, message: Message) -> None:
        """Look at the headers: is the body worth waiting for?"""
        headers = MutableHeaders(scope=message)
        if message["status"] == 200 and self._is_tagged:
            headers.setdefault("Cache-Control", "no-cache")
            for name in _VARY:
                headers.add_vary_header(name)
            tag = headers.get("etag")
            if tag is not None and self._has(tag):
                await self._unchanged(message)
                return
            length = headers.get("content-length")
            if tag is None and length is not None and int(length) <= LARGEST_BYTES:
                self._start = message
                return
        await self._send(message)
        if self._is_head:
            await self._nothing()

    async def _end(self) -> None:
        """Send what was held back, with its tag, or 304."""
        assert self._start is not None
        digest = hashlib.blake2b(self._body, digest_size=_TAG_DIGITS // 2).hexdigest()
        tag = f'"{digest}"'
        MutableHeaders(scope=self._start)["ETag"] = tag
        if self._has(tag):
            await self._unchanged(self._start)
            return
        await self._send(self._start)
        if self._is_head:
            await self._nothing()
            return
        await self._send({"type": "http.response.body", "body": bytes(self._body)})

    async def _unchanged(self, start: Message) -> None:
        """Say that the client has the answer already."""
        headers = MutableHeaders(scope=start)
        for name in ("content-length", "content-type"):
            del headers[name]
        await self._send({**start, "status": 304})
        await self._nothing()

    async def _nothing(self) -> None:
        """End the answer without a body; whatever else comes is dropped."""
        self.is_over = True
        await self._send({"type": "http.response.body", "body": b""})

    def _has(self, tag: str) -> bool:
        """Tell whether the client has an answer of this tag."""
        if self._wanted is None:
            return False
        known = {part.strip().removeprefix("W/") for part in self._wanted.split(",")}
        return "*" in known or tag.removeprefix("W/") in known


class _Leaving:
    """What a route hears of a client: that it left, once its HEAD has been answered."""

    def __init__(self, receive: Receive, answering: _Answering) -> None:
        self._receive = receive
        self._answering = answering

    async def __call__(self) -> Message:
        """Give the next message."""
        if self._answering.is_over:
            return {"type": "http.disconnect"}
        return await self._receive()

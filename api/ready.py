"""Answers kept ready as bytes: what many ask for is made once, until something changes."""

from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Depends, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Answers that are kept at most, and how large each may be: together at most 256 MiB.
MOST_ANSWERS, LARGEST_BYTES = 1_024, 256 * 1024
#: What a route sets in the scope to have its answer kept.
_MARK = "kizashi.ready"


async def keep_ready(request: Request) -> None:
    """Mark the answer of a route as one for everybody, which holds until something changes."""
    request.scope.setdefault("extensions", {})[_MARK] = {}


#: For the `dependencies` of routes whose answer depends on the address alone, never on who asks.
KEEP_READY = Depends(keep_ready)


@dataclass(slots=True)
class _Answer:
    """An answer, as it went out."""

    start: Message
    tag: bytes | None
    route: object = None  # by which those outside of us call what was asked
    body: bytearray = field(default_factory=bytearray)


class ReadyAnswers:
    """Keeps marked answers until the version changes; sends 304 to who has the same already.

    Args:
        version: of all that answers are made from; cheap to ask for.
    """

    def __init__(self, app: ASGIApp, version: Callable[[], int]) -> None:
        self._app = app
        self._version = version
        self._kept: dict[tuple[str, bytes, bool], _Answer] = {}
        self._of = -1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is kept, else pass the request on and keep its answer if it is marked."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        packed, wanted = _asked(scope)
        key = (scope["path"], scope["query_string"], packed)
        version = self._version()
        if version != self._of:
            self._kept.clear()
            self._of = version
        answer = self._kept.get(key)
        if answer is None:
            await self._make(key, scope, receive, send)
            return
        scope["route"] = answer.route
        if wanted is not None and answer.tag is not None and answer.tag in wanted:
            await send(_unchanged(answer.start))
            await send({"type": "http.response.body", "body": b""})
        else:
            await send(_copy(answer.start))
            await send({"type": "http.response.body", "body": bytes(answer.body)})

    async def _make(
        self, key: tuple[str, bytes, bool], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Let the application answer, and keep what it sends."""
        marks = scope.setdefault("extensions", {})
        answer, version = _Answer({}, None), self._of

        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.start, answer.tag = _copy(message), _header(message["headers"], b"etag")
            elif _MARK in marks and len(answer.body) <= LARGEST_BYTES:
                answer.body += message.get("body", b"")
            await send(message)

        await self._app(scope, receive, send_and_note)
        answer.route = scope.get("route")
        whole = _MARK in marks and len(answer.body) <= LARGEST_BYTES
        if whole and answer.start["status"] == 200 and version == self._of:
            if len(self._kept) >= MOST_ANSWERS:
                self._kept.clear()
            self._kept[key] = answer


def _asked(scope: Scope) -> tuple[bool, bytes | None]:
    """Tell whether gzip is taken, and which entity tags the client has."""
    packed, wanted = False, None
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            packed = b"gzip" in value
        elif name == b"if-none-match":
            wanted = value
    return packed, wanted


def _header(headers: list[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    """Give the value of a header."""
    return next((value for key, value in headers if key.lower() == name), None)


def _copy(start: Message) -> Message:
    """Copy the start of an answer: those outside of us add headers of their own to each."""
    return {**start, "headers": list(start["headers"])}


def _unchanged(start: Message) -> Message:
    """Give the start of the answer to who has the same already."""
    kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    return {**start, "status": 304, "headers": kept}

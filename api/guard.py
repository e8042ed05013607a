"""The guard: looks at every request before the application, and refuses what cannot be one."""

from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.addresses import (
    LONGEST_ADDRESS,
    PREFIX,
    Addresses,
    AddressTooLong,
    MethodNotAllowed,
    UnreadableAddress,
)
from api.answering import answer_error
from api.bodies import (
    MOST_BYTES,
    MOST_BYTES_OF_BATCH,
    BodyTooLarge,
    WrongContentType,
    check_json,
)
from forecasts.errors import KizashiError

_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
#: Its route reads the stream by itself, once it knows that its sender may land a fit.
_STREAMED = f"{PREFIX}/fits"


class RequestGuard:
    """Refuses unreadable addresses, wrong methods, and bodies that are too large or no JSON."""

    def __init__(self, app: ASGIApp, addresses: Addresses) -> None:
        self.app = app
        self.addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer that it cannot be taken."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            self._check(scope)
            if scope["method"] in _WITH_BODY:
                receive = await _checked_body(scope, receive)
        except KizashiError as error:
            await answer_error(scope, receive, send, error)
        except _ClientGone:
            return
        else:
            if scope["method"] == "HEAD":
                await _as_get(self.app, scope, receive, send)
            else:
                await self.app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        """Refuse an address that is not text, and a method that a literal address does not take."""
        path, query = scope.get("raw_path") or b"", scope["query_string"]
        if len(path) + len(query) > LONGEST_ADDRESS:
            raise AddressTooLong(most=LONGEST_ADDRESS)
        if not (_is_text(path) and _is_text(query)):
            raise UnreadableAddress
        allowed = self.addresses.literally(scope["path"])
        if allowed is not None and scope["method"] not in allowed:
            raise MethodNotAllowed


class _ClientGone(Exception):  # nobody is there to answer
    """The client left before its body was whole."""


def _is_text(part: bytes) -> bool:
    """Tell whether a part of an address is UTF-8 without NUL."""
    if b"%" in part:
        part = unquote_to_bytes(part)
    elif part.isascii():
        return True
    try:
        part.decode()
    except UnicodeDecodeError:
        return False
    return b"\x00" not in part


async def _checked_body(scope: Scope, receive: Receive) -> Receive:
    """Read and check a body; give what hands it on."""
    kind, length = b"", 0
    for name, value in scope["headers"]:
        if name == b"content-type":
            kind = value
        elif name == b"content-length":
            length = int(value) if value.isdigit() else 0
    media = kind.partition(b";")[0].strip().lower().decode("latin-1")
    if scope["path"] == _STREAMED:
        return receive
    most = MOST_BYTES_OF_BATCH if scope["path"].endswith("/batch") else MOST_BYTES
    if length > most:
        raise BodyTooLarge(most=most // 1024)
    body = await _whole(receive, most)
    if body:
        _check_media(scope["path"], media, body)
    return _handed_on(body, receive)


def _check_media(path: str, media: str, body: bytes) -> None:
    """Refuse a body that is neither JSON nor, outside the API, a form."""
    if media in _FORMS and not path.startswith(PREFIX):
        return
    if media != "application/json" and not media.endswith("+json"):
        raise WrongContentType(wanted="application/json")
    check_json(body)


async def _whole(receive: Receive, most: int) -> bytes:
    """Read a body to its end, or until it is too large."""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _ClientGone
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise BodyTooLarge(most=most // 1024)
        parts.append(part)
        more = message.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _handed_on(body: bytes, receive: Receive) -> Receive:
    """Give what hands on a body that was read already, and then waits for the client to leave."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def hand_on() -> Message:
        return waiting.pop() if waiting else await receive()

    return hand_on


async def _as_get(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer HEAD as GET without its body; a stream ends with its headers."""
    started = False

    async def receive_or_end() -> Message:
        return {"type": "http.disconnect"} if started else await receive()

    async def send_head(message: Message) -> None:
        nonlocal started
        if message["type"] == "http.response.start" and not started:
            started = True
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    await app({**scope, "method": "GET"}, receive_or_end, send_head)

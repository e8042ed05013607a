"""Headers that every answer carries: what a browser must not do with it, and what it may."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Pages run scripts of this server, which ask this server; no inline script or style, no eval, and
#: nothing from elsewhere.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
#: The page of the operations holds pictures in its style sheet.
_DOCS_PATH = "/docs"
DOCS_POLICY = CONTENT_SECURITY_POLICY.replace("img-src 'self'", "img-src 'self' data:")
#: Pages that others may put into theirs; nothing is changed from there.
_EMBEDS = "/embed/"
EMBED_POLICY = CONTENT_SECURITY_POLICY.replace(
    "form-action 'self'; frame-ancestors 'none'", "form-action 'none'; frame-ancestors *"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_RAW = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
_POLICY = b"content-security-policy"
_RAW_DOCS = [(n, DOCS_POLICY.encode() if n == _POLICY else value) for n, value in _RAW]
_RAW_EMBED = [(n, EMBED_POLICY.encode() if n == _POLICY else value) for n, value in _RAW]
_NAMES = frozenset(name for name, _ in _RAW)
_EXPOSED = (
    b"Link, ETag, Location, Retry-After, RateLimit, RateLimit-Policy, Dry-Run, "
    b"Content-Language, Content-Disposition, X-Request-Id"
)
#: The API knows who asks by a key, which pages from elsewhere do not have: so any page may ask it,
#: without cookies (browsers send none where the answer is open to "*").
_OPEN = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED),
]


class SecurityHeaders:
    """Adds them, streams and errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        added = _added(scope["path"])

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [pair for pair in message.get("headers", ()) if pair[0] not in _NAMES]
                message["headers"] = others + added
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _added(path: str) -> list[tuple[bytes, bytes]]:
    """Give the headers of the answers at a path."""
    if path.startswith("/api/"):
        return _RAW + _OPEN
    if path.startswith(_EMBEDS):
        return _RAW_EMBED
    return _RAW_DOCS if path == _DOCS_PATH else _RAW

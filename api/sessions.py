"""Sessions of browsers: the cookie, and that a change comes from a page of our own."""

from typing import Final
from urllib.parse import parse_qs, urlsplit

from fastapi import Request, Response
from starlette.types import Scope

from forecasts.errors import KizashiError, Malformed

#: A browser stays signed in for so long.
SESSION_DAYS = 14
#: Browsers take the first only over https, for exactly this host and all of its paths.
SECURE_COOKIE: Final = "__Host-kizashi"
PLAIN_COOKIE: Final = "kizashi_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Forms of ours are short.
_LARGEST_FORM, _MOST_FIELDS = 10_000, 20


class CrossSite(KizashiError):
    """A change was asked for by a page of another site."""

    message = (
        "A browser that is signed in changes something only from the pages of this server. "
        "Open the page here and try again; programs send a key instead of the cookie."
    )


class FormTooLarge(Malformed):
    """A form has more in it than any of ours."""

    message = "This form is longer than {most} bytes. Shorten it."


def cookie_name(scope: Scope) -> str:
    """Give the name of the cookie: another one where the connection is not secure."""
    return SECURE_COOKIE if scope["scheme"] == "https" else PLAIN_COOKIE


def session_text(scope: Scope) -> str | None:
    """Give what a browser that is signed in sends."""
    name = cookie_name(scope).encode() + b"="
    for header, value in scope["headers"]:
        if header == b"cookie" and name in value:
            for part in value.split(b";"):
                if part.strip().startswith(name):
                    text: str = part.strip()[len(name) :].decode("latin-1")
                    return text
    return None


def keep_session(request: Request, response: Response, text: str) -> None:
    """Give a browser its cookie; no script can read it, and no other site can send it along."""
    response.set_cookie(
        cookie_name(request.scope),
        text,
        max_age=SESSION_DAYS * 86_400,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def drop_session(request: Request, response: Response) -> None:
    """Take a browser's cookie back."""
    secure = request.url.scheme == "https"
    response.delete_cookie(
        cookie_name(request.scope), path="/", secure=secure, httponly=True, samesite="lax"
    )


def require_same_origin(request: Request) -> None:
    """Refuse a change that a page of another site asked for.

    Raises:
        CrossSite: it did, or the browser does not say who did.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin", "")
    same = urlsplit(origin).netloc == request.headers.get("host") if origin else False
    if site is not None:
        same = site == "same-origin"
    if not same:
        raise CrossSite


async def read_form(
    request: Request, largest: int = _LARGEST_FORM, most_fields: int = _MOST_FIELDS
) -> dict[str, str]:
    """Read a form of a page of ours; of a field that comes twice, the last.

    Args:
        largest: bytes, at most.

    Raises:
        FormTooLarge: it is longer, or has more fields; the rest is not read.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > largest:
            raise FormTooLarge(most=largest)
    if body.count(b"&") >= most_fields:
        raise FormTooLarge(most=largest)
    fields = parse_qs(body.decode("utf-8", errors="replace"))
    return {name: values[-1] for name, values in fields.items()}

"""The pages of signing in and out."""

import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from api.access import InstanceDep, LanguageDep, get_settings
from api.changes import durable
from api.github import authorize_address, new_verifier, read_user
from api.pages.rendering import render, unkept
from api.public_address import public_base
from api.sessions import (
    drop_session,
    keep_session,
    require_same_origin,
    session_text,
)
from api.workflows.signing_in import (
    LinkUsedUp,
    sign_in_by_github,
    sign_in_by_link,
    sign_out,
)

router = APIRouter(include_in_schema=False, default_response_class=Response)
Token = Annotated[str, Path(max_length=200)]
#: Holds what comes back from GitHub against what was sent there; a quarter of an hour.
_JOURNEY_COOKIE, _JOURNEY_SECONDS = "kizashi_github", 900
_SEE_OTHER = 303
_MOST_KEYS = 200


@dataclass(frozen=True, slots=True)
class SignInPage:
    """How to sign in."""

    by_github: bool
    token: str | None = None


@router.get("/sign-in")
async def show_sign_in(request: Request, language: LanguageDep) -> Response:
    """Tell how to sign in."""
    by_github = get_settings(request).github_client_id is not None
    return unkept(render(request, "sign_in.html", SignInPage(by_github), language))


@router.get("/sign-in/link/{token}")
async def show_link(token: Token, request: Request, language: LanguageDep) -> Response:
    """Show a button: whoever only looks at a link, such as a mail program, uses nothing up."""
    page = SignInPage(by_github=False, token=token)
    return unkept(render(request, "sign_in.html", page, language))


@router.post("/sign-in/link/{token}")
async def use_link(token: Token, request: Request, instance: InstanceDep) -> Response:
    """Sign in, once.

    Raises:
        CrossSite, LinkUsedUp: see there.
    """
    require_same_origin(request)
    now = instance.clock()
    text = await durable(instance, lambda change: sign_in_by_link(change, token, now))
    return _signed_in(request, text)


@router.post("/sign-out")
async def leave(request: Request, instance: InstanceDep) -> Response:
    """Sign out."""
    require_same_origin(request)
    text = session_text(request.scope)
    if text is not None:
        await durable(instance, lambda change: sign_out(change, text))
    answer = RedirectResponse("/questions", _SEE_OTHER)
    drop_session(request, answer)
    return answer


@router.get("/sign-in/github")
async def go_to_github(request: Request) -> Response:
    """Send a browser to GitHub, and remember who went."""
    state, verifier = secrets.token_urlsafe(24), new_verifier()
    address = authorize_address(get_settings(request), state, verifier, _callback(request))
    answer = RedirectResponse(address, _SEE_OTHER)
    answer.set_cookie(
        _JOURNEY_COOKIE,
        f"{state}.{verifier}",
        max_age=_JOURNEY_SECONDS,
        path="/sign-in/github",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/sign-in/github/callback")
async def come_from_github(request: Request, instance: InstanceDep) -> Response:
    """Sign in whom GitHub says somebody is, if he is the one who went.

    Raises:
        LinkUsedUp: he is not; begin again.
        GithubNotSet, GithubFailed, NotInvited: see there.
    """
    settings, asked = get_settings(request), request.query_params
    state, _, verifier = request.cookies.get(_JOURNEY_COOKIE, "").partition(".")
    given = asked.get("state", "").encode(errors="replace")
    if not state or not hmac.compare_digest(state.encode(errors="replace"), given):
        raise LinkUsedUp(minutes=_JOURNEY_SECONDS // 60)
    user = await read_user(settings, asked.get("code", ""), verifier, _callback(request))
    now, is_open = instance.clock(), settings.github_sign_up
    text = await durable(
        instance, lambda change: sign_in_by_github(change, user, now, is_open=is_open)
    )
    answer = _signed_in(request, text)
    answer.delete_cookie(_JOURNEY_COOKIE, path="/sign-in/github")
    return answer


def _signed_in(request: Request, text: str) -> Response:
    """Give a browser its cookie, and send it on."""
    answer = RedirectResponse("/account", _SEE_OTHER)
    keep_session(request, answer, text)
    return answer


def _callback(request: Request) -> str:
    """Give the address to which GitHub sends a browser back."""
    return f"{public_base(request)}/sign-in/github/callback"

"""The pages of signing in, and of one's own account."""

import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from api.access import ActorDep, InstanceDep, LanguageDep
from api.changes import durable
from api.github import authorize_address, new_verifier, read_user
from api.instance import Instance
from api.key_answers import KeyAnswer, key_answer
from api.keys import KeyTerms, make_key, require_within, revoke_key
from api.pages.rendering import render
from api.roles import Actor
from api.sessions import (
    drop_session,
    keep_session,
    read_form,
    require_same_origin,
    session_text,
)
from api.settings import Settings
from api.workflows.signing_in import (
    LinkUsedUp,
    sign_in_by_github,
    sign_in_by_link,
    sign_out,
)
from data.keys import read_actor, read_keys

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


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Who is signed in, with his keys."""

    name: str
    actor: str
    role: str
    keys: tuple[KeyAnswer, ...]
    made: str | None = None


@router.get("/sign-in")
async def show_sign_in(request: Request, language: LanguageDep) -> Response:
    """Tell how to sign in."""
    by_github = _settings(request).github_client_id is not None
    return _unkept(render(request, "sign_in.html", SignInPage(by_github), language))


@router.get("/sign-in/link/{token}")
async def show_link(token: Token, request: Request, language: LanguageDep) -> Response:
    """Show a button: whoever only looks at a link, such as a mail program, uses nothing up."""
    page = SignInPage(by_github=False, token=token)
    return _unkept(render(request, "sign_in.html", page, language))


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
    address = authorize_address(_settings(request), state, verifier, _callback(request))
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
    settings, asked = _settings(request), request.query_params
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


@router.get("/account")
async def show_account(request: Request, instance: InstanceDep, language: LanguageDep) -> Response:
    """Show who is signed in, and his keys."""
    text = session_text(request.scope)
    now = instance.clock_instant()
    actor = instance.keyring.find_session(text, now) if text else None
    if actor is None:
        return RedirectResponse("/sign-in", _SEE_OTHER)
    return _unkept(render(request, "account.html", _account(instance, actor), language))


@router.post("/account/keys")
async def make_own_key(
    request: Request, actor: ActorDep, instance: InstanceDep, language: LanguageDep
) -> Response:
    """Make another key of one's own, and show it this once."""
    form, now = await read_form(request), instance.clock()
    terms = KeyTerms(actor.id, actor.role, label=form.get("label", "")[:80])
    require_within(actor, terms)
    made = await durable(instance, lambda change: make_key(change, terms, now))
    page = _account(instance, actor, made.text)
    return _unkept(render(request, "account.html", page, language))


@router.post("/account/keys/{key}/revocation")
async def revoke_own_key(key: Token, actor: ActorDep, instance: InstanceDep) -> Response:
    """End a key of one's own."""
    now = instance.clock()
    await durable(instance, lambda change: revoke_key(change, key, actor, now))
    return RedirectResponse("/account", _SEE_OTHER)


def _account(instance: Instance, actor: Actor, made: str | None = None) -> AccountPage:
    """Describe who is signed in."""
    with instance.database.read() as connection:
        row = read_actor(connection, actor.id)
        keys = read_keys(connection, actor.id, None, _MOST_KEYS)
    shown = tuple(key_answer(key) for key in keys)
    return AccountPage(row.name, actor.id, actor.role, shown, made)


def _signed_in(request: Request, text: str) -> Response:
    """Give a browser its cookie, and send it on."""
    answer = RedirectResponse("/account", _SEE_OTHER)
    keep_session(request, answer, text)
    return answer


def _settings(request: Request) -> Settings:
    """Give the settings."""
    settings: Settings = request.app.state.settings
    return settings


def _callback(request: Request) -> str:
    """Give the address to which GitHub sends a browser back."""
    base = _settings(request).public_url or str(request.base_url).rstrip("/")
    return f"{base}/sign-in/github/callback"


def _unkept(answer: Response) -> Response:
    """Have nobody keep a page that holds what is one's own."""
    answer.headers["Cache-Control"] = "no-store"
    return answer

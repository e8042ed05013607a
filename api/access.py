"""What a request comes with: the instance, the reader's language, and who acts."""

import hmac
from typing import Annotated

from fastapi import Depends, Header, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.current import note_actor
from api.instance import Instance
from api.language import LANGUAGES, wanted_language
from api.roles import OPERATOR_ID, Actor
from api.sessions import require_same_origin, session_text
from api.settings import Settings

#: Acts for whoever runs the server, through the command line on the same machine.
OPERATOR = Actor(OPERATOR_ID, "admin")
_bearer = HTTPBearer(auto_error=False, description="An API key: `Authorization: Bearer kz_...`")


def instance_of(request: Request) -> Instance:
    """Give the running instance."""
    instance: Instance = request.app.state.instance
    return instance


async def get_instance(request: Request) -> Instance:
    """Give the running instance, as a dependency: one that is no coroutine would cost a thread."""
    return instance_of(request)


def get_settings(request: Request) -> Settings:
    """Give the settings in force."""
    settings: Settings = request.app.state.settings
    return settings


def get_language(
    request: Request,
    lang: Annotated[str | None, Query(description="en or ja; else Accept-Language")] = None,
    accept_language: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> str:
    """Give the reader's language: the query, the cookie, the browser's wish, English."""
    chosen = lang or request.cookies.get("lang")
    return chosen if chosen in LANGUAGES else wanted_language(accept_language)


#: Every dependency of a dependency costs a request some 20 us: those of changes have this one only.
_Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def get_actor(request: Request, credentials: _Credentials) -> Actor:
    """Give who acts, by the key of the request, which must be meant for such operations.

    Raises:
        KeyMissing, KeyRefused, KeyExpired, KeyRevoked, ScopeTooNarrow: see there.
    """
    instance = instance_of(request)
    if credentials is None and (session := signed_in(request, instance)) is not None:
        require_same_origin(request)
        actor = session
    else:
        actor = find_actor(instance, credentials.credentials if credentials else None)
    note_actor(actor.id)
    actor.require_scope(request.scope["route"].tags)
    return actor


def signed_in(request: Request, instance: Instance) -> Actor | None:
    """Give whose browser is signed in; None where it is not."""
    text = session_text(request.scope)
    return instance.keyring.find_session(text, instance.clock_instant()) if text else None


def reader_of(request: Request, instance: Instance) -> str | None:
    """Give the id of who reads, where his browser is signed in."""
    actor = signed_in(request, instance)
    return actor.id if actor else None


def find_actor(instance: Instance, presented: str | None) -> Actor:
    """Give the actor behind a key.

    Raises:
        KeyMissing, KeyRefused, KeyExpired, KeyRevoked: see there.
    """
    if presented and is_operator(instance, presented):
        return OPERATOR
    return instance.keyring.find(presented, instance.clock_instant())


def is_operator(instance: Instance, presented: str) -> bool:
    """Tell whether a key is the token of the command line on the same machine."""
    token = instance.operator_token
    return token is not None and hmac.compare_digest(presented.encode(), token.encode())


async def get_reader(
    instance: Annotated[Instance, Depends(get_instance)],
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Actor | None:
    """Give who reads: reading needs no key, but a key that is not known is refused.

    Raises:
        KeyRefused: see there.
    """
    scheme, _, presented = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    return find_actor(instance, presented.strip())


async def get_forecaster(request: Request, credentials: _Credentials) -> Actor:
    """Give an actor who may submit evidence."""
    actor = await get_actor(request, credentials)
    actor.require("forecaster")
    return actor


async def get_resolver(request: Request, credentials: _Credentials) -> Actor:
    """Give an actor who may resolve questions."""
    actor = await get_actor(request, credentials)
    actor.require("resolver")
    return actor


async def get_admin(request: Request, credentials: _Credentials) -> Actor:
    """Give an actor who may do all."""
    actor = await get_actor(request, credentials)
    actor.require("admin")
    return actor


InstanceDep = Annotated[Instance, Depends(get_instance)]
LanguageDep = Annotated[str, Depends(get_language)]
OptionalActorDep = Annotated[Actor | None, Depends(get_reader)]
ActorDep = Annotated[Actor, Depends(get_actor)]
ForecasterDep = Annotated[Actor, Depends(get_forecaster)]
ResolverDep = Annotated[Actor, Depends(get_resolver)]
AdminDep = Annotated[Actor, Depends(get_admin)]

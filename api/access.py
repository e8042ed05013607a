"""What a request comes with: the instance, the reader's language, and who acts."""

import hmac
from typing import Annotated

from fastapi import Depends, Header, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.current import note_actor
from api.instance import Instance
from api.keys import Actor, find_actor
from api.language import LANGUAGES, wanted_language

#: Acts for whoever runs the server, through the command line on the same machine.
OPERATOR = Actor("operator", "admin")
_bearer = HTTPBearer(auto_error=False, description="An API key: `Authorization: Bearer kz_...`")


def get_instance(request: Request) -> Instance:
    """Give the running instance."""
    instance: Instance = request.app.state.instance
    return instance


def get_language(
    request: Request,
    lang: Annotated[str | None, Query(description="en or ja; else Accept-Language")] = None,
    accept_language: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> str:
    """Give the reader's language: the query, the cookie, the browser's wish, English."""
    chosen = lang or request.cookies.get("lang")
    return chosen if chosen in LANGUAGES else wanted_language(accept_language)


def get_actor(
    instance: Annotated[Instance, Depends(get_instance)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Actor:
    """Give who acts, by the key of the request.

    Raises:
        KeyMissing, KeyRefused: see there.
    """
    presented = credentials.credentials if credentials else None
    token = instance.operator_token
    if presented and token and hmac.compare_digest(presented.encode(), token.encode()):
        note_actor(OPERATOR.id)
        return OPERATOR
    with instance.database.read() as connection:
        actor = find_actor(connection, presented)
    note_actor(actor.id)
    return actor


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
    credentials = HTTPAuthorizationCredentials(scheme=scheme, credentials=presented.strip())
    return get_actor(instance, credentials)


async def get_forecaster(actor: Annotated[Actor, Depends(get_actor)]) -> Actor:
    """Give an actor who may submit evidence."""
    actor.require("forecaster")
    return actor


async def get_resolver(actor: Annotated[Actor, Depends(get_actor)]) -> Actor:
    """Give an actor who may resolve questions."""
    actor.require("resolver")
    return actor


async def get_admin(actor: Annotated[Actor, Depends(get_actor)]) -> Actor:
    """Give an actor who may do all."""
    actor.require("admin")
    return actor


InstanceDep = Annotated[Instance, Depends(get_instance)]
LanguageDep = Annotated[str, Depends(get_language)]
OptionalActorDep = Annotated[Actor | None, Depends(get_reader)]
ForecasterDep = Annotated[Actor, Depends(get_forecaster)]
ResolverDep = Annotated[Actor, Depends(get_resolver)]
AdminDep = Annotated[Actor, Depends(get_admin)]

"""The request that is being answered: its id, what it asks for, and who asks."""

import itertools
import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.types import Scope

#: What a caller may choose as the id of a request; no key has this form.
_CHOSEN = re.compile(rb"[A-Za-z0-9.-]{1,64}")
#: A key as it is presented; its id may be logged, the rest never.
_KEY = re.compile(rb"Bearer kz_([0-9a-z]{1,16})_")
_OPERATOR = re.compile(rb"Bearer kzop_")
#: Methods by their names; any other name is a caller's own.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: Where the API's routes are; their own paths are without it.
_PREFIX = "/api/v1"
#: Ids are one random beginning for this process, and a number.
_BEGINNING, _NUMBERS = secrets.token_hex(4), itertools.count(1)


@dataclass(slots=True)
class Current:
    """One request; `actor` is known once a key has been recognised."""

    id: str
    scope: Scope
    actor: str | None = None

    @property
    def method(self) -> str:
        """The method, or OTHER."""
        method: str = self.scope["method"]
        return method if method in METHODS else "OTHER"

    @property
    def route(self) -> str:
        """The route's template, which holds nothing of what the caller wrote."""
        return route_of(self.scope)

    @property
    def operation(self) -> str | None:
        """The operation's id, such as submit_evidence."""
        return getattr(self.scope.get("route"), "operation_id", None)

    @property
    def key(self) -> str | None:
        """The id of the key that was presented, known or not; never its secret."""
        presented = header(self.scope, b"authorization")
        if presented is None:
            return None
        found = _KEY.match(presented)
        if found:
            return found[1].decode()
        return "operator" if _OPERATOR.match(presented) else "unreadable"


CURRENT: ContextVar[Current | None] = ContextVar("kizashi_request", default=None)


def begin(scope: Scope) -> Current:
    """Make a request the current one; the caller's own id is taken where it is short and plain."""
    chosen = header(scope, b"x-request-id")
    if chosen is not None and _CHOSEN.fullmatch(chosen):
        current = Current(chosen.decode(), scope)
    else:
        current = Current(f"{_BEGINNING}-{next(_NUMBERS):x}", scope)
    CURRENT.set(current)
    return current


def request_id() -> str | None:
    """Give the id of the request that is being answered; None outside of one."""
    current = CURRENT.get()
    return current.id if current else None


def note_actor(actor: str) -> None:
    """Remember whose key was recognised."""
    current = CURRENT.get()
    if current is not None:
        current.actor = actor


def header(scope: Scope, name: bytes) -> bytes | None:
    """Give a header of a request, by its name in small letters."""
    for key, value in scope["headers"]:
        if key == name:
            found: bytes = value
            return found
    return None


def route_of(scope: Scope) -> str:
    """Give the template of the route that answers; one name for all addresses that have none.

    >>> route_of({"path": "/no/such", "headers": []})
    'none'
    """
    route = scope.get("route")
    if route is None:
        if "endpoint" not in scope:
            return "none"
        return str(scope.get("root_path") or getattr(scope["endpoint"], "__name__", "other"))
    path: str = route.path
    if scope["path"].startswith(_PREFIX) and not path.startswith(_PREFIX):
        return _PREFIX + path
    return path

"""Which methods each address of the API takes: all of them together, and the literal one first."""

import re
from collections.abc import Iterable
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import Response
from fastapi.routing import APIRoute

from forecasts.errors import Malformed

PREFIX = "/api/v1"
#: Characters of an address; as much as servers before this one usually take.
LONGEST_ADDRESS = 16_384
#: In the order in which `Allow` names them; HEAD goes with GET, OPTIONS goes always.
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class UnreadableAddress(Malformed):
    """An address is not text."""

    message = "The address is not UTF-8, or holds the character NUL. Percent-encode it as UTF-8."


class AddressTooLong(Malformed):
    """An address is longer than servers usually take."""

    message = "The address has more than {most} characters. Ask in parts."


class MethodNotAllowed(Malformed):
    """An address was asked by a method that it does not take."""

    message = "This address takes other methods only: `Allow` names them."


class Addresses:
    """The addresses of an API and the methods that they take.

    `/evidence/batch` takes POST only, though `/evidence/{evidence}` would take GET of "batch".
    """

    def __init__(self, routers: Iterable[APIRouter]) -> None:
        routes = [r for router in routers for r in router.routes if isinstance(r, APIRoute)]
        methods: dict[str, set[str]] = {}
        for route in routes:
            methods.setdefault(route.path, set()).update(route.methods or ())
        self._literal = {PREFIX + p: _in_order(m) for p, m in methods.items() if "{" not in p}
        patterns = {route.path: route.path_regex for route in routes if "{" in route.path}
        self._templates: list[tuple[re.Pattern[str], tuple[str, ...]]] = [
            (pattern, _in_order(methods[path])) for path, pattern in patterns.items()
        ]

    def literally(self, path: str) -> tuple[str, ...] | None:
        """Give the methods of an address that is no template; None where there is none such."""
        return self._literal.get(path)

    def allowed(self, path: str) -> tuple[str, ...]:
        """Give the methods that an address takes, in the order of `Allow`; none: no such address.

        >>> Addresses([]).allowed("/api/v1/questions")
        ()
        """
        literal = self.literally(path)
        if literal is not None or not path.startswith(PREFIX):
            return literal or ()
        rest = path.removeprefix(PREFIX)
        found = [methods for pattern, methods in self._templates if pattern.match(rest)]
        return _in_order({method for methods in found for method in methods}) if found else ()


def _in_order(methods: set[str]) -> tuple[str, ...]:
    """Put methods in order, with those that come with them."""
    all_of_them = methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
    return tuple(method for method in _METHODS if method in all_of_them)


def options_answer(allowed: str) -> Response:
    """Answer OPTIONS: what an address takes, and that pages from elsewhere may ask it."""
    headers = {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-Match, "
        "If-None-Match, Accept-Language, Last-Event-ID",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)

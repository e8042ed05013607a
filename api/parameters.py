"""Parameters that an address does not take: refused, so that no filter with a typo is ignored."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from forecasts.errors import Malformed

#: Every address takes it, for the language of problems.
_ALWAYS = "lang"


class UnknownParameter(Malformed):
    """A query parameter is none that this address takes."""

    message = "This address takes no such parameter. It takes {known}: mend it, or leave it out."


async def refuse_unknown_parameters(request: Request) -> None:
    """Refuse query parameters that the route of a request does not declare.

    Raises:
        UnknownParameter: there is one.
    """
    if not request.scope["query_string"]:
        return
    route: APIRoute = request.scope["route"]
    known = {_ALWAYS, *_names(route.dependant)}
    if not known.issuperset(request.query_params):
        raise UnknownParameter(known=", ".join(f"`{name}`" for name in sorted(known)))


def _names(dependant: Dependant) -> Iterator[str]:
    """Give the names of query parameters, one dependency after the other."""
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _names(inner)

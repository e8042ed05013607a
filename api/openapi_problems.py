"""Problems in the OpenAPI document: which an operation can answer with, each declared once."""

from http import HTTPStatus
from typing import Any

from api.errors import Problem

type Schema = dict[str, Any]

#: Why each status comes; the first three can come from every operation.
_WHY = {
    400: "The address is not UTF-8 or holds NUL, or the request is no HTTP",
    429: "Too many requests: wait for as many seconds as `Retry-After` says",
    503: "Busy or stopping: nothing was stored; ask again after `Retry-After` seconds",
    401: "No key, or one that is not known, has expired or was revoked",
    403: "The key may not do this",
    404: "There is nothing of this id",
    409: "Well formed, but it cannot be taken here or now",
    412: "It has changed since it was read: `If-Match` does not hold",
    413: "The body is larger than the address takes",
    414: "The address is longer than servers take",
    415: "The body is of another kind than the address takes",
    422: "Fields or parameters are missing or wrong; `errors` says which",
    502: "Another server, which this one asked, did not do its part",
}
_EVERYWHERE = (400, 414, 429, 503)
_HEADERS: dict[int, dict[str, Schema]] = {
    401: {
        "WWW-Authenticate": {"description": "how to show a key", "schema": {"type": "string"}},
    },
    429: {
        "Retry-After": {"description": "seconds to wait", "schema": {"type": "string"}},
    },
    503: {
        "Retry-After": {"description": "seconds to wait", "schema": {"type": "string"}},
    },
}
_LANGUAGE = {
    "Content-Language": {"description": "en or ja", "schema": {"type": "string"}},
}
_PREFIX = "#/components/schemas/"


def declare_problems(path: str, method: str, operation: Schema) -> None:
    """Put in order which problems an operation can answer with."""
    responses = operation["responses"]
    tried = any(one["name"] == "dry_run" for one in operation.get("parameters", ()))
    if tried and "200" not in responses:
        responses["200"] = {**responses["201"], "description": "A dry run: nothing was stored"}
    declared = {int(status) for status in responses if status >= "400"}
    for status in sorted(declared | set(_implied(path, method, operation))):
        responses.pop(str(status), None)
        responses[str(status)] = {"$ref": f"#/components/responses/{_name(status)}"}


def _implied(path: str, method: str, operation: Schema) -> tuple[int, ...]:
    """Tell what follows from an operation's parts."""
    found = [*_EVERYWHERE]
    parameters = operation.get("parameters", ())
    if operation.get("security"):
        found += [401, 403]
    if "{" in path:
        found.append(404)
    if parameters or "requestBody" in operation:
        found.append(422)
    if method != "get":
        found += [409, 413, 415, 422]
    names = {parameter["name"].lower() for parameter in parameters}
    if names & {"cursor", "as_of"}:
        found.append(409)
    return tuple(found)


def problem_components(document: Schema) -> Schema:
    """Give the components with every problem as an answer."""
    components = document["components"]
    schema = Problem.model_json_schema(ref_template=_PREFIX + "{model}")
    parts = schema.pop("$defs")
    schemas = {**components.get("schemas", {}), **parts, "Problem": schema}
    used = {
        int(status)
        for item in document["paths"].values()
        for operation in item.values()
        for status in operation["responses"]
        if status >= "400"
    }
    responses = {_name(status): _response(status) for status in sorted(used)}
    return {"schemas": schemas, "responses": responses}


def _response(status: int) -> Schema:
    """Describe an answer that is a problem."""
    phrase = HTTPStatus(status).phrase
    why = _WHY.get(status, phrase)
    example = {
        "type": f"/problems/{phrase.lower().replace(' ', '-')}",
        "title": phrase,
        "status": status,
        "detail": why,
        "errors": [],
    }
    content = {"schema": {"$ref": f"{_PREFIX}Problem"}, "example": example}
    return {
        "description": why,
        "headers": {**_LANGUAGE, **_HEADERS.get(status, {})},
        "content": {"application/problem+json": content},
    }


def _name(status: int) -> str:
    """Name the component of a status: NotFound."""
    return HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")

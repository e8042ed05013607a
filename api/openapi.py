"""The OpenAPI document: what FastAPI makes of the routes, and what holds for every operation."""

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.access import get_reader
from api.openapi_examples import put_examples
from api.openapi_links import put_links
from api.openapi_problems import declare_problems, problem_components

_DESCRIPTION = """\
Forecasts of scenarios, each with the evidence behind it, down to the bits by which every record
moved it. Reading is open to all, and needs no key; changes need one (`Authorization: Bearer KEY`).

- Times are RFC 3339 in UTC; ids are short lower-case texts.
- Collections come in pages: follow `Link: <...>; rel="next"`, or send `next_cursor` as `cursor`.
- A change is durable when it is answered. With an `Idempotency-Key` it is done once, however often
  it is sent; with `dry_run=true` it is only tried.
- Every error is a problem (RFC 9457): what is wrong, and how to mend it. 422: no such body or
  parameter; 409: well formed, but it cannot be taken here; 405 names the right methods in `Allow`.
"""
_NO_NUL = "^[^\\x00]*$"
_BOUNDS = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
_BY_KEY: list[dict[str, list[str]]] = [{"HTTPBearer": []}]
_BOUND_TEXT = {"pattern", "enum", "const", "format"}
#: What parameters mean that do not say it themselves; others are ids.
_MEANS = {
    "limit": "rows of a page",
    "before": "only entries before this number of the ledger",
    "after": "only entries after this number of the ledger",
    "seq": "number of an entry of the ledger",
    "version": "number of a version, from 1",
    "form": "json, csv or parquet",
}
_METHODS = ("get", "post", "put", "patch", "delete")
type Schema = dict[str, Any]


def add_openapi(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Teach an app to describe itself; the document is made when first asked for."""

    def describe() -> Schema:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, routers)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]  # FastAPI's own way to do this


def operations(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Give address, method and description of every operation."""
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def _document(app: FastAPI, routers: Sequence[APIRouter]) -> Schema:
    """Make the document."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=_DESCRIPTION,
        routes=app.routes,
        tags=_tags(routers),
        servers=[{"url": "/", "description": "this server"}],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        contact={"name": "Whoever runs this server"},
    )
    readers = _asked_who_reads(routers)
    for path, method, operation in operations(document):
        _summarize(operation)
        if "security" not in operation:
            operation["security"] = [{}, *_BY_KEY] if operation["operationId"] in readers else []
        _leave_out_conditions(operation)
        for parameter in operation.get("parameters", ()):
            _tidy_parameter(parameter)
        _forbid_nul([parameter["schema"] for parameter in operation.get("parameters", ())])
        declare_problems(path, method, operation)
    _name_bounds(document)
    _close_patterns(document)
    _forbid_nul(document["components"]["schemas"])
    document["components"].update(problem_components(document))
    put_links(document)
    put_examples(document)
    _drop_unused(document)
    return document


def _tags(routers: Sequence[APIRouter]) -> list[Schema]:
    """Describe every tag by what the module says that has its routes."""
    said: dict[str, str] = {}
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.tags and route.include_in_schema:
                module = sys.modules[route.endpoint.__module__]
                said.setdefault(str(route.tags[0]), (module.__doc__ or "").partition("\n")[0])
    return [{"name": name, "description": text} for name, text in said.items()]


def _asked_who_reads(routers: Sequence[APIRouter]) -> set[str]:
    """Give the ids of the operations that take a key, and need none."""
    return {
        str(route.operation_id)
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and get_reader in _asked(route.dependant)
    }


def _asked(dependant: Dependant) -> set[Any]:
    """Give everything that an operation depends on."""
    return {dependant.call}.union(*(_asked(inner) for inner in dependant.dependencies))


def _summarize(operation: Schema) -> None:
    """Take the summary from the first sentence of what the operation says of itself."""
    told = inspect.cleandoc(operation.get("description", ""))
    first = re.split(r"(?<=[.;:])\s", told, maxsplit=1)[0]
    operation["summary"] = first.rstrip(".;:")


def _leave_out_conditions(operation: Schema) -> None:
    """Tell of conditional headers in words: they are HTTP's own, as Accept is, and no parameters.

    A generator of requests would make some up, and 304 and 412 are right answers to those.
    """
    kept = []
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in ("If-Match", "If-None-Match"):
            told = f"`{parameter['name']}`: {parameter.get('description', 'see RFC 9110')}."
            operation["description"] = f"{operation.get('description', '')}\n\n{told}".strip()
            if parameter["name"] == "If-Match":
                operation["responses"].setdefault("412", {})
        else:
            kept.append(parameter)
    if "parameters" in operation:
        operation["parameters"] = kept


def _name_bounds(part: Any) -> None:
    """Give bounds their names in JSON Schema, where Pydantic left those of its own."""
    if isinstance(part, dict):
        for ours, theirs in _BOUNDS.items():
            if isinstance(part.get(ours), int | float):
                part[theirs] = part.pop(ours)
        for value in part.values():
            _name_bounds(value)
    elif isinstance(part, list):
        for value in part:
            _name_bounds(value)


def _tidy_parameter(parameter: Schema) -> None:
    """Say of a parameter what the guard holds: no null, and no NUL in a text."""
    schema = parameter["schema"]
    options = [one for one in schema.pop("anyOf", ()) if one != {"type": "null"}]
    if len(options) == 1:
        schema.update(options[0])
    elif options:
        schema["anyOf"] = options
    schema.pop("title", None)
    if not parameter.get("description"):
        name = parameter["name"].removesuffix("_id").replace("_", " ")
        known = _MEANS.get(parameter["name"])
        parameter["description"] = known or (
            f"id of a {name}" if parameter["in"] == "path" else f"only of this {name}, by its id"
        )
    if schema.get("default", ...) is None:
        del schema["default"]


def _close_patterns(part: Any) -> None:
    """Say what Pydantic leaves out: no names but those of a form; what follows the first items."""
    if isinstance(part, dict):
        if isinstance(part.get("patternProperties"), dict):
            part.setdefault("additionalProperties", False)
        if "prefixItems" in part:
            part.setdefault("items", {})
        for value in part.values():
            _close_patterns(value)
    elif isinstance(part, list):
        for value in part:
            _close_patterns(value)


def _forbid_nul(schema: Any) -> None:
    """Say of every free text within a schema that it holds no NUL, which the guard refuses."""
    if isinstance(schema, dict):
        free = schema.get("type") == "string" and not _BOUND_TEXT & set(schema)
        if free:
            schema["pattern"] = _NO_NUL
        for value in schema.values():
            _forbid_nul(value)
    elif isinstance(schema, list):
        for value in schema:
            _forbid_nul(value)


def _drop_unused(document: Schema) -> None:
    """Leave out components that nothing refers to."""
    components = document["components"]
    while True:
        used = set(_references(document))
        unused = [
            (kind, name)
            for kind, named in components.items()
            for name in named
            if kind != "securitySchemes" and f"#/components/{kind}/{name}" not in used
        ]
        if not unused:
            return
        for kind, name in unused:
            del components[kind][name]


def _references(part: Any) -> Iterator[str]:
    """Give everything that a part of the document refers to."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)

"""Examples in the OpenAPI document: recorded in the shipped bank's world, or made of a schema."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from api.files import shipped_file

type Schema = dict[str, Any]
#: Recorded by tests/attack/recording.py: by operation and status, what was answered.
RECORDED = "openapi_examples.json"
_TEXTS = (
    "text",
    "deepseek-v5-release-date",
    "2026-11-23",
    "2026-11-23T18:00:00Z",
    "https://example.org/a",
    "aki@example.org",
    "B2",
    "en",
    "0" * 64,
    "0" * 10,
    "50",
)
_FORMATS = {"date": _TEXTS[2], "date-time": _TEXTS[3], "uri": _TEXTS[4], "binary": ""}
#: What answers of other types look like.
_WRITTEN = {
    "text/html": "<!doctype html><html lang=en><title>Kizashi</title></html>",
    "text/csv": "id,title\r\nr2,DeepSeek R2\r\n",
    "text/calendar": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n",
    "application/atom+xml": '<feed xmlns="http://www.w3.org/2005/Atom"><title>Kizashi</title></feed>',
}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}
#: Objects within objects, at most.
_DEEPEST = 12


@cache
def recorded_examples() -> dict[str, dict[str, Any]]:
    """Give the recorded answers, by operation id and status."""
    file = shipped_file(RECORDED)
    told: dict[str, dict[str, Any]] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return told


def put_examples(document: Schema) -> None:
    """Put an example beside every schema of a JSON body or answer that has none."""
    recorded, parts = recorded_examples(), document["components"]["schemas"]
    for operation, status, content in _contents(document):
        if {"example", "examples"} & set(content) or "schema" not in content:
            continue
        known = recorded.get(operation, {}).get(status)
        fits = known is not None and _fits(known, content["schema"], parts)
        content["example"] = known if fits else _make(content["schema"], parts)
    for item in document["paths"].values():
        for operation in item.values():
            for kind, content in operation["responses"].get("200", {}).get("content", {}).items():
                if kind in _WRITTEN:
                    content.setdefault("example", _WRITTEN[kind])


def _contents(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Give operation, status ("body" for what is sent) and content of everything that is JSON."""
    for item in document["paths"].values():
        for operation in item.values():
            told = {"body": operation.get("requestBody", {}), **operation["responses"]}
            for status, part in told.items():
                content = part.get("content", {}).get("application/json")
                if content is not None and (status == "body" or status < "300"):
                    yield operation["operationId"], status, content


def _fits(value: Any, schema: Schema, parts: Schema) -> bool:
    """Tell whether what was recorded still has the form that is promised now."""
    if "$ref" in schema:
        return _fits(value, parts[schema["$ref"].rpartition("/")[2]], parts)
    arms = schema.get("anyOf") or schema.get("oneOf")
    if arms:
        return any(_fits(value, arm, parts) for arm in arms)
    kind = schema.get("type")
    if isinstance(kind, str) and not isinstance(value, _TYPES[kind]):
        return False
    if isinstance(value, dict) and "properties" in schema:
        named = schema["properties"]
        return set(schema.get("required", ())) <= set(value) and all(
            _fits(inner, named.get(name, {}), parts) for name, inner in value.items()
        )
    if isinstance(value, list):
        return all(_fits(inner, schema.get("items", {}), parts) for inner in value)
    return not (isinstance(value, str) and "pattern" in schema) or bool(
        re.search(schema["pattern"], value)
    )


def _make(schema: Schema, parts: Schema, depth: int = 0) -> Any:
    """Make something that a schema allows, with what must be there and no more."""
    if "$ref" in schema:
        return _make(parts[schema["$ref"].rpartition("/")[2]], parts, depth + 1)
    for word in ("examples", "enum", "const", "example", "default"):
        if schema.get(word) is not None:
            return schema[word][0] if word in ("examples", "enum") else schema[word]
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            null = {"type": "null"}
            deep = depth > _DEEPEST and null in schema[word]
            return None if deep else _make(schema[word][0], parts, depth + 1)
    return _make_whole(schema, parts, depth)


def _make_whole(schema: Schema, parts: Schema, depth: int) -> Any:
    """Make something of one type: an object of the members that it must have, or a list."""
    kind = schema.get("type")
    if kind == "object":
        named = schema.get("properties", {})
        return {name: _make(named[name], parts, depth + 1) for name in schema.get("required", ())}
    if kind == "array":
        few = schema.get("minItems", 0 if depth > _DEEPEST else 1)
        items = schema.get("prefixItems") or [schema.get("items", {})] * few
        return [_make(one, parts, depth + 1) for one in items]
    return _make_text(schema) if kind == "string" else _make_plain(schema, kind)


def _make_text(schema: Schema) -> str:
    """Choose a text of the form that is asked for."""
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    least, most = schema.get("minLength", 0), schema.get("maxLength", 10_000)
    fitting = (text for text in _TEXTS if least <= len(text) <= most)
    return next((text for text in fitting if re.search(schema.get("pattern", ""), text)), "text")


def _make_plain(schema: Schema, kind: str | None) -> Any:
    """Choose a number within its bounds, or no."""
    if kind == "boolean":
        return False
    if kind not in ("integer", "number"):
        return None if kind == "null" else {}
    lows = (schema.get("minimum"), schema.get("exclusiveMinimum"), 0)
    low = next(float(bound) for bound in lows if bound is not None)
    highs = (schema.get("maximum"), schema.get("exclusiveMaximum"), low + 2)
    high = next(float(bound) for bound in highs if bound is not None)
    middle = (low + high) / 2
    return int(middle) if kind == "integer" else middle

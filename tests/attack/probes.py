"""What is tried on every operation that the OpenAPI document tells of: new ones come along."""

import base64
import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

#: Stands in what is sent, and must never come back in a refusal.
MARK = "zqxmark"
_LONG = MARK * 1_000
_IN_PATH = (
    "%00", "%ff", "%ed%a0%80", "%c0%af", "1.0", "+1", "-1", "0", "9" * 30, "%25", "_", "null",
    f"%27%20OR%201=1--{MARK}", "..%2f..%2fetc%2fpasswd", _LONG, f"%0d%0aX-Injected:%20{MARK}",
    "%F0%9F%98%80", "%E3%81%82", "a%20b", ";", "%3Cscript%3E",
)  # fmt: skip
_IN_QUERY = (
    "", "%00", "%ff", "-1", "0", "1.0", "%2B1", "1000000000000", "9" * 30, "NaN", "1e400", "%25",
    "_", f"%27%20OR%201=1--{MARK}", _LONG, "2025-01-01T00:00:00", "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00%2B14:00", "2025-02-30", "0001-01-01", "9999-12-31", "0.5", "true",
    "%5B%5D", "AAAA",
    f"%0d%0aX-Injected:%20{MARK}",
)  # fmt: skip
_CURSORS = (
    [], {}, [None], [True], [-1], [1.5], [2**63], [10**400], ["x"], [["x"]], [1, 2], ["\x00"],
    [float("inf")], "x", ["2025-13-45", "a"], [1e308, "r2"],
)  # fmt: skip
_IN_BODY: tuple[Any, ...] = (
    None, True, 0, -1, 1.0, 2**31, 2**63, 10**30, 1e300, "", " ", "0.5", "a\x00b", _LONG, [], {},
    [None], {MARK: 1}, "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "0001-01-01",
    "9999-12-31", "2025-01-01T00:00:00", 1_700_000_000, "%", "=1+1", "<script>",
)  # fmt: skip
#: Written as JSON is not: what `json.dumps` would not write.
_RAW_IN_BODY = (
    "NaN", "Infinity", "-Infinity", "1e400", "-1e400", r'"\ud800"', r'{"\ud800": 1}', "1" * 5_000,
    "01", "'x'", r'"\u0000"',
)  # fmt: skip
_HEADERS: tuple[tuple[str, str | bytes], ...] = (
    ("If-Match", "x"), ("If-Match", '"entry-' + "9" * 300 + '"'), ("If-Match", b'"\xff"'),
    ("If-Match", 'W/"a", "b"'), ("If-None-Match", "garbage"), ("If-None-Match", b'"\xff\xfe"'),
    ("If-Modified-Since", MARK), ("Idempotency-Key", ""), ("Idempotency-Key", "a b"),
    ("Idempotency-Key", b"\xe3\x81\x82"), ("Idempotency-Key", _LONG), ("Accept", "image/png"),
    ("Accept", ";;;,,q=x"), ("Accept-Language", "*;q=nan, ja;q=1e400"), ("Accept-Language", _LONG),
    ("Authorization", "Bearer"), ("Authorization", b"Bearer \xff"), ("Authorization", "Basic eDp5"),
    ("Authorization", f"Bearer kz_{MARK}_{MARK}"), ("Cookie", 'lang="; session=%00; =;;'),
    ("Range", "bytes=9-1"), ("Last-Event-ID", MARK), ("Last-Event-ID", "9" * 40),
    ("X-Request-ID", _LONG), ("X-Forwarded-For", "::::"), ("Accept-Encoding", "gzip;q=x, \x7f"),
    ("X-HTTP-Method-Override", "DELETE"), ("Transfer-Encoding", "gzip"),
)  # fmt: skip
_TYPES = (
    "", "text/plain", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded",
    "application/json; charset=utf-16", "application/jsonx", "json", "application/json/x", "*/*",
)  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")


@dataclass(frozen=True)
class Probe:
    """One request that somebody might send."""

    about: str
    method: str
    target: str
    headers: tuple[tuple[str, str | bytes], ...] = ()
    body: bytes = b""


@dataclass(frozen=True)
class Operation:
    """An operation as the document tells of it, with what a right request would be."""

    path: str
    method: str
    told: dict[str, Any] = field(repr=False)

    @property
    def target(self) -> str:
        """Its address with the document's own examples."""
        return self.address({})

    @property
    def body(self) -> Any:
        """The first example of its body; None where it takes none."""
        content = self.told.get("requestBody", {}).get("content", {}).get("application/json", {})
        examples = [example["value"] for example in content.get("examples", {}).values()]
        return deepcopy(examples[0]) if examples else content.get("example")

    def parameters(self, place: str) -> list[str]:
        """The names of its parameters in the path or the query."""
        return [one["name"] for one in self.told.get("parameters", ()) if one["in"] == place]

    def address(self, values: dict[str, str], query: str = "") -> str:
        """Fill its address; changes are only tried, where it can."""
        path = self.path
        for one in self.told.get("parameters", ()):
            if one["in"] == "path":
                name = one["name"]
                told = one["schema"]
                examples = told.get("examples") or told.get("enum") or [one.get("example", "1")]
                path = path.replace(f"{{{name}}}", values.get(name, str(examples[0])))
        parts = [query] if query else []
        if "dry_run" in self.parameters("query") and "dry_run=" not in query:
            parts.append("dry_run=true")
        return path + ("?" + "&".join(parts) if parts else "")


def operations_of(document: dict[str, Any]) -> Iterator[Operation]:
    """Give every operation of a document."""
    for path, item in document["paths"].items():
        for method, told in item.items():
            yield Operation(path, method.upper(), told)


def probes_of(operation: Operation) -> Iterator[Probe]:
    """Give everything that is tried on one operation."""
    yield from _of_address(operation)
    yield from _of_headers(operation)
    if operation.method != "GET":
        yield from _of_body(operation)


def _plain(operation: Operation, about: str, target: str) -> Probe:
    """Give a probe of an address, with the body that belongs there."""
    body = b"" if operation.body is None else json.dumps(operation.body).encode()
    headers = (("Content-Type", "application/json"),) if body else ()
    return Probe(about, operation.method, target, headers, body)


def _of_address(operation: Operation) -> Iterator[Probe]:
    """Try its path, its query, and what no address should be."""
    for name in operation.parameters("path"):
        for value in _IN_PATH:
            yield _plain(operation, f"path {name}={value[:40]}", operation.address({name: value}))
    for name in operation.parameters("query"):
        tried = list(_IN_QUERY)
        if name == "cursor":
            tried += [_cursor(value) for value in _CURSORS]
        for value in tried:
            target = operation.address({}, f"{name}={value}")
            yield _plain(operation, f"query {name}={value[:40]}", target)
        yield _plain(operation, f"{name} twice", operation.address({}, f"{name}=1&{name}=2"))
    for about, query in (
        ("unknown parameter", f"{MARK}=1"),
        ("thousands of parameters", "&".join(f"a{n}=1" for n in range(2_000))),
        ("long query", "a=" + "x" * 60_000),
        ("query of signs", "&&==&;%&%2&%zz"),
        ("array", "a[]=1&a[b]=2"),
    ):
        yield _plain(operation, about, operation.address({}, query))
    bare = operation.target.partition("?")[0]
    yield _plain(operation, "trailing slash", f"{bare}/")
    yield _plain(operation, "two slashes", bare.replace("/api", "//api", 1))
    yield _plain(operation, "dots", f"/api/v1/../..{bare}")
    yield _plain(operation, "upper case", bare.upper())
    yield _plain(operation, "absolute", f"http://elsewhere.test{bare}")


def _of_headers(operation: Operation) -> Iterator[Probe]:
    """Try headers that nobody should send."""
    plain = _plain(operation, "", operation.target)
    for header in _HEADERS:
        about = f"{header[0]}: {header[1][:40]!r}"
        yield Probe(about, plain.method, plain.target, (*plain.headers, header), plain.body)


def _of_body(operation: Operation) -> Iterator[Probe]:
    """Try bodies that are no such thing, and right ones with one wrong part."""
    right = operation.body
    text = json.dumps(right) if right is not None else "{}"
    for about, body in _whole_bodies(text):
        yield _with_body(operation, about, body)
    for kind in _TYPES:
        headers = (("Content-Type", kind),) if kind else ()
        yield Probe(f"type {kind}", operation.method, operation.target, headers, text.encode())
    for place in _places(right):
        for value in _IN_BODY:
            body = json.dumps(_replaced(right, place, value)).encode()
            yield _with_body(operation, f"{place} = {str(value)[:40]}", body)
        for raw in _RAW_IN_BODY:
            body = json.dumps(_replaced(right, place, "@@")).replace('"@@"', raw).encode()
            yield _with_body(operation, f"{place} = {raw[:40]}", body)


def _with_body(operation: Operation, about: str, body: bytes) -> Probe:
    """Give a probe of a body that says it is JSON."""
    headers = (("Content-Type", "application/json"),)
    return Probe(about, operation.method, operation.target, headers, body)


def _whole_bodies(text: str) -> Iterator[tuple[str, bytes]]:
    """Give bodies that are wrong as a whole."""
    yield "empty", b""
    for value in ("null", "[]", "{}", '"x"', "1", "true", "[[]]", "{", f'{{"{MARK}": 1}}', "NaN"):
        yield f"body {value}", value.encode()
    yield "cut short", text.encode()[:-2]
    yield "twice", text.encode() * 2
    yield "UTF-16", text.encode("utf-16")
    yield "UTF-32", text.encode("utf-32")
    yield "BOM", b"\xef\xbb\xbf" + text.encode()
    yield "no UTF-8", text.encode()[:-1] + b'"\xff"'
    yield "900 deep", b"[" * 900 + b"]" * 900
    yield "100,000 deep", b'{"a":' * 100_000
    yield "10 MB", b'{"' + b"x" * 10_000_000 + b'": 1}'
    if text.startswith("{") and len(text) > 2:
        yield "unknown field", f'{{"{MARK}": 1, {text[1:]}'.encode()
        name = text[1:].partition(":")[0]
        yield "field twice", f"{{{name}: 1, {text[1:]}".encode()
        yield "deep inside", f"{{{name}: {'[' * 900 + ']' * 900}}}".encode()


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the places of all parts of a body, of lists only those of the first item."""
    if place:
        yield place
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _places(inner, (*place, name))
    elif isinstance(value, list) and value:
        yield from _places(value[0], (*place, 0))


def _replaced(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """Give a body with one part replaced."""
    changed = deepcopy(body)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return changed


def _cursor(value: Any) -> str:
    """Write a cursor as the API writes them."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

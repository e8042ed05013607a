"""Who may do what: one table for every operation that is not open to all, and its check."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.roles import ROLES

#: The least role that passes; "open" for operations that change nothing and need no key; "page" for
#: what no key opens, only a page of ours. What somebody owns stands in `OWNED` of test_access.py.
MATRIX: dict[tuple[str, str], str] = {
    ("POST", "/api/v1/worlds/{world}/what-if"): "open",
    (
        "POST",
        "/mcp",
    ): "open",  # each tool asks for an operation of this table, with the caller's key
    ("POST", "/api/v1/evidence"): "forecaster",
    ("POST", "/api/v1/evidence/batch"): "forecaster",
    ("POST", "/api/v1/evidence/{evidence}/retraction"): "forecaster",
    ("POST", "/api/v1/forecasts"): "forecaster",
    ("POST", "/api/v1/forecasts/batch"): "forecaster",
    ("POST", "/api/v1/forecasts/{forecast}/withdrawal"): "forecaster",
    ("PATCH", "/api/v1/forecasters/{forecaster}"): "forecaster",
    ("POST", "/api/v1/scenarios"): "forecaster",
    ("POST", "/api/v1/resolutions"): "resolver",
    ("POST", "/api/v1/questions/{question}/sign-offs"): "admin",
    ("POST", "/api/v1/proposals"): "forecaster",
    ("POST", "/api/v1/proposals/{proposal}/opening"): "admin",
    ("POST", "/api/v1/proposals/{proposal}/declination"): "admin",
    ("POST", "/api/v1/questions/{question}/amendments"): "forecaster",
    ("POST", "/api/v1/evidence/{evidence}/disputes"): "forecaster",
    ("POST", "/api/v1/disputes/{dispute}/ruling"): "admin",
    ("POST", "/api/v1/forecasters/{forecaster}/erasure"): "reader",
    ("GET", "/api/v1/me/nudges"): "reader",
    ("POST", "/api/v1/fits"): "admin",
    ("GET", "/api/v1/webhooks"): "forecaster",
    ("GET", "/api/v1/webhooks/{webhook}"): "forecaster",
    ("POST", "/api/v1/webhooks"): "forecaster",
    ("POST", "/api/v1/webhooks/{webhook}/test"): "forecaster",
    ("DELETE", "/api/v1/webhooks/{webhook}"): "forecaster",
    ("GET", "/api/v1/me"): "reader",
    ("GET", "/api/v1/keys"): "reader",
    ("POST", "/api/v1/keys"): "reader",
    ("POST", "/api/v1/keys/{key_id}/rotation"): "reader",
    ("POST", "/api/v1/keys/{key_id}/revocation"): "reader",
    ("POST", "/api/v1/actors/{actor}/role"): "admin",
    ("POST", "/api/v1/actors/{actor}/contact"): "admin",
    ("POST", "/api/v1/sign-in-links"): "admin",
    ("GET", "/api/v1/drafts"): "forecaster",
    ("POST", "/api/v1/drafts"): "forecaster",
    ("PUT", "/api/v1/drafts/{draft}"): "forecaster",
    ("DELETE", "/api/v1/drafts/{draft}"): "forecaster",
    ("POST", "/api/v1/market-links"): "resolver",
    ("POST", "/api/v1/market-links/declinations"): "resolver",
    ("POST", "/api/v1/market-links/{link}/removal"): "resolver",
    ("POST", "/api/v1/markets/{market}/following"): "forecaster",
    ("POST", "/api/v1/platforms/{platform}/syncs"): "admin",
    ("POST", "/api/v1/reports"): "admin",
    ("POST", "/account/profile"): "reader",
    ("POST", "/account/sign-out-everywhere"): "reader",
    ("POST", "/account/drafts/{draft}/deletion"): "reader",
    ("POST", "/markets/candidates/link"): "resolver",
    ("POST", "/markets/candidates/declination"): "resolver",
    ("POST", "/markets/candidates/removal"): "resolver",
    ("POST", "/questions/{question}/evidence"): "forecaster",
    ("POST", "/questions/{question}/evidence/preview"): "forecaster",
    ("POST", "/questions/{question}/forecast"): "forecaster",
    ("POST", "/questions/{question}/forecast/{forecast}/withdrawal"): "forecaster",
    ("POST", "/what-if/scenarios"): "forecaster",
    ("POST", "/account/keys"): "reader",
    ("POST", "/account/keys/{key}/revocation"): "reader",
    ("POST", "/sign-in/link/{token}"): "page",
    ("POST", "/sign-out"): "page",
}
STRANGER = "stranger"
_REFUSED = {401, 403}
_OPEN_METHODS = {"GET", "HEAD", "OPTIONS"}


def operations(app: Any) -> Iterator[tuple[str, str]]:
    """Give the method and path of everything that an app answers, however deep it was included."""
    for route in app.routes if hasattr(app, "routes") else app.effective_candidates():
        if hasattr(route, "effective_candidates"):
            yield from operations(route)
        else:
            for method in getattr(route, "methods", None) or ():
                yield method, route.path


def holes(app: FastAPI, client: TestClient, headers: dict[str, dict[str, str]]) -> list[str]:
    """Find what the table does not know, and who gets in where he should not, or is kept out.

    Args:
        headers: of a caller of each role.
    """
    found = set(operations(app))
    unknown = [
        f"{method} {path}: not in the table of who may"
        for method, path in sorted(found)
        if method not in _OPEN_METHODS and (method, path) not in MATRIX
    ]
    gone = [f"{method} {path}: no such operation" for method, path in set(MATRIX) - found]
    wrong = [
        f"{method} {path}: {caller} got {status}"
        for (method, path), least in MATRIX.items()
        if (method, path) in found
        for caller in (STRANGER, *ROLES)
        if (status := _ask(client, method, path, headers.get(caller, {}))) is not None
        if (status in _REFUSED) == may(caller, least) or status >= 500
    ]
    return unknown + gone + wrong


def may(caller: str, least: str) -> bool:
    """Tell whether somebody passes."""
    if least in {"open", "page"} or caller == STRANGER:
        return least == "open"
    return ROLES.index(caller) >= ROLES.index(least)


def _ask(client: TestClient, method: str, path: str, headers: dict[str, str]) -> int:
    """Ask for an operation on nothing: who passes is told that there is nothing to do it with."""
    parts = ["nothing" if part.startswith("{") else part for part in path.split("/")]
    body = {"json": {"nothing": True}} if method in {"POST", "PUT", "PATCH"} else {}
    return client.request(method, "/".join(parts), headers=headers, **body).status_code

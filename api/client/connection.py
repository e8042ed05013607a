"""A connection to a server: requests that are repeated safely, and problems told as errors."""

import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from forecasts.errors import KizashiError

#: How often a request is sent at most, and the longest wait that a server may ask for in between.
_TRIES, _LONGEST_WAIT = 5, 60.0
#: A server that says nothing of when to come back is asked after .5, 1, 2 and 4 seconds.
_FIRST_WAIT = 0.5
#: Too many requests; busy or stopping. Nothing was stored in either case.
_WAITING = frozenset({429, 503})
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_PREFIX = "/api/v1"


class ProblemTold(KizashiError):
    """The server said no; its own words say why, and how to mend it.

    Attributes:
        status: HTTP's, such as 409.
        problem: all that the server said (RFC 9457).
    """

    message = "{detail}"

    def __init__(self, *, status: int, problem: Mapping[str, Any]) -> None:
        faults = [f"\n  {one['pointer']}: {one['message']}" for one in problem.get("errors", ())]
        detail = str(problem.get("detail") or f"HTTP {status}")
        super().__init__(detail=detail + "".join(faults))
        self.status, self.problem = status, dict(problem)


class NoConnection(KizashiError):
    """A server does not answer."""

    message = "No server answers at {server} ({reason}). Start it, or mend the address."


class Connection:
    """Requests to one server.

    Args:
        server: its address, such as https://kizashi.example.org.
        key: an API key; without one there is only reading.
        language: of what the server says: en or ja.
        transport: how requests travel; usually over the network.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        server: str,
        key: str | None = None,
        language: str = "en",
        transport: httpx2.BaseTransport | None = None,
        timeout: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        headers = {"Accept-Language": language}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        self.server, self._sleep = server.rstrip("/"), sleep
        self._http = httpx2.Client(
            base_url=self.server, headers=headers, transport=transport, timeout=timeout
        )

    def close(self) -> None:
        """Let go of the network."""
        self._http.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: object = None,
        once: str | None = None,
    ) -> Any:
        """Send a request, again where the server asks to wait, and give its answer.

        Args:
            path: under /api/v1.
            params: of the query; those that are None are left out.
            body: sent as JSON.
            once: the idempotency key of a change; else one is made up, so that a change that is
                sent twice is done once.

        Raises:
            ProblemTold: the server refused it.
            NoConnection: no server answered.
        """
        headers = {}
        if method in _CHANGES:
            headers["Idempotency-Key"] = once or uuid.uuid4().hex
        given = {name: value for name, value in (params or {}).items() if value is not None}
        request = self._http.build_request(
            method, f"{_PREFIX}{path}", params=given or None, json=body, headers=headers
        )
        response = self._send(request)
        if response.is_error:
            raise ProblemTold(status=response.status_code, problem=_problem(response))
        return response.json()

    def _send(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request until it is answered with more than a wish to wait."""
        for left in reversed(range(_TRIES)):
            pause = _FIRST_WAIT * 2 ** (_TRIES - 1 - left)
            try:
                response = self._http.send(request)
            except httpx2.TransportError as error:
                if not left:
                    reason = type(error).__name__
                    raise NoConnection(server=self.server, reason=reason) from error
            else:
                if response.status_code not in _WAITING or not left:
                    return response
                pause = _wanted_wait(response, pause)
            self._sleep(pause)
        raise AssertionError  # the last try returns or raises


def _wanted_wait(response: httpx2.Response, usual: float) -> float:
    """Give the seconds after which a server wants to be asked again."""
    told = response.headers.get("retry-after", "")
    return min(float(told), _LONGEST_WAIT) if told.isdigit() else usual


def _problem(response: httpx2.Response) -> Mapping[str, Any]:
    """Read what the server said; something between it and us may not speak JSON."""
    try:
        problem = response.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}

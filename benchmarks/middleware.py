"""What middleware costs a request, in microseconds of CPU: `python -m benchmarks.middleware`.

Each is put around an application that answers at once; no network, no route, no database. The best
of several rounds, since other processes only add.
"""

import asyncio
import tempfile
import time
from types import SimpleNamespace
from typing import TextIO, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.headers import SecurityHeaders
from api.instance import Instance
from api.logs import configure_logging
from api.metrics import Metrics
from api.observing import Observing
from api.settings import Settings
from api.stopping import Gate, Stopping

ROUNDS, REQUESTS = 7, 5_000
ROUTE = SimpleNamespace(path="/questions/{question}", operation_id="get_question")
HEADERS = [
    (b"host", b"127.0.0.1"),
    (b"user-agent", b"benchmark"),
    (b"accept", b"*/*"),
    (b"accept-encoding", b"gzip"),
    (b"authorization", b"Bearer kz_0123abcd_" + b"0" * 64),
]


async def answer_at_once(scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer as a route would, without being one."""
    scope["route"] = ROUTE
    headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


async def receive() -> Message:
    """Give no body."""
    return {"type": "http.request"}


async def send(_message: Message) -> None:
    """Throw an answer away."""


async def cost(app: ASGIApp, method: str) -> float:
    """Give the CPU microseconds of a request: of the best round."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(REQUESTS):
            scope = {"type": "http", "method": method, "path": "/api/v1/questions/a"}
            await app({**scope, "headers": HEADERS, "state": {}}, receive, send)
        rounds.append((time.process_time() - began) / REQUESTS * 1e6)
    return min(rounds)


async def measure(log: TextIO) -> None:
    """Print the cost of each."""
    settings = Settings.model_construct(log_format="json")
    configure_logging(settings, log)
    metrics = Metrics(cast(Instance, None))  # read only when the metrics are asked for
    seen = Observing(answer_at_once, metrics, settings)
    whole = Observing(Stopping(answer_at_once, Gate()), metrics, settings)
    bare = await cost(answer_at_once, "GET")
    for name, app, method in (
        ("counted, not logged (a quick read)", seen, "GET"),
        ("counted and logged (a change)", seen, "POST"),
        ("the gate", Stopping(answer_at_once, Gate()), "GET"),
        ("security headers", SecurityHeaders(answer_at_once), "GET"),
        ("all of them, a quick read", SecurityHeaders(whole), "GET"),
    ):
        print(f"{await cost(app, method) - bare:6.1f} us  {name}")


if __name__ == "__main__":
    with tempfile.TemporaryFile("w", buffering=1) as stream:
        asyncio.run(measure(stream))

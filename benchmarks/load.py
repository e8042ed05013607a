"""Clients that ask a server as fast as it answers: closed loops over kept connections."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

#: Gives the bytes of a client's n-th request.
type Requests = Callable[[int, int], bytes]
_TICKS_A_SECOND = 100.0


@dataclass(slots=True)
class Load:
    """What clients saw.

    Attributes:
        seconds: of the run.
        latencies: of every answer, in seconds.
        counts: answers by status.
        answered: by client, how many of its requests were stored or found.
        bodies: of the answers that were kept.
    """

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)
    answered: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, level: float) -> float:
        """Milliseconds under which a share of the answers came."""
        return float(np.percentile(self.latencies, level)) * 1_000


def post(path: str, body: bytes, key: str, host: str = "127.0.0.1") -> bytes:
    """Write a POST of JSON."""
    lines = (
        f"POST {path} HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "",
        "",
    )
    return "\r\n".join(lines).encode() + body


def get(path: str, host: str = "127.0.0.1") -> bytes:
    """Write a GET."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def load(url: str, requests: Requests, clients: int, seconds: float, *, keep: bool = False) -> Load:
    """Let clients ask for a while, each its next request when it has its answer.

    Args:
        keep: the bodies of answers.
    """
    return asyncio.run(_load(url, requests, clients, seconds, keep=keep))


async def _load(url: str, requests: Requests, clients: int, seconds: float, *, keep: bool) -> Load:
    """Run all clients until the time is over and each has its last answer."""
    seen, place = Load(answered=[0] * clients), urlsplit(url)
    begin = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for client in range(clients):
            group.create_task(
                _client(place.port or 80, requests, client, begin + seconds, seen, keep=keep)
            )
    seen.seconds = time.perf_counter() - begin
    return seen


async def _client(
    port: int, requests: Requests, client: int, until: float, seen: Load, *, keep: bool
) -> None:
    """Ask until the time is over."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    number = 0
    while (asked := time.perf_counter()) < until:
        writer.write(requests(client, number))
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        seen.latencies.append(time.perf_counter() - asked)
        status = int(head[9:12])
        seen.counts[status] = seen.counts.get(status, 0) + 1
        seen.answered[client] += status in (200, 201)
        if keep and status == 201:
            seen.bodies.append(body)
        number += 1
    writer.close()


def _length(head: bytes) -> int:
    """Read how long a body is."""
    lowered = head.lower()
    start = lowered.index(b"content-length:") + len(b"content-length:")
    return int(lowered[start : lowered.index(b"\r\n", start)])


def cpu_seconds(pid: int) -> float:
    """Read how much processor time a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


def medians(rows: list[tuple[float, ...]]) -> Iterator[float]:
    """Give the median of each column over rounds."""
    yield from np.median(np.array(rows), axis=0).tolist()

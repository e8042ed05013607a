"""A client that sends whatever bytes it is given."""

import contextlib
import http.client
import socket
from collections.abc import Sequence
from dataclasses import dataclass

#: A request that takes longer hangs. The longest is a report: a replay by another process.
PATIENCE_SECONDS = 180.0


@dataclass(frozen=True)
class Answer:
    """An answer; status 0: the server broke the connection off without one, or let it hang."""

    status: int
    headers: dict[str, str]
    body: bytes


def send(url: str, raw: bytes, method: str = "GET") -> Answer:
    """Send bytes over a connection of their own, and read the answer; of a stream its head only."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS) as connection:
        with contextlib.suppress(ConnectionError):  # it may answer before all is sent
            connection.sendall(raw)
        with contextlib.closing(http.client.HTTPResponse(connection, method=method)) as response:
            return read_answer(response)


def read_answer(response: http.client.HTTPResponse) -> Answer:
    """Read an answer; of a stream its head only."""
    try:
        response.begin()
    except (http.client.HTTPException, ConnectionError, TimeoutError):
        return Answer(0, {}, b"")
    headers = {name.lower(): value for name, value in response.getheaders()}
    body = b""
    if not headers.get("content-type", "").startswith("text/event-stream"):
        with contextlib.suppress(ConnectionError):
            body = response.read()
    return Answer(response.status, headers, body)


def request(
    method: str, target: str | bytes, headers: Sequence[tuple[str, str | bytes]] = (),
    body: bytes = b"",
) -> bytes:  # fmt: skip
    """Write a request as it goes over the wire."""
    path = target if isinstance(target, bytes) else target.encode("latin-1")
    lines = [method.encode() + b" " + path + b" HTTP/1.1", b"Host: test", b"Connection: close"]
    for name, value in headers:
        lines.append(
            name.encode() + b": " + (value if isinstance(value, bytes) else value.encode("latin-1"))
        )
    if body:
        lines.append(b"Content-Length: " + str(len(body)).encode())
    return b"\r\n".join(lines) + b"\r\n\r\n" + body

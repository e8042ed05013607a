"""Receivers of webhooks: real servers on loopback that note what they are sent."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """A server that answers with the next of its statuses, and with the last one from then on."""

    statuses: list[int] = field(default_factory=lambda: [204])
    location: str | None = None
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.requests]

    def wait_for(self, number: int, seconds: float = 120) -> None:
        wait_until(lambda: len(self.requests) >= number, seconds)


def wait_until(is_so: Callable[[], Any], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


@contextmanager
def receiving(receiver: Receiver) -> Iterator[Receiver]:
    """Run a receiver on any free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            named = {name.lower(): value for name, value in self.headers.items()}
            statuses = receiver.statuses
            status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
            receiver.requests.append((named, body))
            self.send_response(status)
            if receiver.location:
                self.send_header("location", receiver.location)
            self.send_header("content-length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815  # a redirection that were followed would come so

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def asking_for_names() -> Iterator[tuple[int, list[str | None]]]:
    """Listen for TLS and note the name (SNI) that is asked for; there is no certificate for it."""
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        plain = listener.accept()[0]
        with plain, suppress(OSError):  # it ends there, for want of a certificate
            context.wrap_socket(plain, server_side=True)

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield listener.getsockname()[1], names
    finally:
        thread.join()
        listener.close()

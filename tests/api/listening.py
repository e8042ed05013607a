"""A real server in this process, and clients of its streams on raw sockets."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI


@contextmanager
def serving(app: FastAPI, sent_ahead: int | None = None) -> Iterator[tuple[str, int]]:
    """Serve an app on any free port by uvicorn, in a thread.

    Args:
        sent_ahead: bytes that the system takes for each client beyond what he reads.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    if sent_ahead is not None:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, sent_ahead)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield listener.getsockname()
    finally:
        server.should_exit = True
        thread.join()


@dataclass
class Heard:
    """An event as a client reads it."""

    id: str | None = None
    event: str | None = None
    data: Any = None
    comment: str | None = None
    retry: str | None = None


@dataclass
class Listener:
    """A client of a stream: one raw socket, read as the standard says."""

    place: tuple[str, int]
    query: str = ""
    last: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.socket = socket.create_connection(self.place, timeout=20)
        lines = [f"GET /api/v1/events{self.query} HTTP/1.1", "Host: kizashi"]
        if self.last is not None:
            lines.append(f"Last-Event-ID: {self.last}")
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        while (line := self.file.readline().decode().strip()) != "":
            name, _, value = line.partition(": ")
            self.headers[name.lower()] = value
        self.buffer = b""

    def blocks(self) -> Iterator[Heard]:
        """Give what is sent, block by block, until the stream ends."""
        while True:
            while b"\n\n" not in self.buffer:
                size = int(self.file.readline() or b"0", 16)
                if size == 0:
                    return
                self.buffer += self.file.read(size)
                self.file.readline()
            block, _, self.buffer = self.buffer.partition(b"\n\n")
            yield _read(block.decode())

    def events(self) -> Iterator[Heard]:
        """Give the events that have data; what one has seen last is kept in `last`."""
        for block in self.blocks():
            if block.id is not None:
                self.last = block.id
            if block.data is not None:
                yield block

    def close(self) -> None:
        """Break the connection."""
        self.file.close()
        self.socket.close()


def _read(block: str) -> Heard:
    """Read the lines of a block."""
    heard = Heard()
    for line in block.split("\n"):
        name, _, value = line.partition(": ")
        if name == "":
            heard.comment = value
        elif name == "data":
            heard.data = json.loads(value)
        else:
            setattr(heard, name, value)
    return heard


def stuck(place: tuple[str, int], query: str) -> socket.socket:
    """Ask for a stream, and never read it."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    client.connect(place)
    client.sendall(f"GET /api/v1/events{query} HTTP/1.1\r\nHost: kizashi\r\n\r\n".encode())
    return client

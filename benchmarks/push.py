"""Streams of events: how soon one hears, with and without clients that never read.

    OPENBLAS_NUM_THREADS=1 uv run python -m benchmarks.push

A real server on the bank. Forecasts are posted one after the other; a listener notes how long after
each answer its event was there. Then the same with many clients that asked for the whole ledger and
never read, and with many that do.
"""

import socket
import statistics
import sys
import tempfile
import threading
import time
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from benchmarks.serving import command, kizashi
from tests.api.listening import Listener, stuck

QUESTION = "coding-arena-parity-2028"
POSTS, CLIENTS = 200, 200


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "kizashi.db"
        with kizashi(database) as (url, pid):
            key = command("key", "create", "bench", "--database", f"sqlite:///{database}")
            measure(url, pid, {"Authorization": f"Bearer {key.strip()}"})


def measure(url: str, pid: int, headers: dict[str, str]) -> None:
    """Measure one state after the other."""
    address = urlsplit(url)
    place = (str(address.hostname), int(address.port or 0))
    began = time.perf_counter()
    whole = Listener(place, "?last_event_id=0&follow=false")
    count = sum(1 for _ in whole.events())
    whole.close()
    print(f"whole ledger: {count} events in {time.perf_counter() - began:.2f} s")
    print("others | p50 ms | p99 ms | largest ms | server MiB")
    report("none", place, url, headers, pid)
    held: list[socket.socket] = [stuck(place, "?last_event_id=0") for _ in range(CLIENTS)]
    time.sleep(5)  # until each holds all that it can
    report(f"{CLIENTS} that never read", place, url, headers, pid)
    for client in held:
        client.close()
    readers = [Listener(place) for _ in range(CLIENTS)]
    threads = [threading.Thread(target=read, args=(reader,), daemon=True) for reader in readers]
    for thread in threads:
        thread.start()
    report(f"{CLIENTS} that read", place, url, headers, pid)


def read(reader: Listener) -> None:
    """Read on, until the connection is gone."""
    for _ in reader.blocks():
        pass


def report(name: str, place: tuple[str, int], url: str, headers: dict[str, str], pid: int) -> None:
    """Post, listen, and print a row."""
    stream, answered, heard = Listener(place), {}, {}
    next(stream.blocks())

    def listen() -> None:
        for event in islice(stream.events(), POSTS):
            heard[int(str(event.id))] = time.perf_counter()

    listening = threading.Thread(target=listen)
    listening.start()
    with httpx2.Client(headers=headers, base_url=url) as client:
        for i in range(POSTS):
            body = {"question": QUESTION, "probability": (i % 97 + 1) / 100}
            entry = client.post("/api/v1/forecasts", json=body).json()["forecast"]["entry"]
            answered[entry] = time.perf_counter()
    listening.join()
    stream.close()
    late = sorted(max(0.0, heard[entry] - answered[entry]) * 1e3 for entry in answered)
    p99 = late[int(len(late) * 0.99)]
    memory = Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0]
    print(
        f"{name} | {statistics.median(late):.2f} | {p99:.2f} | {late[-1]:.2f} | "
        f"{int(memory) // 1024}"
    )


if __name__ == "__main__":
    sys.exit(main())

"""Requests a second: kept answers, durable forecasts and evidence, beside what they could be.

    OPENBLAS_NUM_THREADS=1 uv run python -m benchmarks.serving [--sustained]

One run, rounds in turn, medians. The bank is served with all middleware by a real process; beside
it bare ASGI with the same bytes, the same POST without storage, and a session for each request.
`wrk` asks the GETs where it is installed. CPU is that of the server, and steadier than the rate.
"""

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from sqlalchemy import text

from benchmarks.load import Load, Requests, cpu_seconds, get, load, medians, post
from data.database import Database

SERVER = [sys.executable, "-c", "from api.cli import main; main()"]
QUESTION = "coding-arena-parity-2028"
ROUNDS, SECONDS, CLIENTS = 3, 4.0, 32
SUSTAINED_SECONDS, SUSTAINED_CLIENTS = 60.0, 64
EVIDENCE_CLIENTS = 16
_LONGEST_START = 300.0
#: Quotas are counted as ever, and never used up.
UNLIMITED = 10**9
_HEADINGS = ("what", "clients", "requests/s", "p50 ms", "p99 ms", "CPU us/request", "of the first")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sustained", action="store_true", help="also 64 writers for 60 s")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), sustained=options.sustained)


def run(folder: Path, *, sustained: bool) -> None:
    """Start all servers, and load one after the other."""
    database = folder / "kizashi.db"
    with kizashi(database) as (url, pid):
        address = f"sqlite:///{database}"
        key = command("key", "create", "bench", "--database", address)
        answer = folder / "answer.json"
        answer.write_bytes(httpx2.get(f"{url}/api/v1/questions/{QUESTION}").content)
        copy = folder / "copy.db"
        command("backup", str(copy), "--database", address)
        with (
            other("bare", answer) as bare,
            other("unstored", copy) as unstored,
            other("session", folder / "session.db") as session,
        ):
            compare_reads(url, pid, bare)
            compare_writes(key, (("durable, all middleware", url, pid), unstored, session))
        if sustained:
            print_sustained(url, key, database)
        print_evidence(url, pid, key)


def compare_reads(url: str, pid: int, bare: tuple[str, str, int]) -> None:
    """GET of a question, kept ready, beside bare ASGI with the same bytes."""
    kinds = [bare, ("GET question, kept ready", url, pid)]
    paths = {bare[0]: "/", kinds[1][0]: f"/api/v1/questions/{QUESTION}"}
    rows: dict[str, list[tuple[float, ...]]] = {name: [] for name, _, _ in kinds}
    for _ in range(ROUNDS):
        for name, address, process in kinds:
            rows[name].append(read_round(address + paths[name], paths[name], process))
    print_rows("Reads", rows)


def compare_writes(key: str, kinds: tuple[tuple[str, str, int], ...]) -> None:
    """POST of a forecast: durable, without storage, and with a session for each request."""
    rows: dict[str, list[tuple[float, ...]]] = {name: [] for name, _, _ in kinds}
    for _ in range(ROUNDS):
        for name, address, process in kinds:
            before = cpu_seconds(process)
            seen = load(address, forecasts(key), CLIENTS, SECONDS)
            used = cpu_seconds(process) - before
            rows[name].append(measured(seen, used))
            if set(seen.counts) - {200, 201}:
                print(f"{name}: {seen.counts}", file=sys.stderr)
    print_rows("Forecasts", rows)


def forecasts(key: str) -> Requests:
    """Give requests of which no two in a row say the same."""

    def request(client: int, number: int) -> bytes:
        chance = 0.01 + 0.98 * ((client * 977 + number) % 9_973) / 9_973
        body = json.dumps({"question": QUESTION, "probability": round(chance, 6)})
        return post("/api/v1/forecasts", body.encode(), key)

    return request


def print_sustained(url: str, key: str, database: Path) -> None:
    """64 clients write at once for a minute: nothing fails, nothing is lost, nobody starves."""
    seen = load(url, forecasts(key), SUSTAINED_CLIENTS, SUSTAINED_SECONDS, keep=True)
    wanted = {json.loads(body)["forecast"]["id"] for body in seen.bodies}
    lost = wanted - stored_forecasts(database)
    fair = max(seen.answered) / min(seen.answered)
    print("## 64 writers for a minute\n")
    print("| answers | statuses | stored | acknowledged and lost | p50 ms | p99 ms | max/min |")
    print("|---|---|---|---|---|---|---|")
    print(
        f"| {len(seen.latencies):,} | {seen.counts} | {len(wanted):,} | {len(lost)} "
        f"| {seen.percentile(50):.0f} | {seen.percentile(99):.0f} | {fair:.2f} |\n"
    )


def print_evidence(url: str, pid: int, key: str) -> None:
    """16 clients submit evidence, each of which moves the whole world."""
    day = datetime.now(UTC).date().isoformat()

    def request(client: int, number: int) -> bytes:
        side = "yes" if (client + number) % 2 else "no"
        stance = {"question": QUESTION, "direction": side, "strength": "weak"}
        record = {
            "published": day,
            "source": "reuters",
            "fact": {"en": f"Client {client} saw sign {number}."},
            "stances": [stance],
        }
        return post("/api/v1/evidence", json.dumps(record).encode(), key)

    before = cpu_seconds(pid)
    seen = load(url, request, EVIDENCE_CLIENTS, 3 * SECONDS)
    used = cpu_seconds(pid) - before
    print_rows("Evidence", {"each moves 25 questions": [measured(seen, used)]})
    print(f"statuses {seen.counts}")


def read_round(address: str, path: str, pid: int) -> tuple[float, ...]:
    """Ask for one address for a while; by wrk where it is installed."""
    before = cpu_seconds(pid)
    if shutil.which("wrk") is None:
        seen = load(address, lambda _client, _number: get(path), CLIENTS, SECONDS)
        return measured(seen, cpu_seconds(pid) - before)
    asking = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS:.0f}s", "--latency", address]
    told = subprocess.run(asking, capture_output=True, text=True, check=True).stdout
    total = int(re.search(r"(\d+) requests in", told)[1])  # type: ignore[index]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])  # type: ignore[index]
    used = (cpu_seconds(pid) - before) / total * 1e6
    return rate, wrk_latency(told, "50%"), wrk_latency(told, "99%"), used


def wrk_latency(told: str, level: str) -> float:
    """Read a latency in milliseconds."""
    value, unit = re.search(rf"{level}\s+([\d.]+)(us|ms|s)", told).groups()  # type: ignore[union-attr]
    return float(value) * {"us": 0.001, "ms": 1.0, "s": 1_000.0}[unit]


def measured(seen: Load, used: float) -> tuple[float, ...]:
    """Give rate, p50, p99 and microseconds of processor for each request."""
    cost = used / len(seen.latencies) * 1e6
    return seen.rate, seen.percentile(50), seen.percentile(99), cost


def print_rows(title: str, rows: dict[str, list[tuple[float, ...]]]) -> None:
    """Print the medians of all rounds; ratios are to the first row."""
    print(f"## {title}\n\n| " + " | ".join(_HEADINGS) + " |")
    print("|---" * len(_HEADINGS) + "|")
    first = None
    for name, rounds in rows.items():
        rate, half, most, cost = medians(rounds)
        first = first or rate
        clients = EVIDENCE_CLIENTS if title == "Evidence" else CLIENTS
        numbers = f"{rate:,.0f} | {half:.1f} | {most:.1f} | {cost:.0f} | {rate / first:.2f}"
        print(f"| {name} | {clients} | {numbers} |")
    print()


@contextmanager
def kizashi(database: Path) -> Iterator[tuple[str, int]]:
    """Serve the bank."""
    arguments = [*SERVER, "serve", "--port", "0", "--database", f"sqlite:///{database}"]
    quotas = dict.fromkeys(("KIZASHI_RATE_PER_MINUTE", "KIZASHI_RATE_STRANGERS"), str(UNLIMITED))
    environment = {**os.environ, **quotas}
    with subprocess.Popen(arguments, stderr=subprocess.DEVNULL, env=environment) as process:
        try:
            note = Path(f"{database}.lock")
            yield wait(lambda: json.loads(note.read_text())["url"]), process.pid
        finally:
            process.terminate()


@contextmanager
def other(kind: str, database: Path) -> Iterator[tuple[str, str, int]]:
    """Serve one of those that it is compared with."""
    names = {"bare": "bare ASGI, same bytes", "unstored": "not stored", "session": "a session each"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    module = [sys.executable, "-m", "benchmarks.serving_apps", kind, str(database), str(port)]
    with subprocess.Popen(module) as process:
        try:
            yield names[kind], wait(lambda: f"http://127.0.0.1:{port}"), process.pid
        finally:
            process.kill()


def wait(address: Callable[[], str]) -> str:
    """Wait until a server answers; give its address."""
    deadline = time.monotonic() + _LONGEST_START
    while time.monotonic() < deadline:
        try:
            found = address()
            httpx2.get(f"{found}/api/v1/ledger/checkpoint", timeout=5)
        except (OSError, ValueError, KeyError, httpx2.HTTPError):
            time.sleep(0.1)
        else:
            return found
    raise TimeoutError


def command(*arguments: str) -> str:
    """Run a command of kizashi, and give what it prints."""
    done = subprocess.run([*SERVER, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def stored_forecasts(database: Path) -> set[str]:
    """Read the ids of all forecasts in the ledger itself, beside the server."""
    opened = Database(f"sqlite:///{database}")
    with opened.read() as connection:
        query = "SELECT json_extract(body, '$.id') FROM ledger WHERE kind = 'forecast'"
        return {row[0] for row in connection.execute(text(query))}


if __name__ == "__main__":
    main()

"""A stop with writes under way: every 201 is in the ledger, streams end, and the exit code is 0."""

import itertools
import json
import signal
import sys
import threading
import time
from pathlib import Path

import httpx2
import pytest

from data.database import Database
from data.ledger import verify
from tests.flows.serving import SERVER, served
from tests.flows.test_crash import new_key, stored_records, wait_for_more

pytestmark = pytest.mark.slow

CLIENTS = 8
QUESTION = "coding-arena-parity-2028"
STREAMING_SERVER = [sys.executable, str(Path(__file__).parent / "streaming_server.py")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_writes_finish_and_ends_with_0(database, number):
    acknowledged: set[str] = set()
    statuses: list[tuple[int, str | None]] = []
    with served(database, SERVER) as (url, process):
        headers = {"Authorization": f"Bearer {new_key(url, database)}"}
        arguments = (url, headers, itertools.count(), acknowledged, statuses)
        clients = [threading.Thread(target=write, args=arguments) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        wait_for_more(acknowledged, 0)
        process.send_signal(number)
        code = process.wait(60)
        for client in clients:
            client.join()
    opened = Database(f"sqlite:///{database}")
    with opened.read() as connection:
        verify(connection)
    opened.close()

    assert code == 0
    assert acknowledged
    assert acknowledged - stored_records(database) == set()
    assert {status for status, _ in statuses} <= {503}
    assert all(retry_after for _, retry_after in statuses)


def test_streams_end_properly_and_a_request_during_the_stop_is_told_to_wait(
    database, tmp_path, monkeypatch
):
    release = tmp_path / "release"
    monkeypatch.setenv("RELEASE_FILE", str(release))
    with (
        served(database, STREAMING_SERVER) as (url, process),
        httpx2.Client(timeout=30, headers={"Accept-Encoding": "identity"}) as client,
    ):
        began, ended = threading.Event(), []
        listening = threading.Thread(target=listen, args=(url, began, ended))
        listening.start()
        began.wait(30)
        with client.stream("GET", f"{url}/slow") as slow:  # keeps the stop waiting
            next(chunks := slow.iter_raw())
            process.send_signal(signal.SIGTERM)
            while (ready := httpx2.get(f"{url}/readyz")).status_code == 200:
                time.sleep(0.05)
            refused = httpx2.get(f"{url}/api/v1/worlds")
            alive = httpx2.get(f"{url}/healthz")
            listening.join(20)
            ended_early = list(ended)  # the stream ends while the slow answer still runs
            release.touch()
            rest = b"".join(chunks)
        code = process.wait(60)

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert (ready.status_code, ready.json()["reasons"]) == (503, ["stopping"])
    assert alive.status_code == 200
    assert rest.endswith(b"whole")
    assert ended_early == ["properly"]
    assert code == 0


def test_what_takes_too_long_is_cut_off(database, monkeypatch):
    monkeypatch.setenv("KIZASHI_STOP_SECONDS", "0.2")
    with (
        served(database, STREAMING_SERVER) as (url, process),
        httpx2.stream("GET", f"{url}/endless", timeout=30) as answer,
    ):
        next(answer.iter_raw())
        process.send_signal(signal.SIGTERM)
        code = process.wait(20)

    assert code == 0


def write(url, headers, numbers, acknowledged, statuses):
    """Submit records until the server is gone."""
    with httpx2.Client(base_url=url, headers=headers, timeout=30) as client:
        while True:
            record = {
                "published": time.strftime("%Y-%m-%d", time.gmtime()),
                "source": "reuters",
                "fact": {"en": f"Record number {next(numbers)}."},
                "stances": [{"question": QUESTION, "direction": "yes", "strength": "negligible"}],
            }
            try:
                answer = client.post("/api/v1/evidence", json=record)
            except httpx2.HTTPError:
                return
            if answer.status_code == 201:
                acknowledged.add(answer.json()["evidence"]["id"])
            else:
                statuses.append((answer.status_code, answer.headers.get("Retry-After")))


def listen(url, began, ended):
    """Read a stream of events to its end."""
    with httpx2.stream("GET", f"{url}/events", timeout=30) as stream:
        for line in stream.iter_lines():
            if line.startswith("data:"):
                assert json.loads(line[5:]) == 1
                began.set()
    ended.append("properly")

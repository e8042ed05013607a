"""kill -9 while clients write: every record answered with 201 is there, and the ledger holds."""

import itertools
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import httpx2
import pytest

from api.workflows.replaying import replay_ledger
from data.database import Database
from data.ledger import verify
from tests.flows.serving import SERVER, lock_note, served

pytestmark = pytest.mark.slow

CLIENTS = 16
KILLS = 20
CONTROL_KILLS = 8
FIRST_ANSWER_SECONDS = 60.0
EARLY_SERVER = [sys.executable, str(Path(__file__).parent / "early_server.py")]
QUESTION = "coding-arena-parity-2028"


def test_no_acknowledged_record_is_lost_to_20_kills(database):
    acknowledged = survive(SERVER, database, KILLS)
    stored = stored_records(database)

    assert len(acknowledged) >= KILLS  # the clients got something done
    assert acknowledged - stored == set()
    with served(database) as (url, _):
        assert httpx2.get(f"{url}/api/v1/questions/{QUESTION}").status_code == 200
    opened = Database(f"sqlite:///{database}")
    with opened.read() as connection:
        assert replay_ledger(connection).difference is None
    opened.close()


def test_the_control_which_answers_before_commit_loses_some(database):
    acknowledged = survive(EARLY_SERVER, database, CONTROL_KILLS)

    assert acknowledged - stored_records(database) != set()


def survive(command: Sequence[str], database: Path, kills: int) -> set[str]:
    """Kill a server again and again while clients write; give the ids that were answered 201."""
    acknowledged: set[str] = set()
    numbers, chance = itertools.count(), Random(7)
    for _ in range(kills):
        with served(database, command) as (url, process):
            headers = {"Authorization": f"Bearer {new_key(url, database)}"}
            arguments = (url, headers, numbers, acknowledged)
            clients = [threading.Thread(target=write, args=arguments) for _ in range(CLIENTS)]
            for client in clients:
                client.start()
            wait_for_more(acknowledged, len(acknowledged))
            time.sleep(chance.uniform(0.0, 1.0))
            process.send_signal(signal.SIGKILL)
            for client in clients:
                client.join()
        opened = Database(f"sqlite:///{database}")
        with opened.read() as connection:
            verify(connection)
        opened.close()
    return acknowledged


def wait_for_more(acknowledged: set[str], before: int) -> None:
    """Wait until clients have been answered, so that the kill comes while they are at it."""
    deadline = time.monotonic() + FIRST_ANSWER_SECONDS
    while len(acknowledged) == before and time.monotonic() < deadline:
        time.sleep(0.01)


def write(
    url: str, headers: dict[str, str], numbers: Iterator[int], acknowledged: set[str]
) -> None:
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


def new_key(url: str, database: Path) -> str:
    """Make a key through the server, as the command line does."""
    headers = {"Authorization": f"Bearer {lock_note(database)['token']}"}
    answer = httpx2.post(f"{url}/api/v1/keys", json={"name": "client"}, headers=headers, timeout=30)
    return str(answer.json()["key"])


def stored_records(database: Path) -> set[str]:
    """Read the ids of all records."""
    opened = Database(f"sqlite:///{database}")
    with opened.read() as connection:
        rows = connection.exec_driver_sql("SELECT id FROM evidence").scalars().all()
    opened.close()
    return set(rows)

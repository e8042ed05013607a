"""`kizashi fit` beside a running server: NUTS there, evidence here, and one history."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import httpx2
import pytest

from tests.flows.serving import ROOT, SERVER, environment, run, served

pytestmark = pytest.mark.slow

OPEN_DATE = "deepseek-v5-release-date"
RECORD = {
    "published": "2026-11-23",
    "source": "x-news",
    "stances": [{"question": OPEN_DATE, "direction": "later", "strength": "weak"}],
}


def test_a_fit_of_no_world_leaves_a_running_server_alone(database):
    option = ["--database", f"sqlite:///{database}"]
    with served(database) as (url, _):
        answer = run("fit", "no-such-world", *option)
        fits = httpx2.get(f"{url}/api/v1/fits").json()

    assert (answer.returncode, fits["items"]) == (3, [])
    assert "no world" in answer.stderr


@pytest.mark.slow
def test_a_fit_is_sampled_beside_a_server_which_takes_evidence_and_then_the_fit(database):
    option = ["--database", f"sqlite:///{database}"]
    with served(database) as (url, server):
        key = run("key", "create", "someone", *option).stdout.strip()
        with fitting(*option, "--seed", "2") as process:
            for number in count(1):  # evidence is taken while NUTS runs, and while the fit lands
                assert submit(url, key, number).status_code == 201
                try:
                    printed, told = process.communicate(timeout=5)
                except subprocess.TimeoutExpired:
                    continue
                break
        assert process.returncode == 0, told
        (landed,) = httpx2.get(f"{url}/api/v1/fits").json()["items"]
        steps = httpx2.get(f"{url}/api/v1/questions/{OPEN_DATE}/history?sort=-at").json()["items"]
        assert server.poll() is None
    replayed = json.loads(run("replay", *option).stdout)

    assert landed["fit"]["id"] in printed
    assert landed["fit"]["id"] in [step["cause_id"] for step in steps]
    assert landed["entry"] > landed["fit"]["checkpoint"]["entries"] + 1  # evidence came meanwhile
    assert replayed["identical"] is True


@contextmanager
def fitting(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run `kizashi fit`; it is killed at the end if it still runs."""
    pipe = subprocess.PIPE
    command = [*SERVER, "fit", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=pipe, stderr=pipe, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def submit(url: str, key: str, number: int) -> httpx2.Response:
    """Submit a record that no other one is a copy of."""
    record = {**RECORD, "fact": {"en": f"Record {number} that came while NUTS ran."}}
    headers = {"Authorization": f"Bearer {key}"}
    return httpx2.post(f"{url}/api/v1/evidence", json=record, headers=headers, timeout=60)

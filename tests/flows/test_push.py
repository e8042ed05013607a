"""Push from a real server: a stop ends streams properly, and the commands that follow it."""

import json
import signal
import subprocess
import time
from urllib.parse import urlsplit

import pytest

from tests.api.listening import Listener
from tests.api.receiving import Receiver, receiving
from tests.flows.serving import ROOT, SERVER, environment, run, served

pytestmark = pytest.mark.slow

TODAY = time.strftime("%Y-%m-%d", time.gmtime())
RECORD = [
    "evidence", "add", "--published", TODAY, "--source", "reuters", "--fact", "Something.",
    "--stance", "coding-arena-parity-2028:yes:weak",
]  # fmt: skip


@pytest.fixture
def server(database, monkeypatch):
    monkeypatch.setenv("KIZASHI_WEBHOOK_ALLOW_HTTP", "true")
    monkeypatch.setenv("KIZASHI_WEBHOOK_ALLOW_PRIVATE", "true")
    with served(database) as running:
        yield running


def test_a_stop_ends_streams_properly(server):
    url, process = server
    address = urlsplit(url)
    stream = Listener((address.hostname, address.port))
    next(stream.blocks())
    process.send_signal(signal.SIGTERM)
    rest = list(stream.events())  # it ends: the connection did not break
    stream.close()

    assert rest == []
    assert process.wait(60) == 0


def test_watch_tells_what_happens_while_it_runs_and_after_a_break(server, database):
    at = ["--database", f"sqlite:///{database}"]
    watching = [*SERVER, "watch", "--kinds", "evidence", "--count", "2", *at]
    with subprocess.Popen(
        watching, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        first = json.loads(run(*RECORD, *at).stdout)
        told = json.loads(process.stdout.readline())
        second = json.loads(run(*[*RECORD[:-1], "coding-arena-parity-2028:no:weak"], *at).stdout)
        again = json.loads(process.stdout.readline())
        code = process.wait(30)

    assert json.loads(ready) == {"following": told["entry"] - 1}
    assert told["ids"]["evidence"] == first["evidence"]["id"]
    assert again["ids"]["evidence"] == second["evidence"]["id"]
    assert code == 0


def test_a_webhook_is_made_listed_tried_and_removed(server, database):
    at = ["--database", f"sqlite:///{database}"]
    with receiving(Receiver()) as receiver:
        url = f"http://127.0.0.1:{receiver.port}/"
        made = json.loads(run("webhook", "add", url, "--kinds", "evidence", *at).stdout)
        name = made["webhook"]["id"]
        tried = json.loads(run("webhook", "test", name, *at).stdout)
        run(*RECORD, *at)
        receiver.wait_for(2)
        listed = run("webhook", "list", *at, "-o", "table").stdout
        removed = json.loads(run("webhook", "remove", name, *at).stdout)
        left = json.loads(run("webhook", "list", *at).stdout)
        stranger = run("webhook", "list", "--server", server[0])

    assert made["secret"].startswith("whsec_")
    assert tried == {"delivered": True, "status": "204"}
    assert [json.loads(body)["type"] for _, body in receiver.requests] == ["test", "evidence"]
    assert name[:5] in listed
    assert removed["id"] == name
    assert left["items"] == []
    assert (stranger.returncode, "key" in stranger.stderr) == (1, True)

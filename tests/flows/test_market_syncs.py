"""`kizashi markets`, killed in the middle, beside a server, and with files."""

import json
import os
import shutil
import signal
import subprocess
import time

import pytest

from tests.api.listening import serving
from tests.api.market_worlds_more import PLATFORMS, TOKEN
from tests.flows.serving import ROOT, SERVER, environment, run, served

pytestmark = pytest.mark.slow
#: By platform: after how many requests it is killed.
KILLED_AFTER = {"manifold": 1, "polymarket": 2, "kalshi": 1, "metaculus": 1, "forecastbench": 2}


def settings(url: str) -> dict[str, str]:
    """Give the environment in which every platform stands at one address."""
    addresses = {
        "MANIFOLD_URL": url,
        "POLYMARKET_URL": url,
        "POLYMARKET_HISTORY_URL": url,
        "KALSHI_URL": f"{url}/trade-api/v2",
        "METACULUS_URL": url,
        "FORECASTBENCH_URL": url,
        "METACULUS_TOKEN": TOKEN,
        "METACULUS_ACCEPT_TERMS": "true",
    }
    return {f"KIZASHI_{name}": value for name, value in addresses.items()}


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_sync_that_is_killed_goes_on_where_it_was(name, tmp_path):
    platform, database = PLATFORMS[name](), f"sqlite:///{tmp_path / 'k.db'}"
    platform.trouble.hangs_after = KILLED_AFTER[name]
    with serving(platform.app) as place:
        env = settings(f"http://{place[0]}:{place[1]}")
        command = [*SERVER, "markets", "sync", name, "--database", database]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment(**env), stderr=subprocess.DEVNULL
        ) as process:
            while len(platform.trouble.seen) <= KILLED_AFTER[name]:
                assert process.poll() is None
                time.sleep(0.05)
            os.kill(process.pid, signal.SIGKILL)
        read = platform.trouble.seen[KILLED_AFTER[name] - 1]
        platform.trouble.hangs_after, platform.trouble.seen[:] = None, []
        told = run("markets", "sync", name, "--database", database, **env)
        again = list(platform.trouble.seen)
        listed = run("markets", "list", "--database", database, "-o", "json", **env)
        health = run("markets", "health", name, "--database", database, **env)

    assert told.returncode == 0, told.stderr
    assert TOKEN not in told.stdout + told.stderr
    assert name == "forecastbench" or read not in again[:2]
    assert len(json.loads(listed.stdout)["items"]) == platform.markets
    syncs = json.loads(health.stdout)["syncs"]
    assert [sync["status"] for sync in syncs] == ["done", "interrupted"]


def test_beside_a_server_the_server_reads(bank_database, tmp_path):
    platform = PLATFORMS["polymarket"]()
    database = shutil.copy(bank_database, tmp_path / "k.db")
    with serving(platform.app) as place:
        env = settings(f"http://{place[0]}:{place[1]}")
        os.environ.update(env)  # for the server, which is started with ours
        try:
            with served(database):
                told = run("markets", "sync", "polymarket", "--database", f"sqlite:///{database}")
                refused = run("markets", "sync", "nobody", "--database", f"sqlite:///{database}")
        finally:
            for setting in env:
                del os.environ[setting]

    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["markets_new"] == platform.markets
    assert refused.returncode == 3


def test_without_its_terms_metaculus_is_not_read(tmp_path):
    told = run("markets", "sync", "metaculus", "--database", f"sqlite:///{tmp_path / 'k.db'}")

    assert told.returncode == 4
    assert "metaculus_accept_terms" in told.stderr

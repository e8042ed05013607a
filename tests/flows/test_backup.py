"""A backup while clients write through a real server, and the restored database on a server."""

import itertools
import json
import threading
from pathlib import Path

import httpx2
import pytest

from tests.flows.serving import run, served
from tests.flows.test_crash import new_key, stored_records, wait_for_more, write

pytestmark = pytest.mark.slow

CLIENTS = 8


def test_every_write_answered_before_a_backup_began_is_in_it_and_it_serves(database, tmp_path):
    acknowledged: set[str] = set()
    copy, option = tmp_path / "copy.db", ["--database", f"sqlite:///{database}"]
    with served(database) as (url, process):
        headers = {"Authorization": f"Bearer {new_key(url, database)}"}
        arguments = (url, headers, itertools.count(), acknowledged)
        clients = [threading.Thread(target=write, args=arguments) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        wait_for_more(acknowledged, 0)
        before = set(acknowledged)
        made = run("backup", str(copy), *option)
        wait_for_more(acknowledged, len(acknowledged))  # they still write
        over = run("backup", str(copy), *option)
        held = run("restore", str(copy), *option, "--replace")
        process.kill()
        for client in clients:
            client.join()
    told = json.loads(made.stdout)

    assert made.returncode == 0, made.stderr
    assert before - stored_records(copy) == set()
    assert acknowledged - stored_records(copy) != set()
    assert (over.returncode, held.returncode) == (1, 1)
    assert "not overwritten" in over.stderr
    assert "pid" in held.stderr
    restore_and_serve(copy, told, tmp_path / "elsewhere" / "kizashi.db")


def restore_and_serve(copy: Path, told: dict[str, object], target: Path) -> None:
    """Restore a backup to another place, compare its checkpoint, and let a server start on it."""
    option = ["--database", f"sqlite:///{target}"]
    wrong = run("restore", str(copy), *option, "--hash", "0" * 64)
    restored = run("restore", str(copy), *option, "--hash", str(told["hash"]))
    again = run("restore", str(copy), *option)
    replaced = json.loads(run("restore", str(copy), *option, "--replace").stdout)
    with served(target) as (url, _):
        stands = httpx2.get(f"{url}/api/v1/ledger/checkpoint").json()

    assert (wrong.returncode, again.returncode) == (1, 1)
    assert restored.returncode == 0, restored.stderr
    assert "--replace" in again.stderr
    assert (stands["entries"], stands["hash"]) == (told["entries"], told["hash"])
    assert Path(replaced["replaced"]).exists()

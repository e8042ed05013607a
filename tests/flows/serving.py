"""Starting a real server for a test."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[2]
SERVER = [sys.executable, "-c", "from api.cli import main; main()"]
START_SECONDS = 120.0


@contextmanager
def served(
    database: Path, command: Sequence[str] = SERVER
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start a server on any free port; it is killed at the end if it still runs."""
    arguments = ["serve", "--port", "0", "--database", f"sqlite:///{database}"]
    with subprocess.Popen([*command, *arguments], cwd=ROOT, env=environment()) as process:
        try:
            yield wait_until_ready(database, process), process
        finally:
            process.kill()


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command of kizashi to its end."""
    return subprocess.run(
        [*SERVER, *arguments],
        cwd=ROOT,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def environment(**more: str) -> dict[str, str]:
    """Give the environment of a fresh shell in English."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **more}


def wait_until_ready(database: Path, process: subprocess.Popen[bytes]) -> str:
    """Wait until the server answers; give its address."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server did not start"
        note = lock_note(database)
        if note.get("pid") == process.pid:
            try:
                httpx2.get(f"{note['url']}/api/v1/ledger/checkpoint", timeout=5)
            except httpx2.HTTPError:
                pass
            else:
                return str(note["url"])
        time.sleep(0.05)
    raise AssertionError("the server was not ready in time")


def lock_note(database: Path) -> dict[str, object]:
    """Read the note that a server leaves in its lock file."""
    try:
        note: dict[str, object] = json.loads(Path(f"{database}.lock").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return note

"""How long a start takes: the first, on a fresh database, and the second.

    uv run python -m benchmarks.starting

Each is timed from the launch of `kizashi serve` until every question of the bank answers with its
whole history.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2

COMMAND = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0"]
LONGEST = 300.0


def main() -> None:
    """Print the table."""
    print("| start | ready to answer | all questions with histories | questions | steps |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "kizashi.db"
        for name in ("first", "second"):
            print(f"| {name} | {timed_start(database)} |")


def timed_start(database: Path) -> str:
    """Start a server, ask for everything, stop it; give the columns of a row."""
    begin = time.monotonic()
    command = [*COMMAND, "--database", f"sqlite:///{database}"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        url = wait_for_answer(database, process.pid, begin)
        ready = time.monotonic() - begin
        names = [item["id"] for item in httpx2.get(f"{url}/api/v1/questions").json()["items"]]
        paths = [f"{url}/api/v1/questions/{name}/history" for name in names]
        steps = sum(len(httpx2.get(path, timeout=60).json()["items"]) for path in paths)
        done = time.monotonic() - begin
        process.terminate()
    return f"{ready:.1f} s | {done:.1f} s | {len(names)} | {steps:,}"


def wait_for_answer(database: Path, pid: int, begin: float) -> str:
    """Wait until the server answers; give its address."""
    note = Path(f"{database}.lock")
    while time.monotonic() - begin < LONGEST:
        try:
            left = json.loads(note.read_text())
            if left["pid"] == pid:
                httpx2.get(f"{left['url']}/api/v1/questions", timeout=60)
                return str(left["url"])
        except (FileNotFoundError, json.JSONDecodeError, KeyError, httpx2.HTTPError):
            pass
        time.sleep(0.02)
    raise TimeoutError("the server did not start")


if __name__ == "__main__":
    main()

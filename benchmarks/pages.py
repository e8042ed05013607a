"""Every page: its weight over the wire before charts come alive, and how soon the server answers.

    OPENBLAS_NUM_THREADS=1 uv run python -m benchmarks.pages

The bank is served with all middleware by a real process, and one client asks for each page in turn.
Weights are of what a browser loads at first: gzip for all that is text. CPU is that of the server.
"""

import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import numpy as np

from benchmarks.load import cpu_seconds
from benchmarks.serving import kizashi

PAGES = (
    "/",
    "/questions",
    "/questions/entity-list-deepseek-2026",
    "/questions/garante-final-decision-date",
    "/questions/lmarena-top-cn-end-2025",
    "/questions/deepseek-output-price-2028",
    "/questions/garante-final-decision-date?as_of=2025-06-30",
    "/leaderboard",
    "/sources",
    "/markets",
    "/what-if",
    "/calibration",
    "/ledger",
)
#: What each page is asked for: to draw its charts, and to be measured.
WARM, ROUNDS = 2, 60
_KINDS = ("page", "css", "js")
_LINKED = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"')


def main() -> None:
    """Print the table."""
    print("| page | HTML kB | CSS kB | JS kB | all kB | p50 ms | p99 ms | CPU ms |")
    print("|---" * 8 + "|")
    with tempfile.TemporaryDirectory() as folder, kizashi(Path(folder) / "pages.db") as served:
        for path in PAGES:
            measure(*served, path)


def measure(url: str, pid: int, path: str) -> None:
    """Print one page's line; a page that this server does not have is left out."""
    with httpx2.Client(base_url=url, headers={"Accept-Encoding": "gzip"}, timeout=60) as client:
        first = client.get(path)
        if first.status_code != 200:
            return
        sizes = dict.fromkeys(_KINDS, 0)
        sizes["page"] = weight(client, path)
        for file in set(_LINKED.findall(first.text)):
            sizes["css" if ".css" in file else "js"] += weight(client, file)
        for _ in range(WARM):
            client.get(path)
        before = cpu_seconds(pid)
        seen = 1_000 * np.fromiter(seconds_of(client, path), float)
        used = 1_000 * (cpu_seconds(pid) - before) / ROUNDS
    kilobytes = [size / 1_000 for size in (*sizes.values(), sum(sizes.values()))]
    weights = " | ".join(f"{size:.1f}" for size in kilobytes)
    half, most = np.percentile(seen, [50, 99])
    print(f"| `{path}` | {weights} | {half:.0f} | {most:.0f} | {used:.0f} |", flush=True)


def weight(client: httpx2.Client, path: str) -> int:
    """Give the bytes of an answer as they come over the wire."""
    with client.stream("GET", path) as answer:
        return sum(len(part) for part in answer.iter_raw())


def seconds_of(client: httpx2.Client, path: str) -> Iterator[float]:
    """Ask for a page again and again; give how long each answer took."""
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(path)
        yield time.perf_counter() - began


if __name__ == "__main__":
    main()

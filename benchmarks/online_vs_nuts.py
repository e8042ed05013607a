"""How far online forecasts are from those of NUTS on the same world, and how much sooner they come.

Loads the shipped bank up to a day on which many questions were open, forecasts it online, and then
by NUTS from the same evidence. Prints tables in Markdown. Takes about two minutes.

    OPENBLAS_NUM_THREADS=1 uv run python -m benchmarks.online_vs_nuts [DAY] [SEED]

"mean" columns average the compared probabilities: of yes, of each option, of lying below three
quantiles of a date or number. An online step is one record, from reading it to new forecasts of
every question of the world. (One thread for OpenBLAS is what `kizashi` itself sets.)
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np

from api.workflows.loading import load_bank
from data.banks import bank_directory
from data.banks import load_bank as read_bank
from data.database import Database
from data.writer import Writer
from forecasts.distributions import forecast_all
from forecasts.timeline import Timeline
from forecasts.worlds import World, observe, retract
from models.comparison import Difference, compare, root_mean_square
from models.diagnostics import SamplingSettings, require_good
from models.sampling import sample
from models.world import build, world_data

DAY, SEED = "2025-07-01", 1
#: An online step is timed this often, and the median is told.
REPEATS = 15
HEAD = (
    "| type | questions | records | probabilities | mean online | mean NUTS | mean difference "
    "| MCSE online | MCSE NUTS "
    "| z RMS | z largest | online step | NUTS run | ratio |"
)


def main() -> None:
    """Print the table."""
    day, seed = (*sys.argv[1:], *(DAY, str(SEED))[len(sys.argv) - 1 :])
    timeline = bank_timeline(datetime.fromisoformat(f"{day}T12:00:00+00:00"))
    world = timeline.world
    posterior, diagnostics = sample(build(world_data(world)), SamplingSettings(seed=int(seed)))
    require_good(diagnostics, "world")
    open_questions = {q for q in world.questions if q not in timeline.ended}
    differences = compare(world, posterior, open_questions)
    print(f"{len(open_questions)} open questions on {day}; seed {seed}; {diagnostics.versions}\n")
    print(HEAD)
    print("|---" * HEAD.count(" | ") + "|---|")
    for row in rows(world, differences, diagnostics.seconds):
        print(row)
    print("\n| question | of | online | NUTS | z |\n|---|---|---|---|---|")
    for one in differences:
        print(
            f"| {one.question} | {one.side} | {one.online:.4f} ± {one.online_error:.4f} "
            f"| {one.nuts:.4f} ± {one.nuts_error:.4f} | {one.z:+.2f} |"
        )


def bank_timeline(now: datetime) -> Timeline:
    """Load the shipped bank up to a moment, into a database that is thrown away."""
    bank = read_bank(bank_directory())
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bank.db'}")
        database.migrate()
        writer = Writer(database)
        writer.do(lambda transaction: load_bank(transaction, bank, now))
        timeline = writer.timelines[bank.bank.world.id]
        writer.close()
        database.close()
    return timeline


def rows(world: World, differences: list[Difference], nuts_seconds: float) -> Iterator[str]:
    """Give a row a type of question, and one for all."""
    types = list(dict.fromkeys(difference.type for difference in differences))
    for kind in [*types, "all"]:
        some = [d for d in differences if kind in (d.type, "all")]
        curves = {world.questions[d.question].curve for d in some}
        records = {s.record.id for curve in curves for s in world.curves[curve].signals}
        step = step_seconds(world, curves)
        cells = [
            kind,
            str(len({d.question for d in some})),
            str(len(records)),
            str(len(some)),
            f"{np.mean([d.online for d in some]):.4f}",
            f"{np.mean([d.nuts for d in some]):.4f}",
            f"{np.mean([abs(d.online - d.nuts) for d in some]):.4f}",
            f"{np.mean([d.online_error for d in some]):.4f}",
            f"{np.mean([d.nuts_error for d in some]):.4f}",
            f"{root_mean_square(some):.2f}",
            f"{max(abs(d.z) for d in some):.2f}",
            f"{step * 1e3:.0f} ms",
            f"{nuts_seconds:.1f} s",
            f"{nuts_seconds / step:,.0f}",
        ]
        yield "| " + " | ".join(cells) + " |"


def step_seconds(world: World, curves: set[str]) -> float:
    """Time one record, from reading it to new forecasts of all questions; the median."""
    records = [s.record for curve in sorted(curves) for s in world.curves[curve].signals]
    seconds = []
    for record in [records[i % len(records)] for i in range(REPEATS)]:
        before = retract(world, record.id)
        start = time.perf_counter()
        forecast_all(observe(before, record))
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))


if __name__ == "__main__":
    main()

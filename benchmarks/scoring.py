"""What scoring costs: 10^7 forecasts in a stream, beside pandas and beside scoringrules.

    OPENBLAS_NUM_THREADS=1 uv run python -m benchmarks.scoring [FORECASTS]

Makes random forecasts (100 a question, 3,000 forecasters, up to 3 updates each) and writes them to
Parquet twice: question by question, and shuffled. `kizashi score --by forecaster` reads, scores
(time-averaged Brier and log2, baseline, peer) and ranks them in a process of its own, whose memory
is measured. Then a groupby-apply in pandas scores fewer questions in the plain way, and its time is
scaled up. Both must agree to 1e-9. CPU seconds are compared: other programs do not change them.
"""

import itertools
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from forecasts import scoring

SEED, PER_QUESTION, FORECASTERS = 1, 100, 3_000
#: Questions that pandas scores: 10^6 forecasts; all 10^7 would take it a quarter of an hour.
PANDAS_QUESTIONS = 10_000
FLOOR = 0.001
ROW_GROUP = 1 << 18
COMMAND = [sys.executable, "-c", "from api.cli import main; main()", "score"]
OPTIONS = ["--by", "forecaster", "-o", "parquet"]
DAY = np.timedelta64(1, "D")


def main() -> None:
    """Print the tables."""
    forecasts = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    packages = ("numpy", "pandas", "pyarrow", "scipy", "scoringrules")
    print(", ".join(f"{name} {version(name)}" for name in packages))
    with TemporaryDirectory() as folder:
        ordered, shuffled = Path(folder) / "ordered.parquet", Path(folder) / "shuffled.parquet"
        few = Path(folder) / "few.parquet"
        table = random_table(forecasts, np.random.default_rng(SEED))
        pq.write_table(table, ordered, row_group_size=ROW_GROUP)
        mixed = np.random.default_rng(SEED).permutation(forecasts)
        pq.write_table(table.take(mixed), shuffled, row_group_size=ROW_GROUP)
        sample = table.slice(0, min(forecasts, PANDAS_QUESTIONS * PER_QUESTION))
        pq.write_table(sample, few)
        del table, mixed
        print("\n| forecasts | what | seconds | CPU seconds | a CPU second | peak memory |")
        print("|---|---|---|---|---|---|", flush=True)
        quick = run(ordered, forecasts, "question by question, --quick", "--quick")[1]
        run(shuffled, forecasts, "shuffled, --quick", "--quick")
        run(few, len(sample), "few, with null of MCB and E for each forecaster")
        ours = run(few, len(sample), "few, --quick", "--quick")[0]
        beside_pandas(sample.to_pandas(), ours, forecasts, quick)
    beside_scoringrules(np.random.default_rng(SEED))


def random_table(forecasts: int, rng: np.random.Generator) -> pa.Table:
    """Make forecasts, question by question; a forecaster may update two times."""
    question = np.arange(forecasts) // PER_QUESTION
    questions = int(question[-1]) + 1
    first = rng.integers(FORECASTERS, size=questions)[question]
    forecaster = (first + rng.integers(PER_QUESTION // 2, size=forecasts)) % FORECASTERS
    truth = rng.beta(0.8, 1.2, questions)
    noise = rng.normal(0, 0.7, forecasts)
    chance = np.clip(1 / (1 + np.exp(-np.log(truth / (1 - truth))[question] - noise)), 0.001, 0.999)
    opens = np.datetime64("2025-01-01", "s") + rng.integers(0, 300, questions) * DAY
    length = rng.integers(10, 100, questions) * 86_400
    ends = opens + (length * rng.uniform(0.5, 1, questions)).astype(int)
    seconds = (rng.uniform(0, 1, forecasts) * length[question]).astype(int)
    return pa.table(
        {
            "question_id": _names("q", question, questions),
            "forecaster_id": _names("f", forecaster, FORECASTERS),
            "timestamp": opens[question] + seconds,
            "open_time": opens[question],
            "close_time": (opens + length)[question],
            "end_time": ends[question],
            "probability": chance.round(3),
            "outcome": (rng.uniform(size=questions) < truth)[question].astype(np.int8),
        }
    )


def _names(letter: str, number: np.ndarray, most: int) -> pa.Array:
    """Give ids as a column."""
    names = pa.array([f"{letter}{place}" for place in range(most)])
    return pa.DictionaryArray.from_arrays(pa.array(number.astype(np.int32)), names)


def run(path: Path, forecasts: int, what: str, *more: str) -> tuple[pd.DataFrame, float]:
    """Score a file in a process of its own; print what it took."""
    script = (
        "import resource, sys; sys.argv[0] = 'kizashi'; from api.cli import app\n"
        "try: app()\n"
        "finally:\n"
        "    used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "    status = open('/proc/self/status').read()\n"  # ru_maxrss would begin at the parent's
        "    peak = status.split('VmHWM:')[1].split()[0]\n"
        "    print(used.ru_utime + used.ru_stime, peak, file=sys.stderr)"
    )
    start = time.perf_counter()
    command = [sys.executable, "-c", script, "score", str(path), *OPTIONS, *more]
    done = subprocess.run(command, capture_output=True, check=True)
    seconds = time.perf_counter() - start
    *_, used, peak = (float(word) for word in done.stderr.split()[-2:])
    sizes = f"{seconds:.1f} | {used:.1f} | {forecasts / used:,.0f} | {peak / 1024**2:.2f} GiB"
    print(f"| {forecasts:,} | {what} | {sizes} |", flush=True)
    return pd.read_parquet(BytesIO(done.stdout)), used


def beside_pandas(frame: pd.DataFrame, ours: pd.DataFrame, forecasts: int, quick: float) -> None:
    """Score some questions by groupby-apply, and compare."""
    start = time.process_time()
    pairs = frame.groupby("question_id", observed=True).apply(score_question)
    sums = pairs.groupby("forecaster_id", observed=True).sum()
    for name in ("brier", "log2_loss", "baseline", "peer"):
        sums[name] /= sums["coverage"]
    seconds = time.process_time() - start
    beside = ours[ours["n"] > 0].set_index("forecaster")
    gaps = {
        name: float(np.max(np.abs(beside[name] - sums[name].reindex(beside.index))))
        for name in ("brier", "log2_loss", "baseline", "peer")
    }
    assert len(sums) == len(beside) and max(gaps.values()) < 1e-9, gaps
    scaled = seconds * forecasts / len(frame)
    print(
        f"\npandas groupby-apply: {seconds:.1f} CPU s for {len(frame):,} forecasts, scaled to ",
        end="",
    )
    print(f"{forecasts:,}: {scaled:,.0f} s; Kizashi {quick:.1f} s: {scaled / quick:,.0f} times. ")
    print("Largest differences: " + ", ".join(f"{k} {v:.0e}" for k, v in gaps.items()))


def score_question(rows: pd.DataFrame) -> pd.DataFrame:
    """Score a question in the plain way: interval by interval, whoever stands there."""
    rows = rows.sort_values("timestamp", kind="stable")
    one = rows.iloc[0]
    whole = (one["close_time"] - one["open_time"]) / DAY
    last = (min(one["end_time"], one["close_time"]) - one["open_time"]) / DAY / whole
    begin = ((rows["timestamp"] - one["open_time"]) / DAY / whole).clip(0, last)
    until = begin.groupby(rows["forecaster_id"], observed=True).shift(-1).fillna(last)
    told = rows["probability"].where(rows["outcome"] == 1, 1 - rows["probability"])
    nats = np.log(told.clip(FLOOR, 1 - FLOOR)).to_numpy()
    starts, stops = begin.to_numpy(), until.to_numpy()
    peer = np.zeros(len(rows))
    edges = np.unique(np.append(starts, last))
    for low, high in itertools.pairwise(edges):
        active = (starts <= low) & (stops > low)
        count = active.sum()
        if count > 1:
            others = (nats[active].sum() - nats[active]) / (count - 1)
            peer[active] += 100 * (nats[active] - others) * (high - low)
    share = stops - starts
    scores = pd.DataFrame(
        {
            "forecaster_id": rows["forecaster_id"].astype(str),
            "coverage": share,
            "brier": share * (1 - told) ** 2,
            "log2_loss": share * -nats / np.log(2),
            "baseline": share * 100 * (nats / np.log(2) + 1),
            "peer": peer,
        }
    )
    return scores[share > 0]


def beside_scoringrules(rng: np.random.Generator) -> None:
    """Time the same scores on the same arrays."""
    import scoringrules as sr  # noqa: PLC0415  # seconds that would count against it

    chance = rng.uniform(0.01, 0.99, 10_000_000)
    outcome = (rng.uniform(size=len(chance)) < chance).astype(float)
    members, values = rng.normal(size=(100_000, 50)), rng.normal(size=100_000)
    levels = np.linspace(0.05, 0.95, 19)
    quantiles = np.sort(rng.normal(size=(100_000, 19)), axis=1)
    print("\n| score | size | Kizashi | scoringrules | largest difference |\n|---|---|---|---|---|")
    both(
        "Brier",
        lambda: scoring.brier_score(chance, outcome),
        lambda: sr.brier_score(outcome, chance),
        f"{len(chance):,}",
    )
    both(
        "logarithmic",
        lambda: scoring.log2_loss(chance, outcome),
        lambda: sr.log_score(outcome, chance) / np.log(2),
        f"{len(chance):,}",
    )
    both(
        "CRPS of an ensemble",
        lambda: scoring.crps_of_ensemble(members, values),
        lambda: sr.crps_ensemble(values, members),
        "100,000 x 50",
    )
    both(
        "CRPS of quantiles",
        lambda: scoring.crps_of_quantiles(quantiles, levels, values),
        lambda: sr.crps_quantile(values, quantiles, levels),
        "100,000 x 19",
    )


def both(
    name: str, ours: Callable[[], np.ndarray], theirs: Callable[[], np.ndarray], size: str
) -> None:
    """Time two ways to the same numbers, the best of three each."""
    times = []
    for way in (ours, theirs):
        found = way()  # also compiles
        trials = []
        for _ in range(3):
            start = time.perf_counter()
            found = way()
            trials.append(time.perf_counter() - start)
        times.append((min(trials), np.asarray(found)))
    gap = np.max(np.abs(times[0][1] - times[1][1]))
    print(f"| {name} | {size} | {times[0][0]:.3f} s | {times[1][0]:.3f} s | {gap:.0e} |")


if __name__ == "__main__":
    print(f"{resource.getpagesize()} byte pages, {sys.version.split()[0]}")
    main()

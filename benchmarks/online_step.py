"""What one record costs: beside NUTS on the bank's world, and as records grow to 10^5.

    OPENBLAS_NUM_THREADS=1 uv run python -m benchmarks.online_step [MOST RECORDS]

First loads the shipped bank up to a day on which many questions were open, lets 1,000 random
records come one after the other, and compares the forecasts with those of NUTS on the same world.
Then fills the same world with more and more records and times the next hundred. A step is one
record, from reading it to new forecasts, errors and intervals of every question of the world.
"""

import sys
import time
from dataclasses import replace
from datetime import datetime

import numpy as np

from benchmarks.online_vs_nuts import DAY, bank_timeline
from forecasts.curves import unread_curve
from forecasts.distributions import forecast_all
from forecasts.evidence import Direction, EvidenceKind, Record, Stance
from forecasts.questions import Question
from forecasts.timeline import Timeline
from forecasts.worlds import World, observe, relearn, signals_of
from models.comparison import compare, root_mean_square
from models.diagnostics import SamplingSettings, require_good
from models.sampling import sample
from models.world import build, world_data

SEED = 1
#: Records that come one after the other before NUTS looks at the same world.
SEQUENTIAL = 1_000
#: Steps that are timed at each number of records.
TIMED = 100
KINDS: tuple[EvidenceKind, ...] = ("fact", "report", "rumour")
STRENGTHS = np.log([1.1, 1.5, 3.0, 10.0])
UPWARD: dict[str, tuple[Direction, Direction]] = {
    "binary": ("yes", "no"),
    "numeric": ("higher", "lower"),
    "date": ("sooner", "later"),
}


def main() -> None:
    """Print the tables."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    timeline = bank_timeline(datetime.fromisoformat(f"{DAY}T12:00:00+00:00"))
    rng = np.random.default_rng(SEED)
    beside_nuts(timeline, rng)
    print("\n| records | curves | p50 | p99 |\n|---|---|---|---|")
    count = 100
    while count <= most:
        world = filled(timeline, count, rng)
        milliseconds = 1e3 * steps(world, timeline, rng, TIMED)[1]
        p50, p99 = np.quantile(milliseconds, [0.5, 0.99])
        print(f"| {count:,} | {len(world.curves)} | {p50:.1f} ms | {p99:.1f} ms |", flush=True)
        count *= 10


def beside_nuts(timeline: Timeline, rng: np.random.Generator) -> None:
    """Let random records come, and compare with NUTS."""
    world, seconds = steps(timeline.world, timeline, rng, SEQUENTIAL)
    posterior, diagnostics = sample(build(world_data(world)), SamplingSettings(seed=SEED))
    require_good(diagnostics, "world")
    differences = compare(world, posterior, open_questions(timeline))
    p50, p99 = np.quantile(seconds, [0.5, 0.99])
    print(
        f"{len(open_questions(timeline))} open of {len(world.questions)} questions on {DAY}, "
        f"{len(world.draws):,} draws of drivers, {world.reliability.draws:,} of theta; "
        f"{SEQUENTIAL:,} records, {world.moves - timeline.world.moves} resamplings\n"
    )
    print("| step p50 | step p99 | NUTS | ratio | probabilities | z RMS | z largest |")
    print("|---|---|---|---|---|---|---|")
    print(
        f"| {1e3 * p50:.1f} ms | {1e3 * p99:.1f} ms | {diagnostics.seconds:.1f} s "
        f"| {diagnostics.seconds / p50:,.0f} | {len(differences)} "
        f"| {root_mean_square(differences):.2f} | {max(abs(d.z) for d in differences):.2f} |"
    )


def steps(
    world: World, timeline: Timeline, rng: np.random.Generator, count: int
) -> tuple[World, np.ndarray]:
    """Let random records come one after the other; give the seconds of each step."""
    asked = [world.questions[name] for name in sorted(open_questions(timeline))]
    already = sum(len(state.said) for state in world.curves.values())
    seconds = []
    for place in range(count):
        record = random_record(f"step-{already + place}", world, asked, rng)
        start = time.perf_counter()
        world = observe(world, record)
        forecast_all(world, open_questions(timeline))
        seconds.append(time.perf_counter() - start)
    return world, np.array(seconds)


def filled(timeline: Timeline, count: int, rng: np.random.Generator) -> World:
    """Put so many random records into the world, read at once."""
    world = timeline.world
    asked = [world.questions[name] for name in sorted(open_questions(timeline))]
    said = {curve: dict(state.said) for curve, state in world.curves.items()}
    for place in range(count):
        record = random_record(f"fill-{place}", world, asked, rng)
        for curve, signals in signals_of(world, record).items():
            said[curve][record.id] = signals[0]
    curves = {
        name: replace(unread_curve(state.curve, said[name]), alive=state.alive)
        for name, state in world.curves.items()
    }
    return relearn(replace(world, curves=curves), world.reliability, world.established)


def random_record(
    name: str, world: World, asked: list[Question], rng: np.random.Generator
) -> Record:
    """One record on one open question, published now; one in ten is a newcomer's."""
    question = asked[rng.integers(len(asked))]
    stance = Stance(question.id, weight=float(rng.choice(STRENGTHS)))
    return Record(
        id=name,
        published=world.now,
        source=f"source-{rng.integers(40)}",
        submitter="newcomer" if rng.random() < 0.1 else min(world.established),
        grade=str(rng.choice(list("ABCDEF"))),
        kind=KINDS[rng.integers(3)],
        origin=f"origin-{name}" if rng.random() < 0.7 else f"shared-{rng.integers(1_000)}",
        fingerprint=name,
        stances=(_directed(stance, question, world, rng),),
    )


def _directed(stance: Stance, question: Question, world: World, rng: np.random.Generator) -> Stance:
    """Let a stance point one way or the other."""
    if question.type == "multiple_choice":
        options = world.curves[question.curve].curve.space.size
        return replace(stance, direction="toward", choice=int(rng.integers(options)))
    return replace(stance, direction=UPWARD[question.type][rng.integers(2)])


def open_questions(timeline: Timeline) -> set[str]:
    """Questions that still take steps."""
    return {name for name in timeline.world.questions if name not in timeline.ended}


if __name__ == "__main__":
    main()

"""Does skill last? First halves of forecasters' records beside their second halves, and coverage.

On PredictionBook (development half; restricted, read in place): rank correlations over forecasters,
of each estimate with itself in the second half, and with fair targets there. Then simulated
forecasters: how often intervals of skill and of ranks hold the truth. Takes about two minutes.

    OPENBLAS_NUM_THREADS=1 uv run python -m benchmarks.skill [--replicates 200] [--nuts 8]
        [--spread .15]
"""

import argparse
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from forecasts.differences import Differences, StandingForecasts, differences_to_others
from forecasts.outcomes import Floats, Indices
from forecasts.skill import SPREAD_SCALE, Skill, estimate_skill, noise_of_coverage
from models.diagnostics import SamplingSettings
from models.sampling import sample
from models.skill import SkillData, build, skill_of

DATA = Path(__file__).parents[2] / "shared" / "backtest" / "restricted"
SEED = 20_261_124
#: Questions that a forecaster needs in either half.
LEAST = 10
#: Resamples of forecasters behind an interval, and random halves behind the ceiling.
RESAMPLES, RANDOM_HALVES = 2_000, 40
#: Forecasters of a simulated board, and the noise found on PredictionBook, in bits.
PEOPLE, NOISE = 60, 0.85
#: Fair targets: what every estimate of the first half is asked to foresee in the second.
TARGETS = ("mean lead", "lead with 30 zeros")
#: What the others are compared with in pairs.
REFERENCE = "lead with 30 zeros"

type Estimates = dict[str, Floats]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=200)
    parser.add_argument("--nuts", type=int, default=8)
    parser.add_argument("--spread", type=float, help="of skill, in bits; else from its prior")
    wanted = parser.parse_args()
    if DATA.exists():
        lasting()
    else:
        print(f"no data at {DATA}: simulations only")
    coverage(wanted.replicates, wanted.nuts, wanted.spread)


def lasting() -> None:
    """Print how well first halves foretell second halves, for each way to cut and each estimate."""
    forecasts, outcome = predictionbook()
    for grace in (1.0, 0.0):
        rows = differences_to_others(forecasts, grace=grace)
        brier, distance = final_brier(rows, forecasts), distances(forecasts, outcome, grace)
        for name, first in cuts(rows, forecasts):
            report(f"{name}, grace {grace:g} d", rows, brier, distance, first)
        ceiling(rows, brier, distance, len(forecasts.opens), grace)


def predictionbook() -> tuple[StandingForecasts, Floats]:
    """Give all forecasts, each standing until the next one of its forecaster, and the outcomes."""
    questions = pd.read_parquet(DATA / "questions.parquet").query("source == 'predictionbook'")
    found = pd.read_parquet(DATA / "forecasts.parquet").query("source == 'predictionbook'")
    places = {name: place for place, name in enumerate(questions["question_id"])}
    found = found.assign(
        q=found["question_id"].map(places),
        who=pd.factorize(found["forecaster_id"], sort=True)[0],
        day=days(found["timestamp"]),
    ).sort_values(["q", "who", "day"], kind="stable")
    first = found.groupby("q")["day"].min().reindex(range(len(questions))).to_numpy()
    opens, closes = np.fmin(days(questions["open_time"]), first), days(questions["end_time"])
    q, day = found["q"].to_numpy(), found["day"].to_numpy()
    after = found.groupby(["q", "who"])["day"].shift(-1).to_numpy()
    end = np.maximum(np.where(np.isnan(after), closes[q], after), day)
    outcome = questions["outcome"].to_numpy(float)
    said = found["probability"].to_numpy()
    chance = np.where(outcome[q] == 1, said, 1 - said)
    return StandingForecasts(q, found["who"].to_numpy(), day, end, chance, opens, closes), outcome


def days(instants: pd.Series) -> Floats:
    """Give days since 1970."""
    return np.asarray((instants - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1), float)


def final_brier(rows: Differences, forecasts: StandingForecasts) -> Floats:
    """Brier score of the last forecast of each row's forecaster on its question."""
    people = forecasts.forecaster.max() + 1
    last = dict(
        zip(
            (forecasts.question * people + forecasts.forecaster).tolist(),
            ((1 - forecasts.chance) ** 2).tolist(),
            strict=True,
        )
    )
    return np.array([last[key] for key in (rows.question * people + rows.forecaster).tolist()])


def distances(forecasts: StandingForecasts, outcome: Floats, grace: float) -> Floats:
    """How far from the others each was, in bits of odds: a habit that says nothing of outcomes."""
    yes = outcome[forecasts.question] == 1
    said = np.where(yes, forecasts.chance, 1 - forecasts.chance)
    leads = []
    for chance in (said, 1 - said):
        changed = StandingForecasts(
            forecasts.question,
            forecasts.forecaster,
            forecasts.start,
            forecasts.end,
            chance,
            forecasts.opens,
            forecasts.closes,
        )
        leads.append(differences_to_others(changed, grace=grace).bits)
    return np.abs(leads[0] - leads[1])


def cuts(rows: Differences, forecasts: StandingForecasts) -> Iterator[tuple[str, Indices]]:
    """Cut rows into earlier and later ones: each forecaster's own halves, and one day for all."""
    for label, when in (("end", forecasts.closes), ("opening", forecasts.opens)):
        day = when[rows.question]
        order = np.lexsort((rows.question, day, rows.forecaster))
        count = np.bincount(rows.forecaster)
        place = np.empty(len(day), int)
        place[order] = np.arange(len(day)) - np.repeat(np.cumsum(count) - count, count)
        yield f"own halves by {label}", place < count[rows.forecaster] // 2
        yield f"one day for all by {label}", day <= np.median(day)


def estimates(rows: Differences, brier: Floats, distance: Floats) -> Estimates:
    """Give every way to estimate skill from some rows; higher is better in all."""
    who, bits = rows.forecaster, rows.bits
    people = int(who.max()) + 1

    def mean(values: Floats, zeros: float = 0.0) -> Floats:
        return np.bincount(who, values) / np.maximum(np.bincount(who) + zeros, 1)

    def fast(**changes: float) -> Floats:
        return estimate_skill(rows, people, np.random.default_rng(SEED), **changes).mean

    whole = rows.coverage
    by_time = np.bincount(who, bits * whole) / (np.bincount(who, whole) + 30)
    return {
        "mean Brier": -mean(brier),
        "mean lead": mean(bits),
        "lead with 30 zeros": mean(bits, 30),
        "30 zeros, by coverage": by_time,
        "skill (Normal), default": fast(),
        "skill (Student's t, 4)": fast(degrees_of_freedom=4.0),
        "sign of the lead": mean(np.sign(bits)),
        "distance from the others": mean(distance),
    }


def report(name: str, rows: Differences, brier: Floats, distance: Floats, first: Indices) -> None:
    """Print a table: each estimate, with itself later, and with the fair targets later."""
    people = int(rows.forecaster.max()) + 1
    kept = np.ones(people, bool)
    halves = []
    for half in (first, ~first):
        kept &= np.bincount(rows.forecaster[half], minlength=people) >= LEAST
        found = estimates(rows.take(half), brier[half], distance[half])
        halves.append({k: np.pad(v, (0, people - len(v))) for k, v in found.items()})
    early, late = ({k: v[kept] for k, v in half.items()} for half in halves)
    rng = np.random.default_rng(SEED)
    samples = [np.arange(kept.sum()), *rng.integers(0, kept.sum(), (RESAMPLES, kept.sum()))]
    print(f"\n**{name}: {kept.sum()} forecasters with {LEAST} or more questions in either half**\n")
    heads = ["estimate", "same later", *TARGETS, *(f"{t}, less {REFERENCE}" for t in TARGETS)]
    print("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|")
    pairs = {
        (k, t): spearman(early[k], late[t or k], samples) for k in early for t in ("", *TARGETS)
    }
    for k in early:
        cells = [interval(pairs[k, t]) for t in ("", *TARGETS)]
        cells += [interval(pairs[k, t] - pairs[REFERENCE, t]) for t in TARGETS]
        print(f"| {k} | " + " | ".join(cells) + " |", flush=True)


def ceiling(
    rows: Differences, brier: Floats, distance: Floats, questions: int, grace: float
) -> None:
    """Print what random halves of the questions give: what a half can foretell at best."""
    rng, people = np.random.default_rng(SEED), int(rows.forecaster.max()) + 1
    found: dict[str, list[list[float]]] = {}
    for _ in range(RANDOM_HALVES):
        first = (rng.random(questions) < 0.5)[rows.question]
        kept = np.ones(people, bool)
        halves = []
        for half in (first, ~first):
            kept &= np.bincount(rows.forecaster[half], minlength=people) >= LEAST
            part = estimates(rows.take(half), brier[half], distance[half])
            halves.append({k: np.pad(v, (0, people - len(v))) for k, v in part.items()})
        for k in halves[0]:
            pairs = [spearman(halves[0][k][kept], halves[1][t or k][kept]) for t in ("", *TARGETS)]
            found.setdefault(k, []).append([float(pair[0]) for pair in pairs])
    print(f"\n**Random halves of the questions, mean of {RANDOM_HALVES}, grace {grace:g} d**\n")
    print(
        "| estimate | same in the other half | " + " | ".join(TARGETS) + " |\n" + "|---" * 4 + "|"
    )
    for k, values in found.items():
        print(f"| {k} | " + " | ".join(f"{v:.3f}" for v in np.mean(values, axis=0)) + " |")


def spearman(one: Floats, other: Floats, samples: list[Indices] | None = None) -> Floats:
    """Rank correlation, of all and then of each resample."""
    found = []
    for sample_ in samples or [np.arange(len(one))]:
        pair = rankdata(one[sample_]), rankdata(other[sample_])
        found.append(np.corrcoef(*pair)[0, 1])
    return np.array(found)


def interval(values: Floats) -> str:
    """Say a value with its 95% interval over resamples."""
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return f"{values[0]:.3f} [{low:.3f}, {high:.3f}]"


def coverage(replicates: int, nuts: int, spread: float | None) -> None:
    """Print how often 90% intervals of skill and of ranks hold the truth, on simulated boards."""
    print("\n**Simulated boards: share of 90% intervals that hold the truth (SE over boards)**\n")
    print("| noise | estimate | boards | skill | rank | seconds a board |\n" + "|---" * 6 + "|")
    ways: list[tuple[str, Callable[[Differences, float, int], Skill], int]] = [
        ("fast", by_fast, replicates),
        ("NUTS", by_nuts, nuts),
    ]
    for degrees in (math.inf, 4.0):
        for name, estimate, count in ways:
            start = time.perf_counter()
            held = np.array([board(seed, degrees, estimate, spread) for seed in range(count)])
            seconds = (time.perf_counter() - start) / max(count, 1)
            cells = [
                f"{share:.3f} ({error:.3f})"
                for share, error in zip(
                    held.mean(axis=0), held.std(axis=0) / math.sqrt(count), strict=True
                )
            ]
            noise = "Normal" if math.isinf(degrees) else "Student's t, 4"
            print(
                f"| {noise} | {name} | {count} | {' | '.join(cells)} | {seconds:.2f} |", flush=True
            )


def board(
    seed: int,
    degrees: float,
    estimate: Callable[[Differences, float, int], Skill],
    spread: float | None = None,
) -> tuple[float, float]:
    """Simulate a board; give the shares of intervals of skill and of ranks that hold the truth."""
    rng = np.random.default_rng([SEED, seed])
    drawn = SPREAD_SCALE * abs(rng.standard_normal())
    truth = (drawn if spread is None else spread) * rng.standard_normal(PEOPLE)
    who = np.repeat(np.arange(PEOPLE), np.minimum(5 + rng.geometric(0.02, PEOPLE), 500))
    shares = rng.uniform(0.01, 1, len(who))
    shocks = (
        rng.standard_normal(len(who))
        if math.isinf(degrees)
        else rng.standard_t(degrees, len(who)) / math.sqrt(2)  # of variance 1
    )
    bits = truth[who] + NOISE * shocks * np.sqrt(noise_of_coverage(shares))
    rows = Differences(np.arange(len(who)), who, bits, shares, np.ones(len(who)))
    skill = estimate(rows, degrees, seed)
    (low, high), (best, worst) = skill.interval(), skill.rank_interval()
    rank = rankdata(-truth)
    return (
        float(np.mean((low <= truth) & (truth <= high))),
        float(np.mean((best <= rank) & (rank <= worst))),
    )


def by_fast(rows: Differences, degrees: float, seed: int) -> Skill:
    """Estimate as boards do."""
    return estimate_skill(rows, PEOPLE, np.random.default_rng(seed), degrees_of_freedom=degrees)


def by_nuts(rows: Differences, degrees: float, seed: int) -> Skill:
    """Estimate by NUTS."""
    data = SkillData(rows, [f"f{place}" for place in range(PEOPLE)], degrees)
    settings = SamplingSettings(seed=seed, draws=500, tune=500, chains=2)
    return skill_of(sample(build(data), settings)[0], data)


if __name__ == "__main__":
    main()

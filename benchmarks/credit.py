"""Credit: does it sum, how long does it take, and does exaggeration pay?

    uv run python -m benchmarks.credit

Exaggeration: three informative signals z_i | y ~ N(+-d / 2, 1) on a question of even odds, whose
honest claims are d z_i nats; the first submitter multiplies all of his by a factor. The others have
slope 1. His is 1, or .5 as everyone's, or learned from his earlier resolved records: by maximum
likelihood, or as the model has it, exp(u) with u ~ N(0, .3). Standard errors are over replicates,
each with earlier records of its own; all factors meet the same questions.
"""

import time

import numpy as np

from forecasts.credit_accounts import Player
from forecasts.evidence import Record
from forecasts.games import Truth, shares, subset_bits
from forecasts.outcomes import Floats
from forecasts.shapley import shapley_values

FACTORS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
REPLICATES, QUESTIONS = 200, 2_000
DISCRIMINATIONS = np.array([0.6, 1.0, 0.8])
YES = Truth(np.array([[0.0, 1.0]]), np.ones(1))


def main() -> None:
    """Print every part."""
    rng = np.random.default_rng(4)
    print_sums(rng)
    print_times(rng)
    print_splitting()
    print_exaggeration(rng)


def print_sums(rng: np.random.Generator) -> None:
    """Print the worst error of the sum over random games, and what copies and nulls get."""
    worst, idle = 0.0, 0.0
    for _ in range(300):
        cells, origins = int(rng.integers(2, 60)), int(rng.integers(1, 11))
        prior = rng.dirichlet(np.ones(cells))
        truth = Truth(np.eye(cells)[[rng.integers(cells)]], np.ones(1))
        players = [player(str(n), *rng.normal(size=(3, cells))) for n in range(origins)]
        first, *rest = (players[0].readings[0], *players[0].readings)
        players[0] = player("copies", first, *rest[:1], rest[0])
        shared = shares(prior[None], np.ones(1), players, truth, rng)
        final = prior * np.exp(sum(p.readings[-1] for p in players))
        exact = truth.bits(final / final.sum()) - truth.bits(prior)
        worst = max(worst, abs(sum(map(np.sum, shared.records)) - exact))
        idle = max(idle, float(np.abs(shared.records[0][1:]).max()))
    print(f"sum of credits less the gain, 300 random games, worst: {worst:.1e} bits")
    print(f"an exact copy's largest credit: {idle}")


def print_times(rng: np.random.Generator) -> None:
    """Print how long one point in time takes at 18 origins."""
    for cells, sides in ((2, "binary"), (256, "date, one cell"), (256, "event, yes or no")):
        prior, readings = rng.dirichlet(np.ones(cells)), rng.normal(size=(18, cells))
        side = np.arange(cells) < cells // 2 if "event" in sides else np.arange(cells) == 1
        truth = Truth(side[None].astype(float), np.ones(1))
        took = []
        for _ in range(7):
            start = time.perf_counter()
            shapley_values(subset_bits(prior, readings, truth))
            took.append(time.perf_counter() - start)
        print(f"18 origins exactly, {sides} ({cells} cells): {np.median(took):.3f} s a point")


def print_splitting() -> None:
    """Print what an origin of 1.5 nats earns whole, and cut in four that are read apart."""
    for outcome in (1, 0):
        truth = Truth(np.eye(2)[[outcome]], np.ones(1))
        other = [reading_of(0.8)]
        whole = shapley_values(
            subset_bits(np.full(2, 0.5), np.stack([reading_of(1.5), *other]), truth)
        )
        parts = [reading_of(1.5 / 4)] * 4
        cut = shapley_values(subset_bits(np.full(2, 0.5), np.stack([*parts, *other]), truth))
        print(
            f"outcome {outcome}: an origin of 1.5 nats earns {whole[0]:+.4f} bits; cut in four "
            f"origins of .375 nats {cut[:4].sum():+.4f}"
        )


def print_exaggeration(rng: np.random.Generator) -> None:
    """Print mean credit of who exaggerates, as a difference to honesty, with standard errors."""
    print("\n| slope of the first submitter | " + " | ".join(f"x {f}" for f in FACTORS) + " |")
    print("|---|" + "---|" * len(FACTORS))
    test = signals(rng, QUESTIONS)
    for name, resolved, spread, trust in (
        ("1, right for honesty", 0, 1.0, 1.0),
        ("fixed at .5, for all", 0, 0.5, 1.0),
        ("maximum likelihood, 300 records", 300, np.inf, 1.0),
        ("maximum likelihood, 300 records, trust .9", 300, np.inf, 0.9),
        ("the model's prior, 30 records", 30, 0.3, 1.0),
        ("the model's prior, 300 records", 300, 0.3, 1.0),
        ("the model's prior, 3000 records", 3_000, 0.3, 1.0),
    ):
        earlier = signals(rng, resolved)
        earned = {f: mean_credit(test, earlier, f, spread, trust) for f in FACTORS}
        columns = []
        for factor in FACTORS:
            gap = earned[factor] - earned[1.0]
            error = gap.std(ddof=1) / np.sqrt(REPLICATES)
            told = f"{gap.mean():+.4f} ± {error:.4f}"
            columns.append(f"{earned[1.0].mean():.4f}" if factor == 1.0 else told)
        print(f"| {name} | " + " | ".join(columns) + " |")


def signals(rng: np.random.Generator, questions: int) -> tuple[Floats, Floats]:
    """Draw honest claims (replicates, questions, 3) and outcomes (replicates, questions)."""
    outcome = rng.integers(0, 2, (REPLICATES, questions)).astype(float)
    noise = rng.normal(size=(REPLICATES, questions, 3))
    return DISCRIMINATIONS * (noise + (outcome[..., None] - 0.5) * DISCRIMINATIONS), outcome


def mean_credit(
    test: tuple[Floats, Floats],
    earlier: tuple[Floats, Floats],
    factor: float,
    spread: float,
    trust: float,
) -> Floats:
    """Mean credit of the first submitter in each replicate, shape (replicates,)."""
    claimed, outcome = test[0] * np.array([factor, 1.0, 1.0]), test[1]
    if earlier[1].size:
        slope = np.ones((REPLICATES, 1, 3))
        slope[:, 0, 0] = learned_slopes(earlier[0][..., 0] * factor, earlier[1], spread)
    else:
        slope = np.full((1, 1, 3), spread)
    read = bounded(claimed * slope, trust) * (2 * outcome - 1)[..., None]
    return np.asarray(first_share(read.reshape(-1, 3)).reshape(outcome.shape).mean(axis=1))


def first_share(read: Floats) -> Floats:
    """Shapley value of the first of three origins on questions of even odds, bits."""
    sums = np.zeros((len(read), 8))
    for subset in range(8):
        joined = np.array([subset >> n & 1 for n in range(3)])
        sums[:, subset] = -np.logaddexp(0, -(read @ joined)) / np.log(2)
    return np.asarray(shapley_values(sums)[:, 0])


def learned_slopes(claimed: Floats, outcome: Floats, spread: float) -> Floats:
    """Likeliest slope in each replicate, ln slope ~ N(0, spread), found on a fine grid."""
    grid = np.linspace(-2.5, 2.5, 501)
    best = np.empty(len(claimed))
    for row, (claims, happened) in enumerate(zip(claimed, outcome, strict=True)):
        right = claims * (2 * happened - 1)
        likelihood = [-np.logaddexp(0, -np.exp(u) * right).sum() for u in grid]
        best[row] = np.exp(grid[np.argmax(np.array(likelihood) - (grid / spread) ** 2 / 2)])
    return best


def bounded(nats: Floats, trust: float) -> Floats:
    """Log-odds that are left of a claim once trust bounds it."""
    chance = 1 / (1 + np.exp(-nats))
    for_it, against = (trust * p + (1 - trust) / 2 for p in (chance, 1 - chance))
    return np.asarray(np.log(for_it / against))


def reading_of(nats: float) -> Floats:
    """Reading of an origin on a yes-or-no question, in nats of log-odds."""
    return np.array([-nats / 2, nats / 2])


def player(name: str, *readings: Floats) -> Player:
    """Give an origin whose records raise it to each reading."""
    records = tuple(
        Record(f"{name}{n}", 0.0, "s", "u", "B", "fact", name, str(n), ())
        for n in range(len(readings))
    )
    return Player(name, records, (), np.stack(readings))


if __name__ == "__main__":
    main()

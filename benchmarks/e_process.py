"""How often the betting e-process rejects: calibrated forecasts at any time, and others in time.

    OPENBLAS_NUM_THREADS=1 uv run python -m benchmarks.e_process

Simulated forecasts from several distributions, with outcomes drawn at logistic(a + b logit p).
The e-process is looked at after every one of n forecasts, and rejects once it is 20;
Spiegelhalter's test looks once, at the last, and rejects beyond 1.96. Standard errors are binomial.
"""

import time
from dataclasses import dataclass

import numpy as np

from forecasts.betting import REJECT_AT, betting_grid, log_factors
from forecasts.outcomes import Floats

SEED = 20261124
SIZES = (100, 1000)
#: Simulations of calibrated forecasts, and of others; each batch shares one list of forecasts.
CALIBRATED, OTHERS, BATCH = 10_000, 1_000, 100
#: Shapes (alpha, beta) of the Beta distributions that forecasts are drawn from.
FORECASTS = {
    "even, Beta(1, 1)": (1.0, 1.0),
    "bold, Beta(.5, .5)": (0.5, 0.5),
    "timid, Beta(4, 4)": (4.0, 4.0),
    "of rare events, Beta(1, 9)": (1.0, 9.0),
}
#: (a, b) of the truth.
TRUTHS = {
    "slope 1.5": (0.0, 1.5),
    "slope 0.7": (0.0, 0.7),
    "slope 0.5": (0.0, 0.5),
    "shift +0.3": (0.3, 1.0),
    "shift -0.5": (-0.5, 1.0),
}
#: Two-sided 5% of a normal.
NORMAL_LIMIT = 1.96
#: Money below this is gone: numbers that are nearly 0 are slow.
GONE, SWEEP = 1e-150, 25


@dataclass(frozen=True, slots=True)
class Rejections:
    """Which simulations were rejected within each of SIZES, shape (simulations,)."""

    betting: list[np.ndarray]
    spiegelhalter: list[np.ndarray]


def main() -> None:
    """Print the tables."""
    began = time.perf_counter()
    rng = np.random.default_rng(SEED)
    print(f"seed {SEED}; {CALIBRATED:,} calibrated and {OTHERS:,} other simulations a row\n")
    print("| forecasts | truth | n | e-process, any time | Spiegelhalter, at n |")
    print("|---|---|---|---|---|")
    for name, shape in FORECASTS.items():
        print_rows(name, "calibrated", simulate(shape, (0.0, 1.0), CALIBRATED, rng))
    for name, shape in FORECASTS.items():
        for truth, curve in TRUTHS.items():
            print_rows(name, truth, simulate(shape, curve, OTHERS, rng))
    print(f"\n{time.perf_counter() - began:.0f} s")


def print_rows(name: str, truth: str, found: Rejections) -> None:
    """Print the shares that were rejected, with standard errors."""
    for size, betting, fixed in zip(SIZES, found.betting, found.spiegelhalter, strict=True):
        print(f"| {name} | {truth} | {size:,} | {share(betting)} | {share(fixed)} |", flush=True)


def share(rejected: np.ndarray) -> str:
    """Write a share as percent with its binomial standard error."""
    rate = rejected.mean()
    return f"{100 * rate:.2f} ± {100 * (rate * (1 - rate) / len(rejected)) ** 0.5:.2f}%"


def simulate(
    shape: tuple[float, float],
    truth: tuple[float, float],
    simulations: int,
    rng: np.random.Generator,
    sizes: tuple[int, ...] = SIZES,
) -> Rejections:
    """Simulate forecasts from a Beta distribution whose truth is logistic(a + b logit p)."""
    betting: list[list[Floats]] = [[] for _ in sizes]
    fixed: list[list[Floats]] = [[] for _ in sizes]
    for _ in range(simulations // BATCH):
        stated = np.clip(rng.beta(*shape, sizes[-1]), 1e-3, 1 - 1e-3)
        lean = np.log(stated / (1 - stated))
        chance = 1 / (1 + np.exp(-(truth[0] + truth[1] * lean)))
        happened = (rng.random((BATCH, sizes[-1])) < chance).astype(float)
        crossed = first_crossings(stated, happened)
        for place, size in enumerate(sizes):
            betting[place].append(crossed <= size)
            z = spiegelhalter(stated[:size], happened[:, :size])
            fixed[place].append(np.abs(z) > NORMAL_LIMIT)
    return Rejections([np.concatenate(b) for b in betting], [np.concatenate(f) for f in fixed])


def first_crossings(stated: Floats, happened: Floats) -> Floats:
    """Say after how many forecasts the money was first 20; infinity for never.

    Args:
        stated: the forecasts that all simulations share, shape (n,).
        happened: outcomes, shape (simulations, n).
    """
    size = len(stated)
    if_yes = np.exp(log_factors(stated, np.ones(size)))
    if_no = np.exp(log_factors(stated, np.zeros(size)))
    money = np.tile(betting_grid()[2], (len(happened), 1))
    crossed = np.full(len(happened), np.inf)
    for step in range(size):
        won = happened[:, step] == 1
        money[won] *= if_yes[step]
        money[~won] *= if_no[step]
        if step % SWEEP == 0:
            money[money < GONE] = 0.0
        rich = (money.sum(axis=1) >= REJECT_AT) & np.isinf(crossed)
        crossed[rich] = step + 1
    return crossed


def spiegelhalter(stated: Floats, happened: Floats) -> Floats:
    """Z of each simulation; `forecasts.calibration.spiegelhalter_z` for many at once."""
    lean = 1 - 2 * stated
    spread = np.sqrt(np.sum(lean**2 * stated * (1 - stated)))
    return (happened - stated) @ lean / spread


if __name__ == "__main__":
    main()

"""How long it takes to refit many small worlds: a compile each, and one compile for all.

Makes worlds of 25 questions with three drivers: yes or no, choices, numbers and dates, each with
evidence that leans one way, and a third of them resolved. Then fits their drivers by NUTS and
prints a table in Markdown.

    OPENBLAS_NUM_THREADS=1 uv run python -m benchmarks.many_fits --fits 400 --workers 1 2

Other options: --compiled-each, --draws, --tune, --scheduler tcp://HOST:8786.

Each fit runs on one core; the time of a row holds the start of its workers and their compiling.
"""

import argparse
import time
from collections.abc import Iterator
from datetime import date

import numpy as np

from forecasts.outcomes import Floats, date_space, number_space
from forecasts.priors import CellPrior, HazardPrior, LogOddsPrior, SoftmaxPrior, SplitTPrior
from models.diagnostics import SamplingSettings
from models.fits import DriverFit, FitOutcome, FitTask, fit_drivers, fit_many
from models.sampling import forget_compiled
from models.world import KnownCurve, WorldData, stacked

QUESTIONS, DRIVERS = 25, ("supply", "demand", "policy")
#: The goal's size: that many questions, and that many fits.
GOAL = 10_000
RESOLVED = 1 / 3
#: Three drivers make an easy shape: larger steps than the default give more a second.
TARGET_ACCEPT = 0.8
HEAD = (
    "| fits of a world each | fits | questions | wall | a fit | a question "
    "| 10^4 questions | 10^4 fits | largest r-hat | smallest effective sample "
    "| run twice | failed |"
)


def main() -> None:
    """Print the table."""
    options = read_options()
    settings = SamplingSettings(
        seed=1, draws=options.draws, tune=options.tune, target_accept=TARGET_ACCEPT
    )
    print(f"{settings}\n\n{HEAD}\n" + "|---" * HEAD.count(" | ") + "|---|", flush=True)
    each = tasks(options.compiled_each)
    print(row("a compile each, 1 process", len(each), *timed(compiling_each(each, settings))))
    some = tasks(options.fits)
    for workers in options.workers:
        forget_compiled()
        outcomes = fit_many(some, fit_drivers, settings, workers)
        print(row(f"one compile, {workers} workers", len(some), *timed(outcomes)), flush=True)
    if options.scheduler:
        outcomes = fit_many(some, fit_drivers, settings, scheduler=options.scheduler)
        print(row(f"Dask, {options.scheduler}", len(some), *timed(outcomes)), flush=True)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fits", type=int, default=400)
    parser.add_argument("--compiled-each", type=int, default=20)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--scheduler")
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--tune", type=int, default=300)
    return parser.parse_args()


def compiling_each(
    some: list[FitTask[WorldData]], settings: SamplingSettings
) -> Iterator[FitOutcome[DriverFit]]:
    """Fit in this process, with a compile for each."""
    for task in some:
        forget_compiled()
        yield from fit_many([task], fit_drivers, settings)


def timed(outcomes: Iterator[FitOutcome[DriverFit]]) -> tuple[float, list[FitOutcome[DriverFit]]]:
    """Wait for all; give the seconds on the wall."""
    start = time.perf_counter()
    found = list(outcomes)
    return time.perf_counter() - start, found


def row(name: str, fits: int, seconds: float, outcomes: list[FitOutcome[DriverFit]]) -> str:
    """Give one row."""
    good = [outcome.found.diagnostics for outcome in outcomes if outcome.found]
    one = seconds / max(fits, 1)
    cells = [
        name,
        f"{len(outcomes)}",
        f"{fits * QUESTIONS}",
        f"{seconds:.0f} s",
        f"{one:.2f} s",
        f"{one / QUESTIONS * 1e3:.0f} ms",
        f"{one * GOAL / QUESTIONS / 60:.1f} min",
        f"{one * GOAL / 3600:.1f} h",
        f"{max((d.r_hat for d in good), default=np.nan):.3f}",
        f"{min((min(d.bulk_sample, d.tail_sample) for d in good), default=np.nan):.0f}",
        f"{sum(outcome.tries > 1 for outcome in outcomes)}",
        f"{sum(outcome.found is None for outcome in outcomes)}",
    ]
    return "| " + " | ".join(cells) + " |"


def tasks(count: int) -> list[FitTask[WorldData]]:
    """Make worlds, each settled by its number."""
    return [FitTask(f"world-{number}", synthetic_world(number)) for number in range(count)]


def synthetic_world(number: int) -> WorldData:
    """Make a world with questions of all types, evidence and outcomes."""
    rng = np.random.default_rng(number)
    return stacked(DRIVERS, [known(f"question-{i}", rng) for i in range(QUESTIONS)])


def known(name: str, rng: np.random.Generator) -> KnownCurve:
    """Make a question: half are yes or no, the others choices, numbers and dates alike."""
    kinds = [yes_or_no, yes_or_no, yes_or_no, choice, a_number, a_date]
    prior, loadings = kinds[rng.integers(len(kinds))](rng)
    cells = np.exp(prior.log_cells(loadings.sum(axis=-1) * 0.0))
    if rng.random() < RESOLVED:
        return KnownCurve(
            name, prior, loadings, np.eye(len(cells))[rng.choice(len(cells), p=cells)]
        )
    ridit = np.cumsum(cells) - cells / 2
    return KnownCurve(name, prior, loadings, np.exp(rng.normal(0.0, 1.0) * ridit))


def yes_or_no(rng: np.random.Generator) -> tuple[CellPrior, Floats]:
    """Make a prior of yes or no."""
    return LogOddsPrior(float(rng.normal(-0.5, 1.0))), some_loadings(rng)


def choice(rng: np.random.Generator) -> tuple[CellPrior, Floats]:
    """Make a prior of three to seven options."""
    options = int(rng.integers(3, 8))
    return SoftmaxPrior(rng.normal(0.0, 0.7, options)), some_loadings(rng, options)


def a_number(rng: np.random.Generator) -> tuple[CellPrior, Floats]:
    """Make a prior of a number between 0 and 100."""
    below, above = rng.uniform(5.0, 20.0, 2)
    axis = number_space(0.0, 100.0).axis
    return SplitTPrior(float(rng.uniform(30, 70)), below, above, axis), some_loadings(rng)


def a_date(rng: np.random.Generator) -> tuple[CellPrior, Floats]:
    """Make a prior of a date in a year, which may never come."""
    space = date_space(date(2026, 1, 1), date(2026, 12, 31))
    passed = (space.edges - space.edges[0]) / np.ptp(space.edges)
    hazard = rng.uniform(0.5, 2.0) * passed ** rng.uniform(0.8, 1.5)
    return HazardPrior(hazard, float(rng.uniform(0.0, 0.3))), some_loadings(rng)


def some_loadings(rng: np.random.Generator, *options: int) -> Floats:
    """Make loadings: on average two of the drivers pull, by about half a nat."""
    pulls = rng.random((*options, len(DRIVERS))) < 2 / 3
    return rng.normal(0.0, 0.6, (*options, len(DRIVERS))) * pulls


if __name__ == "__main__":
    main()

"""Small worlds, and work that can kill its worker, for tests of many fits."""

import os
import signal
import time
from pathlib import Path

import numpy as np

from forecasts.errors import PoorDiagnostics
from forecasts.priors import LogOddsPrior
from models.diagnostics import SamplingSettings
from models.fits import seed_of
from models.world import KnownCurve, WorldData, stacked

DRIVERS = ("one", "two")


def small_world(log_odds: float, *factors: tuple[float, float]) -> WorldData:
    """A world of yes-or-no questions that one of its two drivers pulls; `factors` is no, yes."""
    loadings = np.array([1.2, 0.0])
    return stacked(
        DRIVERS,
        [
            KnownCurve(f"q{i}", LogOddsPrior(log_odds), loadings, np.array(factor))
            for i, factor in enumerate(factors)
        ],
    )


def square(number: int) -> int:
    return number**2


def square_or_die_once(work: tuple[Path, int]) -> int:
    """Square; the first call with 3 kills its process, as the kernel does for want of memory."""
    folder, number = work
    (folder / f"call-{number}-{os.getpid()}-{time.monotonic_ns()}").touch()
    died = folder / "died"
    if number == 3 and not died.exists():
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number**2


def square_or_always_die(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number**2


#: Data with which only another seed than the task's own gives a good run.
ANOTHER_SEED_ONLY = (seed_of("moody", 7),)


def picky_fit(refused: tuple[int, ...], settings: SamplingSettings) -> tuple[int, int]:
    """A fit with poor draws, but for other seeds than the refused; gives its tuning and draws."""
    if not refused or settings.seed in refused:
        raise PoorDiagnostics(model="world", faults="none")
    return settings.tune, settings.draws


def broken_fit(data: tuple[int, ...] | str, settings: SamplingSettings) -> int:
    """The number of data; "x" breaks it, and nothing gives a poor run."""
    if data == "x":
        raise RuntimeError("no start found")
    return len(data) if data else len(picky_fit((), settings))

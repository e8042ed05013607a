"""Many fits: each by itself, the same bits wherever it runs, and told of when it fails."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from forecasts.errors import FitBroke, KizashiError, PoorDiagnostics
from forecasts.outcomes import Floats
from models.diagnostics import Diagnostics, SamplingSettings, require_good
from models.sampling import sample, thinned
from models.workers import spread
from models.world import WorldData, build


@dataclass(frozen=True, slots=True, eq=False)
class FitTask[T]:
    """What to fit.

    Attributes:
        id: settles the seed, with that of the settings; no two tasks share one.
        data: travels to the worker, by pickle.
    """

    id: str
    data: T


@dataclass(frozen=True, slots=True, eq=False)
class FitOutcome[R]:
    """What became of a task.

    Attributes:
        id: of the task.
        found: what the fit found; None if it failed.
        failure: why it failed; None if it did not.
        tries: 1, or 2 where the draws of the first were poor.
    """

    id: str
    found: R | None
    failure: KizashiError | None
    tries: int


@dataclass(frozen=True, slots=True, eq=False)
class DriverFit:
    """Draws of a world's drivers, all chains in turn, shape (draws, drivers)."""

    drivers: Floats
    diagnostics: Diagnostics


def fit_many[T, R](
    tasks: Sequence[FitTask[T]],
    fit: Callable[[T, SamplingSettings], R],
    settings: SamplingSettings,
    workers: int = 1,
    scheduler: str | None = None,
) -> Iterator[FitOutcome[R]]:
    """Fit every task and give the outcomes as they come, in any order; none is left out.

    Where a fit runs changes no bit of it, given the same machine and versions. One whose draws are
    poor runs once more, as `SamplingSettings.again` says.

    Args:
        fit: a function of a module, so that it can travel; raises PoorDiagnostics.
        workers, scheduler: as in `spread`, which also says what it raises.
    """
    return spread(partial(_outcome, fit, settings), tasks, workers, scheduler)


def fit_drivers(data: WorldData, settings: SamplingSettings) -> DriverFit:
    """Draw the drivers of a world on one core; compiles once a process and shape.

    Raises:
        PoorDiagnostics: the draws are not to be trusted.
    """
    posterior, diagnostics = sample(build(data), settings, shape=data.shape, cores=1)
    require_good(diagnostics, "world")
    draws = thinned(posterior, settings.draws * settings.chains)
    return DriverFit(draws["drivers"], diagnostics)


def seed_of(task_id: str, seed: int) -> int:
    """Give the seed of a task, whatever runs beside it."""
    return int.from_bytes(hashlib.sha256(f"{seed} {task_id}".encode()).digest()[:4])


def _outcome[T, R](
    fit: Callable[[T, SamplingSettings], R], settings: SamplingSettings, task: FitTask[T]
) -> FitOutcome[R]:
    """Fit one task; whatever goes wrong is its outcome, and stops no other."""
    own = replace(settings, seed=seed_of(task.id, settings.seed))
    failure: KizashiError | None = None
    for tries, chosen in enumerate((own, own.again), start=1):
        try:
            return FitOutcome(task.id, fit(task.data, chosen), None, tries)
        except PoorDiagnostics as poor:
            failure = poor
        except Exception as error:  # noqa: BLE001  # one broken fit must not end ten thousand
            what = f"{type(error).__name__}: {error}"
            return FitOutcome(task.id, None, FitBroke(what=what), tries)
    return FitOutcome(task.id, None, failure, tries)

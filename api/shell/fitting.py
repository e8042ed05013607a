"""Fitting from the command line: NUTS here or on workers, never inside a request."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.language import say, translate
from api.shell.landing import FitPlace, open_for_fitting
from api.shell.output import print_line
from api.workflows.refitting import Fit, fit_world
from forecasts.errors import KizashiError
from models.diagnostics import SamplingSettings


class FitsFailed(KizashiError):
    """Some worlds have no fit that can be trusted; the others have theirs."""

    message = (
        "{failed} of {total} fits failed, for the reasons above; the others landed. "
        "Run it again with more tuning (--tune) or another --seed."
    )


def fit(database: str | None, world: str, seed: int, tune: int, language: str) -> None:
    """Fit a world and land the fit; poor diagnostics raise, and change nothing."""
    from models.sampling import watching  # noqa: PLC0415  # PyMC takes seconds

    settings = SamplingSettings(seed=seed, tune=tune)
    with open_for_fitting(database, language) as place:
        inputs = place.gather(world)
        with _bars() as bars, watching(partial(_show_draws, bars, world, language)):
            found = fit_world(inputs, settings)
        _land(place, found, language)


def fit_all(
    database: str | None,
    seed: int,
    tune: int,
    workers: int,
    scheduler: str | None,
    language: str,
) -> None:
    """Fit every world, in processes or on a Dask cluster, and land each fit as soon as it is there.

    Raises:
        FitsFailed: some failed, each for the reason that was printed.
    """
    from models.fits import FitTask, fit_many  # noqa: PLC0415  # PyMC takes seconds

    settings = SamplingSettings(seed=seed, tune=tune)
    with open_for_fitting(database, language) as place, _bars() as bars:
        tasks = [FitTask(world, place.gather(world)) for world in place.worlds]
        failed = 0
        outcomes = fit_many(tasks, fit_world, settings, workers, scheduler)
        for outcome in bars.track(
            outcomes, total=len(tasks), description=translate("Fitting all worlds", language)
        ):
            if outcome.found is not None:
                _land(place, outcome.found, language)
            elif outcome.failure is not None:
                failed += 1
                sys.stderr.write(f"{outcome.id}: {say(outcome.failure, language)}\n")
    if failed:
        raise FitsFailed(failed=failed, total=len(tasks))


def _land(place: FitPlace, found: Fit, language: str) -> None:
    """Land a fit and say so."""
    count = place.land(found)
    text = translate("The fit {fit} landed and moved {count} forecasts", language)
    print_line(text.format(fit=found.body["id"], count=count))


@contextmanager
def _bars() -> Iterator[Progress]:
    """Show progress bars on a terminal's stderr; elsewhere nothing."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        yield bars


def _show_draws(bars: Progress, world: str, language: str, done: int, total: int) -> None:
    """Move the newest bar; each model that is sampled begins one, the reliabilities first."""
    stages = (
        "Learning what sources are worth: draws",
        "Drawing the drivers of {world}: draws",
    )
    if done == 0 and (not bars.tasks or bars.tasks[-1].completed):
        stage = translate(stages[min(len(bars.tasks), len(stages) - 1)], language)
        bars.add_task(stage.format(world=world), total=total)
    bars.update(bars.tasks[-1].id, completed=done)

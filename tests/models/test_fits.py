"""Tests of many fits: right, alike wherever they run, compiled once, and none lost."""

import numpy as np
import pytest

from forecasts.errors import PoorDiagnostics
from forecasts.outcomes import Floats
from models import sampling
from models.diagnostics import SamplingSettings
from models.fits import FitOutcome, FitTask, fit_drivers, fit_many, seed_of
from models.world import WorldData
from tests.models.fitting import ANOTHER_SEED_ONLY, broken_fit, picky_fit, small_world

SETTINGS = SamplingSettings(seed=7, draws=300, tune=300)
#: Questions and evidence of other numbers; each leans on the first driver.
WORLDS = [
    small_world(-0.3, (1.0, 6.0), (0.0, 1.0)),
    small_world(1.0, (4.0, 1.0)),
    small_world(0.0, (1.0, 0.0), (1.0, 0.0), (1.0, 3.0), (2.0, 1.0)),
]
TASKS = [FitTask(f"world-{i}", data) for i, data in enumerate(WORLDS)]


def by_quadrature(data: WorldData) -> tuple[float, float]:
    """Mean and standard deviation of the first driver, by a fine grid and no sampler."""
    grid = np.linspace(-8.0, 8.0, 4_001)
    log_density = np.array(
        [
            -0.5 * x**2 + sum(b.log_evidence(np.array([x, 0.0])).sum() for b in data.batches)
            for x in grid
        ]
    )
    weights = np.exp(log_density - log_density.max())
    weights /= weights.sum()
    mean = weights @ grid
    return float(mean), float(np.sqrt(weights @ (grid - mean) ** 2))


def drawn(outcomes: list[FitOutcome]) -> dict[str, Floats]:
    """Draws by task."""
    return {outcome.id: outcome.found.drivers for outcome in outcomes}


def test_a_poor_run_is_repeated_once_with_another_seed_and_more_tuning() -> None:
    task = FitTask("moody", ANOTHER_SEED_ONLY)

    (outcome,) = fit_many([task], picky_fit, SETTINGS)

    assert outcome.tries == 2
    assert outcome.found == (2 * SETTINGS.tune, 2 * SETTINGS.draws)
    assert outcome.failure is None


def test_a_run_that_stays_poor_is_told_as_failed() -> None:
    (outcome,) = fit_many([FitTask("hopeless", ())], picky_fit, SETTINGS)

    assert (outcome.id, outcome.tries, outcome.found) == ("hopeless", 2, None)
    assert isinstance(outcome.failure, PoorDiagnostics)


def test_a_failure_travels_from_its_process_and_stops_no_other() -> None:
    tasks = [FitTask("hopeless", ()), FitTask("broken", "x"), FitTask("fine", (1, 2))]

    outcomes = {o.id: o for o in fit_many(tasks, broken_fit, SETTINGS, workers=2)}

    assert outcomes["fine"].found == 2
    assert outcomes["hopeless"].failure.facts == {"model": "world", "faults": "none"}
    assert str(outcomes["broken"].failure) == "The fit broke off: RuntimeError: no start found."


def test_seeds_are_those_of_the_task_alone() -> None:
    assert seed_of("a", 1) == seed_of("a", 1)
    assert len({seed_of("a", 1), seed_of("b", 1), seed_of("a", 2)}) == 3


@pytest.mark.slow
def test_fits_are_right_compiled_once_and_alike_wherever_they_run(monkeypatch) -> None:
    compiled = []
    compiling = sampling.nutpie.compile_pymc_model
    sampling.forget_compiled()
    monkeypatch.setattr(
        sampling.nutpie,
        "compile_pymc_model",
        lambda model: compiled.append(model) or compiling(model),
    )

    here = list(fit_many(TASKS, fit_drivers, SETTINGS))
    alone = list(fit_many(TASKS[2:], fit_drivers, SETTINGS))
    spread = list(fit_many(TASKS, fit_drivers, SETTINGS, workers=2))

    assert len(compiled) == 1
    for task, outcome in zip(TASKS, here, strict=True):
        mean, deviation = by_quadrature(task.data)
        first, second = outcome.found.drivers.T
        error = deviation / np.sqrt(outcome.found.diagnostics.bulk_sample)
        assert abs(first.mean() - mean) < 4.5 * error
        assert first.std() == pytest.approx(deviation, rel=0.1)
        assert abs(second.mean()) < 4.5 / np.sqrt(outcome.found.diagnostics.bulk_sample)
    for other in (alone, spread):
        for task, drivers in drawn(other).items():
            assert np.array_equal(drivers, drawn(here)[task])

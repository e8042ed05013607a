"""Tests of the world model: the same numbers as numpy, and as the online forecasts."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytensor.tensor as pt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.online_vs_nuts import bank_timeline
from forecasts.evidence import Stance
from forecasts.priors import CellPrior, HazardPrior, LogOddsPrior, SoftmaxPrior, SplitTPrior
from forecasts.worlds import World, advance, observe, settle
from models.comparison import compare, root_mean_square
from models.diagnostics import SamplingSettings, require_good
from models.sampling import sample
from models.world import build, known_curve, merged_cells, world_data
from tests.forecasts import building as b
from tests.models.evaluating import PLAIN, number

EDGES = np.linspace(0.0, 100.0, 201)
PRIORS: list[CellPrior] = [
    LogOddsPrior(-0.4),
    SoftmaxPrior(np.array([0.3, -1.0, 0.7])),
    SplitTPrior(40.0, 12.0, 25.0, EDGES),
    SplitTPrior(2.0, 3.0, 9.0, EDGES, closed_below=True, closed_above=True),
    HazardPrior(np.linspace(0.0, 3.0, 256) ** 1.3, 0.15),
]


def known_world() -> World:
    """A curve of every type with evidence, some of it settled, some days gone."""
    world = b.full_world()
    for record in (
        b.record("a", Stance("plain", "yes", 1.1), Stance("event", "no", 0.7)),
        b.record("b", Stance("date", "sooner", 1.1), kind="report"),
        b.record("c", Stance("number", measured=(61.0, 8.0)), Stance("by-late", "yes", 0.4)),
        b.record("d", Stance("choice", "toward", 2.0, choice=1)),
    ):
        world = observe(world, record)
    world = advance(world, b.OPENS + 60)
    return settle(world, "event", np.eye(world.curves["event"].curve.space.size)[100])


def by_hand(world: World, drivers: np.ndarray) -> float:
    """Sum over all curves of ln sum_k pi(k | f) factor(k), with no table, batch or padding."""
    total = 0.0
    for state in world.curves.values():
        pull = state.curve.pull(drivers[None])
        total += float(np.log(np.exp(state.curve.prior.log_cells(pull)[0]) @ state.factor))
    return total


@pytest.mark.parametrize("prior", PRIORS, ids=lambda prior: type(prior).__name__)
@pytest.mark.parametrize("pull", [-3.0, -0.1, 0.0, 2.5])
def test_priors_give_tensors_the_same_numbers(prior: CellPrior, pull: float) -> None:
    eta = np.array([pull, 0.5 * pull, 0.3]) if isinstance(prior, SoftmaxPrior) else np.array(pull)

    on_tensors = number(prior.log_cells(pt.as_tensor(eta), pt))

    np.testing.assert_allclose(on_tensors, prior.log_cells(eta), rtol=0, atol=1e-10)


def test_merging_cells_keeps_the_evidence_exactly() -> None:
    for state in known_world().curves.values():
        pulls = state.curve.pull(np.array([[0.7, -1.3]]))
        whole = np.exp(state.curve.prior.log_cells(pulls)) @ state.factor

        merged = merged_cells(known_curve(state))

        there = np.exp(merged.prior.log_cells(pulls)) @ merged.factor
        np.testing.assert_allclose(there, whole, rtol=1e-12)


def test_a_settled_curve_keeps_three_cells() -> None:
    merged = merged_cells(known_curve(known_world().curves["event"]))

    assert len(merged.factor) == 4  # before, the day itself, after, and never
    assert np.count_nonzero(merged.factor) == 1


@settings(max_examples=10)
@given(st.tuples(st.floats(-3, 3), st.floats(-3, 3)))
def test_padded_batches_give_what_a_sum_by_hand_gives(point: tuple[float, float]) -> None:
    world, drivers = known_world(), np.array(point)

    batched = sum(batch.log_evidence(drivers).sum() for batch in world_data(world).batches)

    assert batched == pytest.approx(by_hand(world, drivers), abs=1e-10)


def test_log_density_is_that_of_the_drivers_plus_all_evidence() -> None:
    world, drivers = known_world(), np.array([0.4, -0.9])
    model = build(world_data(world))

    density = model.compile_logp(mode=PLAIN)({"drivers": drivers})

    prior = -0.5 * (drivers @ drivers) - np.log(2 * np.pi)
    assert density == pytest.approx(prior + by_hand(world, drivers), abs=1e-10)


def test_dims_are_named() -> None:
    model = build(world_data(known_world()))

    assert tuple(model.coords["driver"]) == b.DRIVERS
    assert set(model.coords["curve"]) == {"plain", "event", "date", "number", "choice"}


def test_a_world_without_questions_is_its_prior() -> None:
    world = replace(b.full_world(), curves={}, terms={})

    density = build(world_data(world)).compile_logp(mode=PLAIN)({"drivers": np.zeros(2)})

    assert density == pytest.approx(-np.log(2 * np.pi))


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2025-07-01", "2026-11-23"])
def test_online_forecasts_are_those_of_nuts(day: str) -> None:
    timeline = bank_timeline(datetime.fromisoformat(day).replace(hour=18, tzinfo=UTC))
    world = timeline.world
    posterior, diagnostics = sample(build(world_data(world)), SamplingSettings(seed=11))
    require_good(diagnostics, "world")

    differences = compare(world, posterior, set(world.questions) - set(timeline.ended))

    assert len(differences) > 20
    assert root_mean_square(differences) <= 1.5
    assert max(abs(difference.z) for difference in differences) <= 4.5

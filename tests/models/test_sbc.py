"""Tests of calibration: ranks of simulated truths are uniform, unless a model is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from forecasts.evidence import Record
from models.simulation import draw_pool, draw_truth, simulated_world
from models.simulation_evidence import draw_records
from models.simulation_learning import learning_replicate
from models.simulation_ranks import (
    by_quantity,
    nuts_ranks,
    online_ranks,
    rank,
    rank_in_cells,
    uniformity,
)
from models.simulation_replicates import (
    forward_replicate,
    graded_replicate,
    observe_all,
    simulated_theta,
)

REPLICATES = 30
#: Chance that a test of a good model fails, over all of its quantities.
FALSE_ALARM = 1e-4
SEED = 77


def smallest_p(replicates: Sequence[dict[str, float]]) -> float:
    """The smallest p-value of any quantity, by ECDF or chi-square, times how many there are."""
    found = [uniformity(name, ranks) for name, ranks in by_quantity(replicates).items()]
    values = [value for one in found for value in (one.ecdf_p, one.chi_square_p)]
    return min(values) * len(values)


def test_ranks_of_ties_are_even() -> None:
    rng = np.random.default_rng(1)
    draws = np.array([1.0, 2.0, 2.0, 3.0])

    ranks = [rank(2.0, draws, rng) for _ in range(2_000)]

    assert min(ranks) > 0.2 and max(ranks) < 0.8
    assert np.mean(ranks) == pytest.approx(0.5, abs=0.02)


def test_ranks_in_cells_are_even_where_the_forecast_is_right() -> None:
    rng = np.random.default_rng(2)
    cells = np.array([0.1, 0.6, 0.3])

    ranks = np.array([rank_in_cells(int(rng.choice(3, p=cells)), cells, rng) for _ in range(500)])

    assert uniformity("cells", ranks).ecdf_p > 0.01


@pytest.mark.parametrize("ranks", [30, 300])
def test_uniform_ranks_raise_few_alarms(ranks: int) -> None:
    """Of 400 sets some 4 fall under 1%, with four errors 12; and 95% of them stay in the band."""
    rng = np.random.default_rng(3)

    found = [uniformity("u", rng.random(ranks)) for _ in range(400)]

    assert sum(one.ecdf_p < 0.01 for one in found) <= 12
    assert sum(one.chi_square_p < 0.01 for one in found) <= 12
    assert 0.9 < np.mean([one.outside == 0 for one in found]) < 0.99


def test_ranks_that_are_not_uniform_are_seen() -> None:
    """Overconfident: a U; too wide: a hump; biased: a slope."""
    rng = np.random.default_rng(4)
    for shape in ((0.4, 0.4), (3.0, 3.0), (1.0, 2.5)):
        one = uniformity("bad", rng.beta(*shape, size=300))

        assert one.ecdf_p < 1e-4 and one.outside > 0.1


@pytest.mark.slow
def test_the_online_step_is_calibrated_after_a_hundred_updates() -> None:
    replicates = [forward_replicate(SEED + n, online_ranks) for n in range(REPLICATES)]

    assert {name.split()[0] for name in replicates[0]} == {"driver", "pull", "outcome"}
    assert smallest_p(replicates) > FALSE_ALARM


@pytest.mark.slow
def test_the_online_step_is_calibrated_on_evidence_of_every_stance() -> None:
    rng = np.random.default_rng(SEED)
    pool = draw_pool(simulated_world("pool", simulated_theta(rng)), 50_000, rng)

    replicates = [graded_replicate(SEED + n, online_ranks, pool) for n in range(REPLICATES)]

    assert smallest_p(replicates) > FALSE_ALARM


@pytest.mark.slow
def test_the_world_by_nuts_is_calibrated() -> None:
    replicates = [forward_replicate(SEED + n, nuts_ranks) for n in range(REPLICATES)]

    assert smallest_p(replicates) > FALSE_ALARM


@pytest.mark.slow
def test_learning_is_calibrated() -> None:
    replicates = [learning_replicate(SEED + n) for n in range(REPLICATES)]

    assert smallest_p(replicates) > FALSE_ALARM


@pytest.mark.slow
def test_records_that_are_heard_three_times_are_found_out() -> None:
    replicates = [replicate_read_wrong(SEED + n, records=heard_thrice) for n in range(REPLICATES)]

    assert smallest_p(replicates) < FALSE_ALARM


@pytest.mark.slow
def test_slopes_that_are_taken_three_times_are_found_out() -> None:
    replicates = [replicate_read_wrong(SEED + n, slopes=3.0) for n in range(2 * REPLICATES)]

    assert smallest_p(replicates) < FALSE_ALARM


@pytest.mark.slow
def test_the_same_evidence_read_right_is_calibrated() -> None:
    replicates = [replicate_read_wrong(SEED + n) for n in range(2 * REPLICATES)]

    assert smallest_p(replicates) > FALSE_ALARM


def heard_thrice(records: list[Record]) -> list[Record]:
    """Each record three times, as if from three origins."""
    return [
        replace(r, id=f"{r.id} {n}", origin=f"{r.origin} {n}", fingerprint=f"{r.id} {n}")
        for n in range(3)
        for r in records
    ]


def replicate_read_wrong(
    seed: int,
    records: Callable[[list[Record]], list[Record]] = lambda records: records,
    slopes: float = 1.0,
) -> dict[str, float]:
    """A hundred records, read otherwise than they were drawn; forecasts hang on them alone."""
    rng = np.random.default_rng(seed)
    world = simulated_world(f"wrong-{seed}", simulated_theta(rng))
    truth = draw_truth(world, rng)
    drawn = records(draw_records(world, truth, 100, rng))
    theta = replace(world.reliability, base=world.reliability.base + np.log(slopes))
    return online_ranks(observe_all(replace(world, reliability=theta), drawn), truth, rng)

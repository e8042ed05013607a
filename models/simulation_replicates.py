"""One replicate of a calibration by simulation, from a seed: a truth, its evidence, the ranks."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from forecasts.evidence import Record
from forecasts.reliability import PRIORS, Reliability, draw_from_priors
from forecasts.worlds import World, observe
from models.simulation import (
    Truth,
    TruthPool,
    draw_from_posterior,
    draw_truth,
    settle_some,
    simulated_world,
)
from models.simulation_evidence import SOURCES, any_records, draw_records

#: Updates before the online step is looked at.
UPDATES = 100
#: Records whose outcomes are drawn afterwards, by weighing a pool, which many would empty.
GRADED_UPDATES = 20
#: Draws of theta over which the readings of such records are averaged.
GRADED_RELIABILITIES = 16

type Rank = Callable[[World, Truth, np.random.Generator], dict[str, float]]


def simulated_theta(rng: np.random.Generator, draws: int = 1) -> Reliability:
    """Draw theta from its priors, cancellation, damping and loudness with it.

    With one draw, reading evidence is Bayes; with more, it is cut: no evidence weighs them.
    """
    return replace(
        draw_from_priors(int(rng.integers(2**31)), draws),
        cancellation=rng.beta(*PRIORS.cancellation, size=draws),
        damping=rng.normal(*PRIORS.damping, size=draws),
        loudness={source: float(np.exp(0.3 * rng.standard_normal())) for source in SOURCES},
    )


def forward_replicate(seed: int, rank: Rank) -> dict[str, float]:
    """Truth from the prior, UPDATES records from the truth; halfway some questions resolve."""
    rng = np.random.default_rng(seed)
    world = simulated_world(f"forward-{seed}", simulated_theta(rng))
    truth = draw_truth(world, rng)
    records = draw_records(world, truth, UPDATES, rng)
    world = observe_all(world, records[: UPDATES // 2])
    world = observe_all(settle_some(world, truth), records[UPDATES // 2 :])
    return rank(world, truth, rng)


def graded_replicate(seed: int, rank: Rank, pool: TruthPool) -> dict[str, float]:
    """Records of every stance from nothing, and the truth from what they leave of a pool."""
    rng = np.random.default_rng(seed)
    world = simulated_world(f"graded-{seed}", simulated_theta(rng, GRADED_RELIABILITIES))
    world = observe_all(world, any_records(world, GRADED_UPDATES, rng))
    return rank(world, draw_from_posterior(world, pool, rng), rng)


def observe_all(world: World, records: list[Record]) -> World:
    """Take in records one after the other."""
    for record in records:
        world = observe(world, record)
    return world

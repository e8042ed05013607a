"""Tests of sampling: the same bits on every run, and no trust in a poor one."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from forecasts.errors import PoorDiagnostics
from models.diagnostics import Diagnostics, SamplingSettings, require_good
from models.sampling import diagnose, thinned

GOOD = Diagnostics(
    r_hat=1.003,
    bulk_sample=2_100.0,
    tail_sample=1_800.0,
    divergences=0,
    draws=1_000,
    tune=1_000,
    chains=4,
    seed=1,
    seconds=12.0,
    versions={},
)
SETTINGS = SamplingSettings(seed=1)


def posterior(values: np.ndarray) -> xr.Dataset:
    return xr.Dataset({"x": (("chain", "draw"), values)})


def test_a_good_run_passes() -> None:
    require_good(GOOD, "world")


def test_a_stray_divergence_in_thousands_passes() -> None:
    require_good(replace(GOOD, divergences=4), "world")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"r_hat": 1.01}, "r-hat 1.010"),
        ({"r_hat": float("nan")}, "r-hat nan"),
        ({"bulk_sample": 399.0}, "effective sample (bulk) 399"),
        ({"tail_sample": 12.0}, "effective sample (tail) 12"),
        ({"divergences": 5}, "5 divergences in 4000 draws"),
    ],
)
def test_a_poor_run_is_refused_with_its_fault(change: dict[str, float], fault: str) -> None:
    with pytest.raises(PoorDiagnostics) as refused:
        require_good(replace(GOOD, **change), "world")

    assert refused.value.facts["model"] == "world"
    assert fault in str(refused.value.facts["faults"])


def test_chains_that_disagree_are_found() -> None:
    draws = np.random.default_rng(1).standard_normal((4, 1_000))
    agreeing = diagnose(posterior(draws), 0, SETTINGS, 1.0)

    disagreeing = diagnose(posterior(draws + np.arange(4)[:, None]), 0, SETTINGS, 1.0)

    assert agreeing.faults == []
    assert disagreeing.r_hat > 1.5


def test_draws_that_stick_have_a_small_effective_sample() -> None:
    steps = np.random.default_rng(2).standard_normal((4, 1_000))
    sticky = np.repeat(steps[:, ::50], 50, axis=1)  # each value fifty times: 80 of 4,000 count

    found = diagnose(posterior(sticky), 0, SETTINGS, 1.0)

    assert found.bulk_sample < 200


def test_thinning_takes_the_same_share_of_every_chain() -> None:
    chains = np.repeat(np.arange(4.0)[:, None], 1_000, axis=1)

    kept = thinned(posterior(chains), 1_000)["x"]

    assert [int((kept == chain).sum()) for chain in range(4)] == [250] * 4


def test_thinning_never_repeats_a_draw() -> None:
    with pytest.raises(ValueError, match="200 draws, 1000 are needed"):
        thinned(posterior(np.zeros((2, 100))), 1_000)


RUN = """
import hashlib, numpy as np
from models.diagnostics import SamplingSettings
from models.sampling import sample
from models.world import build, world_data
from tests.forecasts import building as b
draws, _ = sample(build(world_data(b.full_world())), SamplingSettings(seed=5, draws=100, tune=200))
print(hashlib.sha256(np.ascontiguousarray(draws["drivers"].to_numpy()).tobytes()).hexdigest())
"""


@pytest.mark.slow
def test_a_seed_gives_the_same_bits_in_another_process() -> None:
    def run() -> str:
        command = [sys.executable, "-c", RUN]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    first, second = run(), run()

    assert len(first.strip()) == 64
    assert first == second

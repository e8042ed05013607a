"""Tests of landing a fit: what the ledger keeps, what replays, and what changes nothing."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from api.instance import Instance, open_instance
from api.workflows.refitting import Fit, gather_inputs, land_fit, refit
from api.workflows.replaying import replay_ledger
from data.fits import encode_fit
from data.ledger import read_checkpoint
from data.tables import FITS
from forecasts.errors import LedgerBroken, PoorDiagnostics, UnknownWorld
from forecasts.reliability import draw_from_priors
from forecasts.worlds import log_evidence, relearn
from models.diagnostics import SamplingSettings
from tests.conftest import NOW

WORLD = "deepseek-r2"


def made_fit(instance: Instance) -> Fit:
    """A fit from the draws that stand, under another theta: what NUTS would give, sooner."""
    inputs = instance.writer.do(lambda transaction: gather_inputs(transaction, WORLD))
    theta = draw_from_priors(seed=99)
    world = relearn(inputs.timeline.world, theta, inputs.timeline.world.established)
    draws = encode_fit(theta, world.draws, log_evidence(world, world.draws))
    digest = hashlib.sha256(draws).hexdigest()
    checkpoint = {"entries": inputs.checkpoint.entries, "hash": inputs.checkpoint.hash}
    body = {"id": "made", "world": WORLD, "draws_sha256": digest, "checkpoint": checkpoint}
    return Fit(body, draws)


def test_inputs_hold_every_record_and_outcome(instance: Instance) -> None:
    inputs = instance.writer.do(lambda transaction: gather_inputs(transaction, WORLD))

    curves = inputs.timeline.world.curves.values()
    assert {s.record.id for state in curves for s in state.signals} <= inputs.recorded.keys()
    assert inputs.timeline.ended.keys() == inputs.resolutions.keys()


def test_an_unknown_world_is_refused(instance: Instance) -> None:
    with pytest.raises(UnknownWorld):
        instance.writer.do(lambda transaction: gather_inputs(transaction, "elsewhere"))


def test_a_landed_fit_moves_forecasts_and_keeps_its_draws(instance: Instance) -> None:
    fit = made_fit(instance)

    steps = instance.writer.do(lambda transaction: land_fit(transaction, fit, NOW))

    with instance.database.read() as connection:
        stored = connection.execute(select(FITS)).one()
        head = read_checkpoint(connection).entries
    assert {step.cause for step in steps} == {"fit"}
    assert any(step.bits != 0 for step in steps)
    assert (stored.seq, stored.draws) == (head, fit.draws)
    assert instance.writer.timelines[WORLD].world.reliability.seed == 99


def test_a_landed_fit_survives_a_restart_and_a_replay(database: Path) -> None:
    url = f"sqlite:///{database}"
    with open_instance(url, lambda: NOW) as instance:
        fit = made_fit(instance)
        instance.writer.do(lambda transaction: land_fit(transaction, fit, NOW))
        before = instance.writer.timelines[WORLD]

    with open_instance(url, lambda: NOW) as instance:
        after = instance.writer.timelines[WORLD]
        with instance.database.read() as connection:
            replay = replay_ledger(connection)

    assert np.array_equal(after.world.draws, before.world.draws)
    for question, forecast in before.standing.items():
        assert np.array_equal(after.standing[question].cells, forecast.cells)
    assert replay.difference is None


def test_draws_that_do_not_match_their_hash_change_nothing(instance: Instance) -> None:
    fit = made_fit(instance)
    altered = replace(fit, draws=fit.draws[:-1] + b"\x00" + fit.draws[-1:])
    before = instance.writer.do(lambda transaction: transaction.head)

    with pytest.raises(LedgerBroken, match="were altered"):
        instance.writer.do(lambda transaction: land_fit(transaction, altered, NOW))

    assert instance.writer.do(lambda transaction: transaction.head) == before
    assert instance.writer.timelines[WORLD].world.reliability.seed != 99


def test_a_fit_of_another_ledger_is_refused(instance: Instance) -> None:
    fit = made_fit(instance)
    other = replace(fit, body={**fit.body, "checkpoint": {"entries": 3, "hash": "0" * 64}})

    with pytest.raises(LedgerBroken, match="entry 3"):
        instance.writer.do(lambda transaction: land_fit(transaction, other, NOW))


@pytest.mark.slow
def test_poor_diagnostics_change_nothing(instance: Instance) -> None:
    hasty = SamplingSettings(seed=1, draws=10, tune=5, chains=2)
    before = instance.writer.do(lambda transaction: transaction.head)
    standing = instance.writer.timelines[WORLD].standing

    with pytest.raises(PoorDiagnostics) as refused:
        refit(instance.writer, WORLD, hasty, lambda: NOW)

    assert refused.value.facts["model"] == "reliability"
    assert instance.writer.do(lambda transaction: transaction.head) == before
    assert instance.writer.timelines[WORLD].standing is standing


@pytest.mark.slow
def test_a_fit_lands_with_equal_weights_and_good_diagnostics(instance: Instance) -> None:
    fit, steps = refit(instance.writer, WORLD, SamplingSettings(seed=2), lambda: NOW)

    timeline = instance.writer.timelines[WORLD]
    diagnostics = fit.body["diagnostics"]
    assert {step.after.question for step in steps} == timeline.world.questions.keys() - set(
        timeline.ended
    )
    assert np.ptp(timeline.world.weights) < 1e-12  # nothing came between the fit and its landing
    assert diagnostics["reliability"]["r_hat"] < 1.01 > diagnostics["world"]["r_hat"]

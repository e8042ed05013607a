"""Tests of fitting: what a fit reads, and what it finds on the real bank."""

import numpy as np
import pytest

from api.instance import Instance
from api.workflows.landing import land_fit
from api.workflows.refitting import fit_world, gather_inputs
from forecasts.errors import PoorDiagnostics, UnknownWorld
from models.diagnostics import SamplingSettings
from tests.api.fitted import WORLD
from tests.conftest import NOW


def test_inputs_hold_every_record_and_outcome(instance: Instance) -> None:
    inputs = instance.writer.do(lambda transaction: gather_inputs(transaction, WORLD))

    curves = inputs.timeline.world.curves.values()
    assert {s.record.id for state in curves for s in state.signals} <= inputs.recorded.keys()
    assert inputs.timeline.ended.keys() == inputs.resolutions.keys()


def test_an_unknown_world_is_refused(instance: Instance) -> None:
    with pytest.raises(UnknownWorld):
        instance.writer.do(lambda transaction: gather_inputs(transaction, "elsewhere"))


@pytest.mark.slow
def test_poor_diagnostics_are_told(instance: Instance) -> None:
    inputs = instance.writer.do(lambda transaction: gather_inputs(transaction, WORLD))

    with pytest.raises(PoorDiagnostics) as refused:
        fit_world(inputs, SamplingSettings(seed=1, draws=10, tune=5, chains=2))

    assert refused.value.facts["model"] == "reliability"


@pytest.mark.slow
def test_a_fit_lands_with_equal_weights_and_good_diagnostics(instance: Instance) -> None:
    inputs = instance.writer.do(lambda transaction: gather_inputs(transaction, WORLD))
    fit = fit_world(inputs, SamplingSettings(seed=2))
    landed = land_fit(instance.writer, fit, lambda: NOW)

    timeline = instance.writer.timelines[WORLD]
    diagnostics = fit.body["diagnostics"]
    assert {step.after.question for step in landed.steps} == timeline.world.questions.keys() - set(
        timeline.ended
    )
    assert np.ptp(timeline.world.weights) < 1e-12  # nothing came between the fit and its landing
    assert diagnostics["reliability"]["r_hat"] < 1.01 > diagnostics["world"]["r_hat"]

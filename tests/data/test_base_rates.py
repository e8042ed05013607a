"""Tests of priors from base rates, and of reference classes that questions share."""

from dataclasses import replace

import numpy as np
import pytest

from data.decoding import decode_question
from forecasts.curves import read_curve
from forecasts.questions import Curve
from forecasts.reliability import draw_from_priors
from tests.data import writing as w

DRIVERS = ("demand", "supply")


def curve_of(written: w.QuestionFormat) -> Curve:
    _, curve = decode_question(written, DRIVERS)
    assert curve is not None
    return curve


@pytest.mark.parametrize(
    ("happened", "of", "opening"), [(0, 2, 1 / 6), (3, 40, 3.5 / 41), (4, 4, 0.9)]
)
def test_a_base_rate_opens_at_the_mean_of_its_jeffreys_posterior(
    happened: int, of: int, opening: float
) -> None:
    rate = {"base_rate": {"happened": happened, "of": of}}
    plain = w.question("plain", "binary", prior={**w.PRIOR, **rate}, loadings=[w.LOADING])
    question, curve = decode_question(w.event(probability=None, **rate), DRIVERS)

    assert curve_of(plain).opening_cells[1] == pytest.approx(opening, abs=1e-6)
    assert curve is not None
    assert question.probability(curve.opening_cells) == pytest.approx(opening, abs=1e-6)


def test_questions_of_one_reference_class_share_its_name() -> None:
    shared = {"reference_class_id": "bans"}
    points = {"quantiles": {"10": "2025-03-01", "50": "2025-08-01"}}
    curves = [curve_of(w.event(**shared)), curve_of(w.dated(**points, **shared))]

    assert [curve.reference_class for curve in curves] == ["bans", "bans"]
    assert curve_of(w.plain()).reference_class == ""


def test_what_is_learned_of_a_class_tilts_its_open_questions() -> None:
    """A shift of ln 2 doubles the odds of it happening, (2 x .4) / (2 x .4 + .6) of them."""
    theta = draw_from_priors(seed=1, draws=16)
    learned = replace(theta, classes={"bans": np.full(16, np.log(2.0))})
    curves = [curve_of(w.event()), curve_of(w.event(reference_class_id="bans"))]
    states = [read_curve(c, (), np.ones(c.space.size), learned, frozenset()) for c in curves]
    factors = [c.opening_cells * s.factor for c, s in zip(curves, states, strict=True)]
    happens = [float(cells[:-1].sum() / cells.sum()) for cells in factors]

    assert happens == pytest.approx([0.4, 0.8 / 1.4], abs=1e-6)

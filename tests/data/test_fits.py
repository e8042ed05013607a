"""Tests of a fit's draws as bytes."""

from dataclasses import replace

import numpy as np
import pytest

from data.fits import decode_fit, encode_fit
from forecasts.reliability import Reliability, draw_from_priors

THETA = draw_from_priors(seed=5, draws=7)
DRAWS, REFERENCE = np.arange(6.0).reshape(3, 2), np.array([0.1, -0.2, 1e-300])
LEARNED = replace(
    THETA,
    sources={"b": np.arange(7.0), "a": -np.arange(7.0)},
    submitters={"ann": np.full(7, np.pi)},
)


@pytest.mark.parametrize("theta", [THETA, LEARNED])
def test_a_fit_comes_back_bit_for_bit(theta: Reliability) -> None:
    fit = decode_fit("f1", encode_fit(theta, DRAWS, REFERENCE))

    assert (fit.fit_id, fit.reliability.seed) == ("f1", 5)
    for name in ("base", "grades", "source_spread", "correlation", "trust", "submitter_spread"):
        np.testing.assert_array_equal(getattr(fit.reliability, name), getattr(theta, name))
    for read, wanted in (
        (fit.reliability.sources, theta.sources),
        (fit.reliability.submitters, theta.submitters),
    ):
        assert set(read) == set(wanted)
        assert all(np.array_equal(read[name], wanted[name]) for name in wanted)
    assert fit.draws is not None and fit.reference is not None
    np.testing.assert_array_equal(fit.draws, DRAWS)
    np.testing.assert_array_equal(fit.reference, REFERENCE)
    np.testing.assert_array_equal(
        fit.reliability.source_deviation("unknown"), theta.source_deviation("unknown")
    )


def test_the_bytes_depend_on_the_values_only() -> None:
    turned = replace(LEARNED, sources=dict(reversed(LEARNED.sources.items())))

    assert encode_fit(turned, DRAWS, REFERENCE) == encode_fit(LEARNED, DRAWS, REFERENCE)
    assert encode_fit(LEARNED, DRAWS + 1, REFERENCE) != encode_fit(LEARNED, DRAWS, REFERENCE)

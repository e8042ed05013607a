"""Tests of theta: its priors, and what is drawn for names that no fit has met."""

from dataclasses import replace

import numpy as np
import pytest

from forecasts.reliability import GRADES, draw_from_priors

DRAWS = 200_000
THETA = draw_from_priors(seed=7, draws=DRAWS)


def test_priors_are_those_of_the_design() -> None:
    """Means to within four standard errors: beta(7,3) .7, beta(18,2) .9, half-normal s sqrt(2/pi).

    The largest spread is .35, so four standard errors are at most 4 x .35 / sqrt(200,000) = .0032.
    """
    half_normal = np.sqrt(2 / np.pi)
    means = [
        THETA.base.mean(),
        THETA.source_spread.mean(),
        THETA.correlation.mean(),
        THETA.trust.mean(),
        THETA.submitter_spread.mean(),
        *THETA.grades.mean(axis=0),
    ]

    expected = [np.log(0.5), 0.35 * half_normal, 0.7, 0.9, 0.3 * half_normal]
    np.testing.assert_allclose(means, [*expected, 1, 0.9, 0.7, 0.4, 0.1, 0.5], atol=0.0032)
    spreads = [THETA.base.std(), THETA.grades[:, 0].std(), THETA.correlation.std()]
    np.testing.assert_allclose(spreads, [0.35, 0.25, np.sqrt(0.7 * 0.3 / 11)], atol=0.0032)


def test_the_same_seed_gives_the_same_theta() -> None:
    first, again, other = (draw_from_priors(seed, draws=5) for seed in (1, 1, 2))

    np.testing.assert_array_equal(first.grades, again.grades)
    assert not np.array_equal(first.grades, other.grades)


def test_an_unknown_source_is_standard_normal_and_always_the_same() -> None:
    first, other = THETA.source_deviation("agency"), THETA.source_deviation("press")

    np.testing.assert_array_equal(first, THETA.source_deviation("agency"))
    assert first.mean() == pytest.approx(0, abs=0.01) and first.std() == pytest.approx(1, abs=0.01)
    assert np.corrcoef(first, other)[0, 1] == pytest.approx(0, abs=0.01)


def test_an_unknown_submitter_spreads_as_submitters_do() -> None:
    deviation = THETA.submitter_deviation("agency")

    assert deviation.std() == pytest.approx(0.3, abs=0.01)  # E of s_u squared is .3 squared
    assert np.corrcoef(deviation, THETA.source_deviation("agency"))[0, 1] == pytest.approx(
        0, abs=0.01
    )


def test_what_was_learned_takes_the_place_of_the_prior() -> None:
    learned = np.arange(DRAWS, dtype=float)
    theta = replace(THETA, sources={"agency": learned}, submitters={"ann": -learned})

    assert theta.source_deviation("agency") is learned
    np.testing.assert_array_equal(theta.submitter_deviation("ann"), -learned)
    np.testing.assert_array_equal(theta.grade_slope("C"), THETA.grades[:, GRADES.index("C")])
    assert theta.draws == DRAWS

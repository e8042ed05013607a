"""Tests of elicitation: the solution gives the author's numbers back, by fresh Monte Carlo."""

import numpy as np
import pytest

from forecasts.elicitation import (
    _least_squares,
    driver_grid,
    hazard_shape,
    normal_nodes,
    solve_hazard,
    solve_log_odds,
    solve_softmax,
    solve_split_t,
    solve_weibull,
)
from forecasts.errors import ImpossiblePrior
from forecasts.priors import FRAILTY

DRAWS = 400_000
#: Four standard errors of a share estimated from DRAWS: 4 x sqrt(.25 / 400,000).
ERROR = 0.0032


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20250227)


def shares(values: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    return np.mean(values[:, None] <= thresholds, axis=0)


def event_days(
    rng: np.random.Generator, scale: float, shape: float, never: float, pull: float
) -> np.ndarray:
    """Days until an event with frailty, by inverting its hazard; infinite where it never comes."""
    frailty = rng.gamma(1 / FRAILTY, FRAILTY, DRAWS)
    strength = frailty * np.exp(pull * rng.standard_normal(DRAWS))
    days = scale * (rng.exponential(size=DRAWS) / strength) ** (1 / shape)
    return np.where(rng.random(DRAWS) < never, np.inf, days)


@pytest.mark.parametrize(("probability", "pull"), [(0.5, 0.0), (0.04, 0.8), (0.9, 1.5)])
def test_a_probability_is_met_on_average_over_the_drivers(
    rng: np.random.Generator, probability: float, pull: float
) -> None:
    prior = solve_log_odds(probability, pull)

    total = prior.log_odds + pull * rng.standard_normal(DRAWS)
    assert np.mean(1 / (1 + np.exp(-total))) == pytest.approx(probability, abs=ERROR)


@pytest.mark.parametrize("drivers", [1, 3, 4])
def test_options_are_met_on_average_over_the_drivers(
    rng: np.random.Generator, drivers: int
) -> None:
    wanted = np.array([0.05, 0.25, 0.7])
    loadings = rng.uniform(-0.8, 0.8, (3, drivers + 1))
    loadings[:, 1] = 0  # a driver on which nothing hangs takes no part in the integral

    prior = solve_softmax(wanted, loadings)

    total = np.exp(prior.log_odds + rng.standard_normal((DRAWS, drivers + 1)) @ loadings.T)
    mean = (total / total.sum(axis=1, keepdims=True)).mean(axis=0)
    np.testing.assert_allclose(mean, wanted, atol=ERROR)
    assert prior.log_odds.sum() == pytest.approx(0)


@pytest.mark.parametrize("quantiles", [(30.0, 50.0, 75.0), (-1.0, 0.0, 1.0), (0.0, 1.0, 2.2)])
@pytest.mark.parametrize("pull", [0.0, 0.7])
def test_quantiles_are_met_on_average_over_the_drivers(
    rng: np.random.Generator, quantiles: tuple[float, ...], pull: float
) -> None:
    location, below, above = solve_split_t(np.array(quantiles), pull, "q")

    size = np.abs(rng.standard_t(4, DRAWS))
    left = rng.random(DRAWS) < below / (below + above)
    shift = pull * rng.standard_normal(DRAWS) * (below + above) / 2
    values = location + shift + np.where(left, -below * size, above * size)
    np.testing.assert_allclose(shares(values, np.array(quantiles)), [0.1, 0.5, 0.9], atol=ERROR)


def test_one_side_ten_times_longer_than_the_other_is_impossible() -> None:
    """A half t reaches (2.132 - .741) / (.741 - .134) = 2.29 times as far above its median."""
    with pytest.raises(ImpossiblePrior, match="The prior of q cannot be met: the"):
        solve_split_t(np.array([0.0, 1.0, 11.0]), 0.0, "q")


def test_dates_are_met_on_average_over_drivers_and_frailty(rng: np.random.Generator) -> None:
    days, chances = np.array([60.0, 200.0]), np.array([0.1, 0.5])

    scale, shape = solve_weibull(days, chances, 0.15, 0.6, "q")

    reached = shares(event_days(rng, scale, shape, 0.15, 0.6), days)
    np.testing.assert_allclose(reached, chances, atol=ERROR)


def test_dates_that_no_curve_meets_are_refused_with_the_worst_of_them() -> None:
    days, chances = np.array([10.0, 20.0, 30.0]), np.array([0.1, 0.11, 0.9])

    with pytest.raises(ImpossiblePrior, match=r"The prior of q cannot be met: day \d0 asks for"):
        solve_weibull(days, chances, 0.0, 0.0, "q")


def test_an_event_has_its_probability_by_the_close(rng: np.random.Generator) -> None:
    whole = solve_hazard(0.6, 0.2, 0.9, "q")

    days = event_days(rng, 1.0, 1.0, 0.2, 0.9)  # in days of unit hazard
    assert np.mean(days <= whole) == pytest.approx(0.6, abs=ERROR)


def test_an_event_cannot_be_likelier_than_that_it_is_not_never() -> None:
    with pytest.raises(ImpossiblePrior, match=r"asks for 0\.700, the nearest curve gives 0\.600"):
        solve_hazard(0.7, 0.4, 0.0, "q")


def test_windows_take_their_share_of_the_hazard_and_the_rest_is_even() -> None:
    """Days 0, 4, 5, 6, 10; 60% within days 4 to 6: .4 x day/10, and .3 by the middle of it."""
    edges = np.array([0.0, 4.0, 5.0, 6.0, 10.0])

    shape = hazard_shape(edges, [(4.0, 6.0, 0.6)])

    np.testing.assert_allclose(shape, [0, 0.16, 0.2 + 0.3, 0.24 + 0.6, 1.0])


def test_nodes_integrate_the_moments_of_a_standard_normal() -> None:
    nodes, weights = normal_nodes(40)
    points, shares_of_points = driver_grid(2)

    assert [weights @ nodes**power for power in (0, 2, 4, 6)] == pytest.approx([1, 1, 3, 15])
    assert shares_of_points @ (points[:, 0] ** 2 * points[:, 1] ** 2) == pytest.approx(1)
    assert [len(driver_grid(count)[0]) for count in (0, 3, 4)] == [1, 13**3, 7**4]


def test_a_search_that_never_settles_ends() -> None:
    """The residual e^-x has its least at infinity: every step of about one is an improvement."""
    found = _least_squares(lambda point: np.exp(-point), np.zeros(1))

    assert 100 < found[0] <= 210

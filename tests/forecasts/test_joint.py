"""Tests of joint tables: one distribution, at whose prices no bets lose for sure."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from forecasts.distributions import forecast_all
from forecasts.errors import UnknownQuestion
from forecasts.joint import axis_of, joint_table, mutual_information
from forecasts.scenarios import chance_of, conditional_forecasts, suppose
from forecasts.times import end_of_day
from forecasts.worlds import World, settle
from tests.forecasts import building as b
from tests.forecasts.supposing import driver, known_world, learn, make, outcome

BINARY = ("plain", "event", "by-early", "by-late", "at-least-60")


@pytest.fixture(scope="module")
def world() -> World:
    return known_world()


def table(world: World, *questions: str, scenario=None):
    under = suppose(world, scenario or learn())
    return joint_table(under, [axis_of(under, name) for name in questions])


def test_tables_sum_to_one_and_their_margins_are_the_forecasts(world):
    found = table(world, "plain", "by-late", "choice")
    forecasts = forecast_all(world)

    assert found.probabilities.shape == found.errors.shape == (2, 2, 3)
    assert found.probabilities.sum() == pytest.approx(1, abs=1e-12)
    margins = [found.probabilities.sum(axis=axes) for axes in ((1, 2), (0, 2), (0, 1))]
    assert margins[0][1] == pytest.approx(forecasts["plain"].probability, abs=1e-12)
    assert margins[1][1] == pytest.approx(forecasts["by-late"].probability, abs=1e-12)
    np.testing.assert_allclose(margins[2], forecasts["choice"].cells, atol=1e-12)


def test_questions_of_one_curve_are_exact_on_its_cells(world):
    found = table(world, "by-early", "by-late", "plain").probabilities

    assert np.all(found[1, 0] == 0)  # by the early day, but not by the late one
    assert found[1].sum() == pytest.approx(forecast_all(world)["by-early"].probability)


def test_errors_are_those_of_a_forecast(world):
    forecast = forecast_all(world)["plain"]

    assert table(world, "plain", "plain").errors[1, 1] == pytest.approx(
        forecast.monte_carlo_error, rel=1e-6
    )


def test_dates_and_numbers_are_cut_at_their_median_or_where_one_says(world):
    under = suppose(world, learn())
    halves = joint_table(under, [axis_of(under, "number")]).probabilities
    at = joint_table(under, [axis_of(under, "number", at=60.0)]).probabilities
    by = joint_table(under, [axis_of(under, "date", at=end_of_day(b.EARLY))]).probabilities
    forecasts = forecast_all(world)

    np.testing.assert_allclose(halves, [0.5, 0.5], atol=1e-9)
    assert at[1] == pytest.approx(forecasts["at-least-60"].probability)
    assert by[0] == pytest.approx(forecasts["by-early"].probability)


def test_what_lies_in_no_cell_is_not_cut(world):
    surely_never = settle(world, "date", np.eye(world.curves["date"].curve.space.size)[-1])
    above = settle(world, "number", np.eye(202)[-1])

    dated = axis_of(suppose(surely_never, learn()), "date")
    numbered = axis_of(suppose(above, learn()), "number", (0.25, 0.5, 0.75))

    assert dated.cuts == (world.curves["date"].curve.space.edges[-1],)
    assert numbered.cuts == (100.0,)


def test_an_unknown_question_has_no_table(world):
    with pytest.raises(UnknownQuestion):
        table(world, "nothing", "plain")


def test_information_is_none_between_strangers_and_all_of_a_question_about_itself(world):
    itself = table(world, "plain", "plain").probabilities
    p = forecast_all(world)["plain"].probability
    entropy = -p * np.log2(p) - (1 - p) * np.log2(1 - p)
    strangers = np.outer([0.3, 0.7], [0.2, 0.5, 0.3])

    assert mutual_information(itself) == pytest.approx(entropy)
    assert mutual_information(strangers) == pytest.approx(0, abs=1e-12)
    for one, other in product(("plain", "date", "choice"), ("number", "event")):
        assert mutual_information(table(world, one, other).probabilities) >= 0


def test_no_bets_at_our_prices_lose_for_sure(world):
    for scenario in (learn(), make(driver("supply", "is", -1.0)), learn(outcome("choice", "red"))):
        assert sure_gain(*bets(world, scenario)) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("which", [0, 7, -1])
def test_a_price_that_is_off_is_found_out(world, which):
    prices, events = bets(world, learn())
    prices[which] += 0.01

    assert sure_gain(prices, events) > 1e-4


def bets(world: World, scenario) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """Every price that we publish on five linked questions, and what it is a bet on.

    A bet on `event`, called off unless `given` (both as masks over the joint outcomes).
    """
    possible = [
        dict(zip(BINARY, values, strict=True))
        for values in product((False, True), repeat=len(BINARY))
    ]
    possible = [one for one in possible if one["by-late"] or not one["by-early"]]

    def mask(**wanted: bool) -> np.ndarray:
        return np.array(
            [all(one[k.replace("_", "-")] == v for k, v in wanted.items()) for one in possible]
        )

    everything = np.ones(len(possible), bool)
    under = suppose(world, scenario)
    prices, events = [], []
    forecasts = conditional_forecasts(under)
    names = {name: name.replace("-", "_") for name in BINARY}
    for name in BINARY:  # marginals
        prices.append(forecasts[name].probability)
        events.append((mask(**{names[name]: True}), everything))
    for one, other in product(BINARY, BINARY):  # joints, and conditionals
        if one >= other:
            continue
        found = joint_table(under, [axis_of(under, one), axis_of(under, other)]).probabilities
        for row, column in product((0, 1), (0, 1)):
            wanted = {names[one]: bool(row), names[other]: bool(column)}
            prices.append(found[row, column])
            events.append((mask(**wanted), everything))
        more = type(scenario)("s", (*scenario.learn, outcome(one)), scenario.make)
        if chance_of(world, more).probability > 0:
            given = conditional_forecasts(suppose(world, more), {other})[other]
            prices.append(given.probability)
            events.append((mask(**{names[other]: True}), mask(**{names[one]: True})))
    return np.array(prices), events


def sure_gain(prices: np.ndarray, events: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Largest gain that stakes of at most one a bet can force in every possible world."""
    gains = np.array(
        [given * (event - price) for price, (event, given) in zip(prices, events, strict=True)]
    )
    bound = np.column_stack([-gains.T, np.ones(gains.shape[1])])
    found = linprog(
        c=[0] * len(prices) + [-1],
        A_ub=bound,
        b_ub=np.zeros(len(bound)),
        bounds=[(-1, 1)] * len(prices) + [(None, None)],
    )
    assert found.success
    return float(found.x[-1])

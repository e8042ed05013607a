"""Tests of forecasts: quantiles and bits by hand, intervals, and their own error."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.distributions import (
    QUANTILES,
    bits_between,
    forecast_all,
    quantile,
    quantiles,
)
from forecasts.evidence import Stance
from forecasts.reliability import draw_from_priors
from forecasts.worlds import add_question, new_world, observe
from tests.forecasts import building as b

if TYPE_CHECKING:
    from forecasts.outcomes import Floats

EDGES = np.array([-np.inf, 0.0, 1.0, 3.0, np.inf])
CELLS = np.array([0.1, 0.2, 0.4, 0.3])
FULL = b.full_world()


@pytest.mark.parametrize(
    ("level", "value"),
    [(0.05, -np.inf), (0.1, 0.0), (0.2, 0.5), (0.3, 1.0), (0.5, 2.0), (0.69, 2.95), (0.8, np.inf)],
)
def test_a_quantile_is_even_inside_its_cell_and_infinite_in_a_tail(
    level: float, value: float
) -> None:
    """.5: .3 lies below 1, half of the next .4 is missing .2: half way from 1 to 3."""
    assert quantile(EDGES, CELLS, level) == pytest.approx(value)


def test_a_quantile_skips_empty_cells_and_survives_rounding() -> None:
    assert quantile(EDGES, np.array([0.0, 0.5, 0.0, 0.5]), 0.25) == 0.5
    assert quantile(EDGES, np.array([0.0, 0.5, 0.0, 0.5]), 0.5) == np.inf  # the tail begins there
    assert quantile(EDGES, np.array([0.5, 0.5 - 1e-12, 0.0, 0.0]), 1.0) == np.inf


def test_bits_of_yes_or_no_are_signed_log2_odds() -> None:
    """From 1/3 (odds 1:2) to 4/5 (odds 4:1) is three doublings."""
    asked, _ = b.plain()
    third, fifths = np.array([2 / 3, 1 / 3]), np.array([0.2, 0.8])

    assert bits_between(asked, third, fifths) == pytest.approx(3)
    assert bits_between(asked, fifths, third) == pytest.approx(-3)


def test_bits_to_certainty_are_finite() -> None:
    """Certainty is held at 1 - 1e-12: log2 1e12 = 39.86 doublings from even odds."""
    asked, _ = b.plain()

    assert bits_between(asked, np.array([0.5, 0.5]), np.array([0.0, 1.0])) == pytest.approx(
        12 * np.log2(10), abs=1e-4
    )


def test_bits_of_a_number_are_those_of_higher_than_its_median() -> None:
    """Even quarters: half lies above; then 1/4 + 1/2 = .75 does: odds from 1 to 3."""
    even, after = np.full(4, 0.25), np.array([0.125, 0.125, 0.25, 0.5])

    assert bits_between(b.number()[0], even, after) == pytest.approx(np.log2(3))
    assert bits_between(b.number()[0], even, even) == 0.0


def test_bits_of_a_date_are_those_of_sooner_than_its_median() -> None:
    """Even quarters: two days are sooner; then .75. If never has most, any day is sooner."""
    asked = b.dated()[0]
    even, after = np.full(4, 0.25), np.array([0.5, 0.25, 0.125, 0.125])
    mostly_never, halved = np.array([0.1, 0.1, 0.8]), np.array([0.3, 0.2, 0.5])

    assert bits_between(asked, even, after) == pytest.approx(np.log2(3))
    assert bits_between(asked, mostly_never, halved) == pytest.approx(2)  # odds 1:4 to 1:1


def test_bits_of_options_are_those_of_the_one_that_moved_most() -> None:
    """Odds of the third: 1/3 to 3/2, a factor 4.5; of the first 1 to 1/4."""
    before, after = np.array([0.5, 0.25, 0.25]), np.array([0.2, 0.2, 0.6])

    assert bits_between(b.choice()[0], before, after) == pytest.approx(np.log2(4.5))


@given(
    direction=st.sampled_from(["yes", "no"]),
    weight=st.floats(0, 4.5),
    name=st.sampled_from(["plain", "event", "by-early", "by-late", "at-least-60"]),
)
@settings(max_examples=25)
def test_the_interval_holds_the_probability(direction: str, weight: float, name: str) -> None:
    stance = Stance(name, direction, weight)  # type: ignore[arg-type]

    for forecast in forecast_all(observe(FULL, b.record("r", stance))).values():
        if forecast.probability is not None:
            assert isinstance(forecast.low, float) and isinstance(forecast.high, float)
            assert 0 <= forecast.low <= forecast.probability <= forecast.high <= 1


def test_intervals_of_options_hold_their_probabilities() -> None:
    record = b.record("r", Stance("choice", "toward", 2.0, choice=2))
    forecast = forecast_all(observe(FULL, record))["choice"]

    assert isinstance(forecast.low, tuple) and isinstance(forecast.high, tuple)
    assert forecast.probability is None
    for low, chance, high in zip(forecast.low, forecast.cells, forecast.high, strict=True):
        assert low < chance < high


def test_the_interval_of_a_probability_is_its_spread_over_drivers_and_theta() -> None:
    """No evidence: 5 and 95% of logistic(a + .8 f), f normal: z = 1.645."""
    asked, on = b.plain()
    found = forecast_all(b.one_question(asked, on))["plain"]

    a = on.prior.log_odds  # type: ignore[attr-defined]
    expected = 1 / (1 + np.exp(-a - 0.8 * np.array([-1.645, 1.645])))
    assert (found.low, found.high) == pytest.approx(tuple(expected), abs=0.025)


def test_numbers_and_dates_have_quantiles_of_the_outcome_itself() -> None:
    found = forecast_all(FULL, {"number", "date"})
    number, of_date = found["number"], found["date"]

    values = quantiles(FULL, number)
    level = dict(zip(QUANTILES, values, strict=True))
    assert [level[0.1], level[0.5], level[0.9]] == pytest.approx([30, 50, 75], abs=1.5)
    assert (number.low, number.high) == (values[0], values[-1])
    days = quantiles(FULL, of_date)
    assert days == tuple(sorted(days)) and days[-1] == np.inf  # never has more than 5%
    early = dict(zip(QUANTILES, days, strict=True))[0.25]
    edges = np.append(FULL.curves["date"].curve.space.edges, np.inf)
    reached: Floats = np.interp(early, edges[:-1], np.append(0, np.cumsum(of_date.cells[:-1])))
    assert reached == pytest.approx(0.25)


def test_only_the_questions_asked_for_are_forecast() -> None:
    assert set(forecast_all(FULL, {"plain"})) == {"plain"}
    assert set(forecast_all(FULL)) == set(FULL.questions)


@pytest.mark.parametrize("name", ["plain", "number", "choice"])
def test_the_stated_error_is_the_spread_over_fresh_draws(name: str) -> None:
    """Forty worlds with draws of their own: their spread is known to 11%; we ask a factor 2."""
    build = {"plain": b.plain, "number": b.number, "choice": b.choice}[name]
    stance = {
        "plain": Stance("plain", "yes", 2.0),
        "number": Stance("number", "higher", 2.0),
        "choice": Stance("choice", "toward", 2.0, choice=0),
    }[name]
    asked, on = build()
    other, on_other = b.plain("other", 0.2, (1.2, 0.6))
    theta = draw_from_priors(seed=3, draws=16)
    values, errors = [], []
    for seed in range(40):
        world = add_question(new_world(f"s{seed}", b.DRIVERS, theta, b.OPENS), asked, on)
        world = add_question(world, other, on_other)
        world = replace(world, established=frozenset({"curator"}))
        world = observe(world, b.record("r", stance, Stance("other", "yes", 3.0)))
        forecast = forecast_all(world, {name})[name]
        values.append(forecast.cells)
        errors.append(forecast.monte_carlo_error)

    spread = np.std(values, axis=0)[np.argmax(np.mean(values, axis=0))]
    assert 0.5 < np.mean(errors) / spread < 2

"""Tests of the betting e-process: exact enumeration, sums by hand, limits, and false alarms."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.e_process import first_crossings, simulate
from forecasts.betting import (
    betting_grid,
    calibration_posterior,
    e_process,
    e_process_bits,
    e_value,
)
from forecasts.errors import ImpossibleProbability, NumbersDoNotFit

CHANCES = st.lists(st.floats(0.001, 0.999), min_size=1, max_size=5)


def by_hand(stated: list[float], happened: list[int]) -> float:
    """The definition, term by term, on a grid of its own making."""
    total = weight = 0.0
    for i, j in itertools.product(range(31), repeat=2):
        u, v = -3 + 0.2 * i, -3 + 0.2 * j
        a, b, mass = 0.5 * u, math.exp(0.4 * v), math.exp(-(u * u + v * v) / 2)
        product = 1.0
        for p, y in zip(stated, happened, strict=True):
            q = 1 / (1 + math.exp(-(a + b * math.log(p / (1 - p)))))
            product *= q / p if y else (1 - q) / (1 - p)
        total, weight = total + mass * product, weight + mass
    return total / weight


def average(stated: list[float], blocks: list[int] | None = None) -> np.ndarray:
    """Average the e-process over all outcomes, each as likely as the forecasts say."""
    total = np.zeros(len(stated))
    for outcome in itertools.product([0, 1], repeat=len(stated)):
        pairs = zip(stated, outcome, strict=True)
        total += math.prod(p if y else 1 - p for p, y in pairs) * e_process(stated, outcome, blocks)
    return total


@given(CHANCES)
def test_against_calibrated_forecasts_the_money_stays_at_1_on_average(stated):
    assert average(stated) == pytest.approx(1, abs=1e-12)


@given(CHANCES)
def test_with_blocks_the_money_stays_at_1_on_average(stated):
    blocks = [number % 2 for number in range(len(stated))]

    assert average(stated, blocks) == pytest.approx(1, abs=1e-12)


def test_two_outcomes_that_go_together_are_no_evidence_within_a_block():
    """Both true or both false, half each; E is 1 on average in a block, and more without one."""
    linked, apart = (
        (e_value([0.5, 0.5], [1, 1], some) + e_value([0.5, 0.5], [0, 0], some)) / 2
        for some in ([0, 0], None)
    )

    assert linked == pytest.approx(1, abs=1e-12)
    assert apart > 1.05


@pytest.mark.parametrize(
    ("stated", "happened"), [([0.9, 0.2], [0, 1]), ([0.6] * 4, [1, 1, 1, 0]), ([0.01], [1])]
)
def test_the_money_is_the_definition_term_by_term(stated, happened):
    assert e_value(stated, happened) == pytest.approx(by_hand(stated, happened))
    assert e_process(stated, happened)[-1] == pytest.approx(by_hand(stated, happened))
    assert e_process(stated, happened)[0] == pytest.approx(by_hand(stated[:1], happened[:1]))


def test_one_even_forecast_is_no_evidence():
    assert e_process([0.5], [1]) == pytest.approx([1], abs=1e-12)


def test_a_block_of_one_is_no_block():
    stated, happened = [0.7, 0.2, 0.9], [0, 0, 1]

    assert e_process(stated, happened, [5, 3, 4]) == pytest.approx(e_process(stated, happened))


def test_a_block_is_paid_when_its_last_question_resolves():
    money = e_process([0.9, 0.4, 0.9], [0, 1, 0], ["a", "b", "a"])

    assert money[0] == 1
    assert money[1] == pytest.approx(e_value([0.4], [1]))
    assert money[2] != money[1]


def test_the_last_value_is_the_same_in_any_order():
    rng = np.random.default_rng(1)
    stated, happened = rng.random(5000), rng.integers(0, 2, 5000)
    order = rng.permutation(5000)

    bits = e_process_bits(stated, happened)[-1]
    assert e_process_bits(stated[order], happened[order])[-1] == pytest.approx(bits)
    assert bits > 1000
    assert e_value(stated, happened) == math.inf  # 2 to that many bits


def test_blocks_give_the_same_across_many_chunks():
    rng = np.random.default_rng(2)
    stated = rng.random(5000)
    happened = (rng.random(5000) < stated).astype(float)

    single = e_process_bits(stated, happened, np.arange(5000))
    assert single == pytest.approx(e_process_bits(stated, happened), abs=1e-9)


def test_sure_things_that_come_true_change_nothing():
    with_sure = e_process([0.7, 1.0, 0.0, 0.4], [1, 1, 0, 0])

    assert with_sure[[0, 1, 2]] == pytest.approx(np.full(3, e_value([0.7], [1])))
    assert with_sure[3] == pytest.approx(e_value([0.7, 0.4], [1, 0]))


def test_a_sure_thing_that_fails_is_proof_for_good():
    assert e_process([0.5, 1.0, 0.5], [1, 0, 1]).tolist() == [pytest.approx(1), math.inf, math.inf]
    assert e_value([0.0], [1]) == math.inf
    assert e_process([0.0, 0.5], [1, 1], ["a", "b"]).tolist() == [math.inf, math.inf]


def test_extreme_forecasts_stay_finite():
    money = e_process_bits([1e-300, 1 - 1e-16, 5e-324], [1, 1, 0])

    assert np.isfinite(money).all()


def test_the_weights_of_the_grid_give_nobody_free_money():
    intercepts, slopes, weights = betting_grid()

    assert weights.sum() == pytest.approx(1, abs=1e-15)
    assert weights @ intercepts == pytest.approx(0, abs=1e-15)
    assert weights @ np.log(slopes) == pytest.approx(0, abs=1e-15)
    assert math.sqrt(weights @ intercepts**2) == pytest.approx(0.5, rel=0.03)


def test_no_more_than_one_in_twenty_calibrated_forecasters_is_ever_rejected():
    """400 simulations of 200 forecasts; 8.3% would be three standard errors above 5%."""
    found = simulate((1.0, 1.0), (0.0, 1.0), 400, np.random.default_rng(3), (200,))

    assert found.betting[0].mean() <= 0.083
    assert 0.015 < found.spiegelhalter[0].mean() < 0.09


def test_overconfident_forecasters_are_found():
    found = simulate((1.0, 1.0), (0.0, 0.5), 200, np.random.default_rng(4), (400,))

    assert found.betting[0].mean() > 0.95


def test_the_benchmark_crosses_where_the_e_process_does():
    rng = np.random.default_rng(5)
    stated = rng.uniform(0.05, 0.95, 150)
    happened = (rng.random((20, 150)) < 0.5).astype(float)

    for crossed, outcome in zip(first_crossings(stated, happened), happened, strict=True):
        over = np.flatnonzero(e_process(stated, outcome) >= 20)
        assert crossed == (over[0] + 1 if len(over) else np.inf)


def test_before_much_is_known_the_posterior_is_the_prior():
    """An even forecast says nothing of b; the prior mean of b is exp(.4^2 / 2) = 1.083."""
    posterior = calibration_posterior([0.5], [1])

    assert posterior.slope().mean == pytest.approx(math.exp(0.08), rel=0.01)
    assert posterior.intercept().mean > 0


def test_the_posterior_is_symmetric_in_yes_and_no():
    one = calibration_posterior([0.9, 0.7, 0.2], [0, 1, 1])
    other = calibration_posterior([0.1, 0.3, 0.8], [1, 0, 0])

    assert one.intercept().mean == pytest.approx(-other.intercept().mean)
    assert one.slope().mean == pytest.approx(other.slope().mean)
    assert one.curve([0.7]).mean == pytest.approx(1 - other.curve([0.3]).mean)


def test_many_resolutions_teach_the_slope_and_the_shift():
    rng = np.random.default_rng(6)
    stated = rng.uniform(0.05, 0.95, 3000)
    lean = np.log(stated / (1 - stated))
    happened = rng.random(3000) < 1 / (1 + np.exp(-(0.3 + 0.6 * lean)))

    posterior = calibration_posterior(stated, happened)
    assert posterior.slope().mean == pytest.approx(0.6, abs=0.08)
    assert posterior.intercept().mean == pytest.approx(0.3, abs=0.12)
    assert posterior.slope().low < posterior.slope().mean < posterior.slope().high


def test_a_posterior_curve_rises_within_its_band_from_0_to_1():
    curve = calibration_posterior([0.9] * 8, [1, 0] * 4).curve(np.linspace(0, 1, 21))

    assert curve.mean[[0, -1]] == pytest.approx([0, 1])
    assert (curve.lower[0], curve.upper[-1]) == (0, 1)
    assert np.all(np.diff(curve.mean) > 0)
    assert np.all((curve.lower <= curve.mean) & (curve.mean <= curve.upper))


def test_what_does_not_fit_is_refused():
    for bet in (e_process, e_process_bits, e_value, calibration_posterior):
        with pytest.raises(ImpossibleProbability, match="1 of 1"):
            bet([math.nan], [1])
        with pytest.raises(NumbersDoNotFit, match="0 forecasts"):
            bet([], [])
        with pytest.raises(NumbersDoNotFit, match="neither 0 nor 1"):
            bet([0.5], [2])
    with pytest.raises(NumbersDoNotFit, match="one block"):
        e_process([0.5, 0.5], [1, 1], [1])
    with pytest.raises(ImpossibleProbability):
        calibration_posterior([0.5], [1]).curve([1.5])

"""What forecasters state, as cells: worked by hand, and limits."""

from datetime import date
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.errors import ForecastDoesNotFit
from forecasts.outcomes import choice_space, date_space, number_space
from forecasts.statements import cdf_cells, date_cells, option_cells, quantile_cells

NUMBERS = number_space(0, 100)
DAYS = date_space(date(2025, 1, 1), date(2025, 4, 10))  # a hundred days


def test_three_quantiles_of_a_normal_give_that_normal():
    normal = NormalDist(40, 10)
    levels = [0.1, 0.5, 0.9]
    cells = quantile_cells(levels, [normal.inv_cdf(level) for level in levels], NUMBERS)
    wanted = [normal.cdf(edge) for edge in NUMBERS.edges]

    assert np.cumsum(cells)[:-1] == pytest.approx(wanted, abs=1e-12)


def test_two_quantiles_on_a_log_axis_are_those_of_a_log_normal():
    space = number_space(1, 100, log_axis=True)
    cells = quantile_cells([0.5, 0.9], [10, 10 * np.exp(NormalDist().inv_cdf(0.9))], space)
    below = np.cumsum(cells)[:-1]

    assert below[100] == pytest.approx(0.5)  # the edge 10 is the middle of the axis
    assert below[0] == pytest.approx(NormalDist().cdf(-np.log(10)))


@given(st.lists(st.floats(1, 99), min_size=2, max_size=9, unique=True))
def test_stated_quantiles_are_met_and_the_cells_sum_to_one(values):
    ordered = sorted(values)
    if min(np.diff(ordered)) < 1:
        return
    levels = np.linspace(0.1, 0.9, len(ordered))
    cells = quantile_cells(levels, ordered, NUMBERS)
    below = np.cumsum(cells)[:-1]

    assert cells.sum() == pytest.approx(1)
    assert cells.min() >= 0
    for level, value in zip(levels, ordered, strict=True):
        cell = int(np.searchsorted(NUMBERS.edges, value))
        assert below[max(cell - 1, 0)] <= level + 1e-9 <= below[min(cell, 200)] + 2e-9


def test_a_closed_end_holds_nothing_and_the_rest_keeps_its_shape():
    levels, values = [0.1, 0.5, 0.9], [5, 20, 60]
    whole = quantile_cells(levels, values, NUMBERS)
    closed = quantile_cells(levels, values, NUMBERS, (True, False))

    assert closed[0] == 0
    assert closed[1:] == pytest.approx(whole[1:] / whole[1:].sum())


def test_a_cdf_is_taken_as_it_stands():
    cdf = np.linspace(0.02, 0.95, 201)
    cells = cdf_cells(cdf, NUMBERS)

    assert cells[0] == pytest.approx(0.02)
    assert cells[-1] == pytest.approx(0.05)
    assert cells[1:-1] == pytest.approx(np.full(200, 0.93 / 200))


def test_half_by_the_fiftieth_day_is_three_quarters_by_the_hundredth():
    start = DAYS.edges[0]
    cells = date_cells([start + 50], [0.5], DAYS, start)

    assert cells[:50].sum() == pytest.approx(0.5)
    assert cells[:25].sum() == pytest.approx(1 - np.sqrt(0.5))
    assert cells[-1] == pytest.approx(0.25)


def test_days_that_have_passed_hold_nothing():
    now = DAYS.edges[0] + 30.5
    cells = date_cells([DAYS.edges[-1]], [0.4], DAYS, now)

    assert cells[:30] == pytest.approx(np.zeros(30))
    assert cells[-1] == pytest.approx(0.6)
    assert cells.sum() == pytest.approx(1)


def test_a_chance_that_does_not_rise_leaves_the_days_between_empty():
    start = DAYS.edges[0]
    cells = date_cells([start + 10, start + 20], [0.3, 0.3], DAYS, start)

    assert cells[10:].sum() == pytest.approx(0.7)
    assert cells[-1] == pytest.approx(0.7)  # the last hazard, which is none, goes on


@pytest.mark.parametrize(
    ("levels", "values"),
    [
        ([0.5], [20]),
        ([0.1, 0.5], [20, 20]),
        ([0.1, 0.5], [30, 20]),
        ([0.5, 0.1], [10, 20]),
        ([0.0, 0.5], [10, 20]),
        ([0.1, float("nan")], [10, 20]),
        ([0.1, 0.5], [10, float("nan")]),
    ],
)
def test_quantiles_that_cannot_be_are_refused(levels, values):
    with pytest.raises(ForecastDoesNotFit, match="quantiles"):
        quantile_cells(levels, values, NUMBERS)


@pytest.mark.parametrize(
    ("offsets", "chances"),
    [([], []), ([-1], [0.5]), ([20, 10], [0.2, 0.3]), ([10, 20], [0.3, 0.2]), ([10], [1.0])],
)
def test_days_that_cannot_be_are_refused(offsets, chances):
    start = DAYS.edges[0]
    with pytest.raises(ForecastDoesNotFit, match="yet to come"):
        date_cells([start + day for day in offsets], chances, DAYS, start)


def test_options_must_all_be_named_and_sum_to_one():
    space = choice_space(("a", "b", "c"))
    for wrong in ({"a": 0.5, "b": 0.5}, {"a": 0.5, "b": 0.4, "c": 0.2}, {"a": 1.0, "x": 0.0}):
        with pytest.raises(ForecastDoesNotFit, match="a, b, c"):
            option_cells(wrong, space)


def test_a_log_axis_has_no_zero():
    with pytest.raises(ForecastDoesNotFit, match="above 0"):
        quantile_cells([0.1, 0.5], [0, 5], number_space(1, 10, log_axis=True))


def test_a_cdf_must_not_fall():
    cdf = np.linspace(0, 1, 201)
    cdf[100] = 0.4
    with pytest.raises(ForecastDoesNotFit, match="201"):
        cdf_cells(cdf, NUMBERS)

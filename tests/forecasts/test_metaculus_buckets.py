"""Tests of Metaculus' axes and buckets.

Tables marked upstream hold the numbers of Metaculus/metaculus (BSD-2-Clause),
tests/unit/test_utils/test_the_math/test_formulas.py at 0afebae4.
"""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.errors import ImpossibleProbability, OutcomeDoesNotFit
from forecasts.metaculus_buckets import (
    axis_location,
    bucket_at,
    buckets_of_cdf,
    chance_of_option,
    ignorance_of_bucket,
    is_taken,
    location_of_bucket,
    value_at,
)

#: Buckets of values, upstream, on the range 0 to 200.
NUMBERS = {
    -2: 0,
    -1: 0,
    -0.001: 0,
    0: 1,
    0.001: 1,
    0.999: 1,
    1: 1,
    1.001: 2,
    1.999: 2,
    2.0: 2,
    100: 100,
    100.001: 101,
    100.999: 101,
    199: 199,
    199.001: 200,
    199.999: 200,
    200: 200,
    200.001: 201,
    201: 201,
    202: 201,
}
#: On 1 to 10^10 with the zero point 0; "below_lower_bound" is lowest - 1.
LOGARITHMIC = {0.1: 0, 0.999: 0, 1e0: 1, 1e5: 100, 1e10: 200, 1e10 + 1: 201, 0.0: 0, -5.0: 0}
DATES = {
    "2019-12-30": 0,
    "2019-12-31": 0,
    "2020-01-01": 1,
    "2020-01-02": 1,
    "2020-01-03": 2,
    "2020-06-30": 100,
    "2020-12-29": 199,
    "2020-12-30": 200,
    "2020-12-31": 200,
    "2021-01-01": 201,
    "2021-01-02": 201,
}


def seconds(day):
    """Seconds since 1970 at the start of a day, UTC."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


def test_numbers_fall_into_the_buckets_of_upstream() -> None:
    """Edges belong to the bucket below, except the lower end."""
    assert bucket_at(axis_location(list(NUMBERS), 0, 200)).tolist() == list(NUMBERS.values())


def test_discrete_values_fall_into_the_buckets_of_upstream() -> None:
    """Values 0 to 10 in the range -.5 to 10.5."""
    found = bucket_at(axis_location(np.arange(-2, 13), -0.5, 10.5), inner=11)

    assert found.tolist() == [0, 0, *range(1, 12), 12, 12]


def test_dates_fall_into_the_buckets_of_upstream() -> None:
    """The year 2020 in 200 buckets."""
    ends = seconds("2020-01-01"), seconds("2020-12-31")

    found = bucket_at(axis_location([seconds(day) for day in DATES], *ends))

    assert found.tolist() == list(DATES.values())


def test_a_logarithmic_axis_has_the_buckets_of_upstream() -> None:
    """At the zero point and below it lies bucket 0."""
    found = bucket_at(axis_location(list(LOGARITHMIC), 1, 1e10, zero_point=0))

    assert found.tolist() == list(LOGARITHMIC.values())


@pytest.mark.parametrize(
    ("location", "value"), [(0, 1e0), (0.1, 1e1), (0.2, 1e2), (0.5, 1e5), (1, 1e10)]
)
def test_places_on_a_logarithmic_axis_are_those_of_upstream(location, value) -> None:
    """To seven decimals."""
    assert value_at(location, 1, 1e10, 0).round(7) == value


@pytest.mark.parametrize("value", [-1, 0, 0.5, 1, 2, 100, 200, 201])
def test_places_on_a_linear_axis_are_those_of_upstream(value) -> None:
    """A 200th each."""
    assert value_at(value / 200, 0, 200).round(7) == value


@given(st.floats(-0.5, 1.5), st.sampled_from([np.nan, 0.0, 0.9, -1e6]))
def test_a_place_comes_back_from_its_value(location, zero_point) -> None:
    """Linear and logarithmic."""
    value = value_at(location, 1.0, 1000.0, zero_point)

    assert axis_location(value, 1.0, 1000.0, zero_point) == pytest.approx(location, abs=1e-6)


def test_questions_of_both_kinds_are_placed_in_one_call() -> None:
    """A linear and a logarithmic axis, each in its middle."""
    assert axis_location([50.0, 10.0], [0, 1], [100, 100], [np.nan, 0]).tolist() == [0.5, 0.5]


def test_buckets_have_places_to_show() -> None:
    """Upstream: (k - 1/2) / 201; outside -1 and 2."""
    assert location_of_bucket([0, 1, 200, 201]).tolist() == [-1, 0.5 / 201, 199.5 / 201, 2]


def test_who_knows_nothing_leaves_a_twentieth_outside_of_each_open_end() -> None:
    """Inside 1, .95 or .9 over 200."""
    found = ignorance_of_bucket([1, 200, 5, 0, 201], [0, 1, 2, 1, 2])

    assert found == pytest.approx([0.005, 0.00475, 0.0045, 0.05, 0.05])


def test_a_cdf_is_taken_within_the_limits() -> None:
    """Steps of .01 / 200 to .2; outside of an open end at least .001, of a closed one nothing."""
    steep = np.concatenate([np.linspace(0, 0.199 * 0.005, 200), [1.0]])
    flat = np.linspace(0.001, 0.999, 201)
    flat[100] = flat[99]

    assert is_taken(np.linspace(0.001, 0.999, 201), open_below=True, open_above=True)
    assert not is_taken(np.linspace(0.001, 0.999, 201), open_below=False, open_above=True)
    assert not is_taken(np.linspace(0.0, 0.9995, 201), open_below=False, open_above=True)
    assert not is_taken(steep, open_below=False, open_above=False)
    assert not is_taken(flat, open_below=True, open_above=True)


def test_a_falling_cdf_is_refused() -> None:
    """It would give less than nothing."""
    with pytest.raises(ImpossibleProbability, match="1 of 4"):
        buckets_of_cdf([0.2, 0.1, 0.9])


@pytest.mark.parametrize("row", [[0.5, -0.1, 0.6], [0.5, 0.5, np.nan], [1.2, 0.0, 0.0]])
def test_impossible_options_are_refused(row) -> None:
    """The last option always exists."""
    with pytest.raises(ImpossibleProbability):
        chance_of_option([row], 0)


def test_a_value_that_is_no_number_is_refused() -> None:
    """An annulled question has no bucket."""
    with pytest.raises(OutcomeDoesNotFit):
        axis_location([np.nan], 0, 1)


@pytest.mark.parametrize("option", [3, -1])
def test_an_option_that_never_existed_is_refused(option) -> None:
    with pytest.raises(OutcomeDoesNotFit):
        chance_of_option([[0.5, 0.25, 0.25]], option)

"""Tests of outcome spaces: their cells, edges and tails."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.errors import OutcomeDoesNotFit
from forecasts.outcomes import (
    DAILY_CELLS,
    NEVER,
    Outcome,
    OutcomeSpace,
    binary_space,
    cell_of,
    choice_space,
    date_space,
    midpoints,
    number_space,
    share_at_least,
    share_before,
)
from forecasts.times import end_of_day, start_of_day

FIRST = date(2025, 1, 1)


@given(length=st.integers(1, 4_000), offsets=st.lists(st.integers(-10, 4_010), max_size=100))
def test_dates_have_at_most_256_cells_and_every_deadline_is_an_edge(
    length: int, offsets: list[int]
) -> None:
    last = FIRST + timedelta(days=length)
    deadlines = tuple(FIRST + timedelta(days=offset) for offset in offsets)

    space = date_space(FIRST, last, deadlines)

    assert space.size <= 256
    assert space.edges[0] == start_of_day(FIRST) and space.edges[-1] == end_of_day(last)
    assert np.all(np.diff(space.edges) >= 1)
    inside = [day for day in deadlines if FIRST <= day <= last]
    assert all(end_of_day(day) in space.edges for day in inside)
    daily = min(length + 1, DAILY_CELLS)
    np.testing.assert_array_equal(space.edges[:daily], start_of_day(FIRST) + np.arange(daily))


def test_two_years_are_daily_at_first_and_weekly_after() -> None:
    """730 days in 254 cells: d + (730 - d) / 7 <= 254 gives d = 174 days, then weeks."""
    space = date_space(FIRST, date(2026, 12, 31))

    steps = np.diff(space.edges)
    assert (space.size, steps[173], steps[174]) == (255, 1.0, 7.0)
    assert np.all(steps[174:-1] == 7)


@pytest.mark.parametrize(
    ("outcome", "cell"),
    [(-1.0, 0), (0.0, 1), (0.49, 1), (0.5, 2), (99.9, 200), (100.0, 200), (100.1, 201), (7, 15)],
)
def test_a_number_falls_in_the_cell_that_begins_at_or_below_it(outcome: float, cell: int) -> None:
    assert cell_of(number_space(0, 100), outcome) == cell


@pytest.mark.parametrize(
    ("outcome", "cell"),
    [
        (FIRST, 0),
        (date(2025, 1, 31), 30),
        (date(2025, 2, 1), 31),
        (date(2031, 1, 1), 31),
        (NEVER, 31),
    ],
)
def test_a_day_after_the_close_is_later_or_never(outcome: Outcome, cell: int) -> None:
    assert cell_of(date_space(FIRST, date(2025, 1, 31)), outcome) == cell


def test_yes_is_the_second_cell_and_an_option_has_its_place() -> None:
    assert [cell_of(binary_space(), said) for said in (False, True)] == [0, 1]
    assert cell_of(choice_space(("red", "blue")), "blue") == 1


@pytest.mark.parametrize(
    ("space", "outcome", "mend"),
    [
        (binary_space(), "yes", "true or false"),
        (binary_space(), 1.0, "true or false"),
        (choice_space(("red", "blue")), "green", "one of red, blue"),
        (number_space(0, 1), True, "a number"),
        (number_space(0, 1), "0.5", "a number"),
        (date_space(FIRST, date(2025, 2, 1)), date(2024, 12, 31), "a day from 2025-01-01 on"),
        (date_space(FIRST, date(2025, 2, 1)), "soon", "a day from 2025-01-01 on"),
    ],
)
def test_an_outcome_that_a_space_has_not_is_refused_with_those_it_has(
    space: OutcomeSpace, outcome: Outcome, mend: str
) -> None:
    with pytest.raises(OutcomeDoesNotFit, match=mend):
        cell_of(space, outcome)


def test_half_a_day_is_half_of_its_cell_and_never_lies_before_anything() -> None:
    space = date_space(FIRST, date(2025, 1, 3))
    noon_of_the_second = start_of_day(FIRST) + 1.5

    np.testing.assert_array_equal(share_before(space, noon_of_the_second), [1, 0.5, 0, 0])
    np.testing.assert_array_equal(share_before(space, 1e9), [1, 1, 1, 0])


def test_shares_at_or_above_a_value_are_even_on_the_axis() -> None:
    linear, on_log = number_space(0, 100), number_space(1, 1e20, log_axis=True)
    middle_of_cell_two = 10.0**0.05  # cells are a tenth of a decade: the first ends at 10^.1

    np.testing.assert_allclose(share_at_least(linear, 0.25)[:4], [0, 0.5, 1, 1])
    np.testing.assert_allclose(share_at_least(on_log, middle_of_cell_two)[:3], [0, 0.5, 1])
    assert share_at_least(linear, -1)[0] == 1.0
    np.testing.assert_array_equal(share_at_least(linear, 200)[-2:], [0, 1])


def test_tails_lie_at_the_outermost_edges() -> None:
    of_numbers = midpoints(number_space(0, 100))
    of_dates = midpoints(date_space(date(1970, 1, 1), date(1970, 1, 2)))

    np.testing.assert_allclose(of_numbers[[0, 1, 200, 201]], [0, 0.25, 99.75, 100])
    np.testing.assert_array_equal(of_dates, [0.5, 1.5, 2.0])
    assert [space.size for space in (binary_space(), number_space(0, 1))] == [2, 202]

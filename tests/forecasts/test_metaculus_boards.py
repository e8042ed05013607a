"""Tests of Metaculus' leaderboards.

Tables marked upstream hold the numbers of Metaculus/metaculus (BSD-2-Clause),
tests/unit/test_scoring/test_utils.py at 4c35d148 and test_measures.py.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.errors import NumbersDoNotFit
from forecasts.metaculus_boards import (
    Medal,
    Totals,
    decimal_h_index,
    mean_legacy_peer_score,
    mean_peer_score,
    medal_points,
    medals,
    prize_shares,
    ranks,
    relative_legacy_takes,
    totals,
    tournament_takes,
)


@pytest.mark.parametrize(
    ("takes", "least", "expected"),
    [
        ([], 0, []),
        ([6, 3, 1], 0, [0.6, 0.3, 0.1]),
        ([6, 3, 1], 0.25, [2 / 3, 1 / 3, 0]),
        ([6, 3, 1], 0.50, [1, 0, 0]),
        ([6, 3, 1, 0], 0, [0.6, 0.3, 0.1, 0]),
        ([6, 3, 1, 0, -1], 0, [0.6, 0.3, 0.1, 0, 0]),
        ([6, 3, 1, 0, -1], 0.25, [2 / 3, 1 / 3, 0, 0, 0]),
        ([0.90, 0.049, 0.041, 0.01], 0.05, [0.90 / 0.949, 0.049 / 0.949, 0, 0]),
        ([1, 6, 3], 0.25, [0, 2 / 3, 1 / 3]),  # in any order
        ([0, 0], 0, [0, 0]),
    ],
)
def test_prize_shares_are_those_of_upstream(takes, least, expected) -> None:
    """From the bottom up, who has too little leaves his share to the others."""
    assert prize_shares(takes, least) == pytest.approx(expected, rel=1e-12)


def test_the_excluded_get_no_prize_and_take_none_away() -> None:
    """Of 6, 3 and 1, the first is out."""
    assert prize_shares([6, 3, 1], 0, [True, False, False]) == pytest.approx([0, 0.75, 0.25])


@pytest.mark.parametrize(
    ("scores", "excluded", "expected"),
    [
        ([100, 90, 80, 70, 60], [0, 1, 1, 1, 0], [1, 2, 2, 2, 2]),
        ([50, 40, 30, 20], [1, 0, 1, 1], [1, 1, 2, 2]),
        ([10, 10 + 1e-9, 9], [0, 0, 0], [1, 1, 3]),
        ([9, 10, 10, 10, 8], [0, 0, 0, 0, 0], [4, 1, 1, 1, 5]),
        ([10, 10, 9], [1, 0, 0], [1, 1, 2]),
        ([], [], []),
    ],
)
def test_ranks_are_those_of_upstream(scores, excluded, expected) -> None:
    """Equals share a rank, and those behind them lose as many; the excluded use none up."""
    assert ranks(scores, excluded).tolist() == expected


@pytest.mark.parametrize(
    ("ranked", "gold", "silver", "bronze"),
    [(1, 1, 0, 0), (3, 1, 1, 1), (50, 1, 1, 1), (100, 1, 1, 3), (101, 2, 1, 3), (1000, 10, 10, 30)],
)
def test_medals_go_to_one_two_and_five_percent(ranked, gold, silver, bronze) -> None:
    """Rounded up: of 101, gold to rank 2, silver to 3, bronze to 6."""
    found = np.bincount(medals(np.arange(1, ranked + 1)), minlength=4)

    assert found[[Medal.GOLD, Medal.SILVER, Medal.BRONZE]].tolist() == [gold, silver, bronze]


def test_the_excluded_have_no_medal_and_do_not_count() -> None:
    """Beside a crowd of excluded entries, rank 2 stays silver."""
    rank, excluded = np.append(np.full(500, 1), [1, 2, 3, 4]), np.arange(504) < 500

    assert medals(rank, excluded)[-4:].tolist() == [Medal.GOLD, Medal.SILVER, Medal.BRONZE, 0]
    assert not medals(rank, excluded)[:500].any()


def test_medals_lose_half_of_their_points_each_year() -> None:
    """10, 4, 1."""
    found = medal_points([Medal.GOLD, Medal.GOLD, Medal.SILVER, Medal.BRONZE, 0], [0, 3, 1, 2, 0])

    assert found.tolist() == [10, 1.25, 2, 0.25, 0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([2, 2], 2.0),
        ([2, 2, 1], 2.2),
        ([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5.91),
        ([], 0.0),
        ([0.5], 0.5),
        ([1], 1.0),
        ([100], 1.33),  # of the way to two twos, min(100, 2) - 1 of 3
    ],
)
def test_the_decimal_h_index_is_that_of_upstream(values, expected) -> None:
    """The first three are upstream's; 10 of 11 votes towards 6 are .91."""
    assert decimal_h_index(values) == pytest.approx(expected, abs=1e-12)


def test_questions_weigh_in_sums_and_coverage() -> None:
    """Forecaster 0 on two questions of weights 1 and .5; forecaster 1 on one."""
    sums = totals([0, 0, 1], [40.0, 20.0, -10.0], [1.0, 0.5, 1.0], [1.0, 0.5, 1.0], forecasters=3)

    assert sums.score.tolist() == [50.0, -10.0, 0.0]
    assert sums.coverage.tolist() == [1.25, 1.0, 0.0]
    assert sums.questions.tolist() == [2, 1, 0]


def test_the_peer_boards_divide_by_at_least_30_covered_and_40_forecast() -> None:
    """Who has less gets zeros for the rest."""
    sums = Totals(np.array([300.0, 300.0]), np.array([10.0, 60.0]), np.array([20, 100]))

    assert mean_peer_score(sums).tolist() == [10.0, 5.0]
    assert mean_legacy_peer_score(sums).tolist() == [7.5, 3.0]


def test_takes_are_squares_of_what_is_over_zero() -> None:
    """And of older tournaments the covered share times e^score."""
    sums = Totals(np.array([1.0, 0.0]), np.array([2.0, 4.0]), np.array([2, 4]))

    assert tournament_takes([5.0, 0.0, -5.0]).tolist() == [25.0, 0.0, 0.0]
    assert relative_legacy_takes(sums, 4.0) == pytest.approx([0.5 * np.e, 1.0])


@given(st.lists(st.floats(-10, 100), max_size=30), st.floats(0, 1))
def test_prizes_sum_to_the_pool_and_nobody_has_less_than_the_least(takes, least) -> None:
    """Unless nobody has a positive take."""
    shares = prize_shares(takes, least)

    assert shares.sum() == pytest.approx(float(max([0.0, *takes]) > 0))
    assert np.all((shares == 0) | (shares >= least * (1 - 1e-12)))


@pytest.mark.parametrize("place", [ranks, prize_shares])
def test_what_is_no_number_has_no_place(place) -> None:
    """Neither on the board nor in the prizes."""
    with pytest.raises(NumbersDoNotFit, match="1 of 2"):
        place([1.0, np.nan])

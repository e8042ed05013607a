"""Tests of Shapley values: worked by hand, by the axioms, and by walking every order."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecasts.outcomes import Floats
from forecasts.shapley import shapley_by_permutations, shapley_values, subset_weights

GAMES = st.integers(1, 5).flatmap(
    lambda n: arrays(float, 2**n, elements=st.floats(-100, 100, allow_subnormal=False))
)


def test_two_players_share_what_they_add_together():
    # alone 1 and 3, together 10: (1 + 10 - 3) / 2 and (3 + 10 - 1) / 2
    np.testing.assert_allclose(shapley_values([0, 1, 3, 10]), [4, 6])


def test_the_glove_game_of_three():
    # one left glove (player 0), two right ones: a pair is worth 1; the textbook's 4/6, 1/6, 1/6
    worth = [0, 0, 0, 1, 0, 1, 0, 1]

    np.testing.assert_allclose(shapley_values(worth), [4 / 6, 1 / 6, 1 / 6])


def test_weights_are_the_chances_of_who_came_before():
    assert subset_weights(1) == pytest.approx([1.0])
    assert subset_weights(18).sum() == pytest.approx(1.0, abs=1e-12)


@given(GAMES)
def test_shares_sum_to_the_whole(worth: Floats):
    assert shapley_values(worth).sum() == pytest.approx(worth[-1] - worth[0], abs=1e-9)


@given(GAMES)
def test_the_table_gives_what_walking_every_order_gives(worth: Floats):
    players = len(worth).bit_length() - 1
    orders = list(permutations(range(players)))
    shares = np.zeros(players)
    for order in orders:
        joined = 0
        for player in order:
            shares[player] += worth[joined | 1 << player] - worth[joined]
            joined |= 1 << player

    np.testing.assert_allclose(shapley_values(worth), shares / len(orders), atol=1e-9)


@given(GAMES)
def test_who_changes_nothing_gets_exactly_nothing(worth: Floats):
    assert shapley_values(np.concatenate([worth, worth]))[-1] == 0.0


@given(GAMES)
def test_who_can_be_exchanged_gets_the_same(worth: Floats):
    count = np.bitwise_count(np.arange(len(worth)))
    by_size = worth[count]

    shares = shapley_values(by_size)
    np.testing.assert_allclose(shares, shares[0], atol=1e-9)


@given(GAMES, st.floats(-3, 3))
def test_shares_of_a_mixture_are_the_mixture_of_shares(worth: Floats, factor: float):
    both = np.stack([worth, worth[::-1]])

    mixed = shapley_values(both[0] + factor * both[1])
    expected = shapley_values(both)[0] + factor * shapley_values(both)[1]
    np.testing.assert_allclose(mixed, expected, atol=1e-9)


def test_random_orders_come_near_the_table_and_sum_exactly():
    rng = np.random.default_rng(7)
    worth = rng.normal(size=2**6)
    bits = 2 ** np.arange(6)

    shares, errors = shapley_by_permutations(lambda sets: worth[sets @ bits], 6, rng, pairs=2_000)

    assert np.all(np.abs(shares - shapley_values(worth)) < 4.5 * errors)
    assert shares.sum() == pytest.approx(worth[-1] - worth[0], abs=1e-12)


def test_what_is_no_table_of_subsets_is_refused():
    with pytest.raises(ValueError, match="3 is no power of 2"):
        shapley_values([0, 1, 2])


def test_one_pair_of_orders_is_refused():
    with pytest.raises(ValueError, match="at least 2 pairs"):
        shapley_by_permutations(lambda s: s.sum(axis=1), 3, np.random.default_rng(1), pairs=1)

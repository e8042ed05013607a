"""Shapley values: what each player adds to a game, on average over the orders of joining."""

from collections.abc import Callable
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from forecasts.outcomes import Floats

#: A table of all subsets has 2^n values: 18 players take 2 MiB and some milliseconds.
LARGEST_TABLE = 18
#: Sequences whose values are asked for at once, so that memory stays bounded.
_BLOCK = 64

type Members = NDArray[np.bool_]


def shapley_values(values: ArrayLike) -> Floats:
    """Share out the worth of a game exactly, from the values of all subsets of its players.

    Args:
        values: shape (..., 2^n): the value of every subset; bit i of the last index says whether
            player i is in it, and index 0 is the empty set. Any unit; leading axes are games.

    Returns:
        Shape (..., n), in the unit of the values. They sum to the value of all less that of none;
        a player who never changes a value gets exactly 0.

    Raises:
        ValueError: the last axis is not 2^n long.

    Shapley (1953), A value for n-person games.

    >>> shapley_values([0.0, 10.0, 20.0, 50.0])
    array([20., 30.])
    """
    table = np.asarray(values, float)
    players = table.shape[-1].bit_length() - 1
    if table.shape[-1] != 2**players:
        message = f"Give a value for each of the 2^n subsets: {table.shape[-1]} is no power of 2."
        raise ValueError(message)
    shares = np.empty((*table.shape[:-1], players))
    weights = subset_weights(players)
    for player in range(players):
        pairs = table.reshape(*table.shape[:-1], -1, 2, 2**player)
        gains = (pairs[..., 1, :] - pairs[..., 0, :]).reshape(*table.shape[:-1], -1)
        shares[..., player] = gains @ weights
    return shares


def subset_weights(players: int) -> Floats:
    """Chance that just this subset of the others has joined before a player, for every subset.

    Args:
        players: n, with the player; at least 1 (0 gives no weights).

    Returns:
        Shape (2^(n - 1),): |A|! (n - 1 - |A|)! / n! by the bits of the index; they sum to 1.

    >>> subset_weights(3)
    array([0.33333333, 0.16666667, 0.16666667, 0.33333333])
    """
    if players == 0:
        return np.empty(0)
    whole = factorial(players)
    by_size = [factorial(s) * factorial(players - 1 - s) / whole for s in range(players)]
    sizes = np.bitwise_count(np.arange(2 ** (players - 1)))
    return np.asarray(by_size, float)[sizes]


def shapley_by_permutations(
    value: Callable[[Members], Floats],
    players: int,
    rng: np.random.Generator,
    pairs: int = 1_000,
) -> tuple[Floats, Floats]:
    """Estimate Shapley values from random orders of joining, each beside its reverse.

    Args:
        value: takes sets of players, shape (m, n) of true and false, and gives m values.
        players: n, any number.
        pairs: orders drawn; each is walked forwards and backwards (antithetic), which cancels
            most of what early and late places are worth.

    Returns:
        The values and their Monte-Carlo standard errors, shape (n,) each. Whatever the draws, the
        values sum to the value of all less that of none, for each order does.

    Raises:
        ValueError: fewer than two pairs, which give no standard error.

    Mitchell, Cooper, Frank & Holmes (2022), Journal of Machine Learning Research 23(43).

    >>> worth = np.array([1.0, 2.0, 4.0])
    >>> shapley_by_permutations(lambda sets: sets @ worth, 3, np.random.default_rng(1), pairs=2)
    (array([1., 2., 4.]), array([0., 0., 0.]))
    """
    if pairs < 2:  # one has no spread
        message = f"Draw at least 2 pairs of orders for a standard error: {pairs} given."
        raise ValueError(message)
    gains = np.empty((pairs, players))
    for start in range(0, pairs, _BLOCK):
        size = min(_BLOCK, pairs - start)
        orders = rng.permuted(np.tile(np.arange(players), (size, 1)), axis=1)
        both = [_gains_along(value, walked) for walked in (orders, orders[:, ::-1])]
        gains[start : start + size] = (both[0] + both[1]) / 2
    return gains.mean(axis=0), gains.std(axis=0, ddof=1) / np.sqrt(pairs)


def _gains_along(value: Callable[[Members], Floats], orders: NDArray[np.int64]) -> Floats:
    """What each player adds where they join in these orders, shape (orders, n)."""
    count, players = orders.shape
    places = np.argsort(orders, axis=1)
    joined = places[:, None, :] < np.arange(players + 1)[None, :, None]
    values = value(joined.reshape(-1, players)).reshape(count, players + 1)
    return np.take_along_axis(np.diff(values, axis=1), places, axis=1)

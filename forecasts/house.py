"""The house forecast: the model and the crowd as one, while nothing is learned of either.

In log-odds, with w the weight of the crowd: (1 - w) model + w crowd, and w = n / (n + EVEN_CROWD)
for a crowd of n. Over several cells the same is said of logarithms of chances, which are then made
to sum to 1. What the model knows to be impossible (days that have passed) stays so. Without a crowd
the house is the model, and without a model the crowd. Markets come in with the first quote.
"""

import numpy as np
from numpy.typing import ArrayLike

from forecasts.crowds import FLOOR, log_odds
from forecasts.outcomes import Floats

#: A crowd of so many counts as much as the model. Small, as the first few forecasters add most; not
#: 1, as the model has read all evidence and each of them some of it.
EVEN_CROWD = 4.0
#: Below so many resolved questions nothing is learned of how to pool: see docs/crowds.md.
LEARN_FROM = 60


def crowd_weight(forecasters: ArrayLike) -> Floats:
    """Weight of a crowd beside the model, in [0, 1).

    >>> crowd_weight([0, 1, 4, 36]).tolist()
    [0.0, 0.2, 0.5, 0.9]
    """
    n = np.asarray(forecasters, float)
    return n / (n + EVEN_CROWD)


def house_probability(model: ArrayLike, crowd: ArrayLike, forecasters: ArrayLike) -> Floats:
    """Chance of yes by the house, all of one shape; chances count as at most .001 from 0 and 1.

    Args:
        model, crowd: chances of yes; the crowd's is not read where it has no forecasters.
        forecasters: how many the crowd has.

    >>> house_probability([0.8], [0.2], [4]).round(6).tolist()
    [0.5]
    >>> house_probability([0.7], [np.nan], [0]).round(6).tolist()
    [0.7]
    """
    weight = crowd_weight(forecasters)
    said = np.where(weight > 0, np.asarray(crowd, float), 0.5)
    pooled = (1 - weight) * log_odds(model) + weight * log_odds(said)
    return np.asarray(np.where(weight > 0, 1 / (1 + np.exp(-pooled)), np.asarray(model, float)))


def house_cells(model: ArrayLike, crowd: ArrayLike, forecasters: ArrayLike) -> Floats:
    """Distribution over cells by the house, shape (..., cells).

    Args:
        model, crowd: distributions, shape (..., cells).
        forecasters: how many the crowd has, shape (...).

    >>> house_cells([0.0, 0.2, 0.8], [0.2, 0.64, 0.16], 4).round(6).tolist()
    [0.0, 0.5, 0.5]
    """
    known, said = np.asarray(model, float), np.asarray(crowd, float)
    weight = crowd_weight(forecasters)[..., None]
    least = 2 * FLOOR / known.shape[-1]
    alive = known > 0
    logs = (1 - weight) * np.log(np.where(alive, known, 1.0))
    logs = logs + weight * np.log(np.where(weight > 0, np.maximum(said, least), 1.0))
    shares = np.where(alive, np.exp(logs - logs.max(axis=-1, keepdims=True)), 0.0)
    pooled = shares / shares.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(weight > 0, pooled, known))

"""The house forecast: model, crowd and markets as one, each by its precision.

In log-odds: the mean of what each says, weighted by precision in forecasters (one forecaster is off
by a nat, and two that are independent count double):

    model     MODEL_PRECISION
    crowd     n / (1 + CROWD_CORRELATION (n - 1)) for a crowd of n
    markets   see `markets.pool_quotes`; brought up to date by what they do not hold yet (`news`)

So a quote that says nothing takes nothing away: news are added to what a market says, and only
their sum is weighed by its precision. Over several cells the same is said of logarithms of chances,
which are then made to sum to 1; there are no quotes of those. What the model knows to be impossible
(days that have passed) stays so. Alone, each voice is the house. Where outcomes have told how
little voices share, their mean is made bolder (`boldness_of_mixture`); else they may share all.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from forecasts.crowds import FLOOR, log_odds
from forecasts.outcomes import Floats

#: The model counts as so many independent forecasters. Few, as the first few forecasters add most;
#: not 1, as the model has read all evidence and each of them some of it.
MODEL_PRECISION = 4.0
#: How much the errors of forecasters have in common: a crowd without end counts as 20 of them.
CROWD_CORRELATION = 0.05
#: Below so many resolved questions nothing is learned of how to pool: see docs/crowds.md.
LEARN_FROM = 60


@dataclass(frozen=True, slots=True)
class HouseWeights:
    """Shares of the voices in the house, which sum to 1; numbers or arrays of one shape."""

    model: Any
    crowd: Any
    market: Any


def crowd_precision(forecasters: ArrayLike) -> Floats:
    """Precision of a crowd: how many independent forecasters it counts as.

    >>> crowd_precision([0, 1, 5, 1000]).round(2).tolist()
    [0.0, 1.0, 4.17, 19.63]
    """
    n = np.asarray(forecasters, float)
    return np.asarray(n / (1 + CROWD_CORRELATION * np.maximum(n - 1, 0)))


def house_weights(forecasters: ArrayLike, market: ArrayLike = 0.0) -> HouseWeights:
    """Weights of model, crowd and markets.

    Args:
        forecasters: how many the crowd has.
        market: precision of the markets, in forecasters; 0 without a quote.

    >>> weights = house_weights(1, market=5.0)
    >>> float(weights.model), float(weights.crowd), float(weights.market)
    (0.4, 0.1, 0.5)
    """
    of_crowd, of_market = crowd_precision(forecasters), np.asarray(market, float)
    whole = MODEL_PRECISION + of_crowd + of_market
    return HouseWeights(MODEL_PRECISION / whole, of_crowd / whole, of_market / whole)


def house_log_odds(
    rest: Any, rest_precision: Any, market: Any, market_precision: Any, overlap: Any = 1.0
) -> Any:
    """Log-odds of the house: markets beside all else, each by its precision; numbers or tensors.

    Args:
        rest: log-odds of model and crowd together.
        market: log-odds of the markets, brought up to date.
        overlap: see `boldness_of_mixture`.

    >>> house_log_odds(1.0, 4.0, 2.0, 4.0, overlap=0.5)  # the mean, 1.5, is too timid by a third
    2.0
    """
    share = market_precision / (market_precision + rest_precision)
    return boldness_of_mixture(share, overlap) * (rest + share * (market - rest))


def boldness_of_mixture(share: Any, overlap: Any) -> Any:
    """How much bolder two voices are together than their mean; numbers or tensors.

    Of two voices that are calibrated alone, vary alike, and correlate by r where the outcome is the
    same, the best forecast is 2 / (1 + r) times their mean (docs/decisions/0023): once the mean
    where both know the same, their plain sum where each knows what the other does not. One voice
    alone is never made bolder; in between, the extra boldness goes with share (1 - share).

    Args:
        share: of one of them in the mean, in [0, 1].
        overlap: r, in [0, 1]: how much of what one knows the other knows too.

    After Satopaa, Pemantle and Ungar (2016), JASA 111(516), 1623-1633, in log-odds.

    >>> [round(boldness_of_mixture(share, 0.6), 3) for share in (0.0, 0.5, 0.8, 1.0)]
    [1.0, 1.25, 1.16, 1.0]
    """
    return 1 + 4 * share * (1 - share) * (1 - overlap) / (1 + overlap)


def house_probability(
    model: ArrayLike,
    crowd: ArrayLike,
    forecasters: ArrayLike,
    market: ArrayLike = np.nan,
    market_precision: ArrayLike = 0.0,
) -> Floats:
    """Chance of yes by the house, all of one shape; chances count as at most .001 from 0 and 1.

    Args:
        model, crowd: chances of yes; the crowd's is not read where it has no forecasters.
        forecasters: how many the crowd has.
        market: log-odds of the markets, brought up to date; not read where they have no precision.
        market_precision: in forecasters.

    >>> house_probability([0.8], [0.2], [4.75]).round(6).tolist()  # precisions of 4 and 4
    [0.5]
    >>> house_probability([0.7], [np.nan], [0]).round(6).tolist()
    [0.7]
    >>> house_probability([0.8], [np.nan], [0], [-np.log(4)], [4.0]).round(6).tolist()
    [0.5]
    """
    of_crowd, of_market = crowd_precision(forecasters), np.asarray(market_precision, float)
    said = log_odds(np.where(of_crowd > 0, np.asarray(crowd, float), 0.5))
    rest = house_log_odds(log_odds(model), MODEL_PRECISION, said, of_crowd)
    quoted = np.where(of_market > 0, np.asarray(market, float), 0.0)
    pooled = house_log_odds(rest, MODEL_PRECISION + of_crowd, quoted, of_market)
    is_alone = (of_crowd == 0) & (of_market == 0)
    return np.asarray(np.where(is_alone, np.asarray(model, float), 1 / (1 + np.exp(-pooled))))


def house_cells(model: ArrayLike, crowd: ArrayLike, forecasters: ArrayLike) -> Floats:
    """Distribution over cells by the house, shape (..., cells).

    Args:
        model, crowd: distributions, shape (..., cells).
        forecasters: how many the crowd has, shape (...).

    >>> house_cells([0.0, 0.2, 0.8], [0.2, 0.64, 0.16], 4.75).round(6).tolist()
    [0.0, 0.5, 0.5]
    """
    known, said = np.asarray(model, float), np.asarray(crowd, float)
    weight = house_weights(forecasters).crowd[..., None]
    least = 2 * FLOOR / known.shape[-1]
    alive = known > 0
    logs = (1 - weight) * np.log(np.where(alive, known, 1.0))
    logs = logs + weight * np.log(np.where(weight > 0, np.maximum(said, least), 1.0))
    shares = np.where(alive, np.exp(logs - logs.max(axis=-1, keepdims=True)), 0.0)
    pooled = shares / shares.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(weight > 0, pooled, known))

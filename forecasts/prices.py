"""Prices: what a contract's price says of a chance after fees, spread and the cost of capital.

Who buys yes at the ask a pays a, and a fee, today, and has 1 at the end if it comes true. With
money that would earn r a year elsewhere he gains only above

    high = (a + fee(a)) (1 + r)^T,          T years to the end;

who buys no, which is 1 - b at the bid b, gains only where yes is less likely than

    low = 1 - (1 - b + fee(1 - b)) (1 + r)^T.

Between them nobody gains by trading, so that the chance may lie anywhere there. Its middle is
1/2 + g (m - 1/2) with the mid m and the growth g = (1 + r)^T: a price near 0 or 1 long before the
end is nearer to 1/2 than the chance, because who is right has to wait for his money.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit
from forecasts.outcomes import Floats

DAYS_A_YEAR = 365.25
#: What kinds of prices there are: they are not the same quantity.
PRICE_KINDS = ("last_trade", "mid", "amm", "community_median", "stated")


@dataclass(frozen=True, slots=True)
class Costs:
    """What trading on a platform costs.

    Attributes:
        fee: a contract at price p costs fee x p (1 - p) besides, as on Kalshi.
        capital: what money would earn elsewhere, a year.
    """

    fee: float = 0.0
    capital: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no costs can be."""
        if not (0 <= self.fee < 1 and 0 <= self.capital < 1):
            what = f"a fee of {self.fee} and {self.capital} a year"
            raise NumbersDoNotFit(what=what, mend="both in [0, 1)")


#: What money earns elsewhere, a year, where it is money.
USUAL_CAPITAL = 0.04
#: Play money and communities cost nothing. Kalshi's general fee is 7% of p (1 - p), rounded up to a
#: cent an order, which a single contract's price does not show; most of Polymarket is free of fees.
COSTS = {
    "kalshi": Costs(0.07, USUAL_CAPITAL),
    "polymarket": Costs(0.0, USUAL_CAPITAL),
}


@dataclass(frozen=True, slots=True, eq=False)
class AfterCosts:
    """A chance after costs: its middle, and between what nobody gains by trading."""

    low: Floats
    probability: Floats
    high: Floats


def costs_of(platform: str) -> Costs:
    """Give what trading on a platform costs; nothing where no money is at stake.

    >>> costs_of("kalshi").fee, costs_of("manifold").fee
    (0.07, 0.0)
    """
    return COSTS.get(platform, Costs())


def after_costs(
    price: ArrayLike, bid: ArrayLike, ask: ArrayLike, days: ArrayLike, costs: Costs
) -> AfterCosts:
    """Give the chance behind prices.

    Args:
        price: in [0, 1]; a last trade outside of bid and ask is taken to the nearer of them.
        bid, ask: in [0, 1]; NaN where there is none, which is then the price, without a spread.
        days: until it pays; below 0 counts as 0, NaN (nobody knows) as 0.

    Raises:
        ImpossibleProbability: a price, bid or ask is outside [0, 1].

    >>> free = after_costs([0.95], [0.94], [0.96], [365.25], Costs(0.0, 0.04))
    >>> free.low.round(4), free.probability.round(4), free.high.round(4)
    (array([0.9376]), array([0.968]), array([0.9984]))
    """
    said, low_side, high_side = (np.asarray(value, float) for value in (price, bid, ask))
    for value in (said, low_side, high_side):
        wrong = int(np.count_nonzero((value < 0) | (value > 1)))
        wrong += int(np.count_nonzero(np.isnan(said))) if value is said else 0
        if wrong:
            raise ImpossibleProbability(count=wrong, total=value.size)
    crossed = low_side > high_side  # a book that was read while it moved says nothing
    best_bid = np.where(np.isnan(low_side) | crossed, said, low_side)
    best_ask = np.where(np.isnan(high_side) | crossed, said, high_side)
    within = np.clip(said, best_bid, np.maximum(best_bid, best_ask))
    years = np.maximum(np.nan_to_num(np.asarray(days, float), nan=0.0), 0.0) / DAYS_A_YEAR
    growth = (1 + costs.capital) ** years
    high = (best_ask + costs.fee * best_ask * (1 - best_ask)) * growth
    low = 1 - (1 - best_bid + costs.fee * best_bid * (1 - best_bid)) * growth
    middle = 0.5 + growth * (within - 0.5)
    return AfterCosts(*(np.clip(value, 0.0, 1.0) for value in (low, middle, high)))


def staleness(at: ArrayLike, seen: ArrayLike, now: float) -> Floats:
    """Days for which a price has not been confirmed: since its trade, or since it was last seen.

    Args:
        at: when it came about.
        seen: when its platform was last read whole, with this price in it; NaN where never.

    >>> staleness([10.0, 10.0], [12.0, np.nan], 12.5)
    array([0.5, 2.5])
    """
    newest = np.fmax(np.asarray(at, float), np.asarray(seen, float))
    return np.asarray(np.maximum(now - newest, 0.0))

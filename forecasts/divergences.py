"""Divergences: where our forecast and markets on the same question differ by more than noise."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from forecasts.crowds import log_odds
from forecasts.errors import ImpossibleProbability, NumbersDoNotFit

#: So many standard errors are more than noise: one time in twenty, if both are right.
ALARMING = NormalDist().inv_cdf(0.975)
#: Of our 90% interval, its half-width in standard errors.
_HALF_WIDTH = NormalDist().inv_cdf(0.95)
#: Differences in chance that matter to nobody, whatever their odds.
SMALLEST_DIFFERENCE = 0.03
#: Moves that are told of.
MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Divergence:
    """What we say, what the markets say, and how far that is apart.

    Attributes:
        ours, low, high: our chance of yes, with its 90% interval.
        market: the markets' chance of yes.
        difference: ours less theirs, in nats of log-odds.
        error: standard error of that, in nats: our interval, and the markets' noise and mismatch.
    """

    ours: float
    low: float
    high: float
    market: float
    difference: float
    error: float

    @property
    def deviations(self) -> float:
        """The difference in standard errors; positive where we say more."""
        return self.difference / self.error

    @property
    def is_alarming(self) -> bool:
        """Whether it is more than noise, and large enough to matter."""
        is_large = abs(self.ours - self.market) >= SMALLEST_DIFFERENCE
        return is_large and abs(self.deviations) >= ALARMING


@dataclass(frozen=True, slots=True)
class Move:
    """How one record moved our forecast: bits towards yes, and when."""

    evidence: str
    at: float
    bits: float


@dataclass(frozen=True, slots=True)
class Because:
    """Records that account for a difference, the largest first; whether the markets knew them."""

    moves: tuple[Move, ...]
    since_quote: bool


def divergence(
    ours: float, low: float, high: float, market_log_odds: float, precision: float
) -> Divergence:
    """Compare our forecast with what markets say together.

    Args:
        ours, low, high: our chance of yes, with its 90% interval.
        market_log_odds: of yes, as the quotes say.
        precision: of that, in forecasters, each off by a nat; see `markets.pool_quotes`.

    Raises:
        ImpossibleProbability: a chance is outside [0, 1].
        NumbersDoNotFit: the precision is not above 0, or the log-odds are no number.

    >>> found = divergence(0.62, 0.55, 0.69, float(log_odds(0.41)), 25.0)
    >>> round(found.market, 2), round(found.difference, 3), found.is_alarming
    (0.41, 0.854, True)
    """
    chances = (ours, low, high)
    wrong = sum(not 0 <= chance <= 1 for chance in chances)
    if wrong:
        raise ImpossibleProbability(count=wrong, total=len(chances))
    if not (precision > 0 and np.isfinite(market_log_odds)):
        what = f"log-odds of {market_log_odds} with a precision of {precision}"
        raise NumbersDoNotFit(what=what, mend="quotes that say something")
    own = float(log_odds(high) - log_odds(low)) / (2 * _HALF_WIDTH)
    return Divergence(
        ours=ours,
        low=low,
        high=high,
        market=float(1 / (1 + np.exp(-market_log_odds))),
        difference=float(log_odds(ours) - market_log_odds),
        error=float(np.sqrt(own**2 + 1 / precision)),
    )


def because(moves: list[Move], quoted_at: float, difference: float) -> Because:
    """Name the records that speak for our side: those since the last quote, else all.

    Args:
        moves: of our forecast by records; several of one record count together.
        quoted_at: when the newest price was last seen to stand.
        difference: ours less theirs: only records that moved us this way are named.

    >>> told = because([Move("a", 1.0, 2.0), Move("b", 9.0, 0.5)], 5.0, 1.0)
    >>> [move.evidence for move in told.moves], told.since_quote
    (['b'], True)
    """
    newer = _largest([move for move in moves if move.at > quoted_at], difference)
    if newer:
        return Because(newer, since_quote=True)
    return Because(_largest(moves, difference), since_quote=False)


def _largest(moves: list[Move], difference: float) -> tuple[Move, ...]:
    """Sum the moves of each record, and give the largest in the direction of a difference."""
    sums: dict[str, Move] = {}
    for move in moves:
        known = sums.get(move.evidence)
        bits = move.bits + (known.bits if known else 0.0)
        sums[move.evidence] = Move(move.evidence, move.at, bits)
    side = np.sign(difference)
    towards = [move for move in sums.values() if move.bits * side > 0]
    towards.sort(key=lambda move: (-abs(move.bits), move.evidence))
    return tuple(towards[:MOST_REASONS])

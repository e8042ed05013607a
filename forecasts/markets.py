"""Markets: what quotes say of a question in log-odds, how noisy each is, and several as one.

A quote is a noisy reading of the log-odds that its market holds: after the bias and slope of its
platform, its error has a variance that grows with the spread, with age, with the chance that the
contract is another one than the question, and with a small volume. What an answer needs is a
precision, 1 / variance, in units of one forecaster, whose log-odds are off by a nat.

Only contracts on the same outcome, or on its complement, are read as quotes. One that implies a
question, is implied by it, overlaps or excludes it only bounds what coherent prices may be.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from forecasts.crowds import log_odds
from forecasts.errors import NumbersDoNotFit
from forecasts.outcomes import Floats, Indices

#: Relations of a contract to a question that are read as quotes, and the sign of their log-odds.
SIGNS = {"same": 1.0, "complement": -1.0}
#: Squared nats by which all markets are off together: the price itself is no oracle.
COMMON_NOISE = 0.04
#: Squared nats by which a platform's usual quote is off besides, until that is learned.
USUAL_NOISE = 0.05
#: Squared nats a day by which a quote that stands is left behind. Daily moves of log-odds have a
#: variance of .03 (forecastbench), .05 (manifold_mirror) and .07 (replication_markets), a part of
#: which is bounce; see docs/benchmarks.md.
NOISE_A_DAY = 0.02
#: Squared nats of a market in which a hundred has been traded; a hundred times that: a hundredth.
NOISE_OF_A_HUNDRED = 0.5
#: Squared nats between two contracts that look alike and are not.
LOOK_ALIKE_NOISE = 4.0
#: Days in which a market takes in some 63% of what is published, until that is learned: real money
#: reads the news within a day, play money and communities take longer.
ABSORPTION_DAYS = {"polymarket": 1.0, "kalshi": 1.0, "manifold": 3.0, "metaculus": 7.0}
#: The same, of any other platform.
USUAL_ABSORPTION_DAYS = 3.0


@dataclass(frozen=True, slots=True)
class MarketTerms:
    """How quotes of each platform are read: numbers, tensors, or draws of them.

    Attributes:
        intercept, slope: of the recalibration of its log-odds.
        noise: squared nats by which its usual quote is off.
        absorption: days in which it takes in 63% of what is published.
    """

    intercept: Any
    slope: Any
    noise: Any
    absorption: Any


@dataclass(frozen=True, slots=True, eq=False)
class Quotes:
    """Quotes of contracts on one or more questions; one entry a quote.

    Attributes:
        probability: chance of the contract's yes: its price, in [0, 1].
        half_spread: half of ask less bid, in chances; NaN where no one knows.
        volume: traded by then, in the platform's currency; NaN where no one knows.
        age: days since it was quoted.
        mismatch: chance that the contract is another than the question, in [0, 1].
        sign: 1 for the same, -1 for the complement; see SIGNS.
        platform: number of its platform.
    """

    probability: Floats
    half_spread: Floats
    volume: Floats
    age: Floats
    mismatch: Floats
    sign: Floats
    platform: Indices


def fixed_terms(platforms: tuple[str, ...]) -> MarketTerms:
    """Give the terms by which platforms are read while nothing is learned of them.

    >>> fixed_terms(("polymarket", "another")).absorption
    array([1., 3.])
    """
    days = [ABSORPTION_DAYS.get(name, USUAL_ABSORPTION_DAYS) for name in platforms]
    return MarketTerms(
        intercept=np.zeros(len(platforms)),
        slope=np.ones(len(platforms)),
        noise=np.full(len(platforms), USUAL_NOISE),
        absorption=np.array(days),
    )


def quote_noise(quotes: Quotes) -> Floats:
    """Squared nats by which each quote is off, besides what is usual on its platform.

    The sum of four: a half-spread of h at price p is h / (p (1 - p)) nats; age; volume; and a
    mismatch, whose odds count as so many look-alikes. What no one knows adds nothing: it is in what
    is usual. Infinite where a quote says nothing: no volume, no end to the spread, or certainly
    another contract.

    Raises:
        NumbersDoNotFit: a spread, volume, age or mismatch is below 0, or a mismatch above 1.

    >>> one = (np.array([value]) for value in (0.5, 0.05, 1e4, 10.0, 0.1, 1.0, 0))
    >>> quote_noise(Quotes(*one)).round(4).tolist()  # .04 + .005 + .2 + .4444
    [0.6894]
    """
    _check(quotes)
    chance = np.clip(quotes.probability, 0.001, 0.999)
    spread = np.nan_to_num(quotes.half_spread, nan=0.0, posinf=np.inf) / (chance * (1 - chance))
    with np.errstate(divide="ignore"):
        thin = NOISE_OF_A_HUNDRED * 100 / np.nan_to_num(quotes.volume, nan=np.inf, posinf=np.inf)
        odds = quotes.mismatch / (1 - quotes.mismatch)
    return np.asarray(spread**2 + NOISE_A_DAY * quotes.age + thin + LOOK_ALIKE_NOISE * odds)


def quoted_log_odds(terms: MarketTerms, quoted: Any, sign: Any, platform: Any) -> Any:
    """Log-odds of the question's yes, as quotes say after bias and slope of their platforms.

    Args:
        quoted: log-odds of the contract's yes.
        sign: 1 where that is the question's yes, -1 where it is its no.
    """
    return sign * (terms.intercept[platform] + terms.slope[platform] * quoted)


def quote_precision(noise: Any, own: Any) -> Any:
    """Precision of a single quote, in forecasters.

    Args:
        noise: of its platform.
        own: see `quote_noise`.

    >>> round(quote_precision(0.05, 0.01), 6)
    10.0
    """
    return 1 / (COMMON_NOISE + noise + own)


def pool_quotes(said: ArrayLike, noise: ArrayLike, question: ArrayLike, count: int) -> Any:
    """Put the quotes of each question together: log-odds, and precision in forecasters.

    Each counts by 1 / noise. However many agree, they are no surer than what all markets share: who
    copies another market adds little, and a quote that says nothing adds nothing.

    Args:
        said: log-odds of the question's yes, one a quote.
        noise: squared nats of each, its platform's included; infinite where it says nothing.
        question: number of its question, below `count`.

    Gives NaN and 0 for a question without a quote that says something.

    >>> pool_quotes([0.0, 1.0, 5.0], [0.1, 0.1, np.inf], [0, 0, 0], 1)
    (array([0.5]), array([11.11111111]))
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = 1 / np.asarray(noise, float)
        told = np.where(weight > 0, np.asarray(said, float), 0.0)
        whole = np.bincount(np.asarray(question, np.int64), weight, count)
        mean = np.bincount(np.asarray(question, np.int64), weight * told, count) / whole
        return mean, np.where(whole > 0, 1 / (COMMON_NOISE + 1 / whole), 0.0)


def read_quotes(terms: MarketTerms, quotes: Quotes) -> tuple[Floats, Floats]:
    """Give log-odds of the question's yes and squared nats of noise, for each quote by itself."""
    said = quoted_log_odds(terms, log_odds(quotes.probability), quotes.sign, quotes.platform)
    return said, terms.noise[quotes.platform] + quote_noise(quotes)


def absorbed(elapsed: Any, absorption: Any, xp: ModuleType = np) -> Any:
    """Share of what was published that a quote holds: 1 - exp(-elapsed / absorption); 0 before.

    Args:
        elapsed: days from the publication to the quote; negative where it came later.
        absorption: days, above 0.

    >>> absorbed(np.array([-1.0, 0.0, 2.0]), 2.0).round(4).tolist()
    [0.0, 0.0, 0.6321]
    """
    return -xp.expm1(-xp.maximum(elapsed, 0.0) / absorption)


def _check(quotes: Quotes) -> None:
    """Refuse what no quote can be.

    Raises:
        NumbersDoNotFit: a spread, volume, age or mismatch is below 0, or a mismatch above 1.
    """
    amounts = (quotes.half_spread, quotes.volume, quotes.age, quotes.mismatch)
    below = sum(int(np.count_nonzero(amount < 0)) for amount in amounts)
    above = int(np.count_nonzero(~(quotes.mismatch <= 1)))  # written so that NaN fails too
    if below or above:
        what = f"{below} amounts below 0 and {above} mismatches that are not at most 1"
        raise NumbersDoNotFit(what=what, mend="amounts of 0 or more, and mismatches in [0, 1]")

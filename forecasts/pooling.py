"""Learned pools: the crowd as one voice, and the house forecast of crowd and market together.

The crowd's log-odds are the mean of its forecasters', weighted by recency and by shrunk skill, then
recalibrated. The house adds what a market says, brought up to date, to what the crowd says. Every
number in this is learned from earlier resolutions, with sources of questions pooled partially; one
that has none reads what all sources share. The formulas take numbers or tensors, so that what is
learned and what is said are one.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from types import ModuleType
from typing import Any

import numpy as np

from forecasts.crowds import log_odds
from forecasts.house import house_log_odds
from forecasts.markets import MarketTerms, fixed_terms, quote_precision, quoted_log_odds
from forecasts.news import unheard
from forecasts.outcomes import Floats, Indices
from forecasts.panels import Panel

#: The log-odds of a person are cut here before they are pooled; a market's at `crowds.FLOOR`.
CROWD_FLOOR = 0.01
#: A crowd of so many needs no correction for its size.
_USUAL_SIZE = 3.0
#: A crowd whose log-odds differ by so much (standard deviation) needs none for its spread.
_USUAL_SPREAD = 1.0


@dataclass(frozen=True, slots=True)
class Weighing:
    """How much each forecaster counts in a crowd.

    Attributes:
        recency: power of the recency weights: 0 all alike, 1 as at Metaculus.
        skill: nats of weight for a skill of one bit a question.
    """

    recency: float = 1.0
    skill: float = 0.0


@dataclass(frozen=True, slots=True)
class CrowdTerms:
    """How a crowd's pooled log-odds are recalibrated: numbers, tensors, or draws of them.

    Attributes:
        intercept, slope: by strand of questions.
        size, spread: change of the slope for a crowd e times as large, and for a standard deviation
            of its log-odds that is larger by one nat.
    """

    intercept: Any
    slope: Any
    size: Any
    spread: Any


@dataclass(frozen=True, slots=True)
class HouseTerms(MarketTerms):
    """How the house pools: how quotes are read, and how bold unlike voices are together.

    Attributes:
        overlap: of market and all others, for all strands alike; see `boldness_of_mixture`.
    """

    overlap: Any


@dataclass(frozen=True, slots=True, eq=False)
class HouseVoices:
    """What markets and all others say at points; one entry a point, and flat news.

    Attributes:
        quoted: log-odds of a market's price, its sign turned where it is the complement.
        noise: squared nats of the quote besides what is usual; see `quote_noise`.
        rest: log-odds of model and crowd; 0 where there is neither.
        rest_precision: in forecasters; 0 where there is neither.
        strand: of questions.
        elapsed: of each move of the model, days from its publication to the quote of its point.
        moves: in nats, those of a point together, in the order of points.
        strand_of_move: strand of its point.
        bounds: where the moves of each point begin, and at last where all end; shape (points + 1,).
    """

    quoted: Floats
    noise: Floats
    rest: Floats
    rest_precision: Floats
    strand: Indices
    elapsed: Floats
    moves: Floats
    strand_of_move: Indices
    bounds: Indices


@dataclass(frozen=True, slots=True, eq=False)
class PooledCrowd:
    """What the forecasters at each point say together; one entry a point.

    Attributes:
        mean: weighted mean of their log-odds.
        spread: weighted standard deviation of them, less what is usual.
        size: log of how many they are, less what is usual.
        strand: of questions.
    """

    mean: Floats
    spread: Floats
    size: Floats
    strand: Indices


def pool(panel: Panel, skill: Floats, weighing: Weighing) -> PooledCrowd:
    """Pool a panel without markets, in which every point has a forecast.

    Args:
        skill: of each forecast's author, in bits a question.
    """
    point, said = panel.point, log_odds(panel.probability, CROWD_FLOOR)
    size = np.bincount(point, minlength=panel.points).astype(float)
    newness = np.sqrt(panel.ranks) - np.sqrt(size[point])
    weight = np.exp(weighing.recency * newness + weighing.skill * skill)
    whole = np.bincount(point, weight)
    mean = np.bincount(point, weight * said) / whole
    variance = np.bincount(point, weight * (said - mean[point]) ** 2) / whole
    spread = np.sqrt(variance) - _USUAL_SPREAD
    return PooledCrowd(mean, spread, np.log(size / _USUAL_SIZE), panel.strand)


def crowd_log_odds(terms: CrowdTerms, pooled: PooledCrowd) -> Any:
    """Recalibrated log-odds of the crowd at each point."""
    slope = terms.slope[pooled.strand] + terms.size * pooled.size + terms.spread * pooled.spread
    return terms.intercept[pooled.strand] + slope * pooled.mean


def pooled_log_odds(terms: HouseTerms, voices: HouseVoices, xp: ModuleType = np) -> Any:
    """Log-odds of the house at each point, all of which have a market; terms by strand."""
    lacking = unheard(voices.elapsed, voices.moves, terms.absorption[voices.strand_of_move], xp)
    running = xp.concatenate([xp.zeros(1), xp.cumsum(lacking)])
    news = running[voices.bounds[1:]] - running[voices.bounds[:-1]]
    market = quoted_log_odds(terms, voices.quoted, 1.0, voices.strand) + news
    precision = quote_precision(terms.noise[voices.strand], voices.noise)
    return house_log_odds(voices.rest, voices.rest_precision, market, precision, terms.overlap)


def fixed_house_terms(strands: tuple[str, ...]) -> HouseTerms:
    """Give the terms of the house while nothing is learned: as if all voices knew the same.

    Args:
        strands: their names end in those of platforms, after a slash.
    """
    quotes = fixed_terms(tuple(name.rpartition("/")[2] for name in strands))
    read = {field.name: getattr(quotes, field.name) for field in fields(quotes)}
    return HouseTerms(**read, overlap=1.0)


def mean_over_draws[T: CrowdTerms | HouseTerms](
    terms: T, log_odds_of: Callable[[dict[str, Any]], Floats]
) -> tuple[Floats, Floats]:
    """Average log-odds, and probability, over draws of the terms.

    The mean probability is the forecast of one who does not know the terms, and nearer to even odds
    than that of their mean.

    Args:
        terms: draws first.
        log_odds_of: takes one draw of each term, by name.

    >>> both = CrowdTerms(np.array([[-1.0], [1.0]]), np.ones((2, 1)), np.zeros(2), np.zeros(2))
    >>> mean_over_draws(both, lambda drawn: drawn["intercept"] + 0.0)[1].tolist()
    [0.5]
    """
    draws, names = len(terms.intercept), [field.name for field in fields(terms)]
    said, chance = np.zeros(1), np.zeros(1)
    for draw in range(draws):
        one = log_odds_of({name: getattr(terms, name)[draw] for name in names})
        said, chance = said + one, chance + 1 / (1 + np.exp(-one))
    return said / draws, chance / draws

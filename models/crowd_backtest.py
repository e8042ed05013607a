"""Backtest of the crowd: every aggregate at every point, learned only from what was known then."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forecasts import crowds
from forecasts.house import crowd_precision
from forecasts.markets import NOISE_A_DAY
from forecasts.outcomes import Floats
from forecasts.panels import Panel, skills
from forecasts.pooling import (
    CrowdTerms,
    HouseTerms,
    HouseVoices,
    Weighing,
    crowd_log_odds,
    fixed_house_terms,
    mean_over_draws,
    pool,
    pooled_log_odds,
)
from models.diagnostics import SamplingSettings
from models.pooling import HouseData, crowd_data, learn_crowd, learn_house
from models.weighing import learn_weighing

Mask = NDArray[np.bool_]
#: Below so many resolved questions nothing is learned: the crowd is weighted by recency alone.
FEWEST_TO_LEARN = 60
#: A refit waits until there is half as much again to learn from: each costs half a minute.
GROWTH = 1.5
#: A strand's newest so many points teach; more of one would teach little and take long.
MOST_OF_A_STRAND = 4_000


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """One refit: the points it learns from, and those it forecasts."""

    training: Mask
    testing: Mask


def walk_forward(panel: Panel, asked: Mask, folds: int = 5) -> list[Split]:
    """Refit as outcomes become known, and forecast each point by the last refit before it.

    Points of no known date can come neither before nor after others: they learn from each other by
    `folds`, whole groups at a time, and teach no dated one.
    """
    dated = asked & ~np.isnan(panel.made)
    voices = (panel.is_market, ~panel.is_market)
    refits = sorted({time for heard in voices for time in _refits(panel.known[_has(panel, heard)])})
    bounds = [-np.inf, *refits, np.inf]
    splits = [
        Split(panel.known < start, dated & (panel.made >= start) & (panel.made < end))
        for start, end in pairwise(bounds)
    ]
    undated = asked & np.isnan(panel.made)
    splits += [Split(s.training & undated, s.testing) for s in cross_fit(panel, undated, folds)]
    return [split for split in splits if split.testing.any()]


def _refits(known: Floats) -> Iterator[float]:
    """When there was enough to learn from, and each time when it had grown."""
    order, size = np.sort(known[~np.isnan(known)]), float(FEWEST_TO_LEARN)
    while size < len(order):
        yield float(order[int(size)])
        size *= GROWTH


def cross_fit(panel: Panel, asked: Mask, folds: int) -> list[Split]:
    """Forecast each fold of groups by what all other folds teach, whenever that was."""
    fold = panel.group % folds
    return [
        Split(fold != k, asked & (fold == k)) for k in range(folds) if (asked & (fold == k)).any()
    ]


def forecast_all(
    panel: Panel, splits: list[Split], settings: SamplingSettings
) -> Iterator[tuple[str, Floats]]:
    """Give each method's name and its probability at every point; NaN where it has none.

    Raises:
        PoorDiagnostics: a fit is not to be trusted.
    """
    yield from _unlearned(panel)
    crowd, house = np.full(panel.points, np.nan), np.full(panel.points, np.nan)
    for split in splits:
        said = _learned(panel, split, settings)
        crowd[split.testing], house[split.testing] = (voice[split.testing] for voice in said)
    yield from (("crowd", crowd), ("house", house))


def _unlearned(panel: Panel) -> Iterator[tuple[str, Floats]]:
    """Aggregates that nothing is learned for."""
    people, markets = panel.said_by(~panel.is_market), panel.said_by(panel.is_market)
    chance, point = people.probability, people.point
    recency = crowds.recency_weights(people.ranks, point)
    by_people: dict[str, Callable[[], Floats]] = {
        "median": lambda: crowds.median(chance, point),
        "mean": lambda: crowds.mean(chance, point),
        "geometric_mean_of_odds": lambda: _chance(crowds.mean_log_odds(chance, point)),
        "recency_weighted_median": lambda: crowds.recency_weighted_median(
            chance, people.time, point
        ),
        "recency_weighted_log_odds": lambda: _chance(crowds.mean_log_odds(chance, point, recency)),
        "extremised": lambda: _chance(crowds.extremised(chance, point)),
    }
    if people.points:
        for name, said in by_people.items():
            yield name, _spread_out(said(), _has(panel, ~panel.is_market))
    if markets.points:
        prices = crowds.mean(markets.probability, markets.point)
        yield "market", _spread_out(prices, _has(panel, panel.is_market))


def _learned(panel: Panel, split: Split, settings: SamplingSettings) -> tuple[Floats, Floats]:
    """Crowd and house at every point, from the training points of a split; NaN where there is none.

    The ladder: with too few outcomes the crowd is only weighted by recency, and the house pools
    by fixed terms; a point without a market has the crowd for its house.
    """
    people, has_people = panel.said_by(~panel.is_market), _has(panel, ~panel.is_market)
    has_market = _has(panel, panel.is_market)
    said, crowd, house = (np.full(panel.points, np.nan) for _ in range(3))
    said[has_people], crowd[has_people] = _crowd(people, split.training[has_people], settings)
    house[has_people] = crowd[has_people]
    markets, teaches = panel.at(has_market), split.training[has_market]
    house[has_market] = _house(markets, house_voices(markets, said[has_market]), teaches, settings)
    return crowd, house


def house_voices(panel: Panel, crowd: Floats) -> HouseVoices:
    """Give what markets and crowd say at points that all have a market; no model is there.

    Of several quotes at a point the mean counts, and the newest's age. Where no clock is known, a
    quote is of its point's time.

    Args:
        crowd: recalibrated log-odds of the crowd at each point; NaN where there is none.
    """
    markets = panel.said_by(panel.is_market)
    newest = np.full(panel.points, -np.inf)
    np.maximum.at(newest, markets.point, np.nan_to_num(markets.time, nan=-np.inf))
    age = np.nan_to_num(panel.made - newest, nan=0.0, posinf=0.0)
    people = np.bincount(panel.point[~panel.is_market], minlength=panel.points)
    return HouseVoices(
        quoted=crowds.mean_log_odds(markets.probability, markets.point),
        noise=NOISE_A_DAY * age,
        rest=np.nan_to_num(crowd),
        rest_precision=crowd_precision(np.where(np.isnan(crowd), 0, people)),
        strand=panel.strand,
        elapsed=np.zeros(0),
        moves=np.zeros(0),
        strand_of_move=np.zeros(0, np.int64),
        bounds=np.zeros(panel.points + 1, np.int64),
    )


def _crowd(panel: Panel, training: Mask, settings: SamplingSettings) -> tuple[Floats, Floats]:
    """Log-odds and probability of the crowd at each point of a panel of people."""
    training = training & _newest(panel, training)
    record = panel.at(training)
    if len(np.unique(record.question)) < FEWEST_TO_LEARN:
        said = pool(panel, np.zeros(len(panel.point)), Weighing()).mean
        return said, _chance(said)
    skill, _ = skills(record, panel)
    taught, weight = skill[training[panel.point]], _shared_weight(record)
    weighing = learn_weighing(record, taught, weight)
    data = crowd_data(pool(record, taught, weighing), record.outcome, weight, len(panel.strands))
    terms, pooled = learn_crowd(data, settings), pool(panel, skill, weighing)
    return mean_over_draws(terms, lambda drawn: crowd_log_odds(CrowdTerms(**drawn), pooled))


def _house(panel: Panel, voices: HouseVoices, training: Mask, settings: SamplingSettings) -> Floats:
    """Probability of the house at each point that has a market."""
    training = training & _newest(panel, training)
    if len(np.unique(panel.question[training])) < FEWEST_TO_LEARN:
        return _chance(pooled_log_odds(fixed_house_terms(panel.strands), voices))
    record = panel.at(training)
    weight = _shared_weight(record)
    taught = np.bincount(record.strand, weight, len(panel.strands))
    told = house_voices(record, np.where(voices.rest_precision > 0, voices.rest, np.nan)[training])
    terms = learn_house(HouseData(told, record.outcome, weight, taught), settings)
    return mean_over_draws(terms, lambda drawn: pooled_log_odds(HouseTerms(**drawn), voices))[1]


def _newest(panel: Panel, training: Mask) -> Mask:
    """The newest training points of each strand; those of no known time in their order."""
    time = np.nan_to_num(panel.known, nan=0.0)
    order = np.lexsort((-time, panel.strand, ~training))
    strand = panel.strand[order][: np.count_nonzero(training)]
    place = np.arange(len(strand)) - np.searchsorted(strand, strand)
    kept = np.zeros(panel.points, bool)
    kept[order[: len(strand)][place < MOST_OF_A_STRAND]] = True
    return kept


def _shared_weight(panel: Panel) -> Floats:
    """Weight of each point: the points of one question share a weight of one."""
    _, place, count = np.unique(panel.question, return_inverse=True, return_counts=True)
    return 1.0 / count[place]


def _has(panel: Panel, kept: Mask) -> Mask:
    """Tell at which points any of some forecasts stands."""
    return np.bincount(panel.point[kept], minlength=panel.points) > 0


def _spread_out(values: Floats, where: Mask) -> Floats:
    """Put values where they belong, and NaN elsewhere."""
    whole = np.full(len(where), np.nan)
    whole[where] = values
    return whole


def _chance(log_odds: Floats) -> Floats:
    """From log-odds to a probability."""
    return 1 / (1 + np.exp(-log_odds))

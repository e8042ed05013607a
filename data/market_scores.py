"""Scores of platforms on their own resolved markets, by the sums of `kizashi score`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, select

from data.market_tables import MARKETS, QUOTES
from data.markets import newest_outcomes
from data.score_rows import ROW, Rows
from data.score_sums import SCORES, Sums

#: Logarithms take chances within [FLOOR, 1 - FLOOR], as `kizashi score` does unless told otherwise.
FLOOR = 0.001


@dataclass(frozen=True, slots=True)
class MarketScore:
    """How well one voice did on the resolved markets of its platform.

    Attributes:
        voice: empty for the platform's own price.
        scores, errors: mean and standard error of each score that there is, by its name.
        coverage: share of the announced time in which it stood; None where every price counts once.
    """

    platform: str
    voice: str
    prices: int
    markets: int
    outside: int
    coverage: float | None
    scores: dict[str, float]
    errors: dict[str, float]
    peer_shrunk: float | None


def score_platform(
    connection: Connection, platform: str, at: float, *, over_time: bool
) -> list[MarketScore]:
    """Score every voice of a platform, as known at an instant; who lost fewest bits comes first.

    Markets that came to a share between 0 and 1, or are void, are left out.

    Args:
        over_time: scores are averaged over the time in which prices stood, on markets whose window
            is known; else every price counts once.
    """
    rows, voices = _rows(connection, platform, at, over_time=over_time)
    sums = Sums(("forecaster",), over_time, FLOOR)
    if len(rows):
        sums.add(rows)
    found = [
        _score(platform, voices[labels[0]], group, sums) for labels, group in sums.groups.items()
    ]

    def badness(one: MarketScore) -> tuple[float, str]:
        bits = one.scores["log2_loss"]
        return (bits if np.isfinite(bits) else np.inf, one.voice)

    return sorted(found, key=badness)


def _rows(
    connection: Connection, platform: str, at: float, *, over_time: bool
) -> tuple[Rows, Sequence[str]]:
    """Read the prices of resolved markets as rows of scores, and the voices by their numbers."""
    known = select(MARKETS).where(MARKETS.c.platform == platform, MARKETS.c.first_seen <= at)
    markets = {row.id: row for row in connection.execute(known.order_by(MARKETS.c.id))}
    ended = newest_outcomes(connection, list(markets), at)
    numbers: dict[str, int] = {}
    parts: list[Rows] = []
    for name, market in markets.items():
        outcome = ended.get(name)
        if outcome is None or outcome.value not in (0.0, 1.0):
            continue
        ends = [json.loads(market.traits).get("ends"), outcome.resolved_at]
        window = [np.nan if t is None else t for t in (market.opens, market.closes, *ends)]
        if over_time and not window[0] < window[1]:
            continue
        query = select(QUOTES.c.voice, QUOTES.c.at, QUOTES.c.price)
        query = query.where(QUOTES.c.market == name, QUOTES.c.seen_at <= at)
        query = query.order_by(QUOTES.c.voice, QUOTES.c.at, QUOTES.c.number)
        said = connection.execute(query).all()
        part = np.zeros(len(said), ROW)
        part["question"] = len(parts)
        part["forecaster"] = [numbers.setdefault(row.voice, len(numbers)) for row in said]
        part["time"] = [row.at for row in said]
        part["probability"] = [row.price for row in said]
        part["outcome"], part["opens"], part["closes"] = outcome.value, window[0], window[1]
        part["ends"] = np.fmin(window[2], window[3])
        parts.append(part)
    rows = np.concatenate(parts) if parts else np.zeros(0, ROW)
    rows["row"], rows["weight"], rows["options"] = np.arange(len(rows)), 1.0, 2
    rows["chance"] = np.where(rows["outcome"] == 1, rows["probability"], 1 - rows["probability"])
    rows["brier"] = (rows["probability"] - rows["outcome"]) ** 2
    return rows, list(numbers)


def _score(platform: str, voice: str, group: int, sums: Sums) -> MarketScore:
    """Give the scores of one voice."""
    tallies, names = sums.tallies, SCORES if sums.has_windows else SCORES[:2]
    return MarketScore(
        platform=platform,
        voice=voice,
        prices=int(tallies.forecasts[group]),
        markets=int(tallies.questions[group]),
        outside=int(sums.outside[group]) if sums.has_windows else 0,
        coverage=float(tallies.coverage[group]) if sums.has_windows else None,
        scores={name: float(tallies.means[place, group]) for place, name in enumerate(names)},
        errors={
            name: float(tallies.standard_errors[place, group]) for place, name in enumerate(names)
        },
        peer_shrunk=(
            float(tallies.shrunk_means()[SCORES.index("peer"), group]) if sums.has_windows else None
        ),
    )

"""What stands on leaderboards: rows of scores, filters of them, and entries."""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from forecasts.errors import NumbersDoNotFit

type Kind = Literal["person", "bot", "model", "crowd", "market"]

#: Places in "P(top k)" unless asked for others.
TOP = 10


@dataclass(frozen=True, slots=True)
class ForecasterScores:
    """What a forecaster scored on one question: the row that boards are built from.

    Attributes:
        forecaster: id.
        kind: person, bot, model, crowd or market.
        question: id.
        known: day on which the outcome was known, in days since 1970; NaN where nobody noted it,
            which is in no period but "all".
        topic: of the question; "" for none.
        coverage: share of the question's window in which the forecaster stood, in (0, 1].
        peer, baseline: as on Metaculus; higher is better.
        brier: in [0, 1], lower is better.
        log2_loss: in bits, lower is better.
    """

    forecaster: str
    kind: Kind
    question: str
    known: float
    topic: str
    coverage: float
    peer: float
    baseline: float
    brier: float
    log2_loss: float


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which rows and forecasters a board shows.

    Attributes:
        kinds: those shown; empty for all.
        period: "all", a year such as "2025", or a quarter such as "2025Q4", by the day on which
            outcomes were known, in UTC.
        topic: "" for all.
        least_coverage: summed over questions; who has less is shown without a rank.
        excluded: ids that are shown without a rank.
    """

    kinds: frozenset[Kind] = frozenset()
    period: str = "all"
    topic: str = ""
    least_coverage: float = 0.0
    excluded: frozenset[str] = frozenset()

    def admits(self, row: ForecasterScores) -> bool:
        """Tell whether a row counts.

        Raises:
            NumbersDoNotFit: the period is neither a year, a quarter, nor all.
        """
        start, end = days_of_period(self.period)
        is_in_time = self.period == "all" or start <= row.known < end
        return (
            is_in_time
            and (not self.kinds or row.kind in self.kinds)
            and self.topic in {"", row.topic}
        )


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """One forecaster on a board.

    Attributes:
        questions: on how many it stood; coverage: summed over them.
        bits: skill in bits per question beside the others, higher is better; None where nobody
            else stood, as are its interval (90%), the rank's and the chance of the top.
        rank: None if unranked. Ties share the better rank.
        tier: 1 for the best; entries of one tier cannot be told from its first.
        peer, baseline, brier, log2_loss: means, weighted by coverage.
        sure_rank: the least place that it reaches, or a better one, with a chance of 90%.
    """

    forecaster: str
    kind: Kind
    questions: int
    coverage: float
    bits: float | None
    interval: tuple[float, float] | None
    rank: int | None
    rank_interval: tuple[int, int] | None
    chance_of_top: float | None
    tier: int | None
    peer: float
    baseline: float
    brier: float
    log2_loss: float
    sure_rank: int | None = None


@dataclass(frozen=True, slots=True)
class CreditEntry:
    """What an evidence submitter or a source added: bits summed over its records, and how many."""

    name: str
    bits: float
    records: int
    questions: int
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class VoiceEntry:
    """How one way to forecast scored: model, crowd, markets, opening prior or naive sum.

    Attributes:
        bits: mean log2 score beside that of the opening prior, higher is better.
        brier, log2_loss: means, lower is better.
    """

    name: str
    bits: float
    brier: float
    log2_loss: float
    questions: int
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class ForecasterBoard:
    """A board of forecasters: ranked ones first, best on top; then the unranked, by name."""

    entries: tuple[BoardEntry, ...]
    top: int = TOP
    shown: BoardFilter = field(default_factory=BoardFilter)


def days_of_period(period: str) -> tuple[float, float]:
    """First day of a period and the first one after it, in days since 1970, UTC.

    Raises:
        NumbersDoNotFit: it is neither "all", a year such as "2025", nor a quarter like "2025Q4".

    >>> days_of_period("1970Q2")
    (90.0, 181.0)
    """
    if period == "all":
        return -math.inf, math.inf
    year, _, quarter = period.partition("Q")
    if len(year) != 4 or not year.isdecimal() or int(year) < 1 or int(year) > 9998:
        raise NumbersDoNotFit(what=f"the period {period!r}", mend='"all", "2025" or "2025Q4"')
    if period == year:
        return _day(int(year), 1), _day(int(year) + 1, 1)
    if quarter not in {"1", "2", "3", "4"}:
        raise NumbersDoNotFit(what=f"the period {period!r}", mend='"all", "2025" or "2025Q4"')
    first, months = 3 * int(quarter) - 2, 12
    after = first + 3
    return _day(int(year), first), _day(int(year) + after // (months + 1), (after - 1) % months + 1)


def _day(year: int, month: int) -> float:
    """First of a month, in days since 1970."""
    return datetime(year, month, 1, tzinfo=UTC).timestamp() / 86_400

"""The shapes of the API's answers on platforms: their health, and how well their voices did."""

from typing import Any

import numpy as np
from pydantic import Field
from sqlalchemy import Row

from api.answers import Answer, PageAnswer, iso
from api.market_answers import DisagreementAnswer
from data.market_queries import PlatformCounts
from data.market_scores import MarketScore


class SyncAnswer(Answer):
    """One reading of a platform."""

    started_at: str
    ended_at: str | None
    status: str = Field(description="running, done, failed, or interrupted")
    reason: str | None
    requests: int
    markets_new: int
    markets_changed: int
    quotes: int
    outcomes: int
    quarantined: int


class QuarantinedAnswer(Answer):
    """A record that could not be read."""

    shape: str
    key: str | None
    reason: str
    first_seen: str
    last_seen: str
    raw_sha256: str = Field(description="of the answer that holds it")


class UnknownAnswer(Answer):
    """A field, or a value of one, that nothing here knows: it is taken, and reported."""

    shape: str
    path: str
    count: int
    first_seen: str
    last_seen: str


class PlatformAnswer(Answer):
    """A platform: how much of it is here, and how reading it goes."""

    id: str
    title: str
    terms: str | None
    is_read: bool = Field(description="there is an importer, and the settings let it run")
    is_planned: bool = Field(description="it is read by the clock")
    markets: int
    markets_by_status: dict[str, int]
    followed: int
    quotes: int
    voices: int = Field(description="who said something; a platform's price is one voice")
    outcomes: int
    quarantined: int
    unknown_fields: int
    raw_answers: int
    raw_bytes: int
    last_sync: SyncAnswer | None
    last_success: str | None = Field(description="when the newest sync that read it whole ended")


class PlatformList(Answer):
    """All platforms."""

    items: tuple[PlatformAnswer, ...]


class PlatformDetail(PlatformAnswer):
    """A platform with its syncs, and all that it sent that could not be read or is not known."""

    syncs: tuple[SyncAnswer, ...] = Field(description="the newest first")
    quarantine: tuple[QuarantinedAnswer, ...]
    unknown: tuple[UnknownAnswer, ...]
    disagreements: tuple[DisagreementAnswer, ...]


class MarketScoreAnswer(Answer):
    """How well one voice did on the resolved markets of its platform; see docs/scoring.md."""

    platform: str
    voice: str | None = Field(description="null: the platform's own price")
    prices: int
    markets: int
    outside: int = Field(description="prices that never stood in the market's window")
    coverage: float | None
    brier: float | None
    brier_se: float | None
    log2_loss: float | None
    log2_loss_se: float | None
    baseline: float | None = Field(description="points; only over time")
    peer: float | None = Field(description="points beside the others; only over time")
    peer_shrunk: float | None


class MarketBoardAnswer(PageAnswer):
    """A page of voices, who lost fewest bits first."""

    items: tuple[MarketScoreAnswer, ...]


class SyncWanted(Answer):
    """A sync that will begin when its turn comes."""

    platform: str


def sync_answer(row: Row[Any]) -> SyncAnswer:
    """Give a sync as an answer."""
    counts = {name: getattr(row, name) for name in _COUNTED}
    return SyncAnswer(
        started_at=iso(row.started_at),
        ended_at=None if row.ended_at is None else iso(row.ended_at),
        status=row.status,
        reason=row.reason,
        **counts,
    )


_COUNTED = ("requests", "markets_new", "markets_changed", "quotes", "outcomes", "quarantined")


def counts_of(counts: PlatformCounts) -> dict[str, Any]:
    """Give what is here of a platform as fields of an answer."""
    return {
        "markets": sum(counts.markets.values()),
        "markets_by_status": dict(counts.markets),
        "followed": counts.followed,
        "quotes": counts.quotes,
        "voices": counts.voices,
        "outcomes": counts.outcomes,
        "quarantined": counts.quarantined,
        "raw_answers": counts.raw_answers,
        "raw_bytes": counts.raw_bytes,
    }


def score_answer(score: MarketScore) -> MarketScoreAnswer:
    """Give a score as an answer; numbers that there are none of are null."""
    named = dict(score.scores) | {f"{name}_se": value for name, value in score.errors.items()}
    named |= {"coverage": score.coverage, "peer_shrunk": score.peer_shrunk}  # type: ignore[dict-item]
    return MarketScoreAnswer(
        platform=score.platform,
        voice=score.voice or None,
        prices=score.prices,
        markets=score.markets,
        outside=score.outside,
        **{name: _finite(named.get(name)) for name in _SCORED},
    )


_SCORED = (
    "coverage", "brier", "brier_se", "log2_loss", "log2_loss_se", "baseline", "peer", "peer_shrunk",
)  # fmt: skip


def _finite(value: float | None) -> float | None:
    """Give a number, if it is one."""
    return value if value is not None and np.isfinite(value) else None

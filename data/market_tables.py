"""Tables of prediction markets: contracts, prices, outcomes, and what was read to know them.

Nothing of it stands in the ledger: what a market says of a linked question enters it as a forecast.
Times are days since 1970 (UTC).
"""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from data.tables import table_of


class MarketRow(SQLModel, table=True):
    """A contract on a platform, in its current words: yes or no, unless `kind` says otherwise."""

    __tablename__ = "market"
    __table_args__ = (Index("market_of_platform", "platform", "key", unique=True),)

    id: str = Field(primary_key=True)  # platform:key
    platform: str
    key: str  # what the platform calls it; of one answer among several: KEY:ANSWER
    parent: str | None = Field(default=None, index=True)  # the event that its siblings share
    parent_title: str | None = None
    title: str
    criteria: str = ""
    url: str | None = None
    kind: str = "binary"
    opens: float | None = None
    closes: float | None = None
    status: str = Field(index=True)  # open, closed, resolved, void or unknown
    traits: str = "{}"  # JSON: what only its platform has: tokens, thresholds, fees
    mirrors: str | None = Field(default=None, index=True)  # id of the market that it copies
    followed: bool = Field(default=False, index=True)  # its history of prices is read too
    fingerprint: str
    first_seen: float
    changed_at: float


class MarketOutcomeRow(SQLModel, table=True):
    """What a platform said that a market came to; the newest of a market is the one that holds."""

    __tablename__ = "market_outcome"

    id: int | None = Field(default=None, primary_key=True)
    market: str = Field(foreign_key="market.id", index=True)
    status: str  # resolved, void, or open again
    value: float | None = None  # 1 yes, 0 no, between them a share
    resolved_at: float | None = None
    seen_at: float


class QuoteRow(SQLModel, table=True):
    """A price of yes at an instant, with what kind of price it is."""

    __tablename__ = "quote"
    __table_args__ = {"sqlite_with_rowid": False}  # as SQLAlchemy wants it

    market: str = Field(primary_key=True, foreign_key="market.id")
    voice: str = Field(primary_key=True, default="")  # who, where several speak; else empty
    at: float = Field(primary_key=True)
    kind: str = Field(primary_key=True)  # see forecasts/quotes.py
    number: int = Field(primary_key=True, default=0)  # among those of one instant
    price: float
    bid: float | None = None
    ask: float | None = None
    volume: float | None = None
    liquidity: float | None = None
    seen_at: float


class RawAnswerRow(SQLModel, table=True):
    """Bytes that a platform answered, compressed, under their SHA-256."""

    __tablename__ = "raw_answer"

    sha256: str = Field(primary_key=True)
    size: int
    body: bytes


class RawFetchRow(SQLModel, table=True):
    """When and where which bytes were read, so that they can be read again."""

    __tablename__ = "raw_fetch"

    id: int | None = Field(default=None, primary_key=True)
    platform: str = Field(index=True)
    part: str
    url: str
    about: str = "{}"
    sha256: str = Field(foreign_key="raw_answer.sha256")
    fetched_at: float


class MarketSyncRow(SQLModel, table=True):
    """One reading of a platform, from its begin to its end, or to where it broke off."""

    __tablename__ = "market_sync"

    id: int | None = Field(default=None, primary_key=True)
    platform: str = Field(index=True)
    started_at: float
    ended_at: float | None = None
    status: str  # running, done, failed or interrupted
    reason: str | None = None
    requests: int = 0
    markets_new: int = 0
    markets_changed: int = 0
    quotes: int = 0
    outcomes: int = 0
    quarantined: int = 0


class MarketCursorRow(SQLModel, table=True):
    """How far a part of a platform has been read."""

    __tablename__ = "market_cursor"

    platform: str = Field(primary_key=True)
    part: str = Field(primary_key=True)
    body: str
    changed_at: float


class QuarantineRow(SQLModel, table=True):
    """A record that could not be read, and why; `solved_at` once a later reading took it."""

    __tablename__ = "quarantine"
    __table_args__ = (Index("quarantine_once", "platform", "fingerprint", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    part: str
    shape: str
    key: str | None = None
    reason: str
    fingerprint: str
    sha256: str
    first_seen: float
    last_seen: float
    solved_at: float | None = None


class UnknownFieldRow(SQLModel, table=True):
    """A field, or a value of a field, that a platform sends and that we do not know."""

    __tablename__ = "unknown_field"

    platform: str = Field(primary_key=True)
    shape: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    count: int
    first_seen: float
    last_seen: float


MARKETS = table_of(MarketRow)
MARKET_OUTCOMES = table_of(MarketOutcomeRow)
QUOTES = table_of(QuoteRow)
RAW_ANSWERS = table_of(RawAnswerRow)
RAW_FETCHES = table_of(RawFetchRow)
MARKET_SYNCS = table_of(MarketSyncRow)
MARKET_CURSORS = table_of(MarketCursorRow)
QUARANTINE = table_of(QuarantineRow)
UNKNOWN_FIELDS = table_of(UnknownFieldRow)

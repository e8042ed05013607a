"""What importers find, whatever the platform: markets, prices, outcomes, and what was no record."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from data.ledger import canonical_json

Status = Literal["open", "closed", "resolved", "void", "unknown"]
#: What a price can be; see forecasts/prices.py.
PriceKind = Literal["last_trade", "mid", "amm", "community_median", "stated"]
#: Longer texts of criteria are cut: the raw answer has them whole.
MOST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class FoundMarket:
    """A contract as its platform describes it; `key` is the platform's name of it."""

    key: str
    title: str
    status: Status
    parent: str | None = None
    parent_title: str | None = None
    criteria: str = ""
    url: str | None = None
    kind: str = "binary"
    opens: float | None = None
    closes: float | None = None
    traits: dict[str, Any] = field(default_factory=dict)
    mirrors: str | None = None

    def columns(self) -> dict[str, Any]:
        """Give what is stored of it, with a fingerprint of all that."""
        said = {
            "parent": self.parent,
            "parent_title": self.parent_title,
            "title": self.title[:MOST_TEXT],
            "criteria": self.criteria[:MOST_TEXT],
            "url": self.url,
            "kind": self.kind,
            "opens": self.opens,
            "closes": self.closes,
            "status": self.status,
            "traits": canonical_json(self.traits),
            "mirrors": self.mirrors,
        }
        return {**said, "fingerprint": fingerprint_of(said)}


@dataclass(frozen=True, slots=True)
class FoundQuote:
    """A price of a contract's yes.

    Attributes:
        at: since when it holds, as far as the platform says; else when it was read.
        number: among several of one instant.
        is_snapshot: it was read off a list, and is no news where the last one was the same.
    """

    key: str
    at: float
    kind: PriceKind
    price: float
    bid: float | None = None
    ask: float | None = None
    volume: float | None = None
    liquidity: float | None = None
    voice: str = ""
    number: int = 0
    is_snapshot: bool = False


@dataclass(frozen=True, slots=True)
class FoundOutcome:
    """What a contract came to: 1 yes, 0 no, or a share between; None where it is void."""

    key: str
    status: Literal["resolved", "void"]
    value: float | None
    resolved_at: float | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A record that could not be read, and why; the reason quotes nothing of it."""

    shape: str
    key: str | None
    reason: str
    fingerprint: str


@dataclass(slots=True)
class Read:
    """All that was found in one answer.

    Attributes:
        unknown: fields, and values of fields, that are not known: how often, by shape and path.
        following: where the next page begins; None after the last.
        newest: how far the platform's own clock has come in it, in its own unit.
        details: keys of what has to be asked for by itself.
        rows: records in the answer, whatever became of them.
        sound: shapes and names of those that could be read.
    """

    markets: list[FoundMarket] = field(default_factory=list)
    quotes: list[FoundQuote] = field(default_factory=list)
    outcomes: list[FoundOutcome] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    following: str | None = None
    newest: float | None = None
    details: list[str] = field(default_factory=list)
    rows: int = 0
    sound: set[tuple[str, str]] = field(default_factory=set)

    def note_newest(self, values: Iterable[float | None]) -> None:
        """Keep the newest of some instants."""
        known = [value for value in values if value is not None]
        self.newest = max([*known, *([] if self.newest is None else [self.newest])], default=None)


def fingerprint_of(value: object) -> str:
    """Hash a value that JSON can hold.

    >>> fingerprint_of({"b": 1, "a": 2}) == fingerprint_of({"a": 2, "b": 1})
    True
    """
    return hashlib.sha256(canonical_json(value).encode(errors="surrogatepass")).hexdigest()

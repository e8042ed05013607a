"""Lines of the pages on other platforms, in words: readings, markets, outcomes that differ."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.numbers import format_decimal

from api.language import translate
from api.market_answers import DisagreementAnswer, MarketAnswer
from api.platform_answers import PlatformAnswer, SyncAnswer
from api.words import percent

STATES = {
    "running": "being read now",
    "done": "read whole",
    "failed": "broke off",
    "interrupted": "interrupted",
}
STANDINGS = {
    "open": "open",
    "closed": "closed, awaiting its outcome",
    "resolved": "resolved",
    "void": "void",
    "unknown": "unknown",
}
PRICES = {
    "last_trade": "last trade",
    "mid": "between bid and ask",
    "amm": "automated market maker",
    "community_median": "median of its community",
    "stated": "as stated",
}


@dataclass(frozen=True, slots=True)
class PlatformLine:
    """A platform in the list."""

    id: str
    title: str
    state: str
    is_well: bool
    at: datetime | None
    markets: str
    prices: str
    outcomes: str
    aside: str


@dataclass(frozen=True, slots=True)
class MarketLine:
    """A market with its newest price."""

    id: str
    title: str
    url: str | None
    status: str
    price: str
    kind: str
    after: str
    spread: str
    at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class DisagreementLine:
    """Two platforms that do not agree on what happened."""

    title: str
    one: str
    says: str
    other: str
    says_other: str


@dataclass(frozen=True, slots=True)
class SyncLine:
    """One reading of a platform."""

    at: datetime
    state: str
    is_well: bool
    reason: str
    told: str


@dataclass(frozen=True, slots=True)
class AsideLine:
    """A record that is put aside, or a field that nobody knows."""

    what: str
    why: str
    at: datetime


def platform_line(found: PlatformAnswer, language: str) -> PlatformLine:
    """Give a platform's line."""
    last = found.last_sync
    state, at = translate("never read", language), None
    if last is not None:
        state = translate(STATES[last.status], language)
        at = moment_of_text(last.ended_at or last.started_at)
    elif not found.is_read:
        state = translate("off: it needs a token and its terms", language)
    return PlatformLine(
        id=found.id,
        title=found.title,
        state=state,
        is_well=last is None or last.status in ("done", "running"),
        at=at,
        markets=number_in_words(found.markets, language),
        prices=number_in_words(found.quotes, language),
        outcomes=number_in_words(found.outcomes, language),
        aside=number_in_words(found.quarantined, language),
    )


def facts_of(found: PlatformAnswer, language: str) -> tuple[tuple[str, str], ...]:
    """Give what is here of a platform, in words."""
    by_status = ", ".join(
        f"{translate(STANDINGS[name], language)} {number_in_words(count, language)}"
        for name, count in sorted(found.markets_by_status.items())
    )
    kept = translate("{count} answers, {size} MB before compression", language).format(
        count=number_in_words(found.raw_answers, language),
        size=number_in_words(found.raw_bytes / 1e6, language),
    )
    rows = (
        ("When", _when(found, language)),
        ("Markets", by_status or "0"),
        ("Followed", number_in_words(found.followed, language)),
        ("Prices", number_in_words(found.quotes, language)),
        ("Voices", number_in_words(found.voices, language)),
        ("Outcomes", number_in_words(found.outcomes, language)),
        ("Kept as sent", kept),
    )
    return tuple((translate(name, language), told) for name, told in rows)


def _when(found: PlatformAnswer, language: str) -> str:
    """Say when a platform is read."""
    if found.is_planned:
        return translate("read by the clock", language)
    return translate("read when asked for", language)


def sync_line(one: SyncAnswer, language: str) -> SyncLine:
    """Give a reading in words."""
    told = translate(
        "{requests} answers: {new} new markets, {changed} changed, {quotes} prices, "
        "{outcomes} outcomes, {aside} put aside",
        language,
    ).format(
        requests=number_in_words(one.requests, language),
        new=number_in_words(one.markets_new, language),
        changed=number_in_words(one.markets_changed, language),
        quotes=number_in_words(one.quotes, language),
        outcomes=number_in_words(one.outcomes, language),
        aside=number_in_words(one.quarantined, language),
    )
    return SyncLine(
        at=moment_of_text(one.started_at),
        state=translate(STATES[one.status], language),
        is_well=one.status in ("done", "running"),
        reason=one.reason or "",
        told=told,
    )


def market_line(one: MarketAnswer, language: str) -> MarketLine:
    """Give a market's line."""
    quote, ended = one.quote, one.outcome
    spread, after = "", ""
    if quote is not None:
        after = percent(quote.probability, language)
        if quote.bid is not None and quote.ask is not None:
            spread = f"{percent(quote.bid, language)} – {percent(quote.ask, language)}"
    return MarketLine(
        id=one.id,
        title=one.title,
        url=one.url if one.url and one.url.startswith("https://") else None,
        status=translate(STANDINGS[one.status], language),
        price=percent(quote.price, language) if quote else "–",
        kind=translate(PRICES[quote.kind], language) if quote and quote.kind in PRICES else "",
        after=after,
        spread=spread,
        at=moment_of_text(quote.at) if quote else None,
        outcome=_outcome(ended.status, ended.value, language) if ended else "",
    )


def differing_line(one: DisagreementAnswer, language: str) -> DisagreementLine:
    """Give two outcomes that differ, in words."""
    return DisagreementLine(
        title=one.title,
        one=one.platform,
        says=_outcome(one.status, one.value, language),
        other=one.other_platform,
        says_other=_outcome(one.other_status, one.other_value, language),
    )


def _outcome(status: str, value: float | None, language: str) -> str:
    """Say what a market came to."""
    if status == "open":
        return translate("open again", language)
    if status == "void" or value is None:
        return translate("void", language)
    if value in (0.0, 1.0):
        return translate("yes" if value else "no", language)
    return percent(value, language)


def moment_of_text(text: str) -> datetime:
    """Read an instant of an answer."""
    return datetime.fromisoformat(text)


def number_in_words(value: float, language: str) -> str:
    """Write a number with as many digits as a reader wants."""
    digits: Any = "#,##0" if value == int(value) or value >= 10 else "0.0"
    return format_decimal(value, digits, locale=language)

"""Kalshi v2: open events with their markets, what was settled lately and long ago, and candles."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from data.importers.base import Asks, Cursor, Followed, Importer, State, pages, since_of
from data.importers.fetching import Answer, Ask
from data.importers.kalshi_shapes import KalshiCandle, KalshiEvent, KalshiMarket, KalshiPrices
from data.importers.records import FoundMarket, FoundOutcome, FoundQuote, PriceKind, Read, Status
from data.importers.shapes import AnswerUnreadable, field_of, parse_json, read_shapes

_OPEN, _SETTLED, _CUTOFF, _PAST, _CANDLES = "open", "settled", "cutoff", "historical", "candles"
_EVENTS, _MARKETS = "200", "1000"
_SECONDS = 86_400
#: An answer has at most 5,000 candles: so many days of hours, and of days, with room to spare.
_HOURS_FOR_DAYS, _MOST_DAYS = 200.0, 4_000.0
_STATUS: dict[str, Status] = {
    "initialized": "open",
    "inactive": "open",
    "active": "open",
    "closed": "closed",
    "determined": "closed",
    "disputed": "closed",
    "amended": "closed",
    "finalized": "resolved",
}
_RESULT = {"yes": 1.0, "no": 0.0}


class Kalshi(Importer):
    """Kalshi's API, whose market data anybody may read; its limit is not published."""

    platform = "kalshi"
    per_second = 8.0

    def __init__(self, url: str = "https://api.elections.kalshi.com/trade-api/v2") -> None:
        self._url = url

    def asks(self, state: State) -> Asks:
        """Ask for open events, for what was settled since, for what was moved away, for candles.

        Through events, because the list of open markets is full of generated combinations.
        """
        yield from pages(state, _OPEN, self._open)
        yield from pages(state, _SETTLED, self._settled)
        yield Ask(_CUTOFF, f"{self._url}/historical/cutoff")
        cutoff = state.cursors[_CUTOFF].get("at")
        if state.cursors.get(_PAST, {}).get("until") != cutoff:
            yield from pages(state, _PAST, lambda cursor: self._past(cursor, cutoff))
        for one in state.followed():
            yield self._candles(one, state.now, cutoff)

    def _open(self, cursor: Cursor) -> Ask:
        """Ask for a page of open events."""
        query = {"status": "open", "with_nested_markets": "true", "limit": _EVENTS}
        return Ask(_OPEN, f"{self._url}/events", query | _next(cursor))

    def _settled(self, cursor: Cursor) -> Ask:
        """Ask for a page of markets that were settled since the last sync."""
        query = {"status": "settled", "mve_filter": "exclude", "limit": _MARKETS}
        if cursor.get("since") is not None:
            query["min_settled_ts"] = str(int(cursor["since"] * _SECONDS))
        return Ask(_SETTLED, f"{self._url}/markets", query | _next(cursor), since_of(cursor))

    def _past(self, cursor: Cursor, cutoff: str | None) -> Ask:
        """Ask for a page of markets that were settled before the cutoff."""
        query = {"limit": _MARKETS} | _next(cursor)
        return Ask(_PAST, f"{self._url}/historical/markets", query, {"cutoff": cutoff})

    def _candles(self, one: Followed, now: float, cutoff: str | None) -> Ask:
        """Ask for the candles since the newest price that is here."""
        end = min(now, one.closes or now)
        begin = max(one.newest or one.opens or end - _HOURS_FOR_DAYS, end - _MOST_DAYS)
        query = {
            "start_ts": str(int(begin * _SECONDS) + 1),
            "end_ts": str(max(int(end * _SECONDS), int(begin * _SECONDS) + 1)),
            "period_interval": "60" if end - begin <= _HOURS_FOR_DAYS else "1440",
        }
        series, is_past = one.traits.get("series"), bool(one.traits.get("historical"))
        ticker = quote(one.key, safe="")
        place = f"/historical/markets/{ticker}/candlesticks"
        if series is not None and not is_past:
            place = f"/series/{quote(str(series), safe='')}/markets/{ticker}/candlesticks"
        about = {"key": one.key, "cutoff": cutoff}
        return Ask(f"{_CANDLES}/{one.key}", f"{self._url}{place}", query, about, may_miss=True)

    def advance(
        self, cursors: Mapping[str, Cursor], ask: Ask, read: Read, answer: Answer
    ) -> dict[str, Cursor]:
        """Keep the cutoff, and up to which one all that was moved away is here."""
        if ask.part.startswith(_CANDLES):
            return {}
        if ask.part == _CUTOFF:
            return {_CUTOFF: {"at": read.details[0] if read.details else None}}
        after = super().advance(cursors, ask, read, answer)
        if ask.part == _PAST and read.following is None:
            return {_PAST: {"until": ask.about.get("cutoff")}}
        return after

    def read(self, part: str, about: Mapping[str, Any], body: bytes, at: float) -> Read:
        """Read a page of events or markets, the cutoff, or candles."""
        answer = parse_json(body, self.platform, part.partition("/")[0])
        if part.startswith(_CANDLES):
            return _read_candles(field_of(answer, "candlesticks", self.platform, _CANDLES), about)
        if part == _CUTOFF:
            settled = answer.get("market_settled_ts") if isinstance(answer, dict) else None
            return Read(details=[settled] if isinstance(settled, str) else [])
        read = Read()
        if part == _OPEN:
            _take_events(field_of(answer, "events", self.platform, part), at, read)
        else:
            records = field_of(answer, "markets", self.platform, part)
            _take_markets(records, None, at, read, is_past=part == _PAST)
        cursor = answer.get("cursor")
        if not isinstance(cursor, str | None):
            raise AnswerUnreadable(platform=self.platform, part=part, reason="`cursor` is no text")
        read.following = cursor or None
        return read


def _next(cursor: Cursor) -> dict[str, str]:
    """Give the parameter that asks for the next page."""
    return {"cursor": cursor["next"]} if cursor.get("next") else {}


def _take_events(records: list[Any], at: float, read: Read) -> None:
    """Take events with their markets; those of an event that cannot be read go in without it."""
    found = read_shapes(KalshiEvent, records, "event_ticker", read)
    whole = {id(record): event for event, record in found}
    for record in records:
        nested = record.get("markets") if isinstance(record, dict) else None
        if isinstance(nested, list):
            _take_markets(nested, whole.get(id(record)), at, read)


def _take_markets(
    records: list[Any], event: KalshiEvent | None, at: float, read: Read, *, is_past: bool = False
) -> None:
    """Take markets, with their prices and outcomes."""
    for market, _ in read_shapes(KalshiMarket, records, "ticker", read):
        status = _STATUS.get(market.status, "unknown")
        read.markets.append(_market(market, event, status, is_past=is_past))
        if status == "resolved":
            _settle(market, read)
        elif status == "open" and market.market_type == "binary":
            _take_price(market, at, read)
        read.note_newest([market.settlement_ts])


def _market(
    market: KalshiMarket, event: KalshiEvent | None, status: Status, *, is_past: bool
) -> FoundMarket:
    """Give a market as it is stored."""
    traits = {
        "series": None if event is None else event.series_ticker,
        "exclusive": None if event is None else event.mutually_exclusive,
        "strike": market.strike_type,
        "floor": market.floor_strike,
        "cap": market.cap_strike,
        "historical": is_past or None,
    }
    parent_title = market.title if event is None else event.title
    title = parent_title or market.event_ticker
    if market.yes_sub_title and market.yes_sub_title not in title:
        title = f"{title}: {market.yes_sub_title}"
    return FoundMarket(
        key=market.ticker,
        title=title,
        status=status,
        parent=market.event_ticker,
        parent_title=parent_title,
        criteria="\n\n".join(filter(None, (market.rules_primary, market.rules_secondary))),
        kind=market.market_type,
        opens=market.open_time,
        closes=market.close_time,
        traits={name: value for name, value in traits.items() if value is not None},
    )


def _settle(market: KalshiMarket, read: Read) -> None:
    """Take what a market came to; a result that is not known is reported already."""
    value = _RESULT.get(market.result)
    if market.result == "scalar":
        value = market.settlement_value_dollars
    if value is not None:
        resolved_at = market.settlement_ts or market.close_time
        read.outcomes.append(FoundOutcome(market.ticker, "resolved", value, resolved_at))


def _take_price(market: KalshiMarket, at: float, read: Read) -> None:
    """Take what a market costs: its last trade, else the mid; an empty book says nothing."""
    bid, ask = market.yes_bid_dollars, market.yes_ask_dollars
    kind: PriceKind = "last_trade"
    price: float | None = market.last_price_dollars
    if not market.last_price_dollars:
        kind, price = "mid", (bid + ask) / 2 if 0 < bid < ask < 1 else None
    if price is None or not 0 <= price <= 1 or not (0 <= bid <= 1 and 0 <= ask <= 1):
        return
    read.quotes.append(
        FoundQuote(
            market.ticker,
            at,
            kind,
            price,
            bid or None,
            ask if 0 < ask < 1 else None,
            market.volume_fp,
            market.liquidity_dollars,
            is_snapshot=True,
        )
    )


def _read_candles(records: list[Any], about: Mapping[str, Any]) -> Read:
    """Read candles as a history: the close, else the mid, else what was before."""
    read = Read()
    for candle, _ in read_shapes(KalshiCandle, records, "end_period_ts", read):
        bid, ask = _close(candle.yes_bid), _close(candle.yes_ask)
        traded, before = _close(candle.price), candle.price.previous_dollars
        before = candle.price.previous if before is None else before
        kind: PriceKind = "last_trade"
        price = traded
        if traded is None and bid is not None and ask is not None and 0 < bid < ask < 1:
            kind, price = "mid", (bid + ask) / 2
        elif traded is None:
            price = before
        if price is not None and 0 <= price <= 1:
            volume = candle.volume if candle.volume_fp is None else candle.volume_fp
            read.quotes.append(
                FoundQuote(about["key"], candle.end_period_ts, kind, price, bid, ask, volume)
            )
    return read


def _close(prices: KalshiPrices) -> float | None:
    """Give the last price of a period, however the field is called."""
    return prices.close if prices.close_dollars is None else prices.close_dollars

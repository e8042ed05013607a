"""Polymarket: markets of Gamma by keyset pages, and prices of the CLOB as a history."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import ConfigDict

from data.importers.base import Asks, Cursor, Followed, Importer, State, pages, since_of
from data.importers.fetching import Answer, Ask
from data.importers.records import FoundMarket, FoundOutcome, FoundQuote, PriceKind, Read, Status
from data.importers.shapes import (
    AnswerUnreadable,
    DecimalText,
    Fraction,
    IsoTime,
    JsonTexts,
    Seconds,
    Shape,
    field_of,
    parse_json,
    read_shapes,
)

_PAGE = 100
_OPEN, _CLOSED, _HISTORY = "open", "closed", "history"
#: Resolved markets have no history in finer steps than 12 hours; a day's is what stays longest.
_DAILY, _HOURLY = "1440", "60"
_SECONDS = 86_400
#: Finer prices are asked for where so few days are missing.
_FINE_DAYS = 14.0


class PolymarketEvent(Shape):
    """The event that a market belongs to."""

    #: An event has a hundred fields of its own, which its own endpoint describes.
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    id: str
    title: str | None = None
    endDate: IsoTime | None = None


class PolymarketMarket(Shape):
    """A market of Gamma; every field can be missing but its id and its question."""

    unread: ClassVar[frozenset[str]] = frozenset(
        {
            "questionID", "slug", "category", "groupItemTitle", "groupItemThreshold", "createdAt",
            "umaEndDate", "startDateIso", "endDateIso", "umaEndDateIso", "positionIds", "volume",
            "liquidity", "volume24hr", "volume1wk", "volume1mo", "volume1yr", "spread",
            "oneHourPriceChange", "oneDayPriceChange", "oneWeekPriceChange",
            "oneMonthPriceChange", "oneYearPriceChange", "active", "archived", "acceptingOrders",
            "enableOrderBook", "negRiskOther", "automaticallyResolved", "umaResolutionStatuses",
            "umaBond", "umaReward", "resolvedBy", "tags", "image", "icon",
        }
    )  # fmt: skip
    values: ClassVar[dict[str, frozenset[str]]] = {
        "umaResolutionStatus": frozenset(
            {"", "requested", "proposed", "disputed", "settled", "resolved"}
        )
    }

    id: str
    question: str
    outcomes: JsonTexts
    conditionId: str | None = None
    description: str | None = None
    resolutionSource: str | None = None
    startDate: IsoTime | None = None
    endDate: IsoTime | None = None
    updatedAt: IsoTime | None = None
    closedTime: IsoTime | None = None
    outcomePrices: JsonTexts | None = None
    clobTokenIds: JsonTexts | None = None
    volumeNum: DecimalText | None = None
    liquidityNum: DecimalText | None = None
    bestBid: DecimalText | None = None
    bestAsk: DecimalText | None = None
    lastTradePrice: DecimalText | None = None
    closed: bool | None = None
    negRisk: bool | None = None
    negRiskMarketID: str | None = None
    umaResolutionStatus: str | None = None
    feesEnabled: bool | None = None
    events: tuple[PolymarketEvent, ...] | None = None


class PolymarketPoint(Shape):
    """A price at an instant."""

    t: Seconds
    p: Fraction


class Polymarket(Importer):
    """Gamma and the CLOB, which anybody may read where it is allowed at all."""

    platform = "polymarket"
    per_second = 15.0

    def __init__(
        self,
        url: str = "https://gamma-api.polymarket.com",
        history_url: str = "https://clob.polymarket.com",
    ) -> None:
        self._url, self._history_url = url, history_url

    def asks(self, state: State) -> Asks:
        """Ask for the open markets, for those that closed lately, and for prices."""
        yield from pages(state, _OPEN, lambda cursor: self._list(_OPEN, cursor))
        yield from pages(state, _CLOSED, lambda cursor: self._list(_CLOSED, cursor))
        for one in state.followed():
            tokens = one.traits.get("token")
            if isinstance(tokens, str):
                yield self._history(one, tokens, state.now)

    def _list(self, part: str, cursor: Cursor) -> Ask:
        """Ask for a page of markets; `order` takes names in camel case only."""
        query = {"limit": str(_PAGE), "closed": "false" if part == _OPEN else "true"}
        if part == _CLOSED:
            query |= {"order": "closedTime", "ascending": "false"}
        query |= {"after_cursor": cursor["next"]} if cursor.get("next") else {}
        return Ask(part, f"{self._url}/markets/keyset", query, since_of(cursor))

    def _history(self, one: Followed, token: str, now: float) -> Ask:
        """Ask for the prices since the newest that is here."""
        query = {"market": token, "fidelity": _DAILY}
        if one.newest is None:
            query["interval"] = "max"
        else:
            query |= {"startTs": str(int(one.newest * _SECONDS) + 1)}
            query |= {"endTs": str(int(now * _SECONDS))}
            if one.status == "open" and now - one.newest < _FINE_DAYS:
                query["fidelity"] = _HOURLY
        address = f"{self._history_url}/prices-history"
        return Ask(f"{_HISTORY}/{one.key}", address, query, {"key": one.key}, may_miss=True)

    def advance(
        self, cursors: Mapping[str, Cursor], ask: Ask, read: Read, answer: Answer
    ) -> dict[str, Cursor]:
        """Keep nothing for prices: the newest one that is here says how far they go."""
        if ask.part.startswith(_HISTORY):
            return {}
        return super().advance(cursors, ask, read, answer)

    def read(self, part: str, about: Mapping[str, Any], body: bytes, at: float) -> Read:
        """Read a page of markets, or the prices of one."""
        answer = parse_json(body, self.platform, part.partition("/")[0])
        if part.startswith(_HISTORY):
            return _read_history(field_of(answer, "history", self.platform, _HISTORY), about)
        records = field_of(answer, "markets", self.platform, part)
        following = answer.get("next_cursor")
        if following is not None and not isinstance(following, str):
            raise AnswerUnreadable(
                platform=self.platform, part=part, reason="`next_cursor` is no text"
            )
        read = Read()
        found = [one for one, _ in read_shapes(PolymarketMarket, records, "id", read)]
        for market in found:
            _take(market, at, read)
        if part == _CLOSED:
            ends = [market.closedTime for market in found]
            read.note_newest(ends)
            if _reaches(ends, about.get("since")):
                following = None
        read.following = following or None
        return read


def _reaches(ends: list[float | None], since: float | None) -> bool:
    """Tell whether a page of closed markets reaches what is known; only one in order can."""
    known = [end for end in ends if end is not None]
    if since is None or not known or len(known) < len(ends):
        return False
    return known == sorted(known, reverse=True) and known[-1] <= since


def _take(market: PolymarketMarket, at: float, read: Read) -> None:
    """Take a market whose outcomes are yes and no; others are kept without prices."""
    words = [outcome.strip().casefold() for outcome in market.outcomes]
    yes = words.index("yes") if sorted(words) == ["no", "yes"] else None
    prices, tokens = market.outcomePrices or (), market.clobTokenIds or ()
    event = (market.events or (None,))[0]
    is_resolved = market.umaResolutionStatus == "resolved"
    status: Status = "resolved" if is_resolved else ("closed" if market.closed else "open")
    traits: dict[str, Any] = {"condition": market.conditionId, "neg_risk": market.negRisk}
    traits |= {
        "gamma": market.id,
        "fees": market.feesEnabled,
        "source": market.resolutionSource or None,
    }
    if yes is not None and len(tokens) == len(words):
        traits |= {"token": tokens[yes]}
    read.markets.append(
        FoundMarket(
            key=_key(market),
            title=market.question,
            status=status,
            parent=None if event is None else event.id,
            parent_title=None if event is None else event.title,
            criteria=market.description or "",
            url=None,
            kind="binary" if yes is not None else "two_outcomes" if len(words) == 2 else "other",
            opens=market.startDate,
            closes=market.endDate or (None if event is None else event.endDate),
            traits={name: value for name, value in traits.items() if value is not None},
        )
    )
    if yes is None or len(prices) != len(words):
        return
    price = _price(prices[yes])
    if is_resolved and price is not None:
        read.outcomes.append(FoundOutcome(_key(market), "resolved", price, market.closedTime))
    elif not market.closed:
        _take_price(market, price, at, read)


def _take_price(market: PolymarketMarket, price: float | None, at: float, read: Read) -> None:
    """Take what an open market costs: the mid where there is a book, else its last trade."""
    bid, ask = _inside(market.bestBid), _inside(market.bestAsk)
    kind: PriceKind = "last_trade"
    if bid is not None and ask is not None and 0 < bid < ask < 1:
        kind, price = "mid", (bid + ask) / 2
    elif market.lastTradePrice is not None and 0 < market.lastTradePrice < 1:
        price = market.lastTradePrice
    if price is not None:
        read.quotes.append(
            FoundQuote(
                _key(market),
                at,
                kind,
                price,
                bid,
                ask,
                market.volumeNum,
                market.liquidityNum,
                is_snapshot=True,
            )
        )


def _key(market: PolymarketMarket) -> str:
    """Give the name of a market: that of its condition, by which others know it."""
    return market.conditionId or market.id


def _price(text: str) -> float | None:
    """Read a price; None where it is none."""
    try:
        return _inside(float(text))
    except ValueError:
        return None


def _inside(price: float | None) -> float | None:
    """Give a price from 0 to 1; None where it is none."""
    return price if price is not None and 0 <= price <= 1 else None


def _read_history(points: list[Any], about: Mapping[str, Any]) -> Read:
    """Read prices as a history."""
    read = Read()
    for point, _ in read_shapes(PolymarketPoint, points, "t", read):
        read.quotes.append(FoundQuote(about["key"], point.t, "mid", point.p))
    return read

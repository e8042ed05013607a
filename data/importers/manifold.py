"""Manifold: markets by when they changed, answers of those with several, and bets as a history."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from data.importers.base import Asks, Cursor, Importer, State, pages, since_of
from data.importers.fetching import Answer, Ask
from data.importers.manifold_shapes import ManifoldAnswer, ManifoldBet, ManifoldMarket
from data.importers.records import (
    FoundMarket,
    FoundOutcome,
    FoundQuote,
    Read,
    Status,
)
from data.importers.shapes import AnswerUnreadable, parse_json, read_shapes

_MARKETS, _BETS = 1_000, 1_000
_LISTED, _DETAILS = "markets", "details"
_SETTLED = {"YES": 1.0, "NO": 0.0}


class Manifold(Importer):
    """Manifold's API, which anybody may read: 500 requests a minute."""

    platform = "manifold"
    per_second = 7.0

    def __init__(self, url: str = "https://api.manifold.markets") -> None:
        self._url = f"{url}/v0"

    def asks(self, state: State) -> Asks:
        """Ask for what changed, then for markets with several answers, then for bets."""
        yield from pages(state, _LISTED, self._list)
        for part in [name for name in state.cursors if name.startswith(_DETAILS)]:
            while waiting := state.cursors[part].get("waiting"):
                address = f"{self._url}/market/{quote(waiting[0], safe='')}"
                yield Ask(part, address, may_miss=True)
        contracts = {str(one.traits.get("contract", one.key)): one for one in state.followed()}
        for contract in contracts:
            part = f"bets/{contract}"
            while True:
                after = state.cursors.get(part, {}).get("after")
                read = yield self._bets(part, contract, after)
                if read.rows < _BETS:
                    break

    def _list(self, cursor: Cursor) -> Ask:
        """Ask for a page of markets, those that changed last first."""
        query = {"limit": str(_MARKETS), "sort": "updated-time", "order": "desc"}
        query |= {"before": cursor["next"]} if cursor.get("next") else {}
        return Ask(_LISTED, f"{self._url}/markets", query, since_of(cursor))

    def _bets(self, part: str, contract: str, after: str | None) -> Ask:
        """Ask for a page of bets, the oldest first."""
        query = {"contractId": contract, "limit": str(_BETS), "order": "asc"}
        return Ask(part, f"{self._url}/bets", query | ({"after": after} if after else {}))

    def advance(
        self, cursors: Mapping[str, Cursor], ask: Ask, read: Read, answer: Answer
    ) -> dict[str, Cursor]:
        """Keep which markets are to be read by themselves, and the last bet of each contract."""
        if ask.part.startswith(_DETAILS):
            return {ask.part: {"waiting": cursors[ask.part]["waiting"][1:]}}
        if ask.part == _LISTED:
            after = super().advance(cursors, ask, read, answer)
            if not read.details:
                return after
            name = f"{_DETAILS}/{read.details[0]}"  # a part for each page: the list stays short
            waiting = cursors.get(name, {}).get("waiting", [])
            new = [key for key in read.details if key not in waiting]
            return after | {name: {"waiting": [*waiting, *new]}}
        last = read.following or cursors.get(ask.part, {}).get("after")
        return {ask.part: {"after": last}}

    def read(self, part: str, about: Mapping[str, Any], body: bytes, at: float) -> Read:
        """Read a list of markets, one market, or a list of bets."""
        answer = parse_json(body, self.platform, part.partition("/")[0])
        if part.startswith(_DETAILS):
            return _read_markets([answer], about, at, is_whole=True)
        if not isinstance(answer, list):
            raise AnswerUnreadable(platform=self.platform, part=part, reason="it is no list")
        if part == _LISTED:
            return _read_markets(answer, about, at, is_whole=False)
        return _read_bets(answer)


def _read_markets(
    records: list[Any], about: Mapping[str, Any], at: float, *, is_whole: bool
) -> Read:
    """Read markets; where a page reaches what is known already, it is the last one."""
    read = Read()
    found = [one for one, _ in read_shapes(ManifoldMarket, records, "id", read)]
    for market in found:
        _take(market, at, read)
        if market.mechanism == "cpmm-multi-1" and not is_whole:
            read.details.append(market.id)
    read.note_newest(market.lastUpdatedTime for market in found)
    changed = [m.lastUpdatedTime for m in found if m.lastUpdatedTime is not None]
    is_known = "since" in about and bool(changed) and min(changed) <= about["since"]
    if not is_whole and len(records) == _MARKETS and not is_known:
        last = records[-1]
        read.following = str(last["id"]) if isinstance(last, dict) and "id" in last else None
    if "since" in about:
        read.details = [m.id for m in found if m.id in set(read.details) and _is_new(m, about)]
    return read


def _is_new(market: ManifoldMarket, about: Mapping[str, Any]) -> bool:
    """Tell whether a market changed since the last sync."""
    return market.lastUpdatedTime is None or market.lastUpdatedTime > about["since"]


def _take(market: ManifoldMarket, at: float, read: Read) -> None:
    """Take a market, with its price and outcome, or with its answers."""
    is_binary = market.outcomeType == "BINARY" and market.probability is not None
    traits: dict[str, Any] = {"contract": market.id, "token": market.token or "MANA"}
    read.markets.append(
        FoundMarket(
            key=market.id,
            title=market.question,
            status=_status(market, at),
            criteria=market.textDescription or "",
            url=market.url,
            kind="binary" if is_binary else market.outcomeType.lower(),
            opens=market.createdTime,
            closes=market.closeTime,
            traits=traits,
        )
    )
    if is_binary and market.probability is not None and not market.isResolved:
        read.quotes.append(
            FoundQuote(
                key=market.id,
                at=at,
                kind="amm",
                price=market.probability,
                volume=market.volume,
                liquidity=market.totalLiquidity,
                is_snapshot=True,
            )
        )
    if is_binary and market.isResolved:
        _settle(market.id, market, market.resolutionTime, read)
    for answer in market.answers or ():
        _take_answer(market, answer, traits, at, read)


def _take_answer(
    market: ManifoldMarket, answer: ManifoldAnswer, traits: dict[str, Any], at: float, read: Read
) -> None:
    """Take an answer of a market with several, as a contract of its own."""
    key = f"{market.id}:{answer.id}"
    is_settled = market.isResolved or answer.resolution is not None
    is_void = "CANCEL" in (answer.resolution, market.resolution)
    status: Status = _status(market, at)
    if is_settled:
        status = "void" if is_void else "resolved"
    read.markets.append(
        FoundMarket(
            key=key,
            title=f"{market.question}: {answer.text}",
            status=status,
            parent=market.id,
            parent_title=market.question,
            criteria=market.textDescription or "",
            url=market.url,
            opens=market.createdTime,
            closes=market.closeTime,
            traits={
                **traits,
                "answer": answer.text,
                "sum_to_one": market.shouldAnswersSumToOne is True,
            },
        )
    )
    price = answer.probability if answer.prob is None else answer.prob
    if price is not None and not is_settled:
        found = FoundQuote(
            key, at, "amm", price, volume=answer.volume, liquidity=answer.totalLiquidity,
            is_snapshot=True,
        )  # fmt: skip
        read.quotes.append(found)
    if is_settled:
        settled = answer if answer.resolution is not None else market
        _settle(key, settled, answer.resolutionTime or market.resolutionTime, read, answer)


def _settle(
    key: str,
    said: ManifoldMarket | ManifoldAnswer,
    resolved_at: float | None,
    read: Read,
    answer: ManifoldAnswer | None = None,
) -> None:
    """Take what a contract came to; a word that is not known is reported, and no outcome."""
    word = said.resolution
    if word == "CANCEL":
        read.outcomes.append(FoundOutcome(key, "void", None, resolved_at))
        return
    value = _SETTLED.get(word or "")
    if word == "MKT" or (answer is not None and answer.resolutionProbability is not None):
        value = (answer or said).resolutionProbability
    elif answer is not None and isinstance(said, ManifoldMarket):
        value = 1.0 if word == answer.id else 0.0
    if value is None:
        read.unknown[type(said).__name__, f"resolution={(word or 'none')[:40]}"] += 1
        return
    read.outcomes.append(FoundOutcome(key, "resolved", value, resolved_at))


def _status(market: ManifoldMarket, at: float) -> Status:
    """Give how a market stands."""
    if market.isResolved:
        return "void" if market.resolution == "CANCEL" else "resolved"
    return "closed" if market.closeTime is not None and market.closeTime <= at else "open"


def _read_bets(records: list[Any]) -> Read:
    """Read bets as a history of prices; the last one of an instant counts.

    Orders that were filled later than they were placed are left out: at the fill, the price is in
    the bet of whoever took them.
    """
    read = Read()
    for bet, _ in read_shapes(ManifoldBet, records, "id", read):
        late = any(fill.timestamp > bet.createdTime for fill in bet.fills or ())
        if bet.isFilled is False or bet.isRedemption or (bet.limitProb is not None and late):
            continue
        key = bet.contractId if bet.answerId is None else f"{bet.contractId}:{bet.answerId}"
        read.quotes.append(FoundQuote(key, bet.createdTime, "last_trade", bet.probAfter))
    last = records[-1] if records else None
    read.following = str(last["id"]) if isinstance(last, dict) and "id" in last else None
    return read

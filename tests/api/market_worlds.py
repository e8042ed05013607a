"""What stands at the servers of other platforms in tests: sound records, odd ones, a broken one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from data.importers.base import Importer
from data.importers.manifold import Manifold
from data.importers.polymarket import Polymarket
from tests.api import market_servers
from tests.api.market_servers import Trouble

DAY = 86_400
#: 2026-11-01, in seconds.
BEGIN = 1_793_491_200


@dataclass
class Platform:
    """A platform at whose server things can go wrong.

    Attributes:
        markets, quotes, outcomes: that a full sync must find.
        follow: ids whose history is wanted.
        broken: part of the reason for which its broken record is put aside.
        unknown: a path that must be reported.
        change: changes prices at the server, and gives how many markets and prices that moves.
        mend: mends the broken record.
    """

    app: FastAPI
    make: Callable[[str], Importer]
    trouble: Trouble
    markets: int
    quotes: int
    outcomes: int
    follow: tuple[str, ...]
    broken: str
    unknown: str
    change: Callable[[], int]
    mend: Callable[[], None]


def manifold_market(number: int, **fields: Any) -> dict[str, Any]:
    """Give a binary market as the documentation has it."""
    return {
        "id": f"m{number}",
        "creatorId": "u1",
        "creatorUsername": "ann",
        "creatorName": "Ann",
        "createdTime": BEGIN * 1000,
        "closeTime": (BEGIN + 400 * DAY) * 1000,
        "question": f"Will number {number} come true?",
        "url": f"https://manifold.markets/ann/m{number}",
        "pool": {"YES": 100.0, "NO": 50.0},
        "probability": 0.25,
        "p": 0.5,
        "totalLiquidity": 100,
        "outcomeType": "BINARY",
        "mechanism": "cpmm-1",
        "volume": 241,
        "volume24Hours": 0,
        "isResolved": False,
        "uniqueBettorCount": 3,
        "lastUpdatedTime": (BEGIN + number) * 1000,
        **fields,
    }


def manifold() -> Platform:
    """Manifold: 1,200 markets in two pages, with every oddity of the documentation."""
    markets = [manifold_market(number) for number in range(1_200)]
    markets[3] |= {"closeTime": 99_999_999_999_999_999}  # beyond the year 9999
    markets[4] |= {"pool": 146.7, "sparkle": 1}  # a bare number, as in the example; and a new field
    markets[5] |= {"pool": None, "isResolved": True, "resolution": "YES"}
    markets[6] |= {"isResolved": True, "resolution": "MKT", "resolutionProbability": 0.3}
    markets[7] |= {"isResolved": True, "resolution": "CANCEL"}
    markets[8] |= {"probability": "0.5"}  # a text where a number was
    answers = [
        {"id": f"a{n}", "index": n, "text": f"Answer {n}", "prob": 0.5, "volume": 3} for n in (0, 1)
    ]
    markets[9] |= {"outcomeType": "MULTIPLE_CHOICE", "mechanism": "cpmm-multi-1"}
    markets[9] |= {"answers": answers, "shouldAnswersSumToOne": True, "probability": None}
    bet = {"contractId": "m1", "userId": "u", "amount": 10, "outcome": "YES", "shares": 20}
    bets = [
        {**bet, "id": f"b{n}", "createdTime": (BEGIN + n) * 1000, "probAfter": 0.2 + n / 100,
         "isFilled": True, "isRedemption": n == 4}
        for n in range(6)
    ]  # fmt: skip
    bets[5] |= {"isFilled": False, "limitProb": 0.5}
    trouble = Trouble()

    def change() -> int:
        markets[2] |= {"probability": 0.75, "lastUpdatedTime": (BEGIN + 5_000) * 1000}
        late = {"id": "b9", "createdTime": (BEGIN + 99) * 1000, "probAfter": 0.5, "isFilled": True}
        bets.append({**bet, **late})
        return 2

    def mend() -> None:
        markets[8] |= {"probability": 0.5, "lastUpdatedTime": (BEGIN + 6_000) * 1000}

    return Platform(
        app=market_servers.manifold(markets, {"m1": bets}, trouble),
        make=Manifold,
        trouble=trouble,
        markets=1_199 + 2,
        quotes=1_200 - 5 + 2 + 4,  # five have no price; two answers; four bets that moved it
        outcomes=3,
        follow=("manifold:m1",),
        broken="probability",
        unknown="sparkle",
        change=change,
        mend=mend,
    )


def polymarket_market(number: int, **fields: Any) -> dict[str, Any]:
    """Give a market as Gamma has it."""
    return {
        "id": str(number),
        "question": f"Will number {number} happen?",
        "conditionId": f"0x{number:x}",
        "slug": f"number-{number}",
        "outcomes": '["Yes","No"]',
        "outcomePrices": '["0.65","0.35"]',
        "clobTokenIds": f'["yes{number}","no{number}"]',
        "liquidityNum": 50000,
        "volumeNum": "1200.5",
        "endDate": "2027-06-01T00:00:00Z",
        "active": True,
        "closed": False,
        "archived": False,
        "umaResolutionStatus": "",
        "events": [{"id": "9", "slug": "x", "title": "X", "volume24hr": 3, "series": []}],
        **fields,
    }


def polymarket() -> Platform:
    """Polymarket: 230 open markets in three pages, and 12 that are closed."""
    markets = [polymarket_market(number) for number in range(230)]
    markets[1] |= {"outcomes": '["No","Yes"]', "bestBid": 0.3, "bestAsk": 0.4}  # yes comes second
    markets[2] |= {"endDate": None, "umaEndDate": "2026-12-01 12:00:00+00"}
    markets[3] |= {"outcomes": '["A","B","C"]', "outcomePrices": '["0.2","0.3","0.5"]'}
    markets[4] |= {"umaResolutionStatus": "reconsidered"}  # a status that nobody knows
    markets[5] |= {"outcomes": "Yes or No"}  # no JSON
    for number in range(300, 312):
        ended = {"closed": True, "umaResolutionStatus": "resolved", "outcomePrices": '["1","0"]'}
        when = f"2026-10-{number - 299:02d} 12:00:00+00"
        markets.append(polymarket_market(number, closedTime=when, **ended))
    markets[-1]["outcomePrices"] = '["0.5","0.5"]'  # settled half and half
    points = [{"t": BEGIN + n * DAY, "p": 0.5 + n / 100} for n in range(3)]
    history = {"yes7": points}
    trouble = Trouble()

    def change() -> int:
        markets[9]["outcomePrices"] = '["0.7","0.3"]'
        points.append({"t": BEGIN + 4 * DAY, "p": 0.6})
        return 2

    def mend() -> None:
        markets[5]["outcomes"] = '["Yes","No"]'

    return Platform(
        app=market_servers.polymarket(markets, history, trouble),
        make=lambda url: Polymarket(url, url),
        trouble=trouble,
        markets=229 + 12,
        quotes=228 + 3,
        outcomes=12,
        follow=("polymarket:0x7",),
        broken="outcomes",
        unknown="umaResolutionStatus=reconsidered",
        change=change,
        mend=mend,
    )

"""More of what stands at the servers of other platforms: Kalshi, Metaculus, ForecastBench."""

import json
from typing import Any

from pydantic import SecretStr

from data.importers.forecastbench import ForecastBench
from data.importers.kalshi import Kalshi
from data.importers.metaculus import Metaculus
from tests.api import market_servers
from tests.api.market_servers import Trouble
from tests.api.market_worlds import BEGIN, Platform, manifold, polymarket

TOKEN = "0123456789abcdef0123456789abcdef01234567"


def kalshi_market(number: int, **fields: Any) -> dict[str, Any]:
    """Give a market as the specification has it."""
    return {
        "ticker": f"KXDEMO-26DEC31-T{number}",
        "event_ticker": f"KXDEMO-{number}",
        "market_type": "binary",
        "yes_sub_title": f"Above {number}",
        "no_sub_title": f"{number} or below",
        "created_time": "2026-01-01T00:00:00Z",
        "updated_time": "2026-01-02T00:00:00Z",
        "open_time": "2026-10-30T12:00:00Z",
        "close_time": "2026-12-31T23:59:00Z",
        "latest_expiration_time": "2027-01-07T15:00:00Z",
        "settlement_timer_seconds": 3600,
        "status": "active",
        "yes_bid_dollars": "0.5500",
        "yes_bid_size_fp": "120.00",
        "yes_ask_dollars": "0.5700",
        "yes_ask_size_fp": "80.00",
        "no_bid_dollars": "0.4300",
        "no_ask_dollars": "0.4500",
        "last_price_dollars": "0.5600",
        "previous_yes_bid_dollars": "0.5400",
        "previous_yes_ask_dollars": "0.5600",
        "previous_price_dollars": "0.5500",
        "volume_fp": "1034.00",
        "volume_24h_fp": "10.00",
        "open_interest_fp": "512.00",
        "notional_value_dollars": "1.0000",
        "result": "",
        "can_close_early": True,
        "fractional_trading_enabled": False,
        "expiration_value": "",
        "strike_type": "greater",
        "floor_strike": 5,
        "rules_primary": "If it is above, then the market resolves to Yes.",
        "rules_secondary": "",
        "price_level_structure": "linear_cent",
        "price_ranges": [{"start": "0.0000", "end": "1.0000", "step": "0.0100"}],
        **fields,
    }


def candle(number: int, suffix: str, close: str | None) -> dict[str, Any]:
    """Give a candle; where markets were settled long ago, names have no suffix."""
    sides = {
        side: {f"{name}{suffix}": f"0.5{shift}00" for name in ("open", "low", "high", "close")}
        for side, shift in (("yes_bid", 5), ("yes_ask", 7))
    }
    names = ("open", "low", "high", "close", "mean")
    prices = {f"{name}{suffix}": close for name in names} | {f"previous{suffix}": "0.5500"}
    volume = {"_dollars": "volume_fp", "": "volume"}[suffix]
    end = BEGIN + number * 3_600
    return {"end_period_ts": end, **sides, "price": prices, volume: "0.00"}


def kalshi() -> Platform:
    """Kalshi: 230 events in two pages; 3 markets settled lately, 2 long ago."""
    event = {
        "series_ticker": "KXDEMO", "title": "How high?", "sub_title": "In 2026",
        "collateral_return_type": "", "mutually_exclusive": False,
        "available_on_brokers": True, "product_metadata": {},
    }  # fmt: skip
    events = [
        {**event, "event_ticker": f"KXDEMO-{n}", "markets": [kalshi_market(n)]} for n in range(230)
    ]
    events[1]["markets"][0] |= {"last_price_dollars": "0.0000"}  # no trade yet: the mid
    events[2]["markets"][0] |= {
        "last_price_dollars": "0.0000", "yes_bid_dollars": "0.0000", "yes_ask_dollars": "1.0000",
    }  # fmt: skip  # an empty book says nothing
    events[3]["markets"][0] |= {"status": "paused_for_review", "yes_bid_count": 3}
    events[4]["markets"][0]["last_price_dollars"] = 56  # cents, as they once were
    ended = {"status": "finalized", "result": "yes", "settlement_ts": "2026-11-10T00:00:00Z"}
    settled = [kalshi_market(n, **ended) | {"_settled": BEGIN + n} for n in range(500, 503)]
    old = {**ended, "result": "no", "settlement_ts": "2026-01-10T00:00:00Z"}
    old |= {"open_time": "2026-01-01T00:00:00Z", "close_time": "2026-01-09T00:00:00Z"}
    historical = [kalshi_market(n, **old) for n in (600, 601)]
    candles = [candle(n, "_dollars", "0.5600" if n else None) for n in range(3)]
    trouble = Trouble()

    def change() -> int:
        events[9]["markets"][0]["yes_bid_dollars"] = "0.5600"
        candles.append(candle(5, "_dollars", "0.6100"))
        return 2

    def mend() -> None:
        events[4]["markets"][0]["last_price_dollars"] = "0.5600"

    return Platform(
        app=market_servers.kalshi(
            events,
            settled,
            historical,
            {"KXDEMO-26DEC31-T7": candles},
            {
                "market_settled_ts": "2026-06-01T00:00:00Z",
                "trades_created_ts": "",
                "orders_updated_ts": "",
            },
            trouble,
        ),
        make=lambda url: Kalshi(f"{url}/trade-api/v2"),
        trouble=trouble,
        markets=229 + 3 + 2,
        quotes=227 + 3,  # neither an empty book nor an unknown status is a price
        outcomes=5,
        follow=("kalshi:KXDEMO-26DEC31-T7",),
        broken="last_price_dollars",
        unknown="status=paused_for_review",
        change=change,
        mend=mend,
    )


def metaculus_post(number: int, **question: Any) -> dict[str, Any]:
    """Give a post as the documentation has it."""
    history = [
        {"start_time": BEGIN + n * 3600.5, "end_time": None, "forecast_values": None,
         "forecaster_count": 24, "interval_lower_bounds": [0.1], "centers": [0.2 + n / 10],
         "interval_upper_bounds": [0.4], "means": None, "histogram": None}
        for n in range(2)
    ]  # fmt: skip
    return {
        "id": number,
        "title": f"Will number {number} be found?",
        "slug": f"number-{number}",
        "published_at": "2026-10-02T02:34:00Z",
        "status": "open",
        "nr_forecasters": 10,
        "question": {
            "id": 1000 + number,
            "title": f"Will number {number} be found?",
            "description": "",
            "type": "binary",
            "status": "open",
            "resolution": None,
            "open_time": "2026-10-02T02:34:00.581979Z",
            "scheduled_close_time": "2027-01-01T00:00:00Z",
            "resolution_criteria": "As found.",
            "fine_print": "",
            "aggregations": {
                "recency_weighted": {"history": history, "latest": history[-1], "score_data": {}}
            },
            **question,
        },
    }


def metaculus() -> Platform:
    """Metaculus: 130 open posts in two pages, 3 resolved ones, and a group."""
    posts = [metaculus_post(number) for number in range(1, 131)]
    hidden = {"recency_weighted": {"history": [], "latest": None, "score_data": {}}}
    posts[1]["question"]["aggregations"] = hidden
    posts[2]["question"]["aggregations"] = {}
    posts[3]["question"]["type"] = "vibes"  # a type that nobody knows
    posts[4]["question"]["open_time"] = 1_700_000_000  # a number where a time was
    group = metaculus_post(200)
    question = group.pop("question")
    group["group_of_questions"] = {
        "id": 1, "questions": [{**question, "id": 1, "label": "by 2027"}, {**question, "id": 2}],
    }  # fmt: skip
    posts.append(group)
    ends = {"status": "resolved", "actual_resolve_time": "2026-11-05T00:00:00Z"}
    for number, word in enumerate(("yes", "no", "annulled"), start=300):
        posts.append(metaculus_post(number, resolution=word, **ends) | {"status": "resolved"})
    trouble = Trouble()

    def change() -> int:
        history = posts[9]["question"]["aggregations"]["recency_weighted"]["history"]
        history.append({**history[-1], "start_time": BEGIN + 99_999.25, "centers": [0.9]})
        return 1

    def mend() -> None:
        posts[4]["question"]["open_time"] = "2026-10-02T02:34:00Z"

    return Platform(
        app=market_servers.metaculus(posts, TOKEN, trouble),
        make=lambda url: Metaculus(SecretStr(TOKEN), url),
        trouble=trouble,
        markets=129 + 2 + 3,
        quotes=2 * (126 + 2 + 3),  # hidden, not there, no yes or no, broken
        outcomes=3,
        follow=(),
        broken="open_time",
        unknown="question.type=vibes",
        change=change,
        mend=mend,
    )


def forecastbench() -> Platform:
    """ForecastBench: two sets, the newest named by a link."""
    question = {
        "source": "manifold", "question": "Will it be so?", "resolution_criteria": "As there.",
        "background": "", "market_info_open_datetime": "2026-10-01T00:00:00+00:00",
        "market_info_close_datetime": "2027-10-01T00:00:00+00:00",
        "market_info_resolution_criteria": "N/A", "url": "https://manifold.markets/x/y",
        "freeze_datetime": "2026-11-01T00:00:00+00:00", "freeze_datetime_value": "0.42",
        "freeze_datetime_value_explanation": "The market value.", "source_intro": "",
        "resolution_dates": "N/A",
    }  # fmt: skip
    series = {
        "id": "WTREGEN", "source": "fred", "freeze_datetime_value": "910776.0",
        "question": "Will it rise from {forecast_due_date} to {resolution_date}?",
        "market_info_open_datetime": "N/A", "market_info_close_datetime": "N/A",
        "resolution_dates": ["2026-11-15", "2026-12-15"],
    }  # fmt: skip
    files: dict[str, bytes] = {}
    newer = [{**question, "id": f"q{n}"} for n in range(10)]
    newer[1] |= {"freeze_datetime_value": "N/A"}
    newer[2] |= {"source": "oracle"}
    newer[3] |= {"freeze_datetime_value": 0.42}  # a number where a text was
    newer += [{**question, **series}, {**question, "id": ["q4", "q5"]}]
    older = [
        {**question, "id": f"q{n}", "freeze_datetime": "2026-10-18T00:00:00Z"} for n in (0, 20)
    ]
    base = {"source": "manifold", "direction": None, "resolution_date": "2026-11-15"}
    resolutions = [
        {**base, "id": "q0", "resolved_to": 1.0, "resolved": True},
        {**base, "id": "q4", "resolved_to": 0.7168, "resolved": False},  # a value, and no outcome
        {**base, "id": "WTREGEN", "source": "fred", "resolved_to": 0.0, "resolved": True},
        {**base, "id": ["q4", "q5"], "direction": [1, -1], "resolved_to": 0.0, "resolved": True},
    ]
    trouble = Trouble()

    def write() -> None:
        sets = {"2026-11-15": newer, "2026-11-01": older}
        for due, questions in sets.items():
            body = {"forecast_due_date": due, "question_set": f"{due}-llm.json"}
            files[f"question_sets/{due}-llm.json"] = json.dumps(
                {**body, "questions": questions}
            ).encode()
            found = resolutions if due == "2026-11-15" else []
            files[f"resolution_sets/{due}_resolution_set.json"] = json.dumps(
                {**body, "resolutions": found}
            ).encode()
        files["question_sets/latest-llm.json"] = b"2026-11-15-llm.json"

    def change() -> int:
        resolutions[1] |= {"resolution_date": "2026-11-16", "resolved_to": 0.8}
        write()
        return 1

    def mend() -> None:
        newer[3] |= {"freeze_datetime_value": "0.42"}
        write()

    write()
    return Platform(
        app=market_servers.forecastbench(files, trouble),
        make=ForecastBench,
        trouble=trouble,
        markets=9 + 2 + 1,
        quotes=8 + 2 + 1,  # nine at the newer freeze but one; two at the older; one value
        outcomes=2,
        follow=(),
        broken="freeze_datetime_value",
        unknown="source=oracle",
        change=change,
        mend=mend,
    )


PLATFORMS = {
    "manifold": manifold,
    "polymarket": polymarket,
    "kalshi": kalshi,
    "metaculus": metaculus,
    "forecastbench": forecastbench,
}

"""Servers that answer as the documentation of other platforms says, with their oddities."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response


@dataclass
class Trouble:
    """What goes wrong at a server.

    Attributes:
        answers: given in the place of the next answers, each once: status and headers.
        dead_after: from this request on there is nothing but 503.
        hangs_after: after so many requests no answer comes.
        seen: path and query of every request.
    """

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    dead_after: int | None = None
    hangs_after: int | None = None
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        """Give the paths that were asked for."""
        return [path for path, _ in self.seen]


def _app(trouble: Trouble) -> FastAPI:
    """Give an application at which things can go wrong."""
    app = FastAPI()

    @app.middleware("http")
    async def go_wrong(request: Request, call_next: Any) -> Response:
        trouble.seen.append((request.url.path, dict(request.query_params)))
        if trouble.answers:
            status, headers = trouble.answers.pop(0)
            return PlainTextResponse("come back later", status, headers)
        if trouble.hangs_after is not None and len(trouble.seen) > trouble.hangs_after:
            await asyncio.sleep(60)
        if trouble.dead_after is not None and len(trouble.seen) > trouble.dead_after:
            return PlainTextResponse("gone", 503)
        return await call_next(request)

    return app


def manifold(
    markets: list[dict[str, Any]], bets: dict[str, list[dict[str, Any]]], trouble: Trouble
) -> FastAPI:
    """Serve Manifold's API: lists of LiteMarkets, whole markets, and bets."""
    app = _app(trouble)

    @app.get("/v0/markets")
    async def listed(
        limit: int = 500, sort: str = "created-time", order: str = "desc", before: str | None = None
    ) -> Any:
        assert 0 < limit <= 1000
        name = {"created-time": "createdTime", "updated-time": "lastUpdatedTime"}[sort]
        rows = sorted(markets, key=lambda row: row.get(name, 0), reverse=order == "desc")
        begin = 0 if before is None else [row["id"] for row in rows].index(before) + 1
        lite = [{k: v for k, v in row.items() if k != "answers"} for row in rows]
        return JSONResponse(lite[begin : begin + limit])

    @app.get("/v0/market/{market}")
    async def whole(market: str) -> Any:
        found = [row for row in markets if row["id"] == market]
        return JSONResponse(found[0] if found else {"message": "not found"}, 200 if found else 404)

    @app.get("/v0/bets")
    async def bets_of(
        contractId: str, limit: int = 1000, order: str = "desc", after: str | None = None
    ) -> Any:
        rows = sorted(bets.get(contractId, []), key=lambda row: row["createdTime"])
        begin = 0 if after is None else [row["id"] for row in rows].index(after) + 1
        rows = rows[begin:]
        return JSONResponse((rows if order == "asc" else rows[::-1])[:limit])

    return app


def polymarket(
    markets: list[dict[str, Any]], history: dict[str, list[dict[str, Any]]], trouble: Trouble
) -> FastAPI:
    """Serve Gamma's keyset pages and the CLOB's prices."""
    app = _app(trouble)

    @app.get("/markets/keyset")
    async def keyset(request: Request) -> Any:
        query = request.query_params  # `cursor` is silently ignored, as there
        if "offset" in query:
            return JSONResponse({"error": "offset is not supported"}, 422)
        closed = query.get("closed", "false") == "true"
        rows = [row for row in markets if row.get("closed", False) == closed]
        if query.get("order") == "closedTime":
            ascending = query.get("ascending") == "true"
            rows.sort(key=lambda row: row.get("closedTime", ""), reverse=not ascending)
        begin = int(query.get("after_cursor", "c0")[1:])
        end = begin + min(int(query.get("limit", 20)), 100)
        page: dict[str, Any] = {"markets": rows[begin:end]}
        return JSONResponse(page | ({"next_cursor": f"c{end}"} if end < len(rows) else {}))

    @app.get("/prices-history")
    async def prices(
        market: str,
        fidelity: int = 1,
        startTs: int = 0,
        endTs: int = 2**40,
        interval: str | None = None,
    ) -> Any:
        if interval is None and startTs == 0:
            return JSONResponse({"error": "interval or startTs"}, 400)
        is_resolved = any(
            row.get("umaResolutionStatus") == "resolved" and market in row["clobTokenIds"]
            for row in markets
        )
        if is_resolved and fidelity < 720:
            return JSONResponse({"history": []})
        points = [p for p in history.get(market, []) if startTs <= p["t"] <= endTs]
        return JSONResponse({"history": points})

    return app


def kalshi(
    events: list[dict[str, Any]],
    settled: list[dict[str, Any]],
    historical: list[dict[str, Any]],
    candles: dict[str, list[dict[str, Any]]],
    cutoff: dict[str, str],
    trouble: Trouble,
) -> FastAPI:
    """Serve Kalshi's API v2, in pages whose cursor is empty at the end."""
    app = _app(trouble)

    def page(name: str, rows: list[Any], cursor: str, limit: int) -> Any:
        begin = int(cursor or 0)
        following = str(begin + limit) if begin + limit < len(rows) else ""
        return JSONResponse({name: rows[begin : begin + limit], "cursor": following})

    @app.get("/trade-api/v2/events")
    async def events_of(
        status: str, with_nested_markets: str = "false", limit: int = 200, cursor: str = ""
    ) -> Any:
        assert status == "open" and limit <= 200
        rows = events if with_nested_markets == "true" else [{**e, "markets": None} for e in events]
        return page("events", rows, cursor, limit)

    @app.get("/trade-api/v2/markets")
    async def markets_of(
        status: str,
        limit: int = 100,
        cursor: str = "",
        min_settled_ts: int = 0,
        mve_filter: str = "",
    ) -> Any:
        assert status == "settled" and mve_filter == "exclude"  # finalized is no word of a query
        rows = [row for row in settled if row["_settled"] >= min_settled_ts]
        rows = [{k: v for k, v in row.items() if k != "_settled"} for row in rows]
        return page("markets", rows, cursor, limit)

    @app.get("/trade-api/v2/historical/cutoff")
    async def cutoff_of() -> Any:
        return JSONResponse(cutoff)

    @app.get("/trade-api/v2/historical/markets")
    async def historical_of(limit: int = 100, cursor: str = "") -> Any:
        return page("markets", historical, cursor, limit)

    def candles_of(ticker: str, query: Any) -> Any:
        begin, end = int(query["start_ts"]), int(query["end_ts"])
        assert query["period_interval"] in ("1", "60", "1440")
        rows = [c for c in candles.get(ticker, []) if begin <= c["end_period_ts"] <= end]
        return JSONResponse({"ticker": ticker, "candlesticks": rows})

    @app.get("/trade-api/v2/historical/markets/{ticker}/candlesticks")
    async def old_candles(ticker: str, request: Request) -> Any:
        return candles_of(ticker, request.query_params)

    @app.get("/trade-api/v2/series/{series}/markets/{ticker}/candlesticks")
    async def new_candles(series: str, ticker: str, request: Request) -> Any:
        return candles_of(ticker, request.query_params)

    return app


def metaculus(posts: list[dict[str, Any]], token: str, trouble: Trouble) -> FastAPI:
    """Serve Metaculus' posts to who has the token."""
    app = _app(trouble)

    @app.get("/api/posts/")
    async def posts_of(
        request: Request, statuses: str, limit: int = 20, offset: int = 0, with_cp: str = "false"
    ) -> Any:
        if request.headers.get("authorization") != f"Token {token}":
            return JSONResponse({"detail": "Authentication credentials were not provided."}, 401)
        rows = [post for post in posts if post["status"] == statuses and with_cp == "true"]
        more = offset + limit < len(rows)
        following = "https://www.metaculus.com/api/posts/" if more else None
        shown = rows[offset : offset + limit]
        return JSONResponse({"next": following, "previous": None, "results": shown})

    return app


def forecastbench(files: dict[str, bytes], trouble: Trouble) -> FastAPI:
    """Serve files as raw.githubusercontent.com does, with entity tags."""
    app = _app(trouble)

    @app.get("/datasets/{path:path}")
    async def file(path: str, request: Request) -> Response:
        if path not in files:
            return PlainTextResponse("404: Not Found", 404)
        tag = f'W/"{hash(files[path])}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return Response(files[path], media_type="text/plain", headers={"ETag": tag})

    return app

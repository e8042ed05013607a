"""Markets of other platforms: all, one, its prices; and the platforms, with their health."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, status

from api.access import AdminDep, ForecasterDep, InstanceDep, get_settings
from api.asking import AsOfDep, WordsQuery
from api.changes import durable
from api.errors import problem_responses
from api.market_answers import FollowingWanted, MarketDetail, MarketList, QuoteList, quote_answer
from api.market_platforms import importer_of, require_platform
from api.market_syncs import MarketSyncsDep
from api.markets import all_platforms, market_answers, one_market, one_platform, require_known
from api.paging import BadCursor, PageDep
from api.platform_answers import (
    MarketBoardAnswer,
    PlatformDetail,
    PlatformList,
    SyncWanted,
    score_answer,
)
from data.formats.base import Moment
from data.market_cursors import follow
from data.market_queries import MarketFilters, quotes_query, read_market
from data.market_scores import score_platform
from data.standing import ALWAYS
from data.writer import Transaction
from forecasts.times import instant_of

router = APIRouter(tags=["markets"])
MarketId = Annotated[str, Path(max_length=200, examples=["manifold:EvIhzcJXwhL0HavaszD7"])]
PlatformId = Annotated[str, Path(max_length=80, examples=["manifold"])]
Named = Annotated[str | None, Query(max_length=200)]
Standing = Literal["open", "closed", "resolved", "void", "unknown"]


@router.get("/markets", operation_id="list_markets", responses=problem_responses(409))
def list_markets(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    *,
    platform: Annotated[Named, Query(description="only of this platform")] = None,
    status: Annotated[Standing | None, Query(description="only those that stand so")] = None,
    q: WordsQuery = None,
    parent: Annotated[Named, Query(description="only of this event")] = None,
    followed: Annotated[bool | None, Query(description="only those that are followed")] = None,
) -> MarketList:
    """List contracts of other platforms with their newest prices, by id."""
    filters = MarketFilters(platform, status, q, parent, followed)
    after = page.after_name()
    with instance.database.read() as connection:
        found = market_answers(connection, filters, after, page.to_read, as_of.until, as_of.at)
    shown, following = page.cut(found, lambda one: (one.id,))
    return MarketList(items=tuple(shown), next_cursor=following)


@router.get("/markets/{market}", operation_id="get_market", responses=problem_responses(404, 409))
def get_market(market: MarketId, instance: InstanceDep, as_of: AsOfDep) -> MarketDetail:
    """Get one contract: its criteria, its newest price, and all that was said of its outcome."""
    with instance.database.read() as connection:
        return one_market(connection, market, as_of.until, as_of.at)


@router.get(
    "/markets/{market}/quotes",
    operation_id="list_market_quotes",
    responses=problem_responses(404, 409),
)
def list_market_quotes(
    market: MarketId,
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    *,
    since: Annotated[Moment | None, Query(description="only of this moment or later")] = None,
) -> QuoteList:
    """List the prices of one contract over time, with what is left of them after costs."""
    after = page.after
    match after:
        case None | (float(), str(), str(), int()):
            pass
        case _:
            raise BadCursor
    begin = None if since is None else instant_of(since)
    with instance.database.read() as connection:
        row = read_market(connection, market, as_of.until)
        query = quotes_query(market, as_of.until, begin, after).limit(page.to_read)
        rows = connection.execute(query).all()
    shown, following = page.cut(rows, lambda one: (one.at, one.voice, one.kind, one.number))
    items = tuple(quote_answer(one, row.platform, row.closes) for one in shown)
    return QuoteList(items=items, next_cursor=following)


@router.get(
    "/leaderboards/markets",
    operation_id="get_market_leaderboard",
    tags=["leaderboards"],
    responses=problem_responses(404, 409),
)
def get_market_leaderboard(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    *,
    platform: Annotated[str, Query(max_length=80, description="whose resolved markets")],
    average: Annotated[
        Literal["time", "prices"],
        Query(description="time: prices count by how long they stood; prices: each counts once"),
    ] = "time",
) -> MarketBoardAnswer:
    """Rank the voices of a platform on its own resolved markets, as `kizashi score` does."""
    with instance.database.read() as connection:
        require_known(connection, platform, as_of.until)
        scores = score_platform(connection, platform, as_of.until, over_time=average == "time")
    shown, following = page.cut_whole(list(enumerate(scores)), lambda one: (one[0],))
    items = tuple(score_answer(one) for _, one in shown)
    return MarketBoardAnswer(items=items, next_cursor=following)


@router.post(
    "/markets/{market}/following",
    operation_id="follow_market",
    responses=problem_responses(401, 403, 404, 503),
)
async def post_following(
    market: MarketId, wanted: FollowingWanted, actor: ForecasterDep, instance: InstanceDep
) -> FollowingWanted:
    """Have the history of a contract's prices read at every sync from now on, or no longer."""
    del actor

    def change(transaction: Transaction) -> None:
        read_market(transaction.connection, market, ALWAYS)
        follow(transaction.connection, market, wanted=wanted.followed)

    await durable(instance, change)
    return wanted


@router.get("/platforms", operation_id="list_platforms", responses=problem_responses(409))
def list_platforms(request: Request, instance: InstanceDep, as_of: AsOfDep) -> PlatformList:
    """List the platforms: how much of each is here, and how reading it went last."""
    with instance.database.read() as connection:
        found = all_platforms(connection, get_settings(request), as_of.until)
    return PlatformList(items=tuple(found))


@router.get(
    "/platforms/{platform}", operation_id="get_platform", responses=problem_responses(404, 409)
)
def get_platform(
    platform: PlatformId, request: Request, instance: InstanceDep, as_of: AsOfDep
) -> PlatformDetail:
    """Get a platform's health: syncs, records that are put aside with reasons, unknown fields."""
    with instance.database.read() as connection:
        return one_platform(connection, platform, get_settings(request), as_of.until)


@router.post(
    "/platforms/{platform}/syncs",
    operation_id="ask_for_sync",
    status_code=status.HTTP_202_ACCEPTED,
    responses=problem_responses(401, 403, 404, 409),
)
async def post_sync(
    platform: PlatformId, request: Request, actor: AdminDep, syncs: MarketSyncsDep
) -> SyncWanted:
    """Have a platform read from where it was left, as soon as its turn comes."""
    del actor
    importer_of(require_platform(platform), get_settings(request))
    syncs.want(platform)
    return SyncWanted(platform=platform)

"""Markets and platforms as they stand: from their rows to the API's answers."""

from sqlalchemy import Connection, select

from api.answers import iso
from api.market_answers import (
    MarketAnswer,
    MarketDetail,
    disagreement_answer,
    market_answer,
    market_detail,
)
from api.market_platforms import PLATFORMS, TITLES, is_allowed, planned_platforms, terms_of
from api.platform_answers import (
    PlatformAnswer,
    PlatformDetail,
    QuarantinedAnswer,
    UnknownAnswer,
    counts_of,
    sync_answer,
)
from api.settings import Settings
from data.market_cursors import DONE, read_syncs
from data.market_disagreements import disagreements
from data.market_queries import (
    MarketFilters,
    UnknownPlatform,
    count_platform,
    latest_quotes,
    markets_query,
    outcome_rows,
    platforms_known,
    quarantined_rows,
    read_market,
    unknown_rows,
)
from data.market_tables import MARKET_SYNCS, MARKETS
from data.markets import newest_outcomes

#: Records that are put aside, and syncs, that an answer shows.
_MOST_SHOWN = 200


def market_answers(
    connection: Connection,
    filters: MarketFilters,
    after: str | None,
    limit: int,
    until: float,
    now: float,
) -> list[MarketAnswer]:
    """Read some markets with their newest prices and outcomes, in the order of their ids."""
    query = markets_query(filters, until)
    if after is not None:
        query = query.where(MARKETS.c.id > after)
    rows = list(connection.execute(query.limit(limit)))
    names = [row.id for row in rows]
    quotes, ended = (
        latest_quotes(connection, names, until),
        newest_outcomes(connection, names, until),
    )
    whole = {name: read_whole(connection, name, until) for name in {row.platform for row in rows}}
    return [
        market_answer(row, quotes.get(row.id), ended.get(row.id), whole[row.platform], now)
        for row in rows
    ]


def one_market(connection: Connection, market: str, until: float, now: float) -> MarketDetail:
    """Read one market with all that is known of it.

    Raises:
        UnknownMarket: there was none of this id.
    """
    row = read_market(connection, market, until)
    quote = latest_quotes(connection, [market], until).get(market)
    outcomes = outcome_rows(connection, market, until)
    differing = disagreements(connection, until, row.platform) if outcomes else []
    whole = read_whole(connection, row.platform, until)
    return market_detail(row, quote, outcomes, differing, whole, now)


def read_whole(connection: Connection, platform: str, until: float) -> float | None:
    """Give when the newest sync that read a platform whole had ended by an instant."""
    query = (
        select(MARKET_SYNCS.c.ended_at)
        .where(MARKET_SYNCS.c.platform == platform, MARKET_SYNCS.c.status == DONE)
        .where(MARKET_SYNCS.c.ended_at <= until)
    )
    ended: float | None = connection.execute(
        query.order_by(MARKET_SYNCS.c.id.desc()).limit(1)
    ).scalar()
    return ended


def all_platforms(connection: Connection, settings: Settings, until: float) -> list[PlatformAnswer]:
    """Tell of every platform: those that can be read, and those that came by files."""
    names = [*PLATFORMS, *(n for n in platforms_known(connection, until) if n not in PLATFORMS)]
    return [platform_answer(connection, name, settings, until) for name in names]


def platform_answer(
    connection: Connection, platform: str, settings: Settings, until: float
) -> PlatformAnswer:
    """Tell of one platform."""
    syncs = read_syncs(connection, platform, until, 1)
    whole = read_whole(connection, platform, until)
    return PlatformAnswer(
        id=platform,
        title=TITLES.get(platform, platform),
        terms=terms_of(platform),
        is_read=is_allowed(platform, settings),
        is_planned=settings.market_sync_hours > 0 and platform in planned_platforms(settings),
        **counts_of(count_platform(connection, platform, until)),
        unknown_fields=len(unknown_rows(connection, platform, until)),
        last_sync=sync_answer(syncs[0]) if syncs else None,
        last_success=None if whole is None else iso(whole),
    )


def require_known(connection: Connection, platform: str, until: float) -> None:
    """See to it that a platform is one that can be read, or of which something is here.

    Raises:
        UnknownPlatform: there is none of this name.
    """
    if platform not in PLATFORMS and platform not in platforms_known(connection, until):
        raise UnknownPlatform


def one_platform(
    connection: Connection, platform: str, settings: Settings, until: float
) -> PlatformDetail:
    """Tell all of one platform.

    Raises:
        UnknownPlatform: there is none of this name.
    """
    require_known(connection, platform, until)
    return PlatformDetail(
        **platform_answer(connection, platform, settings, until).model_dump(),
        syncs=tuple(sync_answer(row) for row in read_syncs(connection, platform, until)),
        quarantine=tuple(
            QuarantinedAnswer(
                shape=row.shape,
                key=row.key,
                reason=row.reason,
                first_seen=iso(row.first_seen),
                last_seen=iso(row.last_seen),
                raw_sha256=row.sha256,
            )
            for row in quarantined_rows(connection, platform, until, _MOST_SHOWN)
        ),
        unknown=tuple(
            UnknownAnswer(
                shape=row.shape,
                path=row.path,
                count=row.count,
                first_seen=iso(row.first_seen),
                last_seen=iso(row.last_seen),
            )
            for row in unknown_rows(connection, platform, until)
        ),
        disagreements=tuple(
            disagreement_answer(found) for found in disagreements(connection, until, platform)
        ),
    )

"""The deed on prices of linked markets: into the ledger, and as forecasts by their platforms."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from api.workflows.forecasting import submit_forecast, withdraw_forecast
from data.facts import save_actor
from data.forecasts import standing_forecast, stands
from data.formats.forecasts import ForecastFormat
from data.ledgered_quotes import content_of, new_quotes, note_in_ledger
from data.link_tables import MARKET_LINKS
from data.market_links import standing_links
from data.market_queries import latest_quotes
from data.market_tables import MARKETS
from data.tables import FORECASTS
from data.writer import Transaction
from forecasts.errors import KizashiError
from forecasts.markets import SIGNS
from forecasts.times import instant_of

#: Prices that one entry holds.
_AT_ONCE = 1_000
#: A price of 0 or 1 is no forecast of something certain.
_LEAST, _DIGITS = 0.001, 6


def platform_forecaster(platform: str) -> str:
    """Give the id of the forecaster that a platform is.

    >>> platform_forecaster("manifold")
    'market-manifold'
    """
    return f"market-{platform}"


def take_quotes(transaction: Transaction, platform: str, now: datetime) -> int:
    """Take what is new of the prices of a platform's linked markets; give how many entries.

    Each market's prices are one entry, or several where there are many. Then, on each question, the
    platform forecasts what the market says that is linked with the least mismatch, and takes that
    back where none is linked any more.
    """
    connection, before = transaction.connection, transaction.head.entries
    query = select(MARKETS).join(MARKET_LINKS, MARKET_LINKS.c.market == MARKETS.c.id)
    linked = query.where(MARKETS.c.platform == platform).distinct().order_by(MARKETS.c.id)
    markets = {row.id: row for row in connection.execute(linked)}
    standing = [link for link in standing_links(connection) if link.market in markets]
    for name in sorted({link.market for link in standing}):
        _record(transaction, markets[name], now)
    if markets:
        _forecast(transaction, platform, standing, now)
    return transaction.head.entries - before


def _record(transaction: Transaction, market: Row[Any], now: datetime) -> None:
    """Take a market's new prices into the ledger."""
    while quotes := new_quotes(transaction.connection, market, _AT_ONCE):
        transaction.append("quotes", content_of(market, quotes), now)
        note_in_ledger(transaction.connection, market, quotes, instant_of(now))


def _forecast(
    transaction: Transaction, platform: str, links: Iterable[Row[Any]], now: datetime
) -> None:
    """Let a platform forecast the questions that its markets are linked with."""
    connection, at = transaction.connection, instant_of(now)
    forecaster = platform_forecaster(platform)
    best: dict[str, Row[Any]] = {}
    for link in sorted(links, key=lambda one: (one.mismatch, one.id), reverse=True):
        if link.relation in SIGNS:
            best[link.question] = link
    prices = latest_quotes(connection, [link.market for link in best.values()], at)
    for question, link in sorted(best.items()):
        quote = prices.get(link.market)
        if quote is not None:
            _say(transaction, forecaster, question, _chance(quote.price, link.relation), now)
    mine = select(FORECASTS.c.id, FORECASTS.c.question).where(FORECASTS.c.forecaster == forecaster)
    for row in connection.execute(mine.where(stands(at))).all():
        if row.question not in best:
            withdraw_forecast(transaction, row.id, forecaster, is_admin=False, now=now)


def _chance(price: float, relation: str) -> float:
    """Give the chance of the question's yes that a price says."""
    said = price if SIGNS[relation] > 0 else 1 - price
    return round(min(max(said, _LEAST), 1 - _LEAST), _DIGITS)


def _say(
    transaction: Transaction, forecaster: str, question: str, chance: float, now: datetime
) -> None:
    """Let a platform say what its market does; a question that takes nothing now is passed by."""
    at = instant_of(now)
    standing = standing_forecast(transaction.connection, question, forecaster, at)
    if standing is not None and standing.probability == chance:
        return
    platform = forecaster.removeprefix("market-")
    save_actor(transaction.connection, forecaster, platform, "market", None, at)
    try:
        written = ForecastFormat(question=question, probability=chance)
        submit_forecast(transaction, written, forecaster, now)
    except KizashiError:  # not open, closed, or it has its outcome
        return

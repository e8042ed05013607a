"""Prices of linked markets stand in the ledger, and are forecasts by their platforms."""

import pytest
from sqlalchemy import func, select

from api.workflows.linking import confirm_link, remove_link
from api.workflows.syncing import sync_platform
from data.formats.links import LinkFormat
from data.importers.fetching import Fetcher, fetching
from data.ledger import read_entries, verify
from data.ledgered_quotes import COLUMNS, quotes_in_ledger
from data.market_tables import QUOTES
from data.tables import FORECASTS, LEDGER
from tests.api.asking import get
from tests.api.listening import serving
from tests.api.market_worlds import manifold
from tests.conftest import NOW

QUESTION = "deepseek-v5-by-2028-01-31"


@pytest.fixture
def platform(instance):
    world = manifold()
    with serving(world.app) as place:
        importer = world.make(f"http://{place[0]}:{place[1]}")

        def sync():
            with fetching(Fetcher("manifold", 1_000)) as fetcher:
                sync_platform(instance, importer, fetcher)

        world.sync = sync
        yield world


def link(instance, market, relation, mismatch=0.05):
    written = LinkFormat(question=QUESTION, market=market, relation=relation, mismatch=mismatch)
    return instance.writer.do(lambda change: confirm_link(change, written, "operator", NOW))


def kinds(instance):
    with instance.database.read() as connection:
        rows = connection.execute(select(LEDGER.c.kind, func.count()).group_by(LEDGER.c.kind))
        return {row[0]: row[1] for row in rows}


def forecasts(instance):
    with instance.database.read() as connection:
        query = select(FORECASTS).where(FORECASTS.c.forecaster == "market-manifold")
        rows = connection.execute(query.order_by(FORECASTS.c.seq)).all()
        return [(row.question, row.probability, row.ended_by) for row in rows]


def test_prices_of_markets_that_nobody_linked_are_not_in_the_ledger(instance, platform):
    before = kinds(instance)
    platform.sync()

    assert kinds(instance) == before


def test_a_linked_market_forecasts_at_once_and_with_every_sync_that_moves_it(
    client, instance, platform
):
    platform.sync()
    name = link(instance, "manifold:m2", "complement")
    at_once = forecasts(instance)
    platform.change()
    platform.sync()
    platform.sync()
    moved = forecasts(instance)
    told = get(client, "/forecasters/market-manifold")
    instance.writer.do(lambda change: remove_link(change, name, "not the same", "operator", NOW))

    assert at_once == [(QUESTION, 0.75, None)]
    assert moved == [(QUESTION, 0.75, "superseded"), (QUESTION, 0.25, None)]
    assert told["kind"] == "market" and told["forecasts"] == 2
    assert forecasts(instance)[-1] == (QUESTION, 0.25, "withdrawn")


def test_of_two_markets_the_one_that_mismatches_least_speaks(instance, platform):
    platform.sync()
    link(instance, "manifold:m1", "same", 0.2)
    link(instance, "manifold:m6", "implies", 0.0)
    platform.change()
    platform.sync()
    link(instance, "manifold:m2", "same", 0.1)

    assert [said for _, said, _ in forecasts(instance)][-1] == 0.75


def test_platforms_that_came_to_different_ends_on_one_question_are_told(client, instance, platform):
    platform.sync()
    for number, relation in ((5, "same"), (6, "same"), (7, "complement"), (3, "same")):
        link(instance, f"manifold:m{number}", relation)
    told = get(client, "/platforms/manifold")["disagreements"]
    one = get(client, "/markets/manifold:m5")["disagreements"]
    page = client.get("/markets/manifold", headers={"Accept-Language": "ja"}).text

    pairs = {(row["market"][-2:], row["other_market"][-2:]) for row in told}
    assert pairs == {("m5", "m6"), ("m5", "m7"), ("m6", "m7")}  # yes, .3, and void; m3 is open
    assert len(one) == 2 and one[0]["value"] == 1
    assert "結果がプラットフォーム間で食い違うもの" in page and "無効" in page


def test_the_ledger_gives_back_the_prices_of_linked_markets_to_the_last_bit(instance, platform):
    platform.sync()
    link(instance, "manifold:m1", "same")
    platform.sync()  # with its history, for it is followed now
    platform.change()
    platform.sync()
    with instance.database.read() as connection:
        verify(connection)
        found = quotes_in_ledger(connection)
        stored = connection.execute(
            select(*(QUOTES.c[name] for name in COLUMNS))
            .where(QUOTES.c.market == "manifold:m1")
            .order_by(QUOTES.c.at, QUOTES.c.kind, QUOTES.c.number)
        ).all()
        entries = list(read_entries(connection, kind="quotes"))

    assert len(stored) == 1 + 4 + 1
    assert found == {"manifold:m1": [dict(row._mapping) for row in stored]}
    assert [len(entry.content["quotes"]) for entry in entries] == [1, 4, 1]

"""Quotes of linked contracts, read from a real database: what was known, and what it costs."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import insert, select

from data.database import Database
from data.link_tables import MARKET_LINKS
from data.linked_quotes import Link, linked_markets, read_linked
from data.market_tables import MARKET_SYNCS, MARKETS, QUOTES
from data.tables import ACTORS
from forecasts.market_histories import LinkedMarket, market_history

QUESTION = "coding-arena-parity-2028"
LINK = Link("manifold:a", "same", 0.02, since=0.0)


def add_market(database: Database, name: str, **more: Any) -> None:
    platform, key = name.split(":")
    row = {
        "id": name,
        "platform": platform,
        "key": key,
        "title": "Will it?",
        "status": "open",
        "fingerprint": "",
        "first_seen": 0.0,
        "changed_at": 0.0,
        **more,
    }
    with database.writing.begin() as connection:
        connection.execute(insert(MARKETS), row)


def add_quotes(database: Database, name: str, *rows: dict[str, Any]) -> None:
    usual = {"market": name, "voice": "", "kind": "mid", "number": 0}
    unknown = dict.fromkeys(("bid", "ask", "volume", "liquidity"))
    full = [{**usual, **unknown, "seen_at": row["at"], **row} for row in rows]
    with database.writing.begin() as connection:
        connection.execute(insert(QUOTES), full)


def read(database: Database, *links: Link, at: float = 100.0) -> list[LinkedMarket]:
    with database.read() as connection:
        return read_linked(connection, links, at)


@pytest.fixture
def quoted(empty: Database) -> Database:
    add_market(empty, "manifold:a")
    add_quotes(
        empty,
        "manifold:a",
        {"at": 10.0, "price": 0.4, "bid": 0.3, "ask": 0.5, "volume": 200.0},
        {"at": 20.0, "price": 0.6, "seen_at": 25.0},
        {"at": 30.0, "price": 0.9, "voice": "somebody"},
    )
    return empty


def test_a_linked_contract_comes_with_its_own_prices_and_what_is_known_of_them(quoted):
    (found,) = read(quoted, LINK)

    assert (found.id, found.platform, found.sign, found.mismatch) == (
        "manifold:a", "manifold", 1.0, 0.02,
    )  # fmt: skip
    assert found.probability == pytest.approx([0.4, 0.6])  # a single voice is no price
    assert found.half_spread == pytest.approx([0.1, 0.0])
    assert found.volume[0] == 200 and np.isnan(found.volume[1])


def test_what_people_decided_on_a_pair_holds_until_they_decide_anew(database):
    own = Database(f"sqlite:///{database}")
    add_market(own, "manifold:a")
    add_quotes(own, "manifold:a", {"at": 1.0, "price": 0.4})
    usual = {"question": QUESTION, "market": "manifold:a", "seq": 1, "decision": "confirmed"}
    with own.read() as connection:
        actor = connection.execute(select(ACTORS.c.id).limit(1)).scalar_one()
    told = [
        {"recorded_at": 10.0, "relation": "same", "mismatch": 0.1},
        {"recorded_at": 20.0, "relation": None, "mismatch": None, "decision": "declined"},
        {"recorded_at": 30.0, "relation": "complement", "mismatch": 0.2, "removed_at": 40.0},
    ]
    rows = [
        {**usual, "id": f"link{n}", "actor": actor, "removed_at": None, **row}
        for n, row in enumerate(told)
    ]
    with own.writing.begin() as connection:
        connection.execute(insert(MARKET_LINKS), rows)
    with own.read() as connection:
        found = linked_markets(connection, QUESTION, 100.0)
        early = linked_markets(connection, QUESTION, 9.0)
        other = linked_markets(connection, "entity-list-deepseek-2026", 100.0)
    own.close()

    assert [(one.since, one.until, one.sign) for one in found] == [(10, 20, 1), (30, 40, -1)]
    assert early == other == []


def test_nothing_is_read_that_was_not_known_or_linked_by_then(quoted):
    assert read(quoted, LINK, at=9.0) == []
    assert read(quoted, LINK, at=24.0)[0].at.tolist() == [10.0]
    assert read(quoted, Link("manifold:a", "same", 0.0, since=50.0), at=49.0) == []
    assert read(quoted, Link("kalshi:none", "same", 0.0, since=0.0)) == []


@pytest.mark.parametrize("relation", ["implies", "implied_by", "overlaps", "excludes"])
def test_a_contract_that_only_bounds_the_question_is_no_quote(quoted, relation):
    assert read(quoted, Link("manifold:a", relation, 0.0, since=0.0)) == []


def test_a_link_that_was_made_anew_counts_with_each_mismatch_in_its_time(quoted):
    first = Link("manifold:a", "same", 0.5, since=0.0, until=30.0)
    found = read(quoted, Link("manifold:a", "same", 0.0, since=30.0), first)
    history = market_history(found, np.array([29.0, 31.0]))

    assert [one.mismatch for one in found] == [0.5, 0.0]
    assert history.markets.tolist() == [1, 1]
    assert history.precision[1] > 3 * history.precision[0]


def test_of_a_contract_and_its_copy_only_the_original_is_read(quoted):
    add_market(quoted, "forecastbench:copy", mirrors="manifold:a")
    add_quotes(quoted, "forecastbench:copy", {"at": 10.0, "price": 0.4, "kind": "stated"})
    copy = Link("forecastbench:copy", "same", 0.0, since=0.0)

    assert [one.id for one in read(quoted, LINK, copy)] == ["manifold:a"]
    assert [one.id for one in read(quoted, copy)] == ["forecastbench:copy"]


def test_of_several_prices_of_one_instant_the_middle_of_the_book_stands(quoted):
    add_market(quoted, "polymarket:b")
    add_quotes(
        quoted,
        "polymarket:b",
        {"at": 10.0, "price": 0.5, "kind": "mid"},
        {"at": 10.0, "price": 0.8, "kind": "last_trade"},
    )
    found = read(quoted, Link("polymarket:b", "complement", 0.0, since=0.0))

    assert market_history(found, np.array([11.0])).said == pytest.approx([0.5])


def test_real_money_that_is_tied_up_for_long_widens_the_price(quoted):
    add_market(quoted, "kalshi:c", closes=375.25)
    add_quotes(quoted, "kalshi:c", {"at": 10.0, "price": 0.9, "bid": 0.9, "ask": 0.9})
    (found,) = read(quoted, Link("kalshi:c", "same", 0.0, since=0.0))

    # A year at 4%: yes costs .9 + .07 x .09 and grows; no costs .1 + .07 x .09.
    assert found.half_spread == pytest.approx([(0.9063 * 1.04 - (1 - 0.1063 * 1.04)) / 2])
    assert found.probability == pytest.approx([0.5 + 1.04 * 0.4])


def test_a_forecaster_of_a_community_counts_as_one_of_ours(quoted):
    add_market(quoted, "metaculus:d")
    row = {"at": 10.0, "price": 0.5, "kind": "community_median", "volume": 25.0}
    add_quotes(quoted, "metaculus:d", row)
    found = read(quoted, Link("metaculus:d", "same", 0.0, since=0.0))

    noise = 1 / market_history(found, np.array([10.0])).precision[0]
    assert noise == pytest.approx(0.04 + 0.05 + 1 / 25)


def test_a_whole_reading_of_a_platform_confirms_what_it_did_not_replace(quoted):
    rows = [
        {"platform": "manifold", "started_at": 39.0, "ended_at": 40.0, "status": "done"},
        {"platform": "manifold", "started_at": 49.0, "ended_at": 50.0, "status": "failed"},
        {"platform": "kalshi", "started_at": 59.0, "ended_at": 60.0, "status": "done"},
    ]
    with quoted.writing.begin() as connection:
        connection.execute(insert(MARKET_SYNCS), rows)
    (found,) = read(quoted, LINK)

    assert found.confirmed.tolist() == [40.0]
    assert read(quoted, LINK, at=39.0)[0].confirmed.tolist() == []


def test_a_price_that_a_file_gives_is_as_old_as_it_says_whenever_it_is_read(quoted):
    add_quotes(quoted, "manifold:a", {"at": 30.0, "price": 0.7, "kind": "stated"})
    done = {"platform": "manifold", "started_at": 39.0, "ended_at": 40.0, "status": "done"}
    with quoted.writing.begin() as connection:
        connection.execute(insert(MARKET_SYNCS), done)

    assert read(quoted, LINK)[0].confirmed.tolist() == []

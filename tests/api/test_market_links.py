"""Links with contracts elsewhere: candidates are proposed, a person decides."""

from typing import Any

import pytest
from sqlalchemy import insert, select

from api.push.events import read_events
from data.ledger import read_checkpoint
from data.link_tables import MARKET_LINKS
from data.market_tables import MARKETS
from forecasts.times import instant_of
from tests.api.asking import get
from tests.conftest import NOW

pytestmark = pytest.mark.slow

QUESTION = "deepseek-v5-by-2028-01-31"
SAME = "polymarket:0x1"
TITLES = {
    SAME: "Will DeepSeek release its next major model after V4 by January 31, 2028?",
    "polymarket:0x2": "DeepSeek's next major model after V4 released by December 31, 2026?",
    "polymarket:0x3": "DeepSeek doesn't release the next major model after V4 by January 31, 2028?",
    "kalshi:HEAT": "Will the highest temperature in NYC be above 90°F on July 4, 2027?",
    "manifold:many": "Which lab will release the next major model after V4?",
}
LINK = {"question": QUESTION, "market": SAME, "relation": "same", "mismatch": 0.05}


def add_markets(instance, titles: dict[str, str] = TITLES, **more: Any) -> None:
    usual = {"criteria": "", "status": "open", "fingerprint": "", "first_seen": 0.0}
    rows = [
        {
            **usual,
            "id": name,
            "platform": name.split(":")[0],
            "key": name.split(":")[1],
            "title": title,
            "kind": "multiple_choice" if name == "manifold:many" else "binary",
            "changed_at": 0.0,
            **more,
        }
        for name, title in titles.items()
    ]
    instance.writer.do(lambda change: change.connection.execute(insert(MARKETS), rows))


def post(client, path, body, headers):
    return client.post(f"/api/v1/market-links{path}", json=body, headers=headers)


def checkpoint(instance):
    with instance.database.read() as connection:
        return read_checkpoint(connection)


@pytest.fixture
def stocked(client, instance):
    add_markets(instance)
    return client


def test_candidates_come_with_reasons_and_link_nothing(stocked):
    found = get(stocked, f"/market-links/candidates?question={QUESTION}")["items"]
    by_market = {one["market"]: one for one in found}

    assert found[0]["market"] in (SAME, "polymarket:0x3")
    assert by_market[SAME]["relation"] == "same"
    assert by_market["polymarket:0x2"]["relation"] == "implied_by"
    assert by_market["polymarket:0x3"]["relation"] == "complement"
    assert "kalshi:HEAT" not in by_market and "manifold:many" not in by_market
    assert {"period", "names", "event"} <= {one["part"] for one in by_market[SAME]["reasons"]}
    assert get(stocked, "/market-links")["items"] == []


def test_questions_are_found_for_a_contract_too(stocked):
    found = get(stocked, f"/market-links/candidates?market={SAME}")["items"]

    assert found[0]["question"] == QUESTION


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 409),
        (f"?question={QUESTION}&market={SAME}", 409),
        ("?question=nothing-of-this-name", 404),
        ("?market=polymarket:none", 404),
        ("?question=x&limit=0", 422),
    ],
)
def test_candidates_are_asked_for_one_side(stocked, query, status):
    assert stocked.get(f"/api/v1/market-links/candidates{query}").status_code == status


def test_a_link_stands_in_the_ledger_by_ids_and_its_prices_are_followed(stocked, key, instance):
    made = post(stocked, "", {**LINK, "reason": "Read both."}, key("resolver"))
    entry = get(stocked, f"/ledger/entries/{made.json()['entry']}")

    assert (made.status_code, made.json()["state"]) == (201, "confirmed")
    assert entry["kind"] == "link"
    assert {k: entry["body"][k] for k in LINK} == LINK
    assert "title" not in entry["body"]
    with instance.database.read() as connection:
        followed = select(MARKETS.c.id).where(MARKETS.c.followed)
        assert connection.execute(followed).scalars().all() == [SAME]
    assert get(stocked, f"/market-links/{made.json()['id']}") == made.json()
    assert get(stocked, f"/market-links?question={QUESTION}&state=confirmed")["items"] == [
        made.json()
    ]


def test_only_a_resolver_or_admin_decides(stocked, key):
    for role, status in (("reader", 403), ("forecaster", 403), ("admin", 201)):
        assert post(stocked, "", LINK, key(role)).status_code == status
    assert post(stocked, "", LINK, {}).status_code == 401
    pair = {"question": QUESTION, "market": SAME}
    assert post(stocked, "/declinations", pair, key("forecaster")).status_code == 403


def test_a_declined_pair_is_kept_and_not_proposed_again(stocked, key):
    pair = {"question": QUESTION, "market": SAME, "reason": "Another source."}
    made = post(stocked, "/declinations", pair, key("resolver"))
    again = post(stocked, "/declinations", pair, key("resolver"))
    found = get(stocked, f"/market-links/candidates?question={QUESTION}")["items"]

    assert (made.status_code, made.json()["state"]) == (201, "declined")
    assert again.status_code == 409 and "2026-11-23" in again.json()["detail"]
    assert SAME not in [one["market"] for one in found]
    assert get(stocked, "/market-links?state=declined")["items"] == [made.json()]
    assert post(stocked, "", LINK, key("resolver")).status_code == 201  # a person may think again


def test_a_link_is_removed_with_a_reason_once(stocked, key, instance):
    made = post(stocked, "", LINK, key("resolver")).json()
    twice = post(stocked, "", LINK, key("resolver"))
    path = f"/{made['id']}/removal"
    without = post(stocked, path, {}, key("resolver"))
    gone = post(stocked, path, {"reason": "Their rules were changed."}, key("resolver"))
    again = post(stocked, path, {"reason": "Again."}, key("resolver"))

    assert twice.status_code == 409 and made["id"] in twice.json()["detail"]
    assert without.status_code == 422
    assert (gone.status_code, gone.json()["state"]) == (200, "removed")
    assert gone.json()["removed_reason"] == "Their rules were changed."
    assert again.status_code == 409
    assert get(stocked, "/market-links?state=confirmed")["items"] == []
    assert get(stocked, "/market-links?state=removed")["items"] == [gone.json()]


def test_what_cannot_be_linked_is_refused_and_stores_nothing(stocked, key, instance):
    before, headers = checkpoint(instance), key("resolver")
    for changed, status in (
        ({"question": "nothing-of-this-name"}, 404),
        ({"market": "polymarket:none"}, 404),
        ({"market": "no colon"}, 422),
        ({"question": "deepseek-v5-release-date"}, 409),
        ({"market": "manifold:many"}, 409),
        ({"relation": "similar"}, 422),
        ({"mismatch": 1.5}, 422),
        ({"mismatch": "0.5"}, 422),
        ({"title": "free text"}, 422),
    ):
        answer = post(stocked, "", LINK | changed, headers)
        assert answer.status_code == status, (changed, answer.text)

    assert checkpoint(instance) == before


def test_the_past_knows_no_link_that_came_later(stocked, key):
    made = post(stocked, "", LINK, key("resolver")).json()

    assert get(stocked, "/market-links?as_of=2026-11-20")["items"] == []
    assert stocked.get(f"/api/v1/market-links/{made['id']}?as_of=2026-11-20").status_code == 404


def test_an_event_tells_of_a_link(stocked, key, instance):
    made = post(stocked, "", LINK, key("resolver")).json()
    with instance.database.read() as connection:
        (told,) = read_events(connection, made["entry"] - 1, 1, instant_of(NOW))

    assert told.event.questions == (QUESTION,)
    assert told.event.address == f"/api/v1/market-links/{made['id']}"


def test_a_dry_run_links_nothing(stocked, key, instance):
    answer = stocked.post("/api/v1/market-links?dry_run=true", json=LINK, headers=key("resolver"))

    assert answer.status_code == 200
    with instance.database.read() as connection:
        assert not connection.execute(select(MARKET_LINKS)).all()

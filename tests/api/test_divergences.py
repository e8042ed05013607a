"""Where we and linked markets differ, why, and where linked prices contradict each other."""

import json
import math
import shutil

import feedparser
import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from api.app import create_app
from api.instance import open_instance
from api.keys import create_key
from api.settings import Settings
from data.derived_tables import STEPS
from data.market_tables import QUOTES
from forecasts.times import instant_of
from tests.api.asking import RECORD, get
from tests.api.test_market_links import QUESTION, add_markets
from tests.conftest import NOW

HERE = instant_of(NOW)
OTHER = "us-lab-sues-deepseek-2028"
EARLY = {
    "id": "deepseek-v5-by-2027-06-30",
    "type": "binary",
    "title": {"en": "Will DeepSeek release its next major model after V4 by 30 June 2027?"},
    "criteria": {"en": "Yes if deepseek-v5-release-date is 2027-06-30 or earlier."},
    "opens": "2026-11-23",
    "closes": "2027-06-30",
    "resolves": "2027-07-15",
    "derived_from": {"question": "deepseek-v5-release-date", "by": "2027-06-30"},
}
PRICES = {  # bid, ask, days ago
    "manifold:far": (0.04, 0.06, 1),
    "manifold:near": (0.60, 0.64, 1),
    "manifold:late": (0.30, 0.32, 1),
    "manifold:early": (0.50, 0.52, 1),
    "manifold:stale": (0.95, 0.97, 60),
    "manifold:only-bound": (0.20, 0.22, 1),
    "manifold:ended": (0.01, 0.02, 1),
}


@pytest.fixture(scope="module")
def market(bank_database, tmp_path_factory):
    """A server with linked markets, and a maker of links."""
    path = shutil.copy(bank_database, tmp_path_factory.mktemp("linked") / "linked.db")
    with open_instance(f"sqlite:///{path}", lambda: NOW) as instance:
        add_markets(instance, dict.fromkeys(PRICES, "Will it?"))
        add_markets(instance, {"manifold:over": "Will it?"}, status="resolved")
        rows = [
            {
                "market": name,
                "voice": "",
                "at": HERE - days,
                "kind": "mid",
                "number": 0,
                "price": (bid + ask) / 2,
                "bid": bid,
                "ask": ask,
                "volume": 50_000.0,
                "seen_at": HERE - days,
            }
            for name, (bid, ask, days) in PRICES.items()
        ]
        instance.writer.do(lambda change: change.connection.execute(insert(QUOTES), rows))
        made = instance.writer.do(lambda change: create_key(change, "ann", "admin", NOW))
        settings = Settings.model_construct(rate_strangers=0, rate_per_minute=0)
        with TestClient(create_app(instance, settings)) as client:
            client.headers["Authorization"] = f"Bearer {made}"
            propose_early(client)
            assert client.post("/api/v1/evidence", json=RECORD).status_code == 201
            yield Linked(client, instance)


def propose_early(client) -> None:
    body = {"world": "deepseek-r2", "reason": "A nearer deadline.", "question": EARLY}
    made = client.post("/api/v1/proposals", json=body)
    opened = client.post(f"/api/v1/proposals/{made.json()['id']}/opening", json={})
    assert opened.status_code == 201, opened.text


class Linked:
    """Links that hold for one test."""

    def __init__(self, client, instance) -> None:
        self.client, self.instance = client, instance
        self.made: list[str] = []

    def link(self, question: str, name: str, relation: str, mismatch: float = 0.0) -> None:
        body = {"question": question, "market": name, "relation": relation, "mismatch": mismatch}
        answer = self.client.post("/api/v1/market-links", json=body)
        assert answer.status_code == 201, answer.text
        self.made.append(answer.json()["id"])


@pytest.fixture
def linked(market):
    yield market
    for name in market.made:
        body = {"reason": "The test is over."}
        assert market.client.post(f"/api/v1/market-links/{name}/removal", json=body).is_success
    market.made = []


def test_without_links_nothing_differs(linked):
    assert get(linked.client, "/divergences")["items"] == []
    assert get(linked.client, "/incoherences") == {"items": [], "allowed": []}


def test_a_difference_says_who_says_what_and_because_of_which_records(linked):
    linked.link(QUESTION, "manifold:far", "same")
    (found,) = get(linked.client, "/divergences")["items"]
    ours = get(linked.client, f"/questions/{QUESTION}")["forecast"]

    assert (found["ours"], found["low"], found["high"]) == (
        ours["probability"],
        ours["low"],
        ours["high"],
    )
    assert found["market"] == pytest.approx(0.05, abs=1e-6)  # play money: no fees, no interest
    odds = math.log2(found["ours"] / (1 - found["ours"])) - math.log2(0.05 / 0.95)
    assert found["bits"] == pytest.approx(odds, abs=1e-4)
    assert found["alarming"] and found["deviations"] > 1.96
    assert found["words"][0].startswith("We say ") and "the market 5%" in found["words"][0]
    assert found["since_quote"]
    assert len(found["words"]) == 2 + len(found["reasons"])
    assert RECORD["fact"]["en"] in found["words"][2]


def test_reasons_are_the_records_that_moved_us_most_to_our_side(linked):
    linked.link(QUESTION, "manifold:far", "same")
    (found,) = get(linked.client, "/divergences")["items"]
    with linked.instance.database.read() as connection:
        rows = connection.execute(
            STEPS.select().where(STEPS.c.question == QUESTION, STEPS.c.cause == "evidence")
        ).all()
    sums: dict[str, float] = {}
    for row in rows:
        sums[row.cause_id] = sums.get(row.cause_id, 0.0) + row.bits
    towards = sorted((bits for bits in sums.values() if bits > 0), reverse=True)[:3]

    assert len(towards) >= 1
    assert [reason["bits"] for reason in found["reasons"]] == pytest.approx(towards)


def test_the_words_are_in_the_readers_language(linked):
    linked.link(QUESTION, "manifold:far", "complement")
    answer = linked.client.get("/api/v1/divergences?lang=ja").json()["items"][0]

    assert "95%" in answer["words"][0] and "市場" in answer["words"][0]


def test_a_certain_mismatch_or_a_mere_bound_says_nothing(linked):
    linked.link(QUESTION, "manifold:only-bound", "implies")
    linked.link(OTHER, "manifold:near", "same", mismatch=1.0)

    assert get(linked.client, "/divergences")["items"] == []


def test_only_alarming_ones_are_given_where_asked_and_one_question_alone(linked):
    linked.link(QUESTION, "manifold:far", "same", mismatch=0.9)
    assert len(get(linked.client, "/divergences")["items"]) == 1
    assert get(linked.client, "/divergences?alarming=true")["items"] == []
    assert get(linked.client, f"/divergences?question={OTHER}")["items"] == []
    assert linked.client.get("/api/v1/divergences?question=none-such").status_code == 404
    assert get(linked.client, "/divergences?as_of=2026-11-20")["items"] == []


def test_two_prices_of_one_question_that_cannot_both_be_right_are_listed(linked):
    linked.link(QUESTION, "manifold:near", "same", mismatch=0.01)
    linked.link(QUESTION, "manifold:late", "same", mismatch=0.02)
    answer = get(linked.client, "/incoherences")
    (found,) = answer["items"]

    assert (found["at_least"]["market"], found["at_most"]["market"]) == (
        "manifold:near",
        "manifold:late",
    )
    assert found["at_least"]["value"] == pytest.approx(0.60 - 0.01)
    assert found["gap"] == pytest.approx(0.59 - 0.34)


def test_an_earlier_deadline_that_is_dearer_than_a_later_one_is_found(linked):
    linked.link(EARLY["id"], "manifold:early", "same")
    linked.link(QUESTION, "manifold:late", "same")
    (found,) = get(linked.client, "/incoherences")["items"]

    assert found["gap"] == pytest.approx(0.50 - 0.32)
    assert EARLY["id"] in json.dumps(found) and QUESTION in json.dumps(found)


def test_stale_prices_and_ended_contracts_bound_nothing(linked):
    linked.link(QUESTION, "manifold:stale", "same")
    linked.link(QUESTION, "manifold:over", "same")

    assert get(linked.client, "/incoherences") == {"items": [], "allowed": []}


def test_what_prices_allow_is_told_beside_what_we_say(linked):
    linked.link(QUESTION, "manifold:only-bound", "implies")
    allowed = {one["question"]: one for one in get(linked.client, "/incoherences")["allowed"]}
    found = allowed[QUESTION]

    assert allowed.keys() == {QUESTION, EARLY["id"]}  # what bounds the later bounds the earlier
    assert (found["at_least"], found["at_most"]) == (0, pytest.approx(0.22))
    assert found["outside"] == ("above" if found["ours"] > 0.22 else None)


def test_the_page_of_a_question_says_it_too_with_each_price(linked):
    path = f"/questions/{QUESTION}"
    before = linked.client.get(path).text
    linked.link(QUESTION, "manifold:far", "same")
    english, japanese = linked.client.get(path).text, linked.client.get(f"{path}?lang=ja").text

    assert 'id="markets"' not in before
    assert "the market 5%" in english and RECORD["fact"]["en"] in english
    assert "市場は5%" in japanese


def test_a_feed_tells_of_differences_beyond_noise_alone(linked):
    linked.link(QUESTION, "manifold:far", "same")
    loud = feedparser.parse(linked.client.get("/api/v1/divergences.atom?lang=en").content)
    again = feedparser.parse(linked.client.get("/api/v1/divergences.atom?lang=en").content)
    for name in linked.made:
        body = {"reason": "Read anew."}
        linked.client.post(f"/api/v1/market-links/{name}/removal", json=body)
    linked.made.clear()
    linked.link(QUESTION, "manifold:far", "same", mismatch=0.9)
    quiet = feedparser.parse(linked.client.get("/api/v1/divergences.atom?lang=en").content)

    assert [entry.link.endswith(f"/questions/{QUESTION}") for entry in loud.entries] == [True]
    assert "the market 5%" in loud.entries[0].title
    assert [entry.id for entry in again.entries] == [entry.id for entry in loud.entries]
    assert quiet.entries == []

"""The house through the API: how it moved, what was known at each moment, and what it hears."""

import math

import pytest
from sqlalchemy import insert, select

from data.link_tables import MARKET_LINKS
from data.market_tables import MARKETS, QUOTES
from data.tables import ACTORS
from forecasts.house import MODEL_PRECISION
from forecasts.markets import COMMON_NOISE, NOISE_A_DAY, USUAL_NOISE
from forecasts.times import instant_of
from tests.api.judging import BINARY, DATE, moving_client


@pytest.fixture
def moving(database):
    with moving_client(database) as opened:
        yield opened


def logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


def link(moving, chance: float, *, mismatch: float = 0.0, relation: str = "same") -> None:
    """Link a contract to the question, with a price of now."""
    at = instant_of(moving.clock[0])
    market = {
        "id": "manifold:a", "platform": "manifold", "key": "a", "title": "Will it?",
        "status": "open", "fingerprint": "", "first_seen": at, "changed_at": at,
    }  # fmt: skip
    quote = {"market": "manifold:a", "kind": "amm", "at": at, "price": chance, "seen_at": at}
    made = {
        "id": "link", "seq": 1, "question": BINARY, "market": "manifold:a",
        "decision": "confirmed", "relation": relation, "mismatch": mismatch, "recorded_at": at,
    }  # fmt: skip

    def store(change) -> None:
        change.connection.execute(insert(MARKETS), market)
        change.connection.execute(insert(QUOTES), {**quote, "voice": "", "number": 0})
        actor = change.connection.execute(select(ACTORS.c.id).limit(1)).scalar_one()
        change.connection.execute(insert(MARKET_LINKS), {**made, "actor": actor})

    moving.instance.writer.do(store)


def test_a_linked_market_is_a_voice_in_the_house_from_its_quote_on(moving):
    before = moving.get(f"/questions/{BINARY}/house")
    moving.later(hours=1)
    link(moving, 0.9)
    moving.later(minutes=1)
    found = moving.get(f"/questions/{BINARY}/house")
    past = moving.get(f"/questions/{BINARY}/house?as_of=2026-11-23T18:30:00Z")
    model, market = found["voices"][0], found["voices"][2]
    (quote,) = found["quotes"]

    precision = 1 / (COMMON_NOISE + USUAL_NOISE + NOISE_A_DAY / 24 / 60)
    assert market["weight"] == pytest.approx(precision / (MODEL_PRECISION + precision))
    assert market["forecast"]["probability"] == pytest.approx(0.9)
    assert (quote["market"], quote["relation"]) == ("manifold:a", "same")
    pooled = model["weight"] * logit(model["forecast"]["probability"]) + market["weight"] * (
        logit(0.9) + quote["news"]
    )
    assert logit(found["forecast"]["probability"]) == pytest.approx(pooled)
    assert found["history"][-1]["market"] == pytest.approx(0.9)
    assert past["forecast"] == before["forecast"] and past["quotes"] == []


def test_a_contract_that_is_certainly_another_leaves_the_house_as_it_was(moving):
    before = moving.get(f"/questions/{BINARY}/house")["forecast"]
    link(moving, 0.9, mismatch=1.0)
    found = moving.get(f"/questions/{BINARY}/house")

    assert found["forecast"] == before
    assert found["quotes"][0]["noise"] is None and found["voices"][2]["weight"] == 0


@pytest.mark.slow
def test_markets_are_scored_as_a_voice_and_the_house_that_heard_them_too(moving):
    link(moving, 0.9, relation="complement")
    moving.later(days=2)
    moving.resolve(BINARY, outcome=False)
    moving.client.get("/api/v1/leaderboards/voices")
    moving.client.portal.call(moving.client.app.state.judge.wait)
    rows = {row["forecaster"]: row for row in moving.get(f"/scores?question={BINARY}")["items"]}
    of_kind = moving.get(f"/scores?question={BINARY}&kind=market")["items"]

    assert [row["forecaster"] for row in of_kind] == ["markets"]
    assert rows["markets"]["brier"] == pytest.approx(0.01)
    assert rows["house"]["brier"] < rows["model"]["brier"]
    board = {entry["voice"] for entry in moving.get("/leaderboards/voices")["items"]}
    assert {"markets", "house", "model"} <= board


def test_the_house_has_a_history_of_every_change_of_its_voices(moving):
    moving.say("ann", BINARY, probability=0.9)
    moving.later(hours=1)
    moving.say("bob", BINARY, probability=0.9)
    found = moving.get(f"/questions/{BINARY}/house?changes=500")
    before, one, two = found["history"][-3:]

    assert (before["crowd"], before["market"]) == (None, None)
    assert before["probability"] == pytest.approx(before["model"])
    assert one["crowd"] == pytest.approx(0.9) and two["probability"] > one["probability"]
    assert two["probability"] == pytest.approx(found["forecast"]["probability"])
    assert [moment["at"] for moment in found["history"]] == sorted(
        moment["at"] for moment in found["history"]
    )
    assert found["history"][0]["model"] == found["history"][0]["probability"]


def test_only_as_many_changes_are_told_as_are_asked_for_and_none_after_the_moment(moving):
    moving.say("ann", BINARY, probability=0.9)
    few = moving.get(f"/questions/{BINARY}/house?changes=2")["history"]
    past = moving.get(f"/questions/{BINARY}/house?as_of=2026-11-20")

    assert len(few) == 2 and few[-1]["crowd"] == pytest.approx(0.9)
    assert all(moment["at"] < "2026-11-21" for moment in past["history"])
    assert moving.get(f"/questions/{BINARY}/house?changes=0")["history"] == []
    assert moving.get(f"/questions/{DATE}/house")["history"] == []


def test_a_question_without_linked_markets_has_no_market_voice(moving):
    found = moving.get(f"/questions/{BINARY}/house")

    assert found["quotes"] == []
    assert found["voices"][2] == {
        "voice": "market", "weight": 0.0, "forecast": None, "updated": None,
    }  # fmt: skip

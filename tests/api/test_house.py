"""The house through the API: how it moved, what was known at each moment, and what it hears."""

import math

import pytest

from tests.api.judging import BINARY, DATE, moving_client


@pytest.fixture
def moving(database):
    with moving_client(database) as opened:
        yield opened


def logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


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

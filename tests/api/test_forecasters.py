"""Forecasters through the API: people, voices, and profiles."""

import pytest

from tests.api.judging import BINARY, moving_client


@pytest.fixture
def moving(database):
    with moving_client(database) as opened:
        yield opened


def test_a_forecaster_shows_what_it_has_submitted(moving):
    told = moving.say("ann", BINARY, probability=0.8)
    moving.later(hours=1)
    moving.say("ann", BINARY, probability=0.7)
    found = moving.get(f"/forecasters/{told['forecaster']}")

    assert (found["kind"], found["name"]) == ("person", "ann")
    assert (found["forecasts"], found["questions"], found["standing"]) == (2, 1, 1)
    assert (found["resolved"], found["coverage"], found["skill"]) == (0, None, None)


def test_voices_are_forecasters_and_pages_follow_each_other(moving):
    for name in ("ann", "bob", "cyd"):
        moving.say(name, BINARY, probability=0.8)
    seen, address = [], "/api/v1/forecasters?limit=2"
    while address:
        answer = moving.client.get(address)
        seen += [item["id"] for item in answer.json()["items"]]
        address = answer.links.get("next", {}).get("url")

    assert seen == sorted(set(seen))
    assert {"model", "crowd", "house", "opening-prior"} <= set(seen) and len(seen) >= 8
    assert [item["id"] for item in moving.get("/forecasters?kind=house")["items"]] == ["house"]
    moving.get("/forecasters/nobody", 404)


def test_a_profile_is_changed_by_its_owner_or_an_admin_only(moving):
    told = moving.say("ann", BINARY, probability=0.8)
    address = f"/api/v1/forecasters/{told['forecaster']}"
    said = {"about": "Follows chips."}
    entries = moving.get("/ledger/checkpoint")["entries"]
    mine = moving.client.patch(address, json=said, headers=moving.key("ann"))
    others = moving.client.patch(address, json=said, headers=moving.key("bob"))
    admin = moving.client.patch(address, json={"name": "Ann"}, headers=moving.key("root", "admin"))

    assert (mine.status_code, mine.json()["about"]) == (200, "Follows chips.")
    assert moving.client.patch(address, json=said).status_code == 401
    assert others.status_code == 403
    assert (admin.json()["name"], admin.json()["about"]) == ("Ann", "Follows chips.")
    assert moving.get("/ledger/checkpoint")["entries"] == entries
    assert (
        moving.client.patch(address, json={"name": " "}, headers=moving.key("ann")).status_code
        == 422
    )

"""Versions of questions: new words with a reason, on the version that one has seen."""

from datetime import timedelta

import pytest

from tests.api.asking import CLOSED, OPEN_DATE, get, set_clock
from tests.api.test_proposals import EVENT, proposed
from tests.conftest import NOW

WORDS = {"reason": "Asked twice.", "fine_print": {"en": "A preview does not count."}}
ADDRESS = f"/api/v1/questions/{OPEN_DATE}/amendments"


def amend(client, headers, body=WORDS, seen='"v1"', address=ADDRESS):
    return client.post(address, json=body, headers={**headers, "If-Match": seen})


def test_an_amendment_is_a_new_version_and_the_first_one_stays(client, key):
    before = get(client, f"/questions/{OPEN_DATE}")
    answer = amend(client, key("admin"))
    first = client.get(f"/api/v1/questions/{OPEN_DATE}/versions/1")
    after = get(client, f"/questions/{OPEN_DATE}")

    assert (answer.status_code, answer.headers["etag"]) == (201, '"v2"')
    assert (first.headers["etag"], first.json()["content"]) == ('"v1"', before["question"])
    assert after["question"]["fine_print"]["en"] == "A preview does not count."
    assert after["question"]["prior"] == before["question"]["prior"]
    assert after["forecast"] == before["forecast"]
    assert [v["version"] for v in get(client, f"/questions/{OPEN_DATE}/versions")["items"]] == [
        1,
        2,
    ]
    entry = get(client, f"/ledger/entries/{answer.json()['entry']}")
    assert (entry["kind"], entry["body"]["words"]) == (
        "amendment",
        {"fine_print": {"en": "A preview does not count."}},
    )


def test_it_names_the_version_that_its_writer_has_seen(client, key):
    headers = key("admin")
    none = client.post(ADDRESS, json=WORDS, headers=headers)
    stale = amend(client, headers, seen='"v7"')
    first = amend(client, headers)
    second = amend(client, headers, {**WORDS, "title": {"en": "Anew"}})

    assert (none.status_code, stale.status_code) == (409, 412)
    assert (first.status_code, second.status_code) == (201, 412)
    assert '"v2"' in second.json()["detail"]


def test_a_past_moment_shows_the_version_of_then(client, key, instance):
    set_clock(instance, NOW + timedelta(days=2))
    amend(client, key("admin"))
    then = get(client, f"/questions/{OPEN_DATE}/versions?as_of=2026-11-24")["items"]

    assert [version["version"] for version in then] == [1]
    address = f"/api/v1/questions/{OPEN_DATE}/versions/2?as_of=2026-11-24"
    assert client.get(address).status_code == 404


def test_a_proposer_amends_until_it_opens_and_nobody_else_does(client, key, instance):
    proposer = key("forecaster")
    name = proposed(client, proposer)
    client.post(f"/api/v1/proposals/{name}/opening", json={}, headers=key("admin"))
    address = f"/api/v1/questions/{EVENT['question']['id']}/amendments"
    other = amend(client, key("resolver"), address=address)
    mine = amend(client, proposer, address=address)
    set_clock(instance, NOW + timedelta(days=30))
    late = amend(client, proposer, {"reason": "x", "title": {"en": "x"}}, '"v2"', address)

    assert (other.status_code, mine.status_code, late.status_code) == (403, 201, 403)
    assert client.post(address, json=WORDS).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"reason": "Nothing."}, 409),
        ({"title": {"en": "Without a reason"}}, 422),
        ({"reason": "x", "prior": {"probability": 0.5}}, 422),
        ({"reason": "x", "closes": "2029-01-01"}, 422),
        ({"reason": "x", "forecasts_hidden_until": "2026-11-01T00:00:00Z"}, 409),
        ({"reason": "x", "forecasts_hidden_until_own": False}, 409),
    ],
)
def test_only_words_and_longer_hiding_are_amended(reader, reader_key, body, status):
    assert amend(reader, reader_key("admin"), body).status_code == status


def test_an_unknown_question_or_version_is_not_found(reader, reader_key):
    unknown = "/api/v1/questions/no-such-question"

    assert amend(reader, reader_key("admin"), address=f"{unknown}/amendments").status_code == 404
    assert reader.get(f"{unknown}/versions").status_code == 404
    assert reader.get(f"/api/v1/questions/{OPEN_DATE}/versions/9").status_code == 404


def test_a_question_with_an_outcome_keeps_its_words(reader, reader_key):
    address = f"/api/v1/questions/{CLOSED}/amendments"
    answer = amend(reader, reader_key("admin"), address=address)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/already-resolved")


def test_what_was_promised_to_be_hidden_stays_hidden(client, key, instance):
    headers, said = key("admin"), {"reason": "So that nobody copies."}
    first = "2026-12-24T00:00:00Z"
    hidden = amend(
        client,
        headers,
        said | {"forecasts_hidden_until": first, "forecasts_hidden_until_own": True},
    )
    made = {"question": OPEN_DATE, "quantiles": {"10": "2026-12-20", "50": "2027-06-01"}}
    client.post("/api/v1/forecasts", json=made, headers=key("forecaster"))
    seen = get(client, f"/forecasts?question={OPEN_DATE}")["items"]
    sooner = amend(
        client, headers, said | {"forecasts_hidden_until": "2026-12-01T00:00:00Z"}, '"v2"'
    )
    shown = amend(client, headers, said | {"forecasts_hidden_until_own": False}, '"v2"')
    later = amend(
        client, headers, said | {"forecasts_hidden_until": "2027-01-01T00:00:00Z"}, '"v2"'
    )
    set_clock(instance, NOW + timedelta(days=60))
    again = amend(
        client, headers, said | {"forecasts_hidden_until": "2027-03-01T00:00:00Z"}, '"v3"'
    )

    assert (hidden.status_code, seen) == (201, [])
    assert [a.status_code for a in (sooner, shown, later, again)] == [409, 409, 201, 409]

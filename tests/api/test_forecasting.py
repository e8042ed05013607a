"""Forecasts through the API: submitted, superseded, withdrawn, in batches, tried, done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from data.ledger import verify
from tests.api.asking import CLOSED, OPEN_DATE, RECORD, get
from tests.conftest import NOW

BINARY = {"question": "coding-arena-parity-2028", "probability": 0.3}
POST = "/api/v1/forecasts"


def entries(client) -> int:
    return get(client, "/ledger/checkpoint")["entries"]


def test_a_forecast_stands_until_the_next_one_supersedes_it(client, key):
    headers = key("forecaster")
    first = client.post(POST, json=BINARY, headers=headers)
    second = client.post(POST, json={**BINARY, "probability": 0.4}, headers=headers)
    old = get(client, f"/forecasts/{first.json()['forecast']['id']}")
    standing = get(client, "/forecasts?standing=true&question=coding-arena-parity-2028")

    assert (first.status_code, second.status_code) == (201, 201)
    assert (old["ended_by"], old["forecast"]["probability"]) == ("superseded", 0.3)
    assert [item["forecast"]["probability"] for item in standing["items"]] == [0.4]


def test_the_ledger_holds_the_forecast_and_its_withdrawal(client, key, instance):
    headers = key("forecaster")
    made = client.post(POST, json=BINARY, headers=headers).json()["forecast"]
    taken = client.post(f"{POST}/{made['id']}/withdrawal", headers=headers)
    again = client.post(f"{POST}/{made['id']}/withdrawal", headers=headers)
    entry = get(client, f"/ledger/entries/{made['entry']}")

    assert entry["kind"] == "forecast"
    assert entry["body"]["forecast"] == BINARY
    assert taken.json()["forecast"]["ended_by"] == "withdrawn"
    assert again.status_code == 409
    assert get(client, f"/ledger/entries/{made['entry'] + 1}")["kind"] == "withdrawal"
    with instance.database.read() as connection:
        assert verify(connection).entries == made["entry"] + 1


def test_the_same_forecast_again_stores_nothing(client, key):
    headers = key("forecaster")
    client.post(POST, json=BINARY, headers=headers)
    before = entries(client)
    again = client.post(POST, json=BINARY, headers=headers)

    assert (again.status_code, again.json()["repeated"]) == (200, True)
    assert entries(client) == before


def test_two_forecasters_stand_side_by_side(client, key):
    for probability in (0.2, 0.6):
        client.post(POST, json={**BINARY, "probability": probability}, headers=key("forecaster"))
    standing = get(client, "/forecasts?standing=true")["items"]

    assert sorted(item["forecast"]["probability"] for item in standing) == [0.2, 0.6]
    assert len({item["forecaster"] for item in standing}) == 2


@pytest.mark.parametrize(
    "said",
    [
        {"question": OPEN_DATE, "quantiles": {"10": "2026-12-20", "50": "2027-06-01"}},
        {"question": OPEN_DATE, "by": {"2027-01-31": 0.2, "2027-06-30": 0.6}},
        {"question": "deepseek-output-price-2028", "quantiles": {"10": 0.4, "50": 1, "90": 3}},
        {"question": "deepseek-output-price-2028", "cdf": [i / 200 for i in range(201)]},
        {"question": "deepseek-v5-by-2028-01-31", "probability": 0.7},
    ],
)
def test_every_type_of_question_takes_its_kind_of_forecast(client, key, said):
    answer = client.post(POST, json=said, headers=key("forecaster"))

    assert answer.status_code == 201, answer.text
    told = answer.json()["forecast"]["forecast"]
    assert {name: told[name] for name in said} == said


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"question": OPEN_DATE, "probability": 0.5}, 409),
        ({"question": OPEN_DATE, "by": {"2025-01-31": 0.2}}, 409),
        ({"question": "coding-arena-parity-2028", "by": {"2027-01-31": 0.2}}, 409),
        ({"question": CLOSED, "probability": 0.5}, 409),
        ({"question": "no-such-question", "probability": 0.5}, 404),
        ({**BINARY, "probability": 1.0}, 422),
        ({**BINARY, "probability": "0.5"}, 422),
        ({**BINARY, "quantiles": {"10": 1}}, 409),
        ({**BINARY, "expires": NOW.isoformat()}, 409),
        ({**BINARY, "expires": "2027-01-01T00:00:00"}, 422),
        ({**BINARY, "unknown": 1}, 422),
    ],
)
def test_what_a_question_cannot_take_is_refused_and_stores_nothing(client, key, said, status):
    before = entries(client)
    answer = client.post(POST, json=said, headers=key("forecaster"))

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert entries(client) == before


def test_a_forecast_expires_by_itself(client, key, instance):
    expires = NOW + timedelta(hours=1)
    said = {**BINARY, "expires": expires.isoformat()}
    made = client.post(POST, json=said, headers=key("forecaster")).json()["forecast"]

    assert (made["until"], made["ended_by"]) == ("2026-11-23T19:00:00Z", "expired")


def test_nobody_withdraws_what_another_one_said_but_an_admin(client, key):
    made = client.post(POST, json=BINARY, headers=key("forecaster")).json()["forecast"]
    address = f"{POST}/{made['id']}/withdrawal"

    assert client.post(address).status_code == 401
    assert client.post(address, headers=key("forecaster")).status_code == 403
    assert client.post(address, headers=key("admin")).status_code == 200


def test_a_condition_that_does_not_hold_stores_nothing(client, key):
    headers = key("forecaster")
    made = client.post(POST, json=BINARY, headers=headers).json()["forecast"]
    tag = client.get(f"{POST}/{made['id']}").headers["ETag"]
    new = {**BINARY, "probability": 0.35}
    stale = client.post(POST, json=new, headers={**headers, "If-Match": '"entry-1"'})
    fresh = client.post(POST, json=new, headers={**headers, "If-Match": tag})
    late = client.post(POST, json=BINARY, headers={**headers, "If-Match": tag})

    assert [answer.status_code for answer in (stale, fresh, late)] == [412, 201, 412]


def test_a_dry_run_says_what_would_be_and_stores_nothing(client, key):
    headers, before = key("forecaster"), entries(client)
    forecast = client.post(f"{POST}?dry_run=true", json=BINARY, headers=headers)
    record = client.post("/api/v1/evidence?dry_run=true", json=RECORD, headers=headers)

    assert (forecast.status_code, record.status_code) == (200, 200)
    assert forecast.headers["Dry-Run"] == "true"
    assert len(record.json()["movements"]) > 1
    assert entries(client) == before
    real = client.post("/api/v1/evidence", json=RECORD, headers=headers).json()
    assert real["movements"] == record.json()["movements"]


def test_a_hundred_times_at_once_with_one_key_is_once(client, key):
    headers = {**key("forecaster"), "Idempotency-Key": "one"}
    before = entries(client)
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda _: client.post(POST, json=BINARY, headers=headers), range(100))
        )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert entries(client) == before + 1


def test_a_key_with_another_body_is_refused_and_with_another_actor_is_its_own(client, key):
    mine, other = key("forecaster"), key("forecaster")
    once = {"Idempotency-Key": "k"}
    first = client.post(POST, json=BINARY, headers={**mine, **once})
    changed = client.post(POST, json={**BINARY, "probability": 0.9}, headers={**mine, **once})
    others = client.post(POST, json={**BINARY, "probability": 0.9}, headers={**other, **once})

    assert [a.status_code for a in (first, changed, others)] == [201, 409, 201]


def test_a_batch_is_taken_whole_or_not_at_all(client, key):
    headers, before = key("forecaster"), entries(client)
    items = [BINARY, {"question": CLOSED, "probability": 0.5}]
    refused = client.post(f"{POST}/batch", json={"items": items}, headers=headers)

    assert refused.status_code == 409
    assert "Item 1" in refused.json()["detail"]
    assert entries(client) == before


def test_a_partial_batch_says_what_became_of_each(client, key):
    headers, before = key("forecaster"), entries(client)
    items = [
        BINARY,
        {"question": CLOSED, "probability": 0.5},
        {"question": "x1", "probability": 0.1},
    ]
    answer = client.post(
        f"{POST}/batch?mode=partial", json={"items": [*items, BINARY]}, headers=headers
    )

    told = answer.json()
    assert [item["status"] for item in told["items"]] == [201, 409, 404, 200]
    assert (told["stored"], told["repeated"], told["refused"]) == (1, 1, 2)
    assert told["items"][1]["problem"]["type"] == "/problems/question-closed"
    assert entries(client) == before + 1


def test_a_batch_of_evidence_that_fails_late_leaves_no_trace(client, key):
    headers, before = key("forecaster"), entries(client)
    late = {**RECORD, "published": "2027-12-01"}
    refused = client.post("/api/v1/evidence/batch", json={"items": [RECORD, late]}, headers=headers)
    after = get(client, f"/questions/{OPEN_DATE}/history?limit=1&sort=-at")["items"]

    assert refused.status_code == 409
    assert entries(client) == before
    assert after[0]["cause"] != "evidence"


def test_pages_follow_each_other_by_their_links(client, key):
    headers = key("forecaster")
    for number in range(1, 6):
        client.post(POST, json={**BINARY, "probability": number / 10}, headers=headers)
    seen, address = [], f"{POST}?limit=2"
    while address:
        answer = client.get(address)
        seen += [item["forecast"]["probability"] for item in answer.json()["items"]]
        address = answer.links.get("next", {}).get("url")

    assert seen == [0.5, 0.4, 0.3, 0.2, 0.1]


@pytest.mark.parametrize("cursor", ["AAAA", "e30", "WyJ4Il0", "W3RydWVd"])
def test_a_cursor_that_no_answer_gave_is_refused(reader, cursor):
    assert reader.get(f"{POST}?cursor={cursor}").status_code == 409


def test_as_of_the_past_a_forecast_was_not_there(client, key):
    made = client.post(POST, json=BINARY, headers=key("forecaster")).json()["forecast"]

    assert get(client, "/forecasts?as_of=2026-11-22")["items"] == []
    assert client.get(f"{POST}/{made['id']}?as_of=2026-11-22").status_code == 404
    assert client.get(f"{POST}?as_of=2031-01-01").status_code == 409

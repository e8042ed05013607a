"""Drafts: kept for their owner alone, limited, and gone with him."""

import json

import pytest

from api.keys import create_key
from tests.conftest import NOW

QUESTION = "entity-list-deepseek-2026"
DRAFT = {"kind": "forecast", "question": QUESTION, "fields": {"probability": "62", "rationale": ""}}


@pytest.fixture
def keys(instance):
    """Keys of two people."""
    return [
        {
            "Authorization": "Bearer "
            + instance.writer.do(lambda change, n=name: create_key(change, n, "forecaster", NOW))
        }
        for name in ("ann", "bob")
    ]


def made(client, key, **changes):
    answer = client.post("/api/v1/drafts", json=DRAFT | changes, headers=key)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_draft_is_kept_changed_and_deleted(client, keys):
    ann, _ = keys
    draft = made(client, ann)
    path = f"/api/v1/drafts/{draft['id']}"
    changed = client.put(path, json=DRAFT | {"fields": {"probability": "7"}}, headers=ann).json()
    listed = client.get("/api/v1/drafts", headers=ann).json()["items"]
    gone = client.delete(path, headers=ann)

    assert draft["fields"] == {"probability": "62"}
    assert changed["fields"] == {"probability": "7"} and listed == [changed]
    assert gone.json() == changed and client.get(path, headers=ann).status_code == 404
    assert client.get("/api/v1/drafts", headers=ann).json()["items"] == []


def test_nobody_else_sees_or_touches_a_draft(client, keys):
    ann, bob = keys
    path = f"/api/v1/drafts/{made(client, ann)['id']}"

    assert client.get("/api/v1/drafts", headers=bob).json()["items"] == []
    assert client.get(path, headers=bob).status_code == 404
    assert client.put(path, json=DRAFT, headers=bob).status_code == 404
    assert client.delete(path, headers=bob).status_code == 404
    assert client.get(path).status_code == 401
    assert client.get(path, headers=ann).status_code == 200


def test_a_draft_enters_no_ledger_and_no_export(client, keys):
    before = client.get("/api/v1/ledger/checkpoint").json()
    made(client, keys[0], fields={"rationale": "a secret thought"})

    assert client.get("/api/v1/ledger/checkpoint").json() == before
    assert "a secret thought" not in client.get("/api/v1/search?q=secret").text


def test_drafts_are_limited_in_number_and_length(client, keys):
    ann, _ = keys
    long = {f"f{n}": "あ" * 4_000 for n in range(9)}  # 108,000 bytes
    refused = client.post("/api/v1/drafts", json=DRAFT | {"fields": long}, headers=ann)
    for _ in range(50):
        made(client, ann)
    full = client.post("/api/v1/drafts", json=DRAFT, headers=ann)

    assert refused.status_code == 409 and "100000 bytes" in refused.json()["detail"]
    assert full.status_code == 409 and "50 drafts" in full.json()["detail"]


def test_drafts_come_in_pages_the_one_changed_last_first(client, keys):
    ann, _ = keys
    names = [made(client, ann)["id"] for _ in range(3)]
    first = client.get("/api/v1/drafts?limit=2", headers=ann).json()
    cursor = first["next_cursor"]
    second = client.get(f"/api/v1/drafts?limit=2&cursor={cursor}", headers=ann).json()

    found = [item["id"] for item in first["items"] + second["items"]]
    assert sorted(found) == sorted(names) and second["next_cursor"] is None


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"question": "nothing-of-the-kind"}, 404),
        ({"kind": "thought"}, 422),
        ({"fields": {"a b": "x"}}, 422),
        ({"fields": {"a": "x\x00"}}, 422),
    ],
)
def test_what_is_no_draft_is_refused(client, keys, change, status):
    answer = client.post("/api/v1/drafts", json=DRAFT | change, headers=keys[0])

    assert answer.status_code == status, answer.text


def test_drafts_are_gone_with_who_is_forgotten(client, instance, keys):
    ann, _ = keys
    made(client, ann)
    me = client.get("/api/v1/keys", headers=ann).json()["items"][0]["actor"]
    assert client.post(f"/api/v1/forecasters/{me}/erasure", headers=ann).status_code == 200

    with instance.database.read() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM draft").scalar() == 0


def test_a_dry_run_keeps_nothing(client, keys):
    answer = client.post("/api/v1/drafts?dry_run=true", json=DRAFT, headers=keys[0])

    assert answer.status_code == 200 and json.loads(answer.text)["fields"] == {"probability": "62"}
    assert client.get("/api/v1/drafts", headers=keys[0]).json()["items"] == []

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from api.app import create_app
from api.instance import open_instance
from tests.api.test_forecasting import BINARY
from tests.api.test_writing import RECORD
from tests.conftest import NOW

ADMIN = {"Authorization": "Bearer t"}


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def client(database, clock):
    note = {"token": "t", "url": ""}
    with (
        open_instance(f"sqlite:///{database}", clock, note) as instance,
        TestClient(create_app(instance), raise_server_exceptions=False) as opened,
    ):
        yield opened


def make(client, headers=ADMIN, **wanted):
    return client.post("/api/v1/keys", json=wanted, headers=headers)


def made(client, headers=ADMIN, **wanted):
    answer = make(client, headers, **wanted)
    assert answer.status_code == 201, answer.text
    return answer.json(), bearer(answer)


def bearer(answer):
    return {"Authorization": f"Bearer {answer.json()['key']}"}


def me(client, headers):
    return client.get("/api/v1/me", headers=headers)


def test_a_key_says_who_holds_it_and_what_it_may(client):
    shown, headers = made(client, name="Aki", kind="bot", role="resolver", label="night")

    who = me(client, headers).json()

    assert (who["actor"], who["name"], who["kind"]) == (shown["actor"], "Aki", "bot")
    assert (who["role"], who["scopes"], who["key"]) == ("resolver", [], shown["id"])
    assert me(client, ADMIN).json()["role"] == "admin"


def test_no_list_of_keys_shows_a_secret(client):
    shown, headers = made(client, name="Aki", label="night")

    mine, all_of_them = (client.get("/api/v1/keys", headers=h) for h in (headers, ADMIN))

    assert [key["id"] for key in mine.json()["items"]] == [shown["id"]]
    assert shown["id"] in {key["id"] for key in all_of_them.json()["items"]}
    for secret in shown["key"].split("_")[2:]:
        assert secret not in mine.text + all_of_them.text


def test_keys_come_in_pages_each_once(client):
    for number in range(5):
        made(client, name=f"bot {number}")
    names, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/api/v1/keys?limit=2&cursor={cursor}", headers=ADMIN).json()
        names += [key["id"] for key in page["items"]]
        cursor = page["next_cursor"]

    assert len(names) == len(set(names)) == 5


def test_a_scope_holds_a_key_to_its_operations(client):
    _, headers = made(client, name="bot", scopes=["forecasts"])

    assert client.post("/api/v1/forecasts", json=BINARY, headers=headers).status_code == 201
    refused = client.post("/api/v1/evidence", json=RECORD, headers=headers)
    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/scope-too-narrow"
    assert client.get("/api/v1/keys", headers=headers).status_code == 403
    assert me(client, headers).json()["scopes"] == ["forecasts"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"role": "resolver"},
        {"scopes": []},
        {"scopes": ["keys", "fits"]},
        {"scopes": ["keys"]},  # for ever, though the key that asks ends
        {"scopes": ["keys"], "expires": "2027-02-01T00:00:00Z"},
    ],
)
def test_a_key_gives_no_more_than_it_has(client, wanted):
    _, headers = made(
        client, name="x", scopes=["keys", "forecasts"], expires="2027-01-01T00:00:00Z"
    )

    refused = make(client, headers, **wanted)

    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/beyond-your-own"


def test_one_has_several_keys_of_one_name(client):
    first, headers = made(client, name="Aki")

    second, others = made(client, headers, role="reader", label="phone")

    assert first["actor"] == second["actor"] and first["id"] != second["id"]
    assert me(client, others).json()["role"] == "reader"
    assert client.post("/api/v1/forecasts", json=BINARY, headers=others).status_code == 403


def test_only_an_admin_makes_keys_for_others(client):
    other, _ = made(client, name="Bo")
    _, headers = made(client, name="Aki", role="resolver")

    assert make(client, headers, name="Cy").status_code == 403
    assert make(client, headers, actor=other["actor"]).status_code == 403
    assert make(client, actor=other["actor"], label="more").status_code == 201
    assert make(client, actor="a-nobody").status_code == 404
    assert make(client).status_code == 404  # the operator holds no keys
    assert make(client, name="x", actor=other["actor"]).status_code == 409
    assert make(client, actor=other["actor"], role="admin").status_code == 409


def test_a_revoked_key_ends_at_once(client):
    shown, headers = made(client, name="Aki")
    assert me(client, headers).status_code == 200

    client.post(f"/api/v1/keys/{shown['id']}/revocation", headers=headers)

    refused = me(client, headers)
    assert refused.status_code == 401
    assert refused.json()["type"] == "/problems/key-revoked"
    rotated = client.post(f"/api/v1/keys/{shown['id']}/rotation", headers=ADMIN)
    assert rotated.status_code == 409


def test_a_key_expires_at_its_hour(client, clock):
    _, headers = made(client, name="Aki", expires=(NOW + timedelta(hours=2)).isoformat())

    clock.now = NOW + timedelta(minutes=119)
    assert me(client, headers).status_code == 200
    clock.now = NOW + timedelta(hours=2)
    assert me(client, headers).json()["type"] == "/problems/key-expired"
    assert make(client, name="late", expires=NOW.isoformat()).status_code == 409


def test_a_rotated_key_works_by_both_secrets_until_the_grace_ends(client, clock):
    shown, old = made(client, name="Aki")

    answer = client.post(
        f"/api/v1/keys/{shown['id']}/rotation", json={"grace_hours": 3}, headers=old
    )
    new = bearer(answer)

    assert me(client, old).status_code == me(client, new).status_code == 200
    clock.now = NOW + timedelta(hours=3)
    assert me(client, old).json()["type"] == "/problems/key-expired"
    assert me(client, new).json()["key"] == shown["id"]
    assert answer.headers["cache-control"] == "no-store"


def test_without_grace_the_old_secret_ends_at_once(client):
    shown, old = made(client, name="Aki")

    new = bearer(client.post(f"/api/v1/keys/{shown['id']}/rotation", headers=old))

    assert me(client, old).status_code == 401
    assert me(client, new).status_code == 200
    too_long = {"grace_hours": 25}
    answer = client.post(f"/api/v1/keys/{shown['id']}/rotation", json=too_long, headers=new)
    assert answer.status_code == 422


def test_a_lower_role_holds_for_every_key_at_once(client):
    shown, headers = made(client, name="Aki", role="resolver")

    client.post(f"/api/v1/actors/{shown['actor']}/role", json={"role": "reader"}, headers=ADMIN)

    assert me(client, headers).json()["role"] == "reader"
    assert client.post("/api/v1/forecasts", json=BINARY, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "presented",
    [
        "",
        "kz",
        "kz__",
        "kz_{id}_",
        "kz_{id}_x",
        "kz_{id}_{secret}_",
        "KZ_{id}_{secret}",
        "x" * 9000,
    ],
)
def test_what_is_no_key_opens_nothing(client, presented):
    shown, _ = made(client, name="Aki")
    secret = shown["key"].split("_")[2]

    text = presented.format(id=shown["id"], secret=secret)

    answer = me(client, {"Authorization": f"Bearer {text}"})
    assert answer.status_code == 401
    assert secret not in answer.text


def test_last_use_is_noted_once_a_minute_and_empties_no_memory(client, clock):
    shown, headers = made(client, name="Aki")
    writer = client.app.state.instance.writer
    me(client, headers)
    changes, commits = writer.access_changes, settled(writer)

    clock.now = NOW + timedelta(seconds=50)
    me(client, headers)
    unwritten = settled(writer)
    clock.now = NOW + timedelta(seconds=61)
    me(client, headers)

    assert unwritten == commits + 1  # of the question itself
    assert settled(writer) == unwritten + 2
    assert writer.access_changes == changes
    listed = client.get("/api/v1/keys", headers=headers).json()["items"][0]
    assert listed["id"] == shown["id"] and listed["last_used_at"].startswith("2026-11-23T18:01:01")


def settled(writer):
    """Wait until the writer has nothing to do; give its number of commits."""
    writer.do(lambda _: None)
    return writer.commits


def test_a_key_that_was_seen_asks_no_database(client):
    _, headers = made(client, name="Aki")
    instance = client.app.state.instance
    text = headers["Authorization"].removeprefix("Bearer ")
    instance.keyring.find(text, instance.clock_instant())

    asked = []
    event.listen(instance.database.reading, "before_cursor_execute", lambda *a: asked.append(a))
    again = instance.keyring.find(text, instance.clock_instant())

    assert again.role == "forecaster" and asked == []

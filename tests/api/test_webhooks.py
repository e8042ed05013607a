"""Webhooks: signed messages to a real receiver, again until they are taken, and never lost."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.testclient import TestClient

from api.app import create_app
from api.instance import open_instance
from api.keys import create_key
from api.settings import Settings
from api.workflows.notifying import MOST_WEBHOOKS, RETRIES, settle
from data.access_tables import DELIVERIES, WEBHOOKS
from tests.api.asking import CLOSED, OPEN_DATE, RECORD, moved
from tests.api.receiving import Receiver, receiving, wait_until
from tests.conftest import NOW

pytestmark = pytest.mark.slow

BINARY = "coding-arena-parity-2028"
LOCAL = Settings.model_construct(webhook_allow_http=True, webhook_allow_private=True)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def instance(database, clock):
    with open_instance(f"sqlite:///{database}", clock, {"token": "t", "url": ""}) as running:
        yield running


@pytest.fixture
def client(instance):
    with TestClient(create_app(instance, LOCAL)) as opened:
        yield opened


@pytest.fixture
def receiver():
    with receiving(Receiver()) as running:
        yield running


def make(client, headers, receiver, **more) -> dict:
    body = {"url": f"http://127.0.0.1:{receiver.port}/hook", **more}
    answer = client.post("/api/v1/webhooks", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def forecast(client, headers, number: int) -> int:
    body = {"question": BINARY, "probability": (number % 97 + 1) / 100}
    return client.post("/api/v1/forecasts", json=body, headers=headers).json()["forecast"]["entry"]


def get(client, headers, webhook: str) -> dict:
    return client.get(f"/api/v1/webhooks/{webhook}", headers=headers).json()


def wake(client) -> None:
    client.app.state.deliveries.wake()


def test_a_message_says_what_happened_and_is_signed(client, key, receiver, clock):
    clock.now = datetime.now(UTC)  # a signature must be fresh to be good
    headers = key("forecaster")
    made = make(client, headers, receiver)
    answer = client.post("/api/v1/evidence", json=RECORD, headers=headers).json()
    receiver.wait_for(1)
    (sent, body), said = receiver.requests[0], json.loads(receiver.requests[0][1])

    assert Webhook(made["secret"]).verify(body, sent) == said
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(body.replace(b"evidence", b"EVIDENCE"), sent)
    assert made["secret"].startswith("whsec_")
    assert (said["type"], said["data"]["entry"]) == ("evidence", answer["evidence"]["entry"])
    assert moved(said["data"]) == moved(answer)
    assert sent["content-type"] == "application/json"


def test_every_entry_comes_once_and_in_order(client, key, receiver):
    headers = key("forecaster")
    made = make(client, headers, receiver)
    entries = [forecast(client, headers, i) for i in range(150)]
    receiver.wait_for(150, 120)
    webhook = made["webhook"]["id"]
    wait_until(lambda: get(client, headers, webhook)["waiting"] == 0)

    assert receiver.ids() == [f"msg_{webhook}_{entry}" for entry in entries]


def test_only_the_kinds_and_the_question_that_are_wanted_come(client, key, receiver):
    headers = key("forecaster")
    make(client, headers, receiver, kinds=["evidence"], question=OPEN_DATE)
    forecast(client, headers, 1)
    client.post("/api/v1/evidence", json=RECORD, headers=headers)
    receiver.wait_for(1)
    data = json.loads(receiver.requests[0][1])["data"]

    assert data["kind"] == "evidence"
    assert [movement["question"] for movement in data["movements"]] == [OPEN_DATE]


def test_what_is_refused_is_sent_again_later_with_the_same_id(client, key, receiver, clock):
    receiver.statuses = [500, 503, 204]
    headers = key("forecaster")
    webhook = make(client, headers, receiver)["webhook"]["id"]
    entry = forecast(client, headers, 1)
    receiver.wait_for(1)
    wait_until(lambda: get(client, headers, webhook)["last_status"] == "500")
    clock.now += timedelta(seconds=RETRIES[0] * 0.8)
    wake(client)
    clock.now += timedelta(seconds=RETRIES[0] * 0.4)
    wake(client)
    receiver.wait_for(2)
    wait_until(lambda: get(client, headers, webhook)["last_status"] == "503")
    clock.now += timedelta(seconds=RETRIES[1] * 1.2)
    wake(client)
    receiver.wait_for(3)
    wait_until(lambda: get(client, headers, webhook)["waiting"] == 0)
    stamps = [int(sent["webhook-timestamp"]) for sent, _ in receiver.requests]

    assert receiver.ids() == [f"msg_{webhook}_{entry}"] * 3
    assert stamps == sorted(set(stamps))
    assert get(client, headers, webhook)["last_status"] == "204"


def test_gone_switches_it_off_at_once(client, key, receiver):
    receiver.statuses = [410]
    headers = key("forecaster")
    webhook = make(client, headers, receiver)["webhook"]["id"]
    forecast(client, headers, 1)
    wait_until(lambda: get(client, headers, webhook)["disabled_at"])
    forecast(client, headers, 2)

    assert get(client, headers, webhook)["disabled_because"] == "gone"
    assert len(receiver.requests) == 1


def test_days_of_failure_switch_it_off(client, key, receiver, instance):
    receiver.statuses = [500]
    headers = key("forecaster")
    webhook = make(client, headers, receiver)["webhook"]["id"]
    forecast(client, headers, 1)
    wait_until(lambda: get(client, headers, webhook)["last_status"] == "500")
    with instance.database.read() as connection:
        row = connection.execute(DELIVERIES.select()).one()
    now, waits = row.created_at, []
    fail = partial(settle, delivery=row.id, status="500", delivered=False, gone=False)
    for _ in RETRIES:
        instance.writer.do(partial(fail, now=now))
        with instance.database.read() as connection:
            row = connection.execute(DELIVERIES.select()).one()
        waits.append(None if row.due_at is None else (row.due_at - now) * 86_400)
        now += 1

    assert row.attempts == len(RETRIES) + 1 == 10
    assert waits[-1] is None
    for wait, wanted in zip(waits, RETRIES[1:], strict=False):
        assert 0.9 * wanted <= wait <= 1.1 * wanted + 1e-3
    assert get(client, headers, webhook)["disabled_because"] == "failing"


def test_a_restart_loses_nothing(database, clock, receiver):
    receiver.statuses = [500, 204]
    url = f"sqlite:///{database}"
    with open_instance(url, clock) as first, TestClient(create_app(first, LOCAL)) as client:
        made = first.writer.do(lambda change: create_key(change, "x", "forecaster", NOW))
        headers = {"Authorization": f"Bearer {made}"}
        webhook = make(client, headers, receiver)["webhook"]["id"]
        entries = [forecast(client, headers, 1)]
        receiver.wait_for(1)
        wait_until(lambda: get(client, headers, webhook)["last_status"] == "500")
    with open_instance(url, clock) as between:  # no application runs: nobody delivers
        entries += [forecast(TestClient(create_app(between, LOCAL)), headers, 2)]
    clock.now += timedelta(minutes=1)
    with open_instance(url, clock) as second, TestClient(create_app(second, LOCAL)):
        receiver.wait_for(3)

    names = [f"msg_{webhook}_{entry}" for entry in entries]
    assert receiver.ids() == [names[0], *names]


def test_a_dead_webhook_delays_no_other(client, key, receiver):
    headers = key("forecaster")
    with receiving(Receiver([500])) as failing:
        make(client, headers, failing)
        make(client, headers, receiver)
        for i in range(5):
            forecast(client, headers, i)
        receiver.wait_for(5)


def test_what_waits_for_a_dead_webhook_is_bounded_and_the_rest_stays_in_the_ledger(
    client, key, receiver, instance
):
    receiver.statuses = [500]
    headers = key("forecaster")
    webhook = make(client, headers, receiver)["webhook"]["id"]
    items = [{"question": BINARY, "probability": (i % 97 + 1) / 100} for i in range(150)]
    client.post("/api/v1/forecasts/batch", json={"items": items}, headers=headers)
    receiver.wait_for(100, 60)
    wait_until(lambda: get(client, headers, webhook)["waiting"] == 100)
    with instance.database.read() as connection:
        after = connection.execute(WEBHOOKS.select()).one().after

    assert after == get(client, headers, webhook)["after"]
    assert client.get("/api/v1/ledger/checkpoint").json()["entries"] == after + 50


def test_a_test_message_says_what_the_address_answered(client, key, receiver):
    receiver.statuses = [204, 404]
    headers = key("forecaster")
    path = f"/api/v1/webhooks/{make(client, headers, receiver)['webhook']['id']}/test"
    first, second = (client.post(path, headers=headers).json() for _ in range(2))

    assert first == {"delivered": True, "status": "204"}
    assert second == {"delivered": False, "status": "404"}
    assert json.loads(receiver.requests[0][1])["type"] == "test"


def test_others_see_no_trace_of_it_and_an_admin_all(client, key, receiver):
    mine, other, admin = key("forecaster"), key("forecaster"), key("admin")
    webhook = make(client, mine, receiver)["webhook"]["id"]
    path = f"/api/v1/webhooks/{webhook}"
    listed = [client.get("/api/v1/webhooks", headers=who).json() for who in (mine, other, admin)]

    assert [len(answer["items"]) for answer in listed] == [1, 0, 1]
    assert client.get(path, headers=other).status_code == 404
    assert client.post(f"{path}/test", headers=other).status_code == 404
    assert client.delete(path, headers=other).status_code == 404
    assert "whsec_" not in str(listed)
    assert client.get(path, headers=admin).status_code == 200
    assert client.delete(path, headers=mine).json()["id"] == webhook
    assert client.get(path, headers=mine).status_code == 404


def test_what_cannot_be_is_refused(client, key, receiver, instance):
    headers = key("forecaster")
    good = {"url": f"http://127.0.0.1:{receiver.port}/"}
    bad = [{"url": "nonsense"}, {**good, "kinds": ["nonsense"]}, {**good, "more": 1}]
    statuses = [client.post("/api/v1/webhooks", json=b, headers=headers).status_code for b in bad]
    unknown = client.post("/api/v1/webhooks", json={**good, "question": "x"}, headers=headers)
    for _ in range(MOST_WEBHOOKS):
        make(client, headers, receiver, question=CLOSED)
    full = client.post("/api/v1/webhooks", json=good, headers=headers)
    with TestClient(create_app(instance)) as strict:
        private = strict.post("/api/v1/webhooks", json=good, headers=headers)
        secure = {"url": "https://127.0.0.1/"}
        still = strict.post("/api/v1/webhooks", json=secure, headers=headers)

    assert statuses == [422] * 3
    assert unknown.status_code == 404
    assert (full.status_code, full.json()["type"]) == (409, "/problems/too-many-webhooks")
    assert private.json()["type"] == "/problems/webhook-address-unfit"
    assert still.json()["type"] == "/problems/webhook-address-private"
    assert (private.status_code, still.status_code) == (409, 409)

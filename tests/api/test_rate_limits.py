import asyncio
import itertools

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.quotas import Quotas, TooManyRequests
from api.rate_limits import RateLimits
from api.settings import Settings
from tests.api.test_forecasting import BINARY

READ = "/api/v1/me"
OPEN = "/api/v1/ledger/checkpoint"


def limited(instance, **settings):
    app = create_app(instance, Settings.model_construct(**settings))
    return TestClient(app, raise_server_exceptions=False)


class Ticks:
    def __init__(self, now=0.0):
        self.now = now

    def __call__(self):
        return self.now


def test_a_quota_is_taken_and_comes_back_with_the_sliding_window():
    ticks = Ticks(30)
    quotas = Quotas(ticks)

    assert quotas.take("a", 10, 4) == (6, 30)
    assert quotas.take("a", 10, 6) == (0, 30)
    with pytest.raises(TooManyRequests) as refused:
        quotas.take("a", 10, 1)
    # 10 units of this window count by 1 - f in the next: 9 are left of them after 6 s of it.
    assert refused.value.seconds == 30 + 6
    ticks.now = 65.9
    with pytest.raises(TooManyRequests):
        quotas.take("a", 10, 1)
    ticks.now = 66.1
    assert quotas.take("a", 10, 1)[0] == 0
    ticks.now = 200
    assert quotas.take("a", 10, 1)[0] == 9


def test_no_minute_takes_in_more_than_a_tenth_over_the_quota():
    ticks, quotas, taken = Ticks(), Quotas(), []
    quotas = Quotas(ticks)
    for second in range(600):
        ticks.now = second
        for _ in range(5):
            try:
                quotas.take("a", 60, 1)
            except TooManyRequests:
                break
            taken.append(second)

    worst = max(sum(start <= at < start + 60 for at in taken) for start in range(540))
    assert 55 <= len(taken) / 10 <= 66
    # The window before counts as if evenly spread, so that a burst at its end weighs less.
    assert worst <= 120


def test_what_is_more_than_the_quota_takes_all_of_it_and_passes():
    quotas = Quotas(Ticks())

    assert quotas.take("a", 10, 1_000)[0] == 0


def test_every_answer_says_what_is_left(instance, key):
    client = limited(instance, rate_per_minute=3)
    headers = key("forecaster")

    answers = [client.get(READ, headers=headers) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"default";q=3;w=60'
    assert answers[0].headers["ratelimit"].startswith('"default";r=2;t=')
    assert answers[0].json()["limits"] == {"quota": 3, "left": 2, "window_seconds": 60}
    assert answers[3].headers["content-type"] == "application/problem+json"
    assert answers[3].json()["type"] == "/problems/too-many-requests"
    assert 1 <= int(answers[3].headers["retry-after"]) <= 120
    assert client.get(READ, headers=key("forecaster")).status_code == 200


def test_a_batch_takes_one_for_each_item(instance, key):
    client = limited(instance, rate_per_minute=10)
    headers = key("forecaster")
    items = [{**BINARY, "probability": 0.1 + step / 100} for step in range(7)]

    first = client.post("/api/v1/forecasts/batch", json={"items": items}, headers=headers)
    second = client.post("/api/v1/forecasts/batch", json={"items": items}, headers=headers)

    assert first.status_code == 200
    assert first.headers["ratelimit"].startswith('"default";r=3;')
    assert second.status_code == 429 and "retry-after" in second.headers


def test_keys_that_open_nothing_count_for_their_address(instance, key):
    client = limited(instance, rate_strangers=5)
    guesses = (f"kz_{number:08x}_{number:064x}" for number in itertools.count())

    told = [
        client.get(READ, headers={"Authorization": f"Bearer {next(guesses)}"}).status_code
        for _ in range(7)
    ]

    assert told == [401] * 5 + [429] * 2
    assert client.get(OPEN).status_code == 429
    assert client.get(READ, headers=key("reader")).status_code == 200


def test_what_costs_more_takes_more(instance):
    client = limited(instance, rate_strangers=100)

    def left(answer):
        return int(answer.headers["ratelimit"].split("r=")[1].split(";")[0])

    assert left(client.get(OPEN)) == 99
    assert left(client.post("/api/v1/worlds/deepseek-r2/what-if", json={})) == 89
    assert left(client.get("/api/v1/forecasts?as_of=2026-01-01")) == 83
    assert left(client.get("/api/v1/nothing.parquet")) == 63


def test_the_operator_and_style_sheets_are_free_and_zero_switches_off(instance):
    client = limited(instance, rate_strangers=1)
    operator = {"Authorization": "Bearer t"}

    assert {client.get(READ, headers=operator).status_code for _ in range(3)} == {200}
    assert {client.get("/static/kizashi.css").status_code for _ in range(3)} == {200}
    free = limited(instance, rate_strangers=0)
    assert "ratelimit" not in free.get(OPEN).headers


def test_addresses_share_no_quota_and_forwarded_ones_are_not_believed(instance):
    app = create_app(instance, Settings.model_construct(rate_strangers=1))
    first, second = (TestClient(app, client=(host, 1)) for host in ("192.0.2.1", "192.0.2.2"))
    forged = {"X-Forwarded-For": "192.0.2.77"}

    assert first.get(OPEN).status_code == second.get(OPEN).status_code == 200
    assert first.get(OPEN, headers=forged).status_code == 429


def test_one_ipv6_network_is_one_caller(instance):
    app = create_app(instance, Settings.model_construct(rate_strangers=1))
    hosts = ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1")

    told = [TestClient(app, client=(host, 1)).get(OPEN).status_code for host in hosts]

    assert told == [200, 429, 200]


def test_a_request_passes_through_unchanged_where_nothing_is_counted(instance):
    seen = []

    async def inner(scope, _receive, _send):
        seen.append(scope["type"])

    limits = RateLimits(inner, instance, Settings.model_construct())
    asyncio.run(limits({"type": "lifespan"}, None, None))

    assert seen == ["lifespan"]

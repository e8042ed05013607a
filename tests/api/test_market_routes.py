"""Markets, their prices and the platforms' health, as the API tells them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.instance import Instance, open_instance
from api.keys import create_key
from api.market_syncs import due_at
from api.settings import Settings
from api.workflows.syncing import sync_platform
from data.importers.fetching import Fetcher, Patience, fetching
from tests.api.listening import serving
from tests.api.market_worlds_more import PLATFORMS, forecastbench
from tests.api.receiving import wait_until
from tests.conftest import NOW


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    path = tmp_path_factory.mktemp("markets") / "markets.db"
    with open_instance(f"sqlite:///{path}", lambda: NOW, {"token": "t", "url": ""}) as instance:
        for name in ("manifold", "forecastbench"):
            platform = PLATFORMS[name]()
            with serving(platform.app) as place:
                importer = platform.make(f"http://{place[0]}:{place[1]}")
                with fetching(Fetcher(name, 1_000, Patience(2, 0.01))) as fetcher:
                    sync_platform(instance, importer, fetcher)
        yield instance


@pytest.fixture(scope="module")
def client(home: Instance) -> Iterator[TestClient]:
    settings = Settings.model_construct(rate_strangers=0, rate_per_minute=0)
    with TestClient(create_app(home, settings), raise_server_exceptions=False) as opened:
        yield opened


def test_markets_are_listed_page_by_page_with_their_newest_prices(client):
    first = client.get("/api/v1/markets?platform=manifold&limit=2").json()
    second = client.get(
        f"/api/v1/markets?platform=manifold&limit=2&cursor={first['next_cursor']}"
    ).json()
    odd = client.get("/api/v1/markets?limit=500&status=void").json()["items"]

    assert [item["id"] for item in first["items"]] == ["manifold:m0", "manifold:m1"]
    assert second["items"][0]["id"] == "manifold:m10"
    assert first["items"][0]["quote"]["price"] == 0.25
    assert first["items"][0]["quote"]["kind"] == "amm"
    assert first["items"][0]["stale_days"] == 0
    assert [item["id"] for item in odd] == ["manifold:m7"]


def test_a_market_tells_its_outcome_and_where_another_platform_differs(client):
    found = client.get("/api/v1/markets/manifold:m6").json()
    copied = client.get("/api/v1/markets/forecastbench:manifold:q0").json()

    assert found["outcome"]["value"] == 0.3 and found["outcome"]["status"] == "resolved"
    assert copied["mirrors"] == "manifold:q0" and copied["outcome"]["value"] == 1
    assert client.get("/api/v1/markets/manifold:nobody").status_code == 404


def test_prices_come_in_pages_and_the_past_knows_none(client):
    address = "/api/v1/markets/forecastbench:manifold:q0/quotes"
    first = client.get(f"{address}?limit=1").json()
    second = client.get(f"{address}?limit=1&cursor={first['next_cursor']}").json()
    past = client.get(f"{address}?as_of=2026-11-20")

    assert [one["items"][0]["at"][:10] for one in (first, second)] == ["2026-10-18", "2026-11-01"]
    assert second["next_cursor"] is None
    assert past.status_code == 404  # it was first seen later
    assert client.get(f"{address}?cursor=WzFd").status_code == 409


def test_a_platform_tells_its_health(client):
    listed = {item["id"]: item for item in client.get("/api/v1/platforms").json()["items"]}
    told = client.get("/api/v1/platforms/manifold").json()

    assert listed["manifold"]["markets"] == 1_201 and listed["manifold"]["quarantined"] == 1
    assert listed["metaculus"]["is_read"] is False and listed["metaculus"]["terms"]
    assert told["last_sync"]["status"] == "done" and told["last_success"]
    assert "probability" in told["quarantine"][0]["reason"]
    assert {one["path"] for one in told["unknown"]} == {"sparkle"}
    assert client.get("/api/v1/platforms/nobody").status_code == 404


def test_only_an_admin_has_a_platform_read_and_metaculus_needs_its_terms(home, client):
    def key(role):
        made = home.writer.do(lambda change: create_key(change, "someone", role, NOW))
        return {"Authorization": f"Bearer {made}"}

    address = "/api/v1/platforms/metaculus/syncs"
    told = client.post(address, headers=key("admin"))

    assert client.post(address).status_code == 401
    assert client.post(address, headers=key("resolver")).status_code == 403
    assert told.status_code == 409 and "terms" in told.json()["detail"]
    assert client.post("/api/v1/platforms/nobody/syncs", headers=key("admin")).status_code == 404


def test_a_market_is_followed_by_who_may_forecast(home, client):
    made = home.writer.do(lambda change: create_key(change, "someone", "forecaster", NOW))
    headers = {"Authorization": f"Bearer {made}"}
    address = "/api/v1/markets/manifold:m1/following"

    assert client.post(address, json={"followed": True}).status_code == 401
    assert client.post(address, json={"followed": True}, headers=headers).status_code == 200
    assert client.get("/api/v1/markets/manifold:m1").json()["followed"] is True


def test_the_next_sync_is_due_after_the_interval_and_backs_off_after_failures():
    minutes = 1 / 1_440

    assert due_at([("interrupted", 5.0, None)], 1.0) == 5 + 5 * minutes
    assert due_at([("failed", 6.0, 6.0)] * 12 + [("done", 1.0, 1.0)], 0.1) == 7.0  # a day at most


def test_the_server_reads_what_is_due_and_what_is_asked_for(tmp_path: Path):
    platform = forecastbench()
    with (
        serving(platform.app) as place,
        open_instance(f"sqlite:///{tmp_path / 'k.db'}", lambda: NOW) as instance,
    ):
        settings = Settings(
            market_sync_hours=24,
            market_sync_platforms="forecastbench",
            forecastbench_url=f"http://{place[0]}:{place[1]}",
        )
        with TestClient(create_app(instance, settings)) as client:

            def told():
                return client.get("/api/v1/platforms/forecastbench").json()

            wait_until(lambda: (told()["last_sync"] or {}).get("status") == "done")
            is_planned = told()["is_planned"]
        asked = len(platform.trouble.seen)
        with TestClient(create_app(instance, settings)) as client:  # a restart: nothing is due
            again = client.get("/api/v1/platforms/forecastbench").json()

    assert is_planned
    assert len(again["syncs"]) == 1 and len(platform.trouble.seen) == asked

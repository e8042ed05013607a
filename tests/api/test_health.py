"""What those who watch the process are told: alive, ready or why not, and its metrics."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.conftest import NOW

WORLD = "deepseek-r2"


def samples(client):
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(s.name, *sorted(s.labels.values())): s.value for f in families for s in f.samples}


def test_a_running_server_is_alive_and_ready(reader):
    alive, ready = reader.get("/healthz"), reader.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"alive": True})
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "reasons": []})


def test_one_that_stops_is_alive_and_not_ready_and_refuses_what_comes(client):
    client.app.state.gate.close()
    refused = client.get("/api/v1/worlds")
    ready = client.get("/readyz")

    assert client.get("/healthz").status_code == 200
    assert (ready.status_code, ready.json()["reasons"]) == (503, ["stopping"])
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert refused.headers["Connection"] == "close"
    assert refused.json()["type"] == "/problems/server-stopping"
    assert refused.headers["X-Request-ID"] == refused.json()["request_id"]


def test_a_writer_that_has_stopped_is_named(instance):
    client = TestClient(create_app(instance))
    instance.writer.close()

    assert client.get("/readyz").json()["reasons"] == ["the writer has stopped"]


def test_a_database_that_cannot_be_read_is_named(instance):
    client = TestClient(create_app(instance))
    with instance.database.writing.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE ledger RENAME TO gone")
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["reasons"]) == (503, ["the database cannot be read"])


def test_requests_are_counted_by_template_method_and_class(client, key):
    before = samples(client)
    found = "deepseek-v5-release-date"
    for question in ("none", "nowhere", found, found):  # the second time it is ready
        client.get(f"/api/v1/questions/{question}")
    client.post("/api/v1/evidence", json={})
    client.request("BREW", "/coffee")
    after = samples(client)
    template = "/api/v1/questions/{question}"

    assert after[("kizashi_requests_total", *sorted((template, "GET", "4xx")))] == 2
    assert after[("kizashi_requests_total", *sorted((template, "GET", "2xx")))] == 2
    assert after[("kizashi_requests_total", *sorted(("/api/v1/evidence", "POST", "4xx")))] == 1
    assert after[("kizashi_requests_total", *sorted(("none", "OTHER", "4xx")))] == 1
    assert after[("kizashi_request_seconds_count", *sorted((template, "GET")))] == 4
    assert not [name for name in before if name[0].endswith("_created")]


def test_the_writer_the_ledger_and_the_draws_are_measured(instance):
    client = TestClient(create_app(instance))  # not entered: the clock's own changes would count
    before = samples(client)
    for name in ("one", "two"):
        instance.writer.do(lambda t, name=name: t.append("bank", {"id": name}, NOW))
    after = samples(client)
    world = instance.writer.timelines[WORLD]

    assert after["kizashi_ledger_entries",] == before["kizashi_ledger_entries",] + 2
    assert after["kizashi_writer_commits_total",] == before["kizashi_writer_commits_total",] + 2
    assert after["kizashi_writer_batch_size_sum",] == before["kizashi_writer_batch_size_sum",] + 2
    assert after["kizashi_writer_batch_size_bucket", "1"] == after["kizashi_writer_commits_total",]
    assert after["kizashi_writer_queue",] == 0
    some = next(iter(world.standing.values()))
    assert after["kizashi_effective_draws", WORLD] == pytest.approx(some.effective_draws)
    assert after["kizashi_worst_pareto_shape", WORLD] == pytest.approx(some.pareto_shape)


def test_a_gauge_is_added_in_one_line(client):
    client.app.state.metrics.watch("kizashi_streams", "Open streams", lambda: 3)

    assert samples(client)["kizashi_streams",] == 3


def test_metrics_can_be_switched_off(shared_instance):
    client = TestClient(create_app(shared_instance, Settings.model_construct(metrics=False)))

    assert client.get("/metrics").status_code == 404
    assert client.get("/healthz").status_code == 200


def test_none_of_them_is_in_the_api_s_description(reader):
    paths = reader.get("/api/v1/openapi.json").json()["paths"]

    assert {path for path in paths if not path.startswith("/api/v1/")} == set()

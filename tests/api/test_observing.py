"""Requests as the log and the metrics see them: ids, templates, errors, and never a secret."""

import logging
import re

import pytest
from fastapi import Request
from starlette.testclient import TestClient

from api.app import create_app
from api.logs import LOG
from api.settings import Settings
from tests.api.logged import logged

QUESTION = "deepseek-v5-release-date"
RECORD = {
    "published": "2026-11-23",
    "source": "reuters",
    "fact": {"en": "A body that must not be logged."},
    "stances": [{"question": QUESTION, "direction": "sooner", "strength": "weak"}],
}


@pytest.fixture
def all_logged(instance):
    """Give a client of an application that logs every request."""
    app = create_app(instance, Settings.model_construct(access_log="all"))

    @app.get("/broken/{word}")
    async def fail(word: str, request: Request) -> None:
        secret = request.headers.get("authorization")
        raise RuntimeError(f"two\nlines with {secret} " + "x" * 5_000)

    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_a_request_keeps_the_id_it_came_with_and_gets_one_otherwise(reader):
    kept = reader.get("/api/v1/worlds", headers={"X-Request-ID": "abc-1.2"})
    made = [reader.get("/api/v1/worlds").headers["X-Request-ID"] for _ in range(2)]

    assert kept.headers["X-Request-ID"] == "abc-1.2"
    assert made[0] != made[1]


@pytest.mark.parametrize("chosen", ["a" * 65, "two words", "a\tb", "kz_1234abcd_secret", "é", ""])
def test_an_id_that_is_long_or_not_plain_is_replaced(reader, chosen):
    headers = {"X-Request-ID": chosen.encode()}
    given = reader.get("/api/v1/worlds", headers=headers).headers["X-Request-ID"]

    assert given != chosen
    assert re.fullmatch("[0-9a-f]+-[0-9a-f]+", given)


def test_a_problem_names_its_request(reader):
    answer = reader.get("/api/v1/questions/none", headers={"X-Request-ID": "mine"})

    assert (answer.status_code, answer.json()["request_id"]) == (404, "mine")


def test_a_request_is_one_line_with_its_template_and_its_key_s_id(all_logged, key):
    headers = key("forecaster") | {"X-Request-ID": "r1"}
    with logged() as log:
        sent = all_logged.post("/api/v1/evidence?lang=ja&token=hunter2", json=RECORD,
                               headers=headers)  # fmt: skip
        read = all_logged.get(f"/api/v1/questions/{QUESTION}", headers={"X-Request-ID": "r2"})
        all_logged.get("/no/such/%0Aplace")
        all_logged.get("/static/style.css")
    told = {row["request_id"]: row for row in log.events("request")}

    assert told["r1"]["route"] == "/api/v1/evidence"
    assert (told["r1"]["method"], told["r1"]["status"]) == ("POST", sent.status_code)
    assert told["r1"]["key"] == headers["Authorization"].split("_")[1]
    assert told["r2"]["route"] == "/api/v1/questions/{question}"
    assert told["r2"]["bytes"] > 0
    assert told["r2"]["key"] is None
    assert read.status_code == 200
    assert [row["route"] for row in log.events("request")[2:]] == ["none", "/static"]
    assert "hunter2" not in log.getvalue()
    assert "place" not in log.getvalue()


def test_a_change_is_told_with_who_what_and_where_in_the_ledger(client, key):
    headers = key("forecaster") | {"X-Request-ID": "r1"}
    with logged() as log:
        first = client.post("/api/v1/evidence", json=RECORD, headers=headers).json()["evidence"]
        client.post("/api/v1/evidence", json=RECORD, headers=headers)
        client.post("/api/v1/evidence", json=RECORD | {"stances": []})
    made, repeated = log.events("change")

    assert made["operation"] == "submit_evidence"
    assert (made["actor"], made["request_id"]) == (first["submitter"], "r1")
    assert (made["first_entry"], made["entries"]) == (first["entry"], 1)
    assert (repeated["first_entry"], repeated["entries"]) == (None, 0)


def test_only_what_is_notable_is_logged_by_default(reader):
    with logged() as log:
        reader.get("/api/v1/worlds")
        reader.get("/healthz")
        reader.get("/api/v1/questions/none")
        reader.post("/api/v1/evidence", json={})

    assert [row["status"] for row in log.events("request")] == [404, 401]


def test_slow_requests_are_logged_and_with_none_not_even_errors(shared_instance):
    with logged() as log:
        slow = Settings.model_construct(slow_seconds=0.0)
        TestClient(create_app(shared_instance, slow)).get("/api/v1/worlds")
        none = Settings.model_construct(access_log="none")
        TestClient(create_app(shared_instance, none)).get("/api/v1/questions/none")

    assert [row["status"] for row in log.events("request")] == [200]


def test_an_unforeseen_error_is_a_problem_that_tells_nothing_and_a_traceback_in_the_log(
    all_logged, key
):
    headers = key("admin") | {"X-Request-ID": "r1"}
    with logged() as log:
        answer = all_logged.get("/broken/hunter2", headers=headers)
        page = all_logged.get("/broken/x", headers={"Accept": "text/html"})
    (told, _), secret = log.events("unexpected"), headers["Authorization"].split("_")[-1]

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == "r1"
    assert "r1" in answer.json()["detail"]
    assert "nosniff" in answer.headers["X-Content-Type-Options"]
    assert "lines" not in answer.text
    assert (page.status_code, "text/html" in page.headers["content-type"]) == (500, True)
    assert (told["error"], told["request_id"]) == ("RuntimeError", "r1")
    assert "in fail" in told["traceback"]
    assert secret not in log.getvalue()
    assert "x" * 300 not in log.getvalue()


def test_no_secret_of_a_whole_session_is_in_the_log(all_logged, key, instance):
    admin = key("admin")
    with logged(log_level="debug") as log:
        made = all_logged.post("/api/v1/keys", json={"name": "Ann"}, headers=admin).json()["key"]
        for presented in (made, f"{made}0", instance.operator_token, "q" * 50):
            for path in ("/api/v1/evidence", "/api/v1/keys", f"/api/v1/questions?key={made}"):
                headers = {"Authorization": f"Bearer {presented}"}
                all_logged.post(path, json=RECORD, headers=headers)
                all_logged.get("/broken/x", headers=headers)
    text = log.getvalue()

    assert len(log.events("request")) == 1 + 4 * 3 * 2
    for secret in (made.split("_")[-1], admin["Authorization"].split("_")[-1], "q" * 50):
        assert secret not in text
    assert RECORD["fact"]["en"] not in text
    assert "Ann" not in text


@pytest.mark.parametrize("form", ["json", "pretty"])
def test_an_event_is_one_line_whatever_it_holds(reader, form):
    with logged(log_format=form) as log:
        LOG.info("event", text="a\nb\r\u2028c\x1b[31m kz_1234abcd_" + "f" * 64)

    assert len(log.getvalue().splitlines()) == 1
    assert "\x1b[31m" not in log.getvalue()
    assert "ffff" not in log.getvalue()


def test_libraries_log_in_the_same_form():
    with logged() as log:
        logging.getLogger("uvicorn.error").warning("Invalid %s", "request")
        logging.getLogger("uvicorn.error").info("not told")

    assert [row["logger"] for row in log.events("Invalid request")] == ["uvicorn.error"]
    assert log.events("not told") == []

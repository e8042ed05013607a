"""Streams of events, from a real server to clients on raw sockets."""

import threading
from datetime import timedelta
from itertools import islice

import httpx2
import pytest

from api.app import create_app
from tests.api.asking import CLOSED, OPEN_DATE, OUTCOME, RECORD, get, moved
from tests.api.listening import Listener, serving
from tests.conftest import NOW

pytestmark = pytest.mark.slow

BINARY = "coding-arena-parity-2028"


@pytest.fixture
def app(instance):
    return create_app(instance)


@pytest.fixture
def place(app):
    with serving(app) as address:
        yield address


@pytest.fixture
def listen(place):
    """Give a maker of clients, whose connections end with the test."""
    made = []

    def connect(query: str = "", last: str | None = None) -> Listener:
        made.append(Listener(place, query, last))
        return made[-1]

    yield connect
    for client in made:
        client.close()


@pytest.fixture
def post(place, key):
    """Give a function that posts, through the running server."""
    headers = key("resolver")
    with httpx2.Client(base_url=f"http://{place[0]}:{place[1]}/api/v1", headers=headers) as client:

        def send(path: str, body: object) -> dict:
            answer = client.post(path, json=body)
            assert answer.is_success, answer.text
            return answer.json()

        yield send


def forecasts(number: int) -> list[dict]:
    return [{"question": BINARY, "probability": (i % 97 + 1) / 100} for i in range(number)]


def test_a_record_is_told_with_what_it_moved(listen, post):
    stream = listen()
    first = next(stream.blocks())
    answer = post("/evidence", RECORD)
    heard = next(stream.events())
    after = {m["question"]: m for m in answer["movements"]}
    own = next(m for m in heard.data["movements"] if m["question"] == OPEN_DATE)

    assert stream.headers["content-type"].startswith("text/event-stream")
    assert (first.retry, first.id) == ("3000", str(answer["evidence"]["entry"] - 1))
    assert (heard.event, heard.id) == ("evidence", str(answer["evidence"]["entry"]))
    assert heard.data["address"] == f"/api/v1/evidence/{answer['evidence']['id']}"
    assert heard.data["questions"] == [OPEN_DATE]
    assert moved(heard.data) == moved(answer)
    assert own["before"] == after[OPEN_DATE]["before"]["median"]
    assert own["after"] == after[OPEN_DATE]["after"]["median"]


def test_a_stream_from_the_first_entry_on_is_the_whole_ledger(listen, app):
    stream = listen("?last_event_id=0&follow=false")
    heard = list(stream.events())
    newest = app.state.streams.news.head

    assert [int(event.id) for event in heard] == list(range(1, newest + 1))
    assert {event.event for event in heard} >= {"bank", "question", "evidence", "resolution"}


@pytest.mark.parametrize("chosen", ["evidence", "resolution,retraction", "question"])
def test_only_the_kinds_that_are_asked_for_are_told(listen, instance, chosen):
    stream = listen(f"?last_event_id=0&follow=false&kinds={chosen}")
    heard = [int(event.id) for event in stream.events()]
    kinds = ", ".join(f"'{kind}'" for kind in chosen.split(","))
    with instance.database.read() as connection:
        query = f"SELECT seq FROM ledger WHERE kind IN ({kinds}) ORDER BY seq"
        wanted = connection.exec_driver_sql(query).scalars().all()

    assert heard == wanted


def test_who_follows_a_question_gets_its_movements_and_no_others(listen, instance):
    stream = listen(f"?last_event_id=0&follow=false&kinds=evidence&question={CLOSED}")
    heard = list(stream.events())
    query = (
        "SELECT COUNT(DISTINCT cause_id) FROM step "
        f"WHERE cause = 'evidence' AND question = '{CLOSED}' AND at != CAST(at AS INTEGER)"
    )
    with instance.database.read() as connection:
        count = connection.exec_driver_sql(query).scalar()

    assert {m["question"] for event in heard for m in event.data["movements"]} == {CLOSED}
    assert len([event for event in heard if event.data["movements"]]) == count > 0


def test_who_reconnects_misses_nothing_and_gets_nothing_twice(listen, post, app):
    """The writer posts all the while; the client's connection breaks after every few events."""
    before, number = app.state.streams.news.head, 300
    writing = threading.Thread(target=lambda: [post("/forecasts", f) for f in forecasts(number)])
    heard: list[int] = []
    last, breaks = str(before), 0
    writing.start()
    while len(heard) < number:
        stream = listen(last=last)
        some = min(7 + breaks % 5, number - len(heard))
        heard += [int(event.id) for event in islice(stream.events(), some)]
        last, breaks = stream.last, breaks + 1
        stream.close()
    writing.join()

    assert heard[:number] == list(range(before + 1, before + number + 1))
    assert breaks > 20


def test_sixteen_streams_hear_the_same_while_a_writer_posts(listen, post, app):
    before, number = app.state.streams.news.head, 100
    streams = [listen(last=str(before - i)) for i in range(16)]
    for body in forecasts(number):
        post("/forecasts", body)

    for i, stream in enumerate(streams):
        heard = [int(event.id) for event in islice(stream.events(), number + i)]
        assert heard == list(range(before - i + 1, before + number + 1))


def test_a_midnight_is_told_without_an_id_and_not_repeated(listen, post, app, instance):
    stream = listen()
    next(stream.blocks())
    moment = [NOW + timedelta(days=1)]
    object.__setattr__(instance, "clock", lambda: moment[0])
    instance.let_time_pass()
    heard = next(stream.events())
    post("/forecasts", forecasts(1)[0])
    later = next(e for e in stream.events() if e.event != "moved")
    again = listen(f"?follow=false&last_event_id={int(later.id) - 1}")

    assert (heard.event, heard.id, heard.data["cause"]) == ("moved", None, "time")
    assert heard.data["at"] == "2026-11-24T00:00:00Z"
    assert OPEN_DATE in {m["question"] for m in heard.data["movements"]}
    assert later.event == "forecast"
    assert [event.event for event in again.events()] == ["forecast"]


def test_what_does_not_exist_is_refused(listen, app):
    newest = app.state.streams.news.head
    status = {
        query: listen(query).status
        for query in (
            "?question=no-such",
            "?world=no-such",
            f"?last_event_id={newest + 1}",
            "?last_event_id=abc",
            "?kinds=evidence,nonsense",
        )
    }

    assert list(status.values()) == [404, 404, 404, 422, 422]


def test_the_header_goes_before_the_address(listen, app):
    newest = app.state.streams.news.head
    stream = listen("?last_event_id=0&follow=false", last=str(newest - 1))

    assert [event.id for event in stream.events()] == [str(newest)]


def test_beyond_the_bound_a_client_is_told_to_come_back(listen, app):
    app.state.streams.most = 2
    held = [listen() for _ in range(2)]
    for stream in held:
        next(stream.blocks())
    third = listen()

    assert (third.status, third.headers["retry-after"]) == (503, "1")
    held[0].close()
    for _ in range(200):
        if app.state.streams.open < 2:
            break
        threading.Event().wait(0.02)
    assert listen().status == 200


def test_an_outcome_that_is_told_anew_has_its_own_movements(listen, post, app):
    before = app.state.streams.news.head
    first = post("/resolutions", OUTCOME)
    second = post("/resolutions", {**OUTCOME, "outcome": False, "supersedes_reason": "Misread."})
    stream = listen("?follow=false&kinds=resolution", last=str(before))
    heard = list(stream.events())

    assert [event.data["questions"] for event in heard] == [[BINARY]] * 2
    assert moved(heard[0].data) == moved(first)
    assert moved(heard[1].data) == moved(second)


def test_the_address_of_an_event_leads_to_the_thing(client, key):
    post_as = key("resolver")
    client.post("/api/v1/evidence", json=RECORD, headers=post_as)
    client.post("/api/v1/forecasts", json=forecasts(1)[0], headers=post_as)
    client.post("/api/v1/resolutions", json=OUTCOME, headers=post_as)
    answer = client.get("/api/v1/events?last_event_id=0&follow=false")
    found = {line for line in answer.text.splitlines() if line.startswith("data: ")}
    addresses = {line.split('"address":"')[1].split('"')[0] for line in found}

    assert len(addresses) > 50
    for address in sorted(addresses)[::7]:
        get(client, address.removeprefix("/api/v1"))


def test_what_a_question_hides_is_told_without_its_ids(client, key, instance):
    before = client.get("/api/v1/ledger/checkpoint").json()["entries"]
    with instance.database.writing.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE question SET hidden_until = 30000 WHERE id = '{BINARY}'"
        )
    client.post("/api/v1/forecasts", json=forecasts(1)[0], headers=key("forecaster"))
    told = client.get(f"/api/v1/events?follow=false&last_event_id={before}").text
    asked = client.get(f"/api/v1/events?follow=false&last_event_id={before}&question={BINARY}").text

    assert f'"entry":{before + 1},"kind":"forecast"' in told
    assert f'"address":"/api/v1/ledger/entries/{before + 1}"' in told
    assert BINARY not in told
    assert "fc-" not in told
    assert "data:" not in asked

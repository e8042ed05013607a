"""Entity tags: the same answer is not sent twice; HEAD tells what GET would."""

import pytest
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.testclient import TestClient

from api.entity_tags import EntityTags
from tests.api.asking import OPEN_DATE, RECORD

PATHS = ["/questions?limit=3", "/evidence/ev048", "/ledger/entries/7", "/search?q=deepseek"]


@pytest.mark.parametrize("path", PATHS)
def test_who_has_an_answer_gets_304(reader, path):
    first = reader.get(f"/api/v1{path}")
    for sent in (first.headers["etag"], f'"other", W/{first.headers["etag"]}'):
        same = reader.get(f"/api/v1{path}", headers={"If-None-Match": sent})
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["etag"] == first.headers["etag"]
        assert same.headers["cache-control"] == first.headers["cache-control"]
    assert reader.get(f"/api/v1{path}", headers={"If-None-Match": '"x"'}).json() == first.json()


def test_a_tag_changes_with_what_it_stands_for(client, key):
    path = f"/api/v1/questions/{OPEN_DATE}"
    before = client.get(path)
    client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster"))
    after = client.get(path, headers={"If-None-Match": before.headers["etag"]})

    assert after.status_code == 200
    assert after.headers["etag"] != before.headers["etag"]


@pytest.mark.parametrize("path", [*(f"/api/v1{path}" for path in PATHS), "/", "/sources"])
def test_head_tells_what_get_would_and_sends_no_body(reader, path):
    plain = {"Accept-Encoding": "identity"}
    got, head = reader.get(path, headers=plain), reader.head(path, headers=plain)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "etag"):
        assert head.headers.get(name) == got.headers.get(name), name
    assert reader.head("/api/v1/questions/none").status_code == 404


def test_what_stays_as_it_is_may_be_kept_and_all_else_is_asked_for_again(reader):
    entry = reader.get("/api/v1/ledger/entries/7").headers["cache-control"]
    live = reader.get("/api/v1/questions").headers

    assert "immutable" in entry
    assert live["cache-control"] == "no-cache"
    assert {"Authorization", "Accept-Language"} <= set(live["vary"].split(", "))


async def endless():
    while True:
        yield b"data: 1\n\n"


def small(answer: Response) -> TestClient:
    return TestClient(EntityTags(answer, prefix="/api/"))


def test_streams_are_left_alone():
    async def three():
        for part in (b"a", b"b", b"c"):
            yield part

    answer = small(StreamingResponse(three())).get("/api/x")

    assert answer.content == b"abc"
    assert "etag" not in answer.headers


def test_head_of_a_stream_without_end_ends():
    answer = small(StreamingResponse(endless(), media_type="text/event-stream")).head("/api/x")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_a_tag_of_the_routes_own_is_kept():
    client = small(JSONResponse({}, headers={"ETag": '"entry-1"'}))

    assert client.get("/api/x").headers["etag"] == '"entry-1"'
    for sent in ('"entry-1"', "*"):
        same = client.get("/api/x", headers={"If-None-Match": sent})
        assert same.status_code == 304
        assert "content-type" not in same.headers
    assert "etag" not in small(JSONResponse({})).get("/elsewhere").headers
    assert "etag" not in small(JSONResponse({}, 404)).get("/api/x").headers

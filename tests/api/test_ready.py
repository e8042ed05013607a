"""Answers kept ready: the same as fresh ones, gone when something changes, 304 to who has them."""

import pytest
from starlette.testclient import TestClient

from api.ready import LARGEST_BYTES, ReadyAnswers
from tests.api.asking import OPEN_DATE, RECORD

ADDRESS = f"/api/v1/questions/{OPEN_DATE}"


class Counted:
    """An application that marks its answers, and counts how often it was asked."""

    def __init__(self, body: bytes = b"one", status: int = 200) -> None:
        self.asked, self.body, self.status, self.marks = 0, body, status, True

    async def __call__(self, scope, _receive, send):
        self.asked += 1
        if self.marks:
            scope["extensions"]["kizashi.ready"] = {}
        headers = [(b"content-length", b"%d" % len(self.body)), (b"etag", b'"a"')]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def kept(inner: Counted, versions: list[int]) -> TestClient:
    return TestClient(ReadyAnswers(inner, version=lambda: versions[-1]))


def test_an_answer_is_made_once_for_each_version_and_address():
    inner, versions = Counted(), [1]
    client = kept(inner, versions)
    answers = [client.get("/a") for _ in range(3)] + [client.get("/a?b=1")]
    asked = inner.asked
    versions.append(2)
    client.get("/a")

    assert {answer.content for answer in answers} == {b"one"}
    assert (asked, inner.asked) == (2, 3)


def test_who_has_the_same_gets_304_without_a_body():
    client = kept(Counted(), [1])
    first = client.get("/a")
    same = client.get("/a", headers={"If-None-Match": first.headers["etag"]})
    other = client.get("/a", headers={"If-None-Match": '"b"'})

    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == '"a"'
    assert (other.status_code, other.content) == (200, b"one")


@pytest.mark.parametrize(
    "inner", [Counted(status=404), Counted(body=b"x" * (LARGEST_BYTES + 1))], ids=["404", "large"]
)
def test_errors_and_large_answers_are_not_kept(inner):
    client = kept(inner, [1])
    client.get("/a")
    client.get("/a")

    assert inner.asked == 2


def test_what_is_not_marked_or_no_reading_is_not_kept():
    inner = Counted()
    client = kept(inner, [1])
    client.post("/a")
    client.post("/a")
    inner.marks = False
    client.get("/a")
    client.get("/a")

    assert inner.asked == 4


def test_a_record_changes_the_answer_that_was_kept(client, key):
    before = client.get(ADDRESS)
    again = client.get(ADDRESS)
    client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster"))
    after = client.get(ADDRESS)

    assert again.content == before.content
    for answer in (again, before):
        del answer.headers["X-Request-ID"]
    counted = {"ratelimit", "x-request-id"}
    told = [{k: v for k, v in one.headers.items() if k not in counted} for one in (again, before)]
    assert told[0] == told[1]
    assert after.json()["forecast"]["at"] > before.json()["forecast"]["at"]

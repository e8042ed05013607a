"""What is no HTTP, or hardly: every connection ends, and the server goes on."""

import pytest

from api.app import create_app
from tests.api.answering import answering
from tests.attack.sending import send

HEAD = b"POST /api/v1/worlds/deepseek-r2/what-if HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
JSON = b"Content-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
MANY = b"".join(b"X-%d: 1\r\n" % number for number in range(500))
GET = b"GET /api/v1/worlds HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
#: What is sent, and what may be answered: 0 is a connection that ends without a word.
WIRE = {
    "two lengths": (HEAD + JSON + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x", {0, 400}),
    "length and chunks": (
        HEAD + JSON + b"Content-Length: 2\r\n" + CHUNKED + b"2\r\n{}\r\n0\r\n\r\n",
        {0, 200, 400},
    ),
    "chunks": (HEAD + JSON + CHUNKED + b"2\r\n{}\r\n0\r\n\r\n", {200}),
    "no such chunk": (HEAD + JSON + CHUNKED + b"zz\r\n{}\r\n", {0, 400}),
    "endless chunks": (
        HEAD + JSON + CHUNKED + b"100000\r\n" + b"1" * 2**20 + b"\r\n"
        + b"100000\r\n" + b"1" * 2**20 + b"\r\n0\r\n\r\n",
        {0, 413},
    ),
    "another coding": (HEAD + JSON + b"Transfer-Encoding: gzip\r\n\r\n{}", {0, 400, 422, 501}),
    "a length below none": (HEAD + JSON + b"Content-Length: -1\r\n\r\n", {0, 400}),
    "a length of letters": (HEAD + JSON + b"Content-Length: ten\r\n\r\n", {0, 400}),
    "a length beyond all": (
        HEAD + JSON + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n",
        {0, 400, 413},
    ),
    "a length too large": (HEAD + JSON + b"Content-Length: 10000000\r\n\r\n", {413}),
    "asked first": (
        HEAD + JSON + b"Expect: 100-continue\r\nContent-Length: 10000000\r\n\r\n",
        {100, 413, 417},
    ),
    "folded header": (GET + b"X-A: 1\r\n 2\r\n\r\n", {0, 200, 400}),
    "NUL in a header": (GET + b"X-A: a\x00b\r\n\r\n", {0, 200, 400}),
    "no colon": (GET + b"X-A\r\n\r\n", {0, 400}),
    "no host": (b"GET /api/v1/worlds HTTP/1.1\r\nConnection: close\r\n\r\n", {0, 200, 400}),
    "many headers": (GET + MANY + b"\r\n", {0, 200, 400, 431}),
    "a long header": (GET + b"X-A: " + b"a" * 100_000 + b"\r\n\r\n", {0, 200, 400, 431}),
    "raw UTF-8": (GET.replace(b"/worlds", "/worlds/規制".encode()) + b"\r\n", {0, 400, 404}),
    "raw bytes": (GET.replace(b"/worlds", b"/worlds/\xff\xfe") + b"\r\n", {0, 400}),
    "HTTP/3.0": (GET.replace(b"HTTP/1.1", b"HTTP/3.0") + b"\r\n", {0, 200, 400, 505}),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 50 + b"\r\n\r\n", {0, 400}),
    "an upgrade": (
        GET + b"Upgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        {0, 200, 400, 403, 426},
    ),
}  # fmt: skip


@pytest.mark.parametrize("about", WIRE)
def test_what_is_hardly_http_ends_and_the_server_goes_on(url, about):
    raw, allowed = WIRE[about]

    assert send(url, raw).status in allowed
    assert send(url, GET + b"\r\n").status == 200


@pytest.fixture(scope="module")
def url(shared_instance):
    with answering(create_app(shared_instance)) as address:
        yield address

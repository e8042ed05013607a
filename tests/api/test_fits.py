"""Fits through the API: who may land one, what is refused and why, and that the history replays."""

import hashlib
import io
from dataclasses import replace

import numpy as np
import pytest

from api.routes import fits
from api.workflows.refitting import Fit
from api.workflows.replaying import replay_ledger
from tests.api.asking import OPEN_DATE, RECORD, get
from tests.api.fitted import GOOD, WORLD, made_fit, sent, with_draws


@pytest.fixture(scope="module")
def fit(shared_instance) -> Fit:
    """Give a good fit, for tests that only spoil it."""
    return made_fit(shared_instance)


def post(client, content, headers):
    return client.post("/api/v1/fits", content=content, headers=headers)


@pytest.mark.slow
def test_an_admin_lands_a_fit_which_is_listed_and_replays(client, instance, key):
    fit = made_fit(instance)
    before = get(client, f"/questions/{OPEN_DATE}")["forecast"]
    answer = post(client, sent(fit), key("admin"))
    client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster"))
    listed, one = get(client, "/fits"), get(client, f"/fits/{fit.body['id']}")
    steps = get(client, f"/questions/{OPEN_DATE}/history?sort=-at&limit=500")["items"][::-1]

    assert answer.status_code == 201, answer.text
    assert answer.json()["moved"] == len(instance.writer.timelines[WORLD].standing)
    assert listed["items"] == [one]
    assert one["fit"] == fit.body
    assert one["landed_at"] == "2026-11-23T18:00:00Z"
    assert [s["cause"] for s in steps[-2:]] == ["fit", "evidence"]
    assert (steps[-2]["cause_id"], steps[-2]["forecast"] != before) == (fit.body["id"], True)
    with instance.database.read() as connection:
        assert replay_ledger(connection).difference is None


def test_the_operator_may_and_a_repeated_fit_is_stored_once(client, instance):
    fit, operator = made_fit(instance), {"Authorization": "Bearer t"}
    first, again = (post(client, sent(fit), operator) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json()["repeated"], again.json()["moved"]) == (True, 0)
    assert again.json()["entry"] == first.json()["entry"]


@pytest.mark.parametrize(
    ("role", "status", "problem"),
    [
        (None, 401, "key-missing"),
        ("forecaster", 403, "role-too-low"),
        ("resolver", 403, "role-too-low"),
    ],
)
def test_only_an_admin_may(reader, reader_key, fit, role, status, problem):
    answer = post(reader, sent(fit), reader_key(role) if role else {})

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")


def test_an_unknown_fit_is_not_found(reader):
    answer = reader.get("/api/v1/fits/no-such-fit")

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-fit")
    assert get(reader, "/fits") == {"items": [], "next_cursor": None}


def changed(fit: Fit, **arrays: object) -> Fit:
    """The same fit with other arrays in its draws."""
    with np.load(io.BytesIO(fit.draws)) as stored:
        kept = {name: arrays.get(name, stored[name]) for name in stored}
    buffer = io.BytesIO()
    np.savez(buffer, **{name: value for name, value in kept.items() if value is not None})
    return with_draws(fit, buffer.getvalue())


def compressed(fit: Fit) -> Fit:
    buffer = io.BytesIO()
    with np.load(io.BytesIO(fit.draws)) as stored:
        np.savez_compressed(buffer, **stored)
    return with_draws(fit, buffer.getvalue())


def body(fit: Fit, **fields: object) -> Fit:
    return replace(fit, body={**fit.body, **fields})


POOR = {"reliability": GOOD, "world": {**GOOD, "divergences": 900}}
SPOILED = {
    "another world": (lambda f: body(f, world="elsewhere"), 404, "unknown-world", "no world"),
    "another ledger": (
        lambda f: body(f, checkpoint={"entries": 3, "hash": "0" * 64}), 409, "fit-does-not-fit",
        "another entry 3"),
    "a later ledger": (
        lambda f: body(f, checkpoint={"entries": 10**9, "hash": "0" * 64}), 409,
        "fit-does-not-fit", "kizashi fit deepseek-r2"),
    "another hash": (
        lambda f: body(f, draws_sha256="0" * 64), 409, "fit-does-not-fit", "were altered"),
    "no draws": (lambda f: with_draws(f, b""), 409, "fit-does-not-fit", "not a file"),
    "cut draws": (lambda f: with_draws(f, f.draws[:-9]), 409, "fit-does-not-fit", "not a file"),
    "packed draws": (compressed, 409, "fit-does-not-fit", "not a file"),
    "a missing array": (lambda f: changed(f, trust=None), 409, "fit-does-not-fit", "not a file"),
    "a number that is none": (
        lambda f: changed(f, base=np.full(1_000, np.nan)), 409, "fit-does-not-fit", "finite"),
    "too few drivers": (
        lambda f: changed(f, drivers=np.zeros((4_000, 1))), 409, "fit-does-not-fit", "`drivers`"),
    "too few grades": (
        lambda f: changed(f, grades=np.ones((1_000, 5))), 409, "fit-does-not-fit", "`grades`"),
    "a short source": (
        lambda f: changed(f, sources=np.ones((1, 9))), 409, "fit-does-not-fit", "`sources`"),
    "no draw of theta": (
        lambda f: changed(f, base=np.ones(0)), 409, "fit-does-not-fit", "0 draws"),
    "a trust above 1": (
        lambda f: changed(f, trust=np.full(1_000, 1.5)), 409, "fit-does-not-fit", "outside [0, 1]"),
    "poor diagnostics": (
        lambda f: body(f, diagnostics=POOR), 409, "poor-diagnostics", "900 divergences"),
}  # fmt: skip


@pytest.mark.parametrize("spoiled", SPOILED)
def test_what_may_not_land_is_refused_with_a_mend_and_stored_nowhere(
    reader, reader_key, fit, spoiled
):
    spoil, status, problem, words = SPOILED[spoiled]
    before = get(reader, "/ledger/checkpoint")
    answer = post(reader, sent(spoil(fit)), reader_key("admin"))

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")
    assert words in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert get(reader, "/ledger/checkpoint") == before
    assert get(reader, "/fits")["items"] == []


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (b"", "/body"),
        (b"PK\x03\x04\xff", "/body"),
        (b'{"id": "x"}\n', "/body/world"),
        (b'{"id": "x", "world": "\\u0000"}\n', "/body/world"),
    ],
)
def test_what_is_no_fit_at_all_is_a_malformed_request(reader, reader_key, content, pointer):
    answer = post(reader, content, reader_key("admin"))

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/fields-do-not-fit")
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]


def test_a_fit_that_is_too_large_is_refused_before_it_is_read(reader, reader_key, fit, monkeypatch):
    monkeypatch.setattr(fits, "_LARGEST_BYTES", 1_000)
    answer = post(reader, sent(fit), reader_key("admin"))

    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/fit-too-large")
    assert "64 MiB" in answer.json()["detail"]


def test_refusals_speak_the_readers_language(reader, reader_key, fit):
    headers = {**reader_key("admin"), "Accept-Language": "ja"}
    answer = post(reader, sent(body(fit, draws_sha256="1" * 64)), headers).json()

    assert any("ぁ" <= letter <= "ん" for letter in answer["detail"])
    assert hashlib.sha256(fit.draws).hexdigest() not in answer["detail"]

"""The API on the real bank: what it refuses, and how it says so."""

import json

import pytest

from tests.api.asking import CLOSED, OPEN_DATE, OUTCOME, RECORD, get, stance

REFUSALS = [
    (stance(CLOSED, direction="yes", strength="weak"), 409, "question-closed"),
    (stance("no-such-question", direction="yes", strength="weak"), 404, "unknown-question"),
    ({**RECORD, "published": "2026-11-25"}, 409, "published-in-future"),
    ({**RECORD, "published": "2024-10-01"}, 409, "already-in-prior"),
    (stance(OPEN_DATE, direction="yes", strength="weak"), 409, "stance-does-not-fit"),
    (stance("lmarena-top-cn-2028", direction="toward", choice="nobody", strength="weak"), 409,
     "stance-does-not-fit"),
    (stance(OPEN_DATE, direction="sooner", strength="enormous"), 422, "malformed-request"),
    ({**RECORD, "grade": "G9"}, 422, "malformed-request"),
    ({**RECORD, "surprise": 1}, 422, "malformed-request"),
    ({**RECORD, "fact": {"en": "a\u0000b"}}, 422, "holds-nul"),
    (stance(OPEN_DATE, direction="sooner"), 409, "fields-do-not-fit"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "problem"), REFUSALS)
def test_what_cannot_be_taken_is_refused_with_a_reason_and_nothing_is_stored(
    reader, reader_key, body, status, problem
):
    before = get(reader, "/ledger/checkpoint")
    answer = reader.post("/api/v1/evidence", json=body, headers=reader_key("forecaster"))

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) < 4_096
    assert get(reader, "/ledger/checkpoint") == before


def test_what_is_no_number_is_a_problem_and_no_crash(reader, reader_key):
    text = json.dumps(stance(OPEN_DATE, direction="sooner", likelihood_ratio=7)).replace("7", "NaN")
    answer = reader.post(
        "/api/v1/evidence",
        content=text,
        headers={**reader_key("forecaster"), "content-type": "application/json"},
    )

    assert answer.status_code == 422
    assert b"NaN" not in answer.content


def test_errors_follow_the_reader_s_language(reader, reader_key):
    body = stance(CLOSED, direction="yes", strength="weak")
    headers = {**reader_key("forecaster"), "Accept-Language": "ja"}
    answer = reader.post("/api/v1/evidence", json=body, headers=headers)

    assert answer.headers["content-language"] == "ja"
    assert "質問" in answer.json()["detail"]


def test_writing_needs_a_key_that_is_known_and_reaches(reader, reader_key):
    nobody = reader.post("/api/v1/evidence", json=RECORD)
    forged = reader.post(
        "/api/v1/evidence", json=RECORD, headers={"Authorization": "Bearer kz_0_1"}
    )
    resolution = {
        "question": OPEN_DATE, "outcome": "never",
        "resolved_at": "2026-11-23", "known_by": "2026-11-23", "basis": {"en": "x"},
    }  # fmt: skip
    too_low = reader.post("/api/v1/resolutions", json=resolution, headers=reader_key("forecaster"))

    assert (nobody.status_code, forged.status_code, too_low.status_code) == (401, 401, 403)
    assert nobody.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "yes"},
        {"outcome": 3.5},
        {"resolved_at": "2020-01-01"},
        {"resolved_at": "2027-01-01", "known_by": "2027-01-01"},
    ],
)
def test_an_outcome_that_cannot_be_is_refused(reader, reader_key, change):
    answer = reader.post(
        "/api/v1/resolutions", json=OUTCOME | change, headers=reader_key("resolver")
    )

    assert answer.status_code == 409


def test_what_no_form_of_several_takes_is_malformed_and_what_one_only_refuses_is_a_conflict(reader):
    refused = reader.get("/api/v1/questions?as_of=0001-07-27T10:37:19-05:53")
    malformed = reader.get("/api/v1/questions?as_of=yesterday")
    nowhere = reader.get("/api/v1/questions/" + "x" * 81)

    assert [a.status_code for a in (refused, malformed, nowhere)] == [409, 422, 404]


def test_an_unknown_member_is_told_by_its_number_and_not_by_its_name(reader, reader_key):
    body = {**RECORD, "my secret": 1}
    answer = reader.post("/api/v1/evidence", json=body, headers=reader_key("forecaster"))

    assert f"Member {len(body)} is not known" in answer.json()["errors"][0]["message"]
    assert "secret" not in answer.text

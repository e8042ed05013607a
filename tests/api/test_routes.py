"""The API on the real bank: what it lists, what a record moves, what it refuses and how."""

import json
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from api.instance import Instance
from data.ledger import GENESIS, entry_hash
from forecasts.distributions import forecast_all
from forecasts.worlds import World

OPEN_DATE = "deepseek-v5-release-date"
CLOSED = "r2-by-2025-05-31"
RECORD: dict[str, Any] = {
    "published": "2026-11-23",
    "source": "reuters",
    "grade": "B2",
    "kind": "report",
    "fact": {"en": "Two people said that V5 is planned for the first quarter."},
    "stances": [{"question": OPEN_DATE, "direction": "sooner", "strength": "moderate"}],
}


def stance(question: str, **said: Any) -> dict[str, Any]:
    return {**RECORD, "stances": [{"question": question, **said}]}


def get(client: TestClient, path: str, **headers: str) -> Any:
    answer = client.get(f"/api/v1{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def moved(answer: Any) -> dict[str, float]:
    return {movement["question"]: movement["bits"] for movement in answer["movements"]}


def test_the_32_questions_of_the_bank_and_the_added_ones_are_listed(reader):
    items = get(reader, "/questions")["items"]
    original = [item for item in items if item["question"]["added"] is None]

    assert len(original) == 32
    assert len(items) >= 32 + 6
    assert sum(item["resolution"] is not None for item in items) == 27


def test_every_question_has_a_forecast_with_an_interval(reader):
    for item in get(reader, "/questions")["items"]:
        forecast = item["forecast"]
        if item["question"]["type"] == "binary":
            assert 0 <= forecast["low"] <= forecast["probability"] <= forecast["high"] <= 1
        elif item["question"]["type"] == "multiple_choice":
            assert sum(o["probability"] for o in forecast["options"]) == pytest.approx(1)
            assert all(o["low"] <= o["probability"] <= o["high"] for o in forecast["options"])
        else:
            known = [v for v in forecast["quantiles"].values() if v is not None]
            assert known == sorted(known)


def test_added_questions_stay_open_for_visitors(reader):
    items = get(reader, "/questions")["items"]
    added = [item for item in items if item["question"]["added"] is not None]

    assert len(added) >= 6
    assert all(item["status"] == "open" for item in added)
    assert all(item["question"]["closes"] >= "2028" for item in added)


def test_a_question_has_a_distribution_that_sums_to_one(reader):
    detail = get(reader, f"/questions/{OPEN_DATE}")

    assert sum(cell["probability"] for cell in detail["distribution"]) == pytest.approx(1)
    assert detail["distribution"][-1]["label"] == "later or never"


def test_a_history_begins_at_the_opening_and_ends_with_the_outcome(reader):
    steps = get(reader, "/questions/h20-licence-by-2025-06-30/history")["steps"]

    assert steps[0]["cause"] == "opening"
    assert steps[0]["at"] == "2025-02-27T00:00:00Z"
    assert steps[-1]["at"] <= "2025-04-15T00:00:00Z"  # resolved on that day
    assert {"evidence", "time"} <= {step["cause"] for step in steps}


def test_evidence_of_a_question_comes_with_the_bits_that_each_record_moved_it(reader):
    items = get(reader, "/questions/openai-sues-deepseek-2025/evidence")["items"]
    bits = {item["id"]: item["bits"] for item in items}

    assert bits["ev006"] > 0  # a probe was reported: yes
    assert bits["ev007"] < 0  # lawyers saw little prospect: no


def test_a_record_moves_its_question_and_the_history_shows_the_step(client, key):
    before = get(client, f"/questions/{OPEN_DATE}")["forecast"]
    answer = client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster"))
    after = get(client, f"/questions/{OPEN_DATE}")["forecast"]
    step = get(client, f"/questions/{OPEN_DATE}/history")["steps"][-1]

    assert answer.status_code == 201
    assert moved(answer.json())[OPEN_DATE] > 0.05
    assert after["quantiles"]["0.25"] < before["quantiles"]["0.25"]
    assert (step["cause"], step["cause_id"]) == ("evidence", answer.json()["evidence"]["id"])
    assert step["bits"] == moved(answer.json())[OPEN_DATE]


def test_other_questions_move_in_the_direction_of_the_loadings(client, instance, key):
    record = stance("coding-arena-parity-2028", direction="yes", strength="strong")
    answer = client.post("/api/v1/evidence", json=record, headers=key("forecaster")).json()
    world = instance.writer.timelines["deepseek-r2"].world
    shared = shared_pull(world, "coding-arena-parity-2028")
    bits = moved(answer)

    assert bits["coding-arena-parity-2028"] > 0
    told = [q for q, pull in shared.items() if abs(pull) > 0.1 and bits.get(q)]
    assert len(told) >= 2
    for question in told:
        assert np.sign(bits[question]) == np.sign(shared[question]), question


#: Questions that have just opened. On old ones a stronger pull that brought nothing so far can
#: speak for "never", against the sign of its loading.
FRESH = {
    OPEN_DATE,
    "deepseek-v5-by-2028-01-31",
    "eu-six-member-state-bans-2028",
    "us-lab-sues-deepseek-2028",
    "coding-arena-parity-2028",
    "deepseek-output-price-2028",
}


def shared_pull(world: World, mover: str) -> dict[str, float]:
    """Correlation of pulls with the mover's: the loadings, seen through what the drivers are now.

    (A priori it is the dot product of the loadings; evidence since then has tied the drivers.)
    """
    covariance = np.cov(world.draws, rowvar=False, aweights=world.weights)
    towards = covariance @ world.curves[mover].curve.loadings
    loadings = {name: world.curves[q.curve].curve.loadings for name, q in world.questions.items()}
    scale = np.sqrt(world.curves[mover].curve.loadings @ towards)
    return {
        name: float(loading @ towards / np.sqrt(loading @ covariance @ loading) / scale)
        for name, loading in loadings.items()
        if loading.ndim == 1 and name in FRESH - {mover}
    }


def test_the_answer_says_what_the_model_says(client, instance, key):
    answer = client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster")).json()
    world = instance.writer.timelines["deepseek-r2"].world
    fresh = forecast_all(world)

    for movement in answer["movements"]:
        if movement["after"]["probability"] is not None:
            wanted = fresh[movement["question"]].probability
            assert movement["after"]["probability"] == wanted


def test_an_identical_resubmission_is_recognised_and_not_stored_twice(client, key):
    headers = key("forecaster")
    first = client.post("/api/v1/evidence", json=RECORD, headers=headers)
    entries = get(client, "/ledger/checkpoint")["entries"]
    second = client.post("/api/v1/evidence", json=RECORD, headers=headers)

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["repeated"] is True
    assert second.json()["movements"] == first.json()["movements"]
    assert get(client, "/ledger/checkpoint")["entries"] == entries


def test_a_retraction_restores_the_forecast_and_both_stay_in_the_ledger(client, key):
    headers = key("forecaster")
    before = get(client, f"/questions/{OPEN_DATE}")
    record = client.post("/api/v1/evidence", json=RECORD, headers=headers).json()["evidence"]
    answer = client.post(f"/api/v1/evidence/{record['id']}/retraction", headers=headers)
    after = get(client, f"/questions/{OPEN_DATE}")
    entries = get(client, f"/ledger/entries?after={record['entry'] - 1}")["items"]

    assert answer.status_code == 200
    assert after["distribution"] == before["distribution"]
    assert [entry["kind"] for entry in entries] == ["evidence", "retraction"]
    again = client.post(f"/api/v1/evidence/{record['id']}/retraction", headers=headers)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-retracted")


def test_only_the_submitter_or_an_admin_retracts(client, key):
    mine = client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster")).json()
    path = f"/api/v1/evidence/{mine['evidence']['id']}/retraction"
    stranger = client.post(path, headers=key("resolver"))
    admin = client.post(path, headers=key("admin"))

    assert (stranger.status_code, admin.status_code) == (403, 200)


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
    ({**RECORD, "fact": {"en": "a\u0000b"}}, 422, "malformed-request"),
    (stance(OPEN_DATE, direction="sooner"), 422, "malformed-request"),
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


def test_no_secret_is_stored(instance, client, key):
    secret = key("admin")["Authorization"].split("_")[-1]
    with instance.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM api_key").all()

    assert rows
    assert secret not in str(rows)


def test_resolving_ends_the_question_and_moves_its_world(client, key):
    outcome = {
        "question": "coding-arena-parity-2028",
        "outcome": True,
        "resolved_at": "2026-11-23",
        "known_by": "2026-11-23",
        "basis": {"en": "For the test."},
    }
    answer = client.post("/api/v1/resolutions", json=outcome, headers=key("resolver"))
    question = get(client, "/questions/coding-arena-parity-2028")
    late = stance("coding-arena-parity-2028", direction="yes", strength="weak")

    assert answer.status_code == 201
    assert moved(answer.json())["deepseek-v5-by-2028-01-31"] > 0
    assert question["status"] == "resolved"
    assert client.post("/api/v1/evidence", json=late, headers=key("forecaster")).status_code == 409


def test_a_second_resolution_needs_a_reason_and_then_supersedes(client, key):
    headers = key("resolver")
    outcome = {
        "question": "coding-arena-parity-2028",
        "outcome": True,
        "resolved_at": "2026-11-23",
        "known_by": "2026-11-23",
        "basis": {"en": "For the test."},
    }
    client.post("/api/v1/resolutions", json=outcome, headers=headers)
    other = {**outcome, "outcome": False}
    bare = client.post("/api/v1/resolutions", json=other, headers=headers)
    reasoned = {**other, "supersedes_reason": "The table was misread."}
    taken = client.post("/api/v1/resolutions", json=reasoned, headers=headers)
    kept = [r for r in get(client, "/resolutions")["items"]
            if r["resolution"]["question"] == outcome["question"]]  # fmt: skip

    assert (bare.status_code, bare.json()["type"]) == (409, "/problems/already-resolved")
    assert taken.status_code == 201
    assert [r["resolution"]["outcome"] for r in kept] == [True, False]


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
    outcome = {
        "question": "coding-arena-parity-2028",
        "outcome": True,
        "resolved_at": "2026-11-23",
        "known_by": "2026-11-23",
        "basis": {"en": "For the test."},
    }
    answer = reader.post(
        "/api/v1/resolutions", json=outcome | change, headers=reader_key("resolver")
    )

    assert answer.status_code == 409


def test_entries_chain_and_the_checkpoint_is_the_newest(reader):
    entries = get(reader, "/ledger/entries?limit=500")["items"]
    checkpoint = get(reader, "/ledger/checkpoint")

    assert entries[0]["previous"] == GENESIS
    assert [e["previous"] for e in entries[1:]] == [e["hash"] for e in entries[:-1]]
    assert checkpoint == {"entries": len(entries), "hash": entries[-1]["hash"]}
    assert get(reader, "/ledger/entries/7") == entries[6]


def test_anyone_can_recompute_a_hash_from_the_answer(reader):
    entry = get(reader, "/ledger/entries/100")
    text = json.dumps(entry["body"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    assert entry_hash({**entry, "body": text}) == entry["hash"]


def test_unknown_things_are_404_in_their_own_words(reader):
    for path, problem in [
        ("/questions/nothing", "unknown-question"),
        ("/questions/nothing/history", "unknown-question"),
        ("/questions/nothing/evidence", "unknown-question"),
        ("/worlds/nothing", "unknown-world"),
        ("/evidence/nothing", "unknown-evidence"),
        ("/ledger/entries/999999", "unknown-entry"),
        ("/nothing", "not-found"),
    ]:
        answer = reader.get(f"/api/v1{path}")

        assert (answer.status_code, answer.json()["type"]) == (404, f"/problems/{problem}"), path


def test_worlds_tell_where_evidence_has_moved_their_drivers(reader):
    (world,) = get(reader, "/worlds")["items"]

    assert len(world["drivers"]) == 9
    assert all(0 < driver["sd"] < 1.1 for driver in world["drivers"])
    assert 1_000 <= world["effective_draws"] <= world["draws"] == 4_000
    assert get(reader, f"/worlds/{world['id']}") == world


def test_evidence_is_listed_page_by_page(reader):
    first = get(reader, "/evidence?limit=100")
    second = get(reader, f"/evidence?limit=100&before={first['next_before']}")
    ids = [item["id"] for page in (first, second) for item in page["items"]]

    assert len(ids) == len(set(ids)) == 150
    assert second["next_before"] is None


def test_a_record_of_the_bank_tells_what_it_moved(reader):
    answer = get(reader, "/evidence/ev048")

    assert moved(answer)["federal-statute-names-deepseek-2025"] > 0
    assert answer["evidence"]["replayed"] is True


def test_every_route_declares_what_it_answers(reader):
    document = reader.get("/api/v1/openapi.json").json()

    for path, operations in document["paths"].items():
        for operation in operations.values():
            responses = operation["responses"]
            success = responses.get("201", responses.get("200"))
            assert success["content"]["application/json"]["schema"], path
            assert "_" in operation["operationId"], path


def test_the_operator_s_token_acts_as_an_admin(client: TestClient, instance: Instance):
    answer = client.post(
        "/api/v1/keys", json={"name": "bot"}, headers={"Authorization": "Bearer t"}
    )

    assert answer.status_code == 201
    made = {"Authorization": f"Bearer {answer.json()['key']}"}
    assert client.post("/api/v1/evidence", json=RECORD, headers=made).status_code == 201
    assert client.post("/api/v1/keys", json={"name": "x"}, headers=made).status_code == 403

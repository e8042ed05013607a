"""The API on the real bank: what a record or an outcome moves."""

import numpy as np
from starlette.testclient import TestClient

from api.instance import Instance
from forecasts.distributions import forecast_all
from forecasts.worlds import World
from tests.api.asking import OPEN_DATE, OUTCOME, RECORD, get, moved, stance


def test_a_record_moves_its_question_and_the_history_shows_the_step(client, key):
    before = get(client, f"/questions/{OPEN_DATE}")["forecast"]
    answer = client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster"))
    after = get(client, f"/questions/{OPEN_DATE}")["forecast"]
    step = get(client, f"/questions/{OPEN_DATE}/history?sort=-at")["items"][0]

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


def test_no_secret_is_stored(instance, client, key):
    secret = key("admin")["Authorization"].split("_")[-1]
    with instance.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM api_key").all()

    assert rows
    assert secret not in str(rows)


def test_resolving_ends_the_question_and_moves_its_world(client, key):
    answer = client.post("/api/v1/resolutions", json=OUTCOME, headers=key("resolver"))
    question = get(client, "/questions/coding-arena-parity-2028")
    late = stance("coding-arena-parity-2028", direction="yes", strength="weak")

    assert answer.status_code == 201
    assert moved(answer.json())["deepseek-v5-by-2028-01-31"] > 0
    assert question["status"] == "resolved"
    assert client.post("/api/v1/evidence", json=late, headers=key("forecaster")).status_code == 409


def test_a_second_resolution_needs_a_reason_and_then_supersedes(client, key):
    headers = key("resolver")
    client.post("/api/v1/resolutions", json=OUTCOME, headers=headers)
    other = {**OUTCOME, "outcome": False}
    bare = client.post("/api/v1/resolutions", json=other, headers=headers)
    reasoned = {**other, "supersedes_reason": "The table was misread."}
    taken = client.post("/api/v1/resolutions", json=reasoned, headers=headers)
    kept = [r for r in get(client, "/resolutions")["items"]
            if r["resolution"]["question"] == OUTCOME["question"]]  # fmt: skip

    assert (bare.status_code, bare.json()["type"]) == (409, "/problems/already-resolved")
    assert taken.status_code == 201
    assert [r["resolution"]["outcome"] for r in kept] == [True, False]


def test_the_operator_s_token_acts_as_an_admin(client: TestClient, instance: Instance):
    answer = client.post(
        "/api/v1/keys", json={"name": "bot"}, headers={"Authorization": "Bearer t"}
    )

    assert answer.status_code == 201
    made = {"Authorization": f"Bearer {answer.json()['key']}"}
    assert client.post("/api/v1/evidence", json=RECORD, headers=made).status_code == 201
    assert client.post("/api/v1/keys", json={"name": "x"}, headers=made).status_code == 403

import json

import pytest

from tests.api.test_writing import OUTCOME, RECORD, stance

QUESTION = OUTCOME["question"]
SIGN_OFFS = f"/api/v1/questions/{QUESTION}/sign-offs"
RESOLUTIONS = "/api/v1/resolutions"
REASONED = {**OUTCOME, "outcome": False, "supersedes_reason": "The table was misread."}
FORECAST = {"question": QUESTION, "probability": 0.6}
LEANING = stance(QUESTION, direction="yes", strength="weak")


def me(client, headers):
    return client.get("/api/v1/me", headers=headers).json()["actor"]


def resolve(client, headers, outcome=OUTCOME, **more):
    return client.post(RESOLUTIONS, json=outcome, headers={**headers, **more})


def send(client, headers, path, body, deed=None):
    answer = client.post(f"/api/v1/{path}", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    if deed:
        made = answer.json()[{"forecasts": "forecast", "evidence": "evidence"}[path]]["id"]
        assert client.post(f"/api/v1/{path}/{made}/{deed}", headers=headers).status_code == 200


def sign_off(client, admin, resolver, reason="Two others agree."):
    body = {"resolver": resolver, "reason": reason}
    return client.post(SIGN_OFFS, json=body, headers=admin)


def newest_entry(client, kind):
    entries = client.app.state.instance.database
    with entries.read() as connection:
        query = f"SELECT seq, body FROM ledger WHERE kind = '{kind}' ORDER BY seq DESC"
        row = connection.exec_driver_sql(query).first()
    return row.seq, json.loads(row.body)


@pytest.mark.parametrize("role", ["resolver", "admin"])
@pytest.mark.parametrize(
    ("path", "body", "deed"),
    [
        ("forecasts", FORECAST, None),
        ("forecasts", FORECAST, "withdrawal"),
        ("evidence", LEANING, None),
        ("evidence", LEANING, "retraction"),
    ],
)
def test_nobody_resolves_what_he_has_ever_held(client, key, role, path, body, deed):
    headers = key(role)
    send(client, headers, path, body, deed)

    refused = resolve(client, headers)
    annulled = {name: OUTCOME[name] for name in ("question", "resolved_at", "known_by", "basis")}

    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/conflict-of-interest"
    assert SIGN_OFFS in refused.json()["detail"]
    assert resolve(client, headers, {**annulled, "status": "annulled"}).status_code == 403
    assert resolve(client, key("resolver")).status_code == 201
    assert resolve(client, headers, REASONED).status_code == 403


def test_a_question_on_the_same_curve_counts(client, key):
    headers = key("resolver")
    by_january = {"question": "deepseek-v5-by-2028-01-31", "probability": 0.7}
    send(client, headers, "forecasts", by_january)

    parent = {
        "question": "deepseek-v5-release-date",
        "outcome": "2026-11-23",
        "resolved_at": "2026-11-23",
        "known_by": "2026-11-23",
        "sources": ["https://example.org/log"],
        "basis": {"en": "The change log lists it."},
    }

    assert resolve(client, headers, parent).status_code == 403
    assert resolve(client, headers).status_code == 201  # another curve


def test_another_admin_signs_it_off_and_the_ledger_says_so(client, key):
    resolver, admin = key("resolver"), key("admin")
    send(client, resolver, "forecasts", FORECAST)

    leave = sign_off(client, admin, me(client, resolver))
    taken = resolve(client, resolver)

    assert (leave.status_code, taken.status_code) == (201, 201)
    seq, body = newest_entry(client, "sign_off")
    assert body == {
        "question": QUESTION,
        "resolver": me(client, resolver),
        "admin": me(client, admin),
        "reason": "Two others agree.",
    }
    assert newest_entry(client, "resolution")[1]["signed_off"] == seq == leave.json()["entry"]
    assert client.get(SIGN_OFFS).json()["items"] == [leave.json()]


def test_nobody_signs_himself_off(client, key):
    admin = key("admin")
    send(client, admin, "evidence", LEANING)

    assert sign_off(client, admin, me(client, admin)).status_code == 409
    assert resolve(client, admin).status_code == 403
    assert sign_off(client, key("admin"), me(client, admin)).status_code == 201
    assert resolve(client, admin).status_code == 201


def test_a_sign_off_lets_through_once_and_knows_what_was_held(client, key):
    resolver, admin = key("resolver"), key("admin")
    actor = me(client, resolver)
    send(client, resolver, "forecasts", FORECAST)
    sign_off(client, admin, actor)
    send(client, resolver, "evidence", LEANING)

    assert resolve(client, resolver).status_code == 403  # the admin knew of the forecast only
    sign_off(client, admin, actor)
    assert resolve(client, resolver).status_code == 201
    assert resolve(client, resolver, REASONED).status_code == 403
    sign_off(client, admin, actor)
    assert resolve(client, resolver, REASONED).status_code == 201


def test_a_sign_off_names_somebody_and_a_question_that_exist(client, key):
    admin = key("admin")
    nowhere = SIGN_OFFS.replace(QUESTION, "nothing")

    assert sign_off(client, admin, "a-nobody").status_code == 404
    body = {"resolver": me(client, admin), "reason": "x"}
    assert client.post(nowhere, json=body, headers=key("admin")).status_code == 404
    assert client.get(nowhere).status_code == 404


def test_an_outcome_is_superseded_only_as_it_was_seen(client, key):
    headers = key("resolver")
    early = resolve(client, headers, **{"If-Match": '"entry-1"'})
    entry = resolve(client, headers).json()["resolution"]["entry"]

    stale = resolve(client, headers, REASONED, **{"If-Match": f'"entry-{entry - 1}"'})
    taken = resolve(client, headers, REASONED, **{"If-Match": f'"entry-{entry}"'})

    assert (early.status_code, stale.status_code, taken.status_code) == (412, 412, 201)


def test_evidence_on_other_questions_is_no_stake(client, key):
    headers = key("resolver")
    send(client, headers, "evidence", RECORD)

    assert resolve(client, headers).status_code == 201

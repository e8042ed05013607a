"""Questions proposed by forecasters, opened or declined by an admin, and their new words."""

from datetime import date, timedelta

import pytest

from api.routes.proposals import _EXAMPLES
from tests.api.asking import OPEN_DATE, get, set_clock, stance
from tests.conftest import NOW

POST = "/api/v1/proposals"
EVENT = _EXAMPLES["event"]["value"]
TODAY = {**EVENT, "question": {**EVENT["question"], "id": "ban-asked-today", "opens": "2026-11-23"}}
DERIVED = {
    "world": "deepseek-r2",
    "reason": "The middle of 2027 is asked for everywhere.",
    "question": {
        "id": "deepseek-v5-by-june-2027",
        "type": "binary",
        "derived_from": {"question": OPEN_DATE, "by": "2027-06-18"},
        "title": {"en": "Will V5 be out by 18 June 2027?"},
        "criteria": {"en": "As for the date of the release."},
        "opens": "2026-11-23",
        "closes": "2027-06-18",
        "resolves": "2027-06-30",
    },
}


def asked(**said) -> dict:
    return {**EVENT, "question": {**EVENT["question"], **said}}


def proposed(client, headers, body=EVENT) -> str:
    answer = client.post(POST, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def opened(client, key, body=EVENT, **opening) -> dict:
    name = proposed(client, key("forecaster"), body)
    answer = client.post(f"{POST}/{name}/opening", json=opening, headers=key("admin"))
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_proposal_waits_until_an_admin_opens_it(client, key):
    name = proposed(client, key("forecaster"))
    waiting = get(client, "/proposals?decision=waiting")["items"]
    answer = client.post(f"{POST}/{name}/opening", json={}, headers=key("admin")).json()
    question = get(client, "/questions/deepseek-app-ban-us-by-2028")

    assert [item["id"] for item in waiting] == [name]
    assert (answer["proposal"]["decision"], answer["movements"]) == ("opened", [])
    assert (question["status"], question["forecast"]) == ("upcoming", None)
    assert get(client, "/proposals?decision=waiting")["items"] == []


def test_the_ledger_says_who_proposed_and_who_opened(client, key):
    answer = opened(client, key, reason="Clear.")
    entry = get(client, f"/ledger/entries/{answer['proposal']['decided_entry']}")
    body = entry["body"]

    assert entry["kind"] == "question"
    assert body["question"]["id"] == "deepseek-app-ban-us-by-2028"
    assert (body["version"], body["world"], body["reason"]) == (1, "deepseek-r2", "Clear.")
    assert body["author"] == answer["proposal"]["author"] != body["admin"]
    assert get(client, f"/ledger/entries/{answer['proposal']['entry']}")["kind"] == "proposal"


def test_a_question_that_opens_today_is_forecast_at_once_from_its_prior(client, key):
    answer = opened(client, key, TODAY)
    (movement,) = answer["movements"]

    # Jeffreys: (1 + .5) / (12 + 1), less the days that passed in silence: none yet.
    assert movement["after"]["probability"] == pytest.approx(1.5 / 13, abs=0.002)
    said = {"question": "ban-asked-today", "probability": 0.1}
    assert client.post("/api/v1/forecasts", json=said, headers=key("forecaster")).is_success


def test_evidence_moves_an_opened_question(client, key):
    opened(client, key, TODAY)
    record = stance("ban-asked-today", direction="yes", strength="strong")
    moved = client.post("/api/v1/evidence", json=record, headers=key("forecaster")).json()

    assert moved["movements"][0]["question"] == "ban-asked-today"


def test_a_question_gets_its_forecast_when_its_time_comes(client, key, instance):
    opened(client, key)
    set_clock(instance, NOW + timedelta(days=9))
    instance.let_time_pass()
    late = get(client, "/questions/deepseek-app-ban-us-by-2028")

    assert late["forecast"]["probability"] == pytest.approx(1.5 / 13, abs=0.003)


def test_a_derived_question_between_two_edges_takes_its_share_of_the_cell(client, key, instance):
    (movement,) = opened(client, key, DERIVED)["movements"]
    timeline = instance.writer.timelines["deepseek-r2"]
    cells, space = timeline.standing[OPEN_DATE].cells, timeline.world.curves[OPEN_DATE].curve.space
    edges, deadline = space.edges, (date(2027, 6, 19) - date(1970, 1, 1)).days  # the 18th is over
    before = sum(
        chance * min(1.0, max(0.0, (deadline - start) / (end - start)))
        for chance, start, end in zip(cells, edges[:-1], edges[1:], strict=False)
    )

    assert deadline not in edges
    assert movement["after"]["probability"] == pytest.approx(before)


def test_an_admin_may_mend_it(client, key):
    mended = {**EVENT["question"], "title": {"en": "Mended"}}
    answer = opened(client, key, question=mended)

    assert get(client, f"/questions/{answer['question']}")["question"]["title"]["en"] == "Mended"
    assert answer["proposal"]["question"]["title"] == {**EVENT["question"]["title"], "ja": None}


def test_it_is_decided_once(client, key):
    name, admin = proposed(client, key("forecaster")), key("admin")
    declined = client.post(f"{POST}/{name}/declination", json={"reason": "Dull."}, headers=admin)
    entry = declined.json()["decided_entry"]

    assert declined.json()["decision"] == "declined"
    assert get(client, f"/ledger/entries/{entry}")["body"]["reason"] == "Dull."
    assert client.post(f"{POST}/{name}/opening", json={}, headers=admin).status_code == 409
    assert proposed(client, key("forecaster"))  # its id is free again


@pytest.mark.parametrize("role", ["forecaster", "resolver"])
def test_only_an_admin_decides(client, key, role):
    name, headers = proposed(client, key(role)), key(role)
    said = {"reason": "No."}

    assert client.post(POST, json=EVENT).status_code == 401
    assert client.post(f"{POST}/{name}/opening", json={}, headers=headers).status_code == 403
    assert client.post(f"{POST}/{name}/declination", json=said, headers=headers).status_code == 403
    assert client.post(f"{POST}/{name}/opening", json={}).status_code == 401


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({**EVENT, "world": "no-such-world"}, 404, ""),
        (asked(opens="2026-11-22"), 409, "`opens` must be 2026-11-23 or later"),
        (asked(closes="2200-01-01", resolves="2200-01-01"), 409, "`closes` must be 2126-12-31"),
        (asked(hindsight_note="It will."), 409, "`hindsight_note` is for banks"),
        (asked(added="2026-11-23"), 409, "`added` is for banks"),
        (asked(claims=["no-such-claim"]), 409, "`claims[0]` names no claim"),
        (
            asked(loadings=[{"driver": "luck", "weight": 1, "reason": {"en": "x"}}]),
            409,
            "`loadings[0].driver` must be one of",
        ),
        (asked(prior={**EVENT["question"]["prior"], "as_of": "2026-12-01"}), 409, "2026-11-23 or"),
        (asked(prior={**EVENT["question"]["prior"], "never": 0.99}), 409, "`prior.never`"),
        (asked(id="deepseek-v5-release-date"), 409, "taken by another question"),
        (asked(prior=None), 409, ""),
        (asked(surprise=1), 422, ""),
        ({**DERIVED, "question": {**DERIVED["question"], "opens": "2025-01-01"}}, 409, "`opens`"),
        (
            {
                **DERIVED,
                "question": {
                    **DERIVED["question"],
                    "derived_from": {"question": "r2-release-date", "by": "2025-06-01"},
                },
            },
            409,
            "`derived_from",
        ),
    ],
)
def test_what_a_bank_could_not_hold_is_refused(reader, reader_key, body, status, words):
    answer = reader.post(POST, json=body, headers=reader_key("forecaster"))

    assert answer.status_code == status, answer.text
    assert words in answer.json()["detail"]


def test_a_prior_that_cannot_be_met_is_refused(reader, reader_key):
    prior = {k: v for k, v in EVENT["question"]["prior"].items() if k != "base_rate"}
    prior |= {"quantiles": {"10": "2026-12-03", "50": "2026-12-04", "90": "2028-12-01"}}
    body = asked(type="date", event=False, prior=prior)
    answer = reader.post(POST, json=body, headers=reader_key("forecaster"))

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/impossible-prior")


def test_the_same_id_is_not_proposed_twice_at_once(client, key):
    proposed(client, key("forecaster"))
    again = client.post(POST, json=EVENT, headers=key("forecaster"))

    assert (again.status_code, again.json()["type"]) == (409, "/problems/name-taken")


def test_an_opening_that_has_passed_meanwhile_must_be_mended(client, key, instance):
    name = proposed(client, key("forecaster"))
    set_clock(instance, NOW + timedelta(days=30))
    answer = client.post(f"{POST}/{name}/opening", json={}, headers=key("admin"))

    assert answer.status_code == 409
    assert "`opens` must be 2026-12-23 or later" in answer.json()["detail"]


def test_an_unknown_proposal_is_not_found(reader, reader_key):
    headers = reader_key("admin")

    assert reader.get(f"{POST}/pr-0").status_code == 404
    assert reader.post(f"{POST}/pr-0/opening", json={}, headers=headers).status_code == 404


def test_a_past_moment_does_not_know_it(client, key):
    name = proposed(client, key("forecaster"))

    assert get(client, "/proposals?as_of=2026-11-20")["items"] == []
    assert client.get(f"{POST}/{name}?as_of=2026-11-20").status_code == 404

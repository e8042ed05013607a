"""Who forecast long ago, or before news, is nudged; only on his own, and only where it is open."""

from datetime import timedelta

from tests.api.asking import OPEN_DATE, OUTCOME, RECORD, get, set_clock
from tests.api.test_forecasting import BINARY
from tests.conftest import NOW

SAID = {"question": OPEN_DATE, "quantiles": {"10": "2026-12-20", "50": "2027-06-01"}}


def forecast(client, headers, said=BINARY):
    return client.post("/api/v1/forecasts", json=said, headers=headers)


def nudges(client, headers, language="en"):
    return get(client, "/me/nudges", **headers, **{"Accept-Language": language})["items"]


def test_what_was_said_just_now_is_fresh(client, key):
    headers = key("forecaster")
    forecast(client, headers)

    assert nudges(client, headers) == []
    assert client.get("/api/v1/me/nudges").status_code == 401


def test_age_nudges_until_it_is_said_anew(client, key, instance):
    headers = key("forecaster")
    forecast(client, headers)
    set_clock(instance, NOW + timedelta(days=31))
    (nudge,) = nudges(client, headers)
    (in_japanese,) = nudges(client, headers, "ja")
    again = forecast(client, headers)
    still = nudges(client, headers)
    forecast(client, headers, {**BINARY, "rationale": "Still so."})

    assert "old" in nudge["reasons"]
    assert "It has stood for 31 days." in nudge["words"]
    assert "31" in in_japanese["words"] and in_japanese["words"] != nudge["words"]
    assert (again.json()["repeated"], len(still)) == (True, 1)  # a repeat says nothing new
    assert nudges(client, headers) == []
    assert nudges(client, key("forecaster")) == []


def test_evidence_and_amendments_since_nudge(client, key, instance):
    headers = key("forecaster")
    forecast(client, headers, SAID)
    set_clock(instance, NOW + timedelta(hours=1))
    client.post("/api/v1/evidence", json=RECORD, headers=key("forecaster"))
    client.post(
        f"/api/v1/questions/{OPEN_DATE}/amendments",
        json={"reason": "Asked.", "fine_print": {"en": "Previews do not count."}},
        headers={**key("admin"), "If-Match": '"v1"'},
    )
    (nudge,) = nudges(client, headers)

    assert nudge["reasons"][0] == "amended"
    assert "evidence" in nudge["reasons"]
    assert (nudge["records"], nudge["amendments"]) == (1, 1)


def test_a_question_with_an_outcome_nudges_nobody(client, key, instance):
    headers = key("forecaster")
    forecast(client, headers)
    client.post("/api/v1/resolutions", json=OUTCOME, headers=key("resolver"))
    set_clock(instance, NOW + timedelta(days=31))

    assert nudges(client, headers) == []

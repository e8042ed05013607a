"""Forms of a question's page: tried, refused beside the field, and stored as the API stores."""

from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from api.instance import Instance
from api.keys import create_key
from api.roles import Role
from api.workflows.signing_in import make_link
from tests.api.shown import BROWSER, Page, page
from tests.conftest import NOW

DATE, NUMBER, CHOICE, YES = (
    "deepseek-v5-release-date",
    "deepseek-output-price-2028",
    "lmarena-top-cn-2028",
    "deepseek-v5-by-2028-01-31",
)
HERE = {"Origin": "http://testserver", **BROWSER}
FACT = {
    "fact": "Two people said that V5 is planned for the first quarter.",
    "published": "2026-11-23",
    "source": "Reuters",
    "reliability": "B",
    "credibility": "2",
}
SOONER = FACT | {"direction": "sooner", "strength": "strong"}
type SignIn = Callable[..., str]


@pytest.fixture
def sign_in(client: TestClient, instance: Instance) -> SignIn:
    """Give who signs a browser in, and gives who that is."""

    def enter(role: Role = "forecaster", language: str = "en") -> str:
        instance.writer.do(lambda change: create_key(change, "ann", role, NOW))
        link = instance.writer.do(lambda change: make_link(change, "ann", NOW))
        client.post(f"/sign-in/link/{link.token}", headers=HERE, follow_redirects=False)
        client.headers["Accept-Language"] = language
        return str(client.get("/api/v1/forecasters").json()["items"][0]["id"])

    return enter


def send(client: TestClient, path: str, fields: dict[str, str], **headers: str) -> Any:
    return client.post(path, data=fields, headers=HERE | headers, follow_redirects=False)


def records(client: TestClient) -> list[str]:
    listed = client.get(f"/api/v1/questions/{DATE}/evidence").json()["items"]
    return [item["id"] for item in listed]


def test_a_stranger_is_told_how_to_sign_in_and_sends_nothing(reader):
    shown = page(reader, f"/questions/{DATE}")
    answer = send(reader, f"/questions/{DATE}/evidence", SOONER)

    assert shown.all("form", method="post") == []
    assert "Sign in to submit evidence" in shown.text
    assert answer.status_code == 401


def test_a_preview_says_what_would_move_and_stores_nothing(client, sign_in):
    sign_in()
    answer = send(client, f"/questions/{DATE}/evidence", SOONER | {"do": "preview"})
    shown = Page(answer.text)
    tried = client.post(
        "/api/v1/evidence?dry_run=true",
        json={
            "published": "2026-11-23",
            "source": "reuters",
            "grade": "B2",
            "fact": {"en": FACT["fact"]},
            "stances": [{"question": DATE, "direction": "sooner", "strength": "strong"}],
        },
        headers={"Origin": "http://testserver"},
    ).json()
    own = next(move for move in tried["movements"] if move["question"] == DATE)

    assert answer.status_code == 200
    assert f"+{own['bits']:.2f} bits" in shown.text
    assert "Nothing is stored yet." in shown.text
    assert FACT["fact"] in shown.text and shown.all("input", name="source", value="Reuters")
    assert records(client) == []


def test_a_record_that_is_submitted_moves_the_forecast_and_is_shown(client, sign_in):
    sign_in()
    answer = send(client, f"/questions/{DATE}/evidence", SOONER | {"do": "submit"})
    (record,) = records(client)
    shown = page(client, answer.headers["Location"])

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/questions/{DATE}?sent={record}#sent"
    assert "Your record is in the ledger" in shown.text
    assert shown.all("tr", id=f"ev-{record}")
    again = send(client, f"/questions/{DATE}/evidence", SOONER | {"do": "submit"})
    assert again.headers["Location"].endswith(f"?sent={record}#sent")
    assert records(client) == [record]


def test_nothing_that_was_typed_is_lost_where_a_field_is_wrong(client, sign_in):
    sign_in(language="ja")
    words = '"><script>alert(1)</script>\u202e' + "兆" * 9_000
    fields = SOONER | {"published": "2030-01-01", "fact_ja": words, "do": "submit"}
    answer = send(client, f"/questions/{DATE}/evidence", fields)
    shown = Page(answer.text)

    assert answer.status_code == 422
    assert words in unescape(answer.text)
    assert shown.refused == []
    assert "を過ぎていない" in shown.text or "未来" in shown.text or "2030-01-01" in shown.text
    assert shown.all("input", name="published")[0]["aria-invalid"] == "true"
    assert records(client) == []


def test_a_preview_while_typing_is_a_part_of_the_page(client, sign_in):
    sign_in()
    path = f"/questions/{DATE}/evidence/preview"
    half, whole = send(client, path, {"fact": "x"}), send(client, path, SOONER)

    assert (half.status_code, whole.status_code) == (200, 200)
    assert "Still to mend:" in half.text and "<html" not in half.text
    assert "Nothing is stored yet." in whole.text
    assert records(client) == []


@pytest.mark.parametrize("path", ["evidence", "evidence/preview", "forecast"])
def test_a_page_of_another_site_changes_nothing(client, sign_in, path):
    sign_in()
    strange = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    answer = send(client, f"/questions/{DATE}/{path}", SOONER | {"do": "submit"}, **strange)

    assert answer.status_code == 403
    assert records(client) == []


def test_a_form_that_is_too_long_is_refused(client, sign_in):
    sign_in()
    answer = send(client, f"/questions/{DATE}/evidence", {"fact": "x" * 400_000})

    assert answer.status_code == 413


def test_who_may_only_read_is_told_so(client, sign_in):
    sign_in(role="reader")
    shown = page(client, f"/questions/{DATE}")

    assert "Your account may read, and submit nothing." in shown.text
    assert send(client, f"/questions/{DATE}/evidence", SOONER).status_code == 403


def test_ones_own_forecast_is_checked_sent_replaced_and_withdrawn(client, sign_in):
    sign_in()
    path = f"/questions/{YES}/forecast"
    checked = send(client, path, {"probability": "62", "do": "preview"})
    listed = f"/api/v1/questions/{YES}/forecasts?standing=true"
    before = client.get(listed).json()["items"]
    stored = send(client, path, {"probability": "62", "rationale": "Two a year.", "do": "submit"})
    (standing,) = client.get(listed).json()["items"]
    shown = page(client, f"/questions/{YES}")

    assert "You would say: 62%" in Page(checked.text).text and before == []
    assert stored.status_code == 303 and standing["forecast"]["probability"] == 0.62
    assert shown.all("input", name="probability", value="62")
    (withdrawal,) = [a for a in shown.all("form") if a["action"].endswith("/withdrawal")]
    gone = send(client, urlsplit(withdrawal["action"]).path, {})
    assert gone.status_code == 303 and client.get(listed).json()["items"] == []


def test_options_that_do_not_sum_to_one_are_refused_in_words(client, sign_in):
    sign_in()
    answer = send(client, f"/questions/{CHOICE}/forecast", {"p.alibaba": "40", "do": "submit"})

    assert answer.status_code == 422
    assert "summing to 1" in Page(answer.text).text


def test_a_question_that_has_ended_takes_nothing(client, sign_in):
    sign_in()
    shown = page(client, "/questions/qwen3-release-date")
    answer = send(client, "/questions/qwen3-release-date/evidence", SOONER | {"do": "submit"})

    assert "Submit evidence" not in shown.text
    assert answer.status_code == 422

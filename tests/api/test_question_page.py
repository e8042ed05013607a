"""One question's page: the past, charts that come alive, and long or hostile texts."""

import json
from html import unescape

import pytest

from tests.api.shown import BROWSER, page

EVENT, DATE, NUMBER = (
    "entity-list-deepseek-2026",
    "garante-final-decision-date",
    "deepseek-output-price-2028",
)
CHOICE = "lmarena-top-cn-end-2025"


def test_a_past_moment_shows_what_stood_then_and_says_so(reader):
    then = page(reader, f"/questions/{DATE}?as_of=2025-06-30")
    kept = reader.get(f"/api/v1/questions/{DATE}/evidence?as_of=2025-06-30").json()["items"]
    rows = {a["id"] for a in then.all("tr") if a.get("id", "").startswith("ev-")}

    assert "As it stood on Jun 30, 2025 23:59 UTC" in then.text
    assert rows == {f"ev-{item['id']}" for item in kept}
    assert then.all("input", name="as_of")[0]["value"] == "2025-06-30"
    assert then.all("a", href=f"/questions/{DATE}")
    assert all(
        "as_of=2025-06-30T23:59:59Z" in a["data-spec"] for a in then.all("div", **{"class": "wide"})
    )


def test_an_ended_question_is_open_where_one_looks_back(reader):
    now, then = (page(reader, f"/questions/{CHOICE}{end}") for end in ("", "?as_of=2025-06-01"))

    assert "Outcome:" in now.text and "Outcome:" not in then.text
    assert "Last forecast before the outcome" in now.text and "Forecast now" in then.text


def test_a_date_field_that_was_left_empty_asks_for_now(reader):
    assert "As it stood" not in page(reader, f"/questions/{DATE}?as_of=").text


@pytest.mark.parametrize(
    ("moment", "status", "words"),
    [("2030-01-01", 409, "must not lie in the future"), ("soon", 422, "Something is wrong.")],
)
def test_a_moment_that_cannot_be_shown_is_refused_in_words(reader, moment, status, words):
    answer = reader.get(f"/questions/{DATE}?as_of={moment}", headers=BROWSER)

    assert answer.status_code == status
    assert words in unescape(answer.text)


def test_a_question_had_no_page_before_it_came(reader):
    answer = reader.get(f"/questions/{NUMBER}?as_of=2025-06-30", headers=BROWSER)

    assert answer.status_code == 404


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("question", [EVENT, DATE, CHOICE])
def test_a_live_history_says_day_value_and_record_in_the_readers_language(
    reader, question, language
):
    spec = reader.get(f"/questions/{question}/history.vl.json?lang={language}").json()
    rows = [row for rows in spec["datasets"].values() for row in rows]
    day, fact = {"en": ("Day", "Fact"), "ja": ("日付", "事実")}[language]
    moments = [row for row in rows if day in row]
    records = [row for row in rows if fact in row]
    listed = reader.get(f"/api/v1/questions/{question}/evidence").json()["items"]

    assert len(moments) == 200
    assert {row["h"] for row in records} <= {f"#ev-{item['id']}" for item in listed}
    assert records
    assert "#" not in json.dumps(spec["config"]), "colours are those of the style sheet"


@pytest.mark.parametrize("kind", ["density", "cumulative"])
@pytest.mark.parametrize("question", [DATE, NUMBER])
def test_a_live_distribution_adds_up(reader, question, kind):
    address = f"/questions/{question}/distribution.vl.json?kind={kind}&size=narrow"
    rows = max(reader.get(address).json()["datasets"].values(), key=len)
    cells = reader.get(f"/api/v1/questions/{question}").json()["distribution"]
    beyond = cells[-1]["probability"]

    last = rows[-1]
    assert last["c"] + last["p"] == pytest.approx(1 - beyond, abs=1e-6) or kind == "cumulative"
    assert [row["c"] for row in rows] == sorted(row["c"] for row in rows)


@pytest.mark.parametrize(
    "path", [f"/questions/{EVENT}/distribution.vl.json", "/questions/none/history.vl.json"]
)
def test_what_has_no_chart_has_no_specification(reader, path):
    assert reader.get(path).status_code == 404


def test_history_from_a_bank_is_called_retrospective(reader):
    assert "Retrospective." in page(reader, f"/questions/{DATE}").text
    assert "Retrospective." not in page(reader, f"/questions/{NUMBER}").text

"""One question's page: the past, charts that come alive, and long or hostile texts."""

import json
import math
import re
from html import unescape

import pytest
from starlette.testclient import TestClient

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


def sums(client: TestClient, question: str, language: str = "en") -> list[float]:
    """Read the bits under a question's evidence: the parts, then the whole."""
    spoken = BROWSER | {"Accept-Language": language}
    text = client.get(f"/questions/{question}", headers=spoken).text
    table = text.partition('id="sums"')[2].partition("</table>")[0]
    found = re.findall(r"([+\N{MINUS SIGN}]?\d+\.\d\d)</td>", table)
    return [float(bits.replace("\N{MINUS SIGN}", "-")) for bits in found]


def log_odds(client: TestClient, question: str, sort: str) -> float:
    """Ask for the log2 odds of yes after the first or the last step."""
    address = f"/api/v1/questions/{question}/history?limit=1&sort={sort}"
    chance: float = client.get(address).json()["items"][0]["forecast"]["probability"]
    return math.log2(chance / (1 - chance))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_bits_by_what_moved_a_question_add_up_to_its_whole_movement(reader, language):
    items = reader.get("/api/v1/questions?limit=200").json()["items"]
    asked = [one["id"] for one in items if one["question"]["type"] == "binary"]
    added = {name: found for name in asked if (found := sums(reader, name, language))}

    assert len(added[EVENT]) > 2
    for name, (*parts, whole) in added.items():
        opened, last = (log_odds(reader, name, sort) for sort in ("at", "-at"))
        assert sum(parts) == pytest.approx(whole, abs=1e-9)
        assert whole == pytest.approx(last - opened, abs=0.006)


def test_bits_that_do_not_add_up_are_not_added(reader):
    assert sums(reader, DATE) == sums(reader, NUMBER) == sums(reader, CHOICE) == []


def test_an_open_question_leads_to_its_form_and_a_stranger_to_who_lets_him_in(reader):
    shown = page(reader, f"/questions/{DATE}")

    assert shown.all("a", href="#submit") and shown.all("section", id="submit")
    assert "ask whoever runs this server for a link" in shown.text
    assert "ask whoever runs this server for a link" in page(reader, "/sign-in").text
    assert not page(reader, f"/questions/{CHOICE}").all("a", href="#submit")


@pytest.mark.parametrize("question", [EVENT, NUMBER])
def test_what_counts_is_folded_above_the_evidence(reader, question):
    text = reader.get(f"/questions/{question}", headers=BROWSER).text

    assert 0 < text.index("<summary>What counts</summary>") < text.index('id="evidence"')


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("question", [EVENT, DATE, NUMBER, CHOICE])
def test_the_contents_of_a_page_lead_to_its_parts_in_their_order(reader, question, language):
    answer = reader.get(f"/questions/{question}", headers=BROWSER | {"Accept-Language": language})
    contents = re.search(r'<nav class="contents".*?</nav>', answer.text, re.DOTALL)
    assert contents is not None
    rest = answer.text[contents.end() :]
    names = re.findall(r'href="#([a-z-]+)"', contents.group())
    places = [rest.index(f' id="{name}"') for name in names]

    assert places == sorted(places) and {"evidence", "standing", "terms"} <= set(names)
    assert ("submit" in names) is (question != CHOICE)


def test_a_long_list_of_records_is_folded_but_for_the_newest(reader):
    answer = reader.get(f"/questions/{EVENT}", headers=BROWSER).text
    items = reader.get(f"/api/v1/questions/{EVENT}/evidence?limit=500").json()["items"]
    fold = answer.index('<details class="more older">')
    rows = [(found.start(), found[1]) for found in re.finditer(r'<tr id="ev-([^"]+)"', answer)]

    assert len(rows) == len(items) > 8
    assert sum(place < fold for place, _ in rows) == 5
    assert f"Older records: {len(items) - 5}" in answer

"""The list of questions and the search, as pages and as data, beside what the API answers."""

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from tests.api.paging import every
from tests.api.shown import BROWSER, Page, page


def listed(shown: Page) -> list[str]:
    """Give the questions of a list in their order."""
    prefix = "/questions/"
    return [
        a["href"].removeprefix(prefix)
        for a in shown.all("a")
        if a.get("href", "").startswith(prefix) and a.get("lang")
    ]


def ids(client: TestClient, **asked: Any) -> list[str]:
    """Give the questions that the API lists."""
    return [item["id"] for item in every(client, "/questions", **asked)]


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "open"},
        {"type": "numeric", "status": "resolved"},
        {"driver": "chip_access", "sort": "-moved"},
        {"claim": "c06"},
        {"moved": 0.2},
        {"q": "ＤｅｅｐＳｅｅｋ ﾘﾘｰｽ"},
        {"q": "すまほ"},
        {"as_of": "2025-06-30", "status": "open"},
    ],
)
def test_the_list_shows_what_the_api_lists_under_the_same_filters(reader, asked):
    query = "&".join(f"{name}={quote(str(value))}" for name, value in asked.items())
    shown = listed(page(reader, f"/questions?limit=100&{query}"))

    assert shown == ids(reader, **{"sort": "soon", **asked})


@pytest.mark.parametrize("words", ["ＤｅｅｐＳｅｅｋ", "ﾓﾃﾞﾙ", "もでる", "モデル", "DEEPSEEK"])
def test_width_kana_and_case_make_no_difference(reader, words):
    plain = {"ＤｅｅｐＳｅｅｋ": "deepseek", "DEEPSEEK": "deepseek"}.get(words, "モデル")
    found = listed(page(reader, f"/questions?limit=100&q={quote(words)}"))

    assert found == ids(reader, q=plain, sort="soon")
    assert len(found) > 1


def test_the_pages_of_the_list_are_the_whole_in_order(reader):
    address, seen = "/questions?limit=10&sort=-moved", []
    for _ in range(10):
        shown = page(reader, address)
        seen += listed(shown)
        following = shown.all("a", rel="next")
        if not following:
            break
        address = f"/questions{following[0]['href']}"

    assert seen == ids(reader, sort="-moved")


def test_a_heading_says_how_its_column_is_sorted_and_leads_to_the_other_way(reader):
    shown = page(reader, "/questions?sort=-moved&status=open")
    sorted_ = [a["aria-sort"] for a in shown.all("th") if "aria-sort" in a]
    links = [a["href"] for a in shown.all("a") if a.get("href", "").startswith("?")]

    assert sorted_ == ["descending", "none"]
    assert "?sort=moved&status=open" in links
    assert "?sort=closes&status=open" in links


def test_empty_fields_of_a_form_narrow_nothing(reader):
    shown = page(reader, "/questions?q=&status=&type=&driver=&moved=&sort=soon&as_of=&limit=100")

    assert listed(shown) == ids(reader, sort="soon")


def test_a_past_day_shows_what_was_forecast_then(reader):
    then = page(reader, "/questions?as_of=2025-06-30&limit=100")

    assert "as it stood at the end of Jun 30, 2025" in then.text
    assert "lmarena-top-cn-2028" not in listed(then)  # was not asked yet


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/questions?status=nonsense", 422),
        ("/questions?as_of=2999-01-01", 409),
        ("/questions?cursor=zzz", 409),
        ("/search?q=r2&cursor=WyJhIiwyXQ", 409),
    ],
)
def test_what_cannot_be_asked_is_answered_with_a_page(reader, path, status):
    answer = reader.get(path, headers=BROWSER)

    assert answer.status_code == status
    assert "<h1>" in answer.text
    if status == 409:
        assert reader.get(path).json()["detail"].split("`")[0] in answer.text


@pytest.mark.parametrize(
    ("page_path", "api_path"),
    [
        ("/questions.json?status=open", "/api/v1/questions?status=open"),
        ("/questions/r2-named-release-date.json", "/api/v1/questions/r2-named-release-date"),
        (
            "/questions/r2-named-release-date.csv",
            "/api/v1/history.csv?question=r2-named-release-date",
        ),
        ("/sources.csv", "/api/v1/sources.csv"),
        ("/search.json?q=r2", "/api/v1/search?q=r2"),
        ("/ledger.json?kind=bank", "/api/v1/ledger/entries?sort=-seq&kind=bank"),
        ("/ledger/7.json", "/api/v1/ledger/entries/7"),
        ("/home.json", "/api/v1/worlds"),
        ("/markets.json", "/api/v1/markets"),
        ("/reports.json", "/api/v1/reports"),
    ],
)
def test_a_page_as_data_is_the_answer_of_the_api(reader, page_path, api_path):
    answer = reader.get(page_path)

    assert answer.status_code == 200
    assert answer.content == reader.get(api_path).content
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_list_as_csv_has_a_row_for_every_question_that_is_asked_for(reader):
    answer = reader.get("/questions.csv?driver=chip_access&sort=-moved&limit=3")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    items = {i["id"]: i for i in every(reader, "/questions", driver="chip_access")}

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert [row["id"] for row in rows] == ids(reader, driver="chip_access", sort="-moved")
    for row in rows:
        chance = items[row["id"]]["forecast"]["probability"]
        assert row["probability"] == ("" if chance is None else str(chance))
        assert row["status"] == items[row["id"]]["status"]


def test_a_page_links_its_data_with_what_it_was_asked_for(reader):
    shown = page(reader, "/questions?status=open&lang=en&cursor=")
    links = {a["href"] for a in shown.all("link", rel="alternate") if "type" in a}
    visible = {a["href"] for a in shown.all("a") if "type" in a}

    assert {"/questions.json?status=open", "/questions.csv?status=open"} <= links & visible


def test_a_data_address_without_a_page_is_not_found(reader):
    assert "This page as" not in page(reader, "/ledger/verification").text
    assert reader.get("/nothing.json").status_code == 404
    assert reader.get("/questions/a/b.csv").status_code == 404


@pytest.mark.slow
def test_a_search_leads_to_the_pages_of_what_it_finds(reader):
    found = reader.get("/api/v1/search?q=API&limit=30").json()["items"]
    shown = page(reader, "/search?q=API")
    text = reader.get("/search?q=API", headers=BROWSER).text
    body = text.partition('<ol class="findings">')[2].partition("</ol>")[0]
    links = [a["href"] for a in Page(body).all("a")]

    assert len(links) == len(found) > 3
    assert {item["kind"] for item in found} >= {"question", "evidence", "claim"}
    for link in links:
        assert reader.get(link.partition("#")[0], headers=BROWSER).status_code == 200
    assert "The best first:" in shown.text
    assert "<mark>" in body


def test_a_search_for_one_kind_finds_no_other(reader):
    shown = page(reader, "/search?q=DeepSeek&kinds=source")
    links = [a["href"] for a in shown.all("a") if a.get("lang") == "en"]

    assert links
    assert all(link.startswith("/sources/") for link in links if not link.startswith("?lang"))


def test_hostile_words_of_a_search_are_shown_as_words(reader):
    words = "\"><script>alert('1')</script> {{ 7*7 }}"
    shown = page(reader, f"/search?q={quote(words)}")

    assert shown.refused == []
    assert shown.all("input", name="q")[-1]["value"] == words
    assert "Nothing has all of these words." in shown.text

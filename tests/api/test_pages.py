"""The pages on the real bank: they say what the API says, in both languages, and safely."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from api.headers import CONTENT_SECURITY_POLICY
from api.words import percent
from tests.api.shown import BROWSER, Page, page

EVENT = "entity-list-deepseek-2026"
OPEN_DATE = "deepseek-v5-release-date"
CHOICE = "lmarena-top-cn-2028"
DERIVED = "r2-by-2025-05-31"
HOSTILE = "</title><script>alert('1')</script> {{ 7 * 7 }} & \"quoted\""
RECORD: dict[str, Any] = {
    "published": "2026-11-23",
    "source": "reuters",
    "grade": "B2",
    "kind": "report",
    "url": "https://example.org/v5?a=1&b=2",
    "fact": {"en": "Two people said that V5 is planned for the first quarter."},
    "stances": [{"question": OPEN_DATE, "direction": "sooner", "strength": "strong"}],
}


def questions(client: TestClient) -> dict[str, Any]:
    items = client.get("/api/v1/questions").json()["items"]
    return {item["id"]: item for item in items}


def post(client: TestClient, key: dict[str, str], **changed: Any) -> str:
    answer = client.post("/api/v1/evidence", json=RECORD | changed, headers=key)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["evidence"]["id"])


def test_the_list_names_every_question_open_ones_first(reader):
    shown = page(reader, "/questions?limit=100")
    links = [a["href"] for a in shown.all("a") if a.get("href", "").startswith("/questions/")]
    items = questions(reader)
    is_ended = [items[link.removeprefix("/questions/")]["resolution"] is not None for link in links]

    assert sorted(links) == sorted(f"/questions/{name}" for name in items)
    assert is_ended == sorted(is_ended)


def test_the_list_says_that_its_history_was_made_in_hindsight(reader):
    assert "In hindsight." in page(reader, "/questions").text


def test_every_question_in_the_list_has_its_sparkline(reader):
    listed = page(reader, "/questions?limit=100")

    assert len(listed.all("polyline")) == len(questions(reader))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", pytest.param("ja", marks=pytest.mark.slow)])
def test_every_questions_page_can_be_read_in_both_languages(reader, language):
    for name, item in questions(reader).items():
        shown = page(reader, f"/questions/{name}", language)
        title = item["question"]["title"]

        assert shown.all("html") == [{"lang": language}]
        assert title[language] in shown.text
        assert "{" not in shown.text


def test_a_page_shows_the_probability_that_the_api_gives(reader):
    forecast = questions(reader)[EVENT]["forecast"]
    text = page(reader, f"/questions/{EVENT}").text

    assert f"Forecast now {percent(forecast['probability'], 'en')} 90% interval" in text
    assert f"{percent(forecast['low'], 'en')} – {percent(forecast['high'], 'en')}" in text


def test_a_page_shows_every_option_with_its_chance(reader):
    item = questions(reader)[CHOICE]
    text = page(reader, f"/questions/{CHOICE}").text
    titles = {choice["id"]: choice["title"]["en"] for choice in item["question"]["choices"]}

    for option in item["forecast"]["options"]:
        assert f"{titles[option['option']]} {percent(option['probability'], 'en')}" in text


def test_every_record_with_bits_has_its_marker_in_both_sizes_and_they_link_each_other(reader):
    for name in questions(reader):
        shown = page(reader, f"/questions/{name}")
        rows = [a["id"] for a in shown.all("tr") if a.get("id", "").startswith("ev-")]
        markers = shown.all("a", **{"class": "marker"})
        back = {a["href"].removeprefix("#") for a in shown.all("a")}

        wide = {a["id"] for a in markers if a["id"].startswith("m-")}
        narrow = {a["id"] for a in markers if a["id"].startswith("n-")}
        assert len(markers) == 2 * len(wide) == 2 * len(narrow)
        assert wide | narrow <= back
        assert {a["href"].removeprefix("#") for a in markers} <= set(rows)


def test_the_bits_of_the_records_are_those_of_the_api(reader):
    listed = reader.get(f"/api/v1/questions/{EVENT}/evidence").json()["items"]
    moved = {item["id"]: item["bits"] for item in listed if item["bits"] is not None}
    shown = page(reader, f"/questions/{EVENT}")
    markers = [a for a in shown.all("a", **{"class": "marker"}) if a["id"].startswith("m-")]

    assert len(markers) == len(moved)
    for marker in markers:
        sign = "+" if moved[marker["id"][2:]] > 0 else "\N{MINUS SIGN}"
        words = f"{sign}{abs(moved[marker['id'][2:]]):.2f} bits"
        assert marker["aria-label"].startswith((words, "0.00 bits"))


def test_a_new_record_is_on_the_page_with_its_bits_and_its_marker(client, key):
    before = page(client, f"/questions/{OPEN_DATE}")
    record = post(client, key("forecaster"))
    bits = client.get(f"/api/v1/questions/{OPEN_DATE}/evidence").json()["items"][0]["bits"]
    after = page(client, f"/questions/{OPEN_DATE}")

    assert before.all("a", **{"class": "marker"}) == []
    assert [a["id"] for a in after.all("a", **{"class": "marker"})] == [
        f"m-{record}",
        f"n-{record}",
    ]
    assert f"+{bits:.2f}" in after.text
    assert RECORD["fact"]["en"] in after.text
    assert "because: Two people said" in after.text


def test_a_retracted_record_is_marked_so(client, key):
    headers = key("forecaster")
    record = post(client, headers)
    client.post(f"/api/v1/evidence/{record}/retraction", headers=headers)
    shown = page(client, f"/questions/{OPEN_DATE}")

    assert shown.all("tr", id=f"ev-{record}", **{"class": "retracted"})
    assert "taken back on Nov 23, 2026" in shown.text


def test_hostile_words_are_shown_as_words(client, key):
    note = {"en": HOSTILE, "ja": HOSTILE}
    record = post(client, key("forecaster"), fact=note, note=note)
    for language in ("en", "ja"):
        shown = page(client, f"/questions/{OPEN_DATE}", language)

        assert shown.refused == []
        assert shown.text.count(HOSTILE) >= 3
        marker = shown.all("a", id=f"m-{record}")[0]["aria-label"]
        assert marker.endswith(HOSTILE)


def test_a_link_to_evidence_gives_nothing_away_and_is_the_only_way_out(client, key):
    post(client, key("forecaster"))
    for path in ("/questions", *(f"/questions/{name}" for name in (OPEN_DATE, EVENT, DERIVED))):
        for tag, attributes in page(client, path).tags:
            for address in (attributes.get("href", ""), attributes.get("src", "")):
                if address.startswith("http://testserver/oembed?"):
                    continue  # its own, by its whole address, as oEmbed asks
                if urlsplit(address).netloc or urlsplit(address).scheme:
                    assert tag == "a" and attributes["rel"] == "noopener nofollow ugc"
                    assert urlsplit(address).scheme in ("http", "https")
    assert page(client, f"/questions/{OPEN_DATE}").all("a", href=RECORD["url"])


def test_no_page_holds_a_style_or_a_script_that_the_policy_would_stop(reader):
    for path in ("/questions", f"/questions/{EVENT}", f"/questions/{CHOICE}"):
        assert page(reader, path).refused == []


@pytest.mark.parametrize(
    "path", ["/questions", "/api/v1/questions", "/static/kizashi.css", "/nowhere", "/api/v1/none"]
)
def test_every_answer_carries_the_security_headers(reader, path):
    headers = reader.get(path, headers=BROWSER).headers

    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_files_of_a_page_are_there(reader):
    shown = page(reader, "/questions")
    files = {a["href"] for a in shown.all("link") if a["rel"] in ("stylesheet", "icon")}
    files |= {a["src"] for a in shown.all("img")}

    assert {reader.get(file).status_code for file in files} == {200}


def test_a_chosen_language_is_kept_and_can_be_changed_back(reader):
    chosen = reader.get("/questions?lang=ja", headers={"Accept-Language": "en"})
    kept = reader.get("/questions", headers={"Accept-Language": "en"})
    reader.cookies.clear()

    assert "SameSite=lax" in chosen.headers["Set-Cookie"]
    assert chosen.headers["Content-Language"] == kept.headers["Content-Language"] == "ja"
    assert {"Accept-Language", "Cookie"} <= set(re.split(", ?", kept.headers["Vary"]))
    links = Page(kept.text).all("a", hreflang="en")
    assert [a["href"] for a in links] == ["/questions?lang=en"]


def test_a_page_that_has_not_changed_is_not_sent_again(reader):
    first = reader.get(f"/questions/{CHOICE}")
    again = reader.get(f"/questions/{CHOICE}", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_facts_name_the_language_that_they_are_in(client, key):
    post(client, key("forecaster"))
    shown = page(client, f"/questions/{OPEN_DATE}", "ja")

    (said,) = shown.all("span", **{"class": "said"})
    assert said["lang"] == "en"


def test_a_derived_question_says_which_curve_it_reads(reader):
    shown = page(reader, f"/questions/{DERIVED}")

    assert "Yes if this comes by May 31, 2025; it is read off the same curve" in shown.text
    assert shown.all("a", href="/questions/r2-named-release-date")


@pytest.mark.parametrize(
    "path", ["/nowhere", "/questions/no-such-question", "/questions/" + "x" * 99]
)
def test_a_browser_gets_a_page_for_what_does_not_exist(reader, path):
    answer = reader.get(path, headers=BROWSER | {"Accept-Language": "ja"})

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "このアドレスにページはない" in unescape(answer.text)


def test_the_api_answers_a_browser_with_problems_too(reader):
    answer = reader.get("/api/v1/questions/no-such-question", headers=BROWSER)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_whoever_asks_for_no_page_gets_a_problem(reader):
    answer = reader.get("/questions/no-such-question", headers={"Accept": "application/json"})

    assert answer.headers["Content-Type"] == "application/problem+json"

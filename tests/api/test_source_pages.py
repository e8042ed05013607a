"""The pages of sources: plain words, bars and facts, in both languages, before and after a fit."""

import numpy as np
import pytest

from api.headers import CONTENT_SECURITY_POLICY
from api.pages.worths import GRADE_MEANINGS, interval_of
from api.source_answers import EstimateAnswer
from api.words import ratio_in_words
from forecasts.reliability import RELIABILITY_DRAWS
from tests.api.asking import RECORD, get
from tests.api.shown import BROWSER, page
from tests.api.test_pages import HOSTILE
from tests.api.test_sources import WORLD, land

NOTHING_LEARNED = "Nothing has been learned yet"


def test_every_page_leads_to_the_sources(reader):
    for path in ("/questions", "/questions/entity-list-deepseek-2026", "/sources"):
        assert page(reader, path).all("a", href="/sources")


def test_a_record_leads_to_its_source(reader):
    shown = page(reader, "/questions/entity-list-deepseek-2026")
    links = {a["href"] for a in shown.all("a") if a.get("href", "").startswith("/sources/")}

    assert len(links) > 1
    assert {reader.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_source_is_listed_with_its_bar_and_has_a_page(reader, language):
    listed = page(reader, "/sources", language)
    items = get(reader, "/sources")["items"]
    links = [a["href"] for a in listed.all("a") if a.get("href", "").startswith("/sources/")]

    assert sorted(links) == sorted(f"/sources/{item['id']}" for item in items)
    assert len(listed.all("svg", **{"class": "worth"})) == len(items) + 6  # and a bar a grade
    for item in items:
        shown = page(reader, f"/sources/{item['id']}", language)
        assert shown.all("html") == [{"lang": language}]
        assert item["title"][language] in shown.text
        assert "{" not in shown.text


def test_the_first_sentence_says_in_plain_words_what_a_word_is_worth(reader):
    standing = get(reader, "/sources/deepseek")["worlds"][0]
    left = standing["grades"][0]["before"]["believed"][0]["believed"]
    median, low, high = (ratio_in_words(left[end], "en") for end in ("median", "low", "high"))
    sentence = (
        "Of a claim that would triple the odds, a report by DeepSeek (grade A) is taken as "
        f"multiplying them by {median} (90% interval: {low}–{high}): a chance of 50% becomes "
    )

    for path in ("/sources", "/sources/deepseek"):
        assert sentence in page(reader, path).text
        assert NOTHING_LEARNED in page(reader, path).text


def test_the_facts_are_those_of_the_api(reader):
    standing = get(reader, "/sources/deepseek")["worlds"][0]
    text = page(reader, "/sources/deepseek").text

    assert f"Records {standing['records']} ({standing['grades'][0]['records']} of grade A" in text
    assert f"On a known outcome {standing['records_with_outcome']} " in text
    assert f"Came in time to teach {standing['teaching_records']} " in text
    right, claims = standing["claims_right"], standing["claims_with_outcome"]
    assert f"Pointed the right way {right} of {claims}" in text


def test_a_fit_draws_a_second_bar_and_says_both(instance, client):
    land(instance, {"deepseek": np.full(RELIABILITY_DRAWS, 0.0)})
    shown, listed = page(client, "/sources/deepseek"), page(client, "/sources")

    for seen in (shown, listed):
        assert NOTHING_LEARNED not in seen.text
        assert "the fit that landed on Nov 23, 2026" in seen.text
        assert len(seen.all("g", **{"class": "before"})) == len(seen.all("g", **{"class": "after"}))
    left = get(client, "/sources/deepseek")["worlds"][0]["grades"][0]["before"]["believed"][0]
    ends = [ratio_in_words(left["believed"][end], "en") for end in ("median", "low", "high")]
    assert "Before anything was learned it was ×{} ({}–{}).".format(*ends) in shown.text


def test_before_learning_all_sources_are_folded_under_their_grade(reader):
    shown = page(reader, "/sources")
    items = get(reader, "/sources")["items"]
    grades = sorted(item["grades"][0]["grade"] for item in items)

    assert len(shown.all("details", **{"class": "grade-group"})) == len(set(grades))
    assert all("open" not in a for a in shown.all("details"))
    for grade in set(grades):
        assert f"{grade} {GRADE_MEANINGS[grade]} {grades.count(grade)} ×" in shown.text
    assert "Whose own record has taught most" not in shown.text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_after_learning_sources_that_taught_most_come_unfolded(instance, client, language):
    land(instance, {"deepseek": np.full(RELIABILITY_DRAWS, 0.0)})
    items = get(client, "/sources")["items"]
    whole = client.get("/sources", headers=BROWSER | {"Accept-Language": language}).text
    unfolded = whole[: whole.index("<details")]
    taught = sorted((item["teaching_records"] for item in items), reverse=True)
    first = [item for item in items if f'href="/sources/{item["id"]}"' in unfolded]

    assert sorted((item["teaching_records"] for item in first), reverse=True) == taught[:8]
    count = sum(number > 0 for number in taught)
    sentence = (
        f"{count} of {len(items)}" if language == "en" else f"{len(items)}の情報源のうち{count}"
    )
    assert sentence in unfolded
    assert whole.count('href="/sources/') - unfolded.count('href="/sources/') == len(items) - 8


def test_a_bar_never_leaves_its_frame(instance, client):
    bold = np.where(np.arange(RELIABILITY_DRAWS) % 2, 90.0, -90.0)
    land(instance, {"deepseek": bold})
    bars = page(client, "/sources/deepseek").all("rect")

    for bar in bars:
        assert -2 <= float(bar.get("x", 0)) <= float(bar.get("x", 0)) + float(bar["width"]) <= 202


def test_a_source_names_its_newest_records_and_their_questions(client, key):
    hostile = {**RECORD, "fact": {"en": HOSTILE}, "source": "my-neighbour"}
    client.post("/api/v1/evidence", json=hostile, headers=key("forecaster"))
    shown = page(client, "/sources/my-neighbour", "ja")
    question = RECORD["stances"][0]["question"]

    assert HOSTILE in shown.text
    assert shown.refused == []
    assert [a for a in shown.all("a") if a["href"].startswith(f"/questions/{question}#ev-")]


def test_a_source_whose_records_were_taken_back_says_so(client, key):
    headers = key("forecaster")
    body = {**RECORD, "source": "my-neighbour"}
    added = client.post("/api/v1/evidence", json=body, headers=headers).json()["evidence"]["id"]
    client.post(f"/api/v1/evidence/{added}/retraction", headers=headers)

    assert "No record of it bears on a question yet." in page(client, "/sources/my-neighbour").text


def test_the_pages_hold_nothing_that_the_policy_would_stop(reader):
    for path in ("/sources", "/sources/deepseek"):
        answer = reader.get(path, headers=BROWSER)
        shown = page(reader, path)

        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert shown.refused == []


def test_an_unknown_source_is_a_page_that_says_so(reader):
    assert reader.get("/sources/nobody", headers=BROWSER).status_code == 404


def test_the_world_of_the_bank_is_not_named_where_there_is_no_other(reader):
    title = get(reader, f"/worlds/{WORLD}")["title"]["en"]

    assert title not in page(reader, "/sources/deepseek").text


def test_an_interval_is_written_with_its_signs():
    unsure = EstimateAnswer(median=-0.004, low=-0.32, high=0.31)

    assert interval_of(unsure, "en") == "0 (\N{MINUS SIGN}0.32 – 0.31)"


def test_what_is_sure_needs_no_interval():
    assert interval_of(EstimateAnswer(median=0.0, low=0.0, high=0.0), "en") == "0"


def test_what_a_source_has_earned_is_told_or_said_to_be_computed(reader):
    shown = page(reader, "/sources/deepseek")

    assert "What its word has earned" in shown.text
    assert "being computed" in shown.text or "towards what happened" in shown.text

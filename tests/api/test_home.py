"""The first page beside the API: what it links, counts, and says of movements and records."""

import re

import pytest

from tests.api.asking import OPEN_DATE, RECORD
from tests.api.paging import every
from tests.api.shown import page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_graph_links_every_open_question_and_every_driver(reader, language):
    shown = page(reader, "/", language)
    links = {a["href"] for a in shown.all("a")}
    drawn = [a["class"] for a in shown.all("path") if a.get("class", "").startswith("edge")]
    drivers = every(reader, "/drivers")
    open_ = {item["id"] for item in every(reader, "/questions", status="open")}

    assert {f"/questions/{name}" for name in open_} <= links
    assert {f"/questions?driver={driver['id']}" for driver in drivers} <= links
    pulls = {(d["id"], q["question"]) for d in drivers for q in d["questions"]}
    assert len(drawn) - 3 == len([pull for pull in pulls if pull[1] in open_])  # 3 in the legend
    assert shown.refused == []


def test_a_negative_loading_is_dashed_and_told_in_words(reader):
    shown = page(reader, "/")

    assert shown.all("path", **{"class": "edge down"})
    assert "towards no (0.5)" in shown.text  # coding-arena-parity-2028 on western competition


def test_every_claim_leads_to_as_many_questions_as_it_says(reader):
    shown = page(reader, "/")
    claims = {c["id"]: len(c["questions"]) for c in every(reader, "/claims") if c["questions"]}
    links = [a["href"] for a in shown.all("a") if a["href"].startswith("/questions?claim=")]
    counted = re.findall(r"questions: (\d+)", shown.text)

    assert dict(
        zip([link.partition("=")[2] for link in links], map(int, counted), strict=True)
    ) == (claims)


def test_what_moved_most_is_told_with_its_bits_and_its_reason(client, key):
    record = {**RECORD, "grade": "A1", "kind": "fact"}
    answer = client.post("/api/v1/evidence", json=record, headers=key("forecaster"))
    moved = every(client, "/questions", sort="-moved")[0]
    text = page(client, "/").text

    assert answer.status_code == 201
    assert moved["id"] in (OPEN_DATE, "deepseek-v5-by-2028-01-31")  # one curve
    assert f"{moved['moved_bits']:+.2f} bits" in text.replace("\N{MINUS SIGN}", "-")
    assert RECORD["fact"]["en"] in text


def test_the_record_of_the_past_is_called_retrospective(reader):
    resolved = [
        item
        for item in every(reader, "/questions", status="resolved", type="binary")
        if item["resolution"]["outcome"] is not None
    ]
    came = sum(item["resolution"]["outcome"] for item in resolved)
    text = page(reader, "/").text

    assert f"forecasts of {len(resolved)} yes-or-no questions" in text
    assert f"and {came} came true" in text
    assert text.index("Retrospective.") < text.index("Halfway to their outcomes")


def test_what_to_watch_tells_of_other_curves_only(reader):
    shown = page(reader, "/").text
    watched = shown.partition("What to watch next")[2].partition("The world in one look")[0]

    assert watched.count("bits") >= 3
    assert "0.000 bits" not in watched

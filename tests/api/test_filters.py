"""Filters, orders and pages of collections, beside plain Python over all items."""

import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.api.asking import get
from tests.api.paging import every
from tests.conftest import NOW

DAYS = [None, "2025-03-10", "2025-07-01", "2026-02-14", "2026-11-23"]
WORDS = [
    "deepseek",
    "規制",
    "ＤＥＥＰＳＥＥＫ",
    "nvidia h20",
    "りりーす",
    "リリース",
    "%",
    "a_c",
    '"',
    "R2 or",
]


def maybe(*values: Any) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(values)


QUESTION_FILTERS = {
    "status": maybe("upcoming", "open", "closed", "resolved", "annulled", "ambiguous"),
    "type": maybe("binary", "multiple_choice", "numeric", "date"),
    "world": maybe("deepseek-r2", "nowhere"),
    "driver": maybe("chip_access", "us_china_relations", "lab_capability"),
    "claim": maybe("c01", "c13", "c22"),
    "tag": maybe("c04", "chip_access", "western_competition"),
    "closing_within": maybe(0, 10, 45, 400, 36_500),
    "q": maybe(*WORDS),
    "moved": maybe(0, 0.02, 0.2),
}
EVIDENCE_FILTERS = {
    "question": maybe("openai-sues-deepseek-2025", "r2-named-release-date"),
    "source": maybe("reuters", "deepseek"),
    "submitter": maybe("curator-deepseek-r2", "nobody"),
    "origin": maybe("deepseek-2024-12-26", "entity-list"),
    "kind": maybe("fact", "report", "rumour"),
    "grade": maybe("A1", "B2", "C3", "F6"),
    "retracted": maybe("true", "false"),
    "published_from": maybe("2025-02-28", "2025-05-31", "2026-01-01"),
    "published_to": maybe("2025-03-31", "2025-05-30", "2026-06-30"),
    "q": maybe(*WORDS),
}


def plain(text: str) -> str:
    """Fold a text at once, and not letter by letter."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in folded)


def says(words: str | None, *texts: Any) -> bool:
    said = plain("\n".join(text for one in texts if one for text in one.values() if text))
    return words is None or all(plain(word) in said for word in words.split())


def last_day(published: str) -> str:
    if len(published) == 10:
        return published
    year, month = map(int, published.split("-"))
    return f"{date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)}"


def fits_question(item: Any, items: dict[str, Any], asked: dict[str, Any], today: str) -> bool:
    written = item["question"]
    parent = written["derived_from"]
    curve = items[parent["question"]]["question"] if parent else written
    drivers = {loading["driver"] for loading in curve["loadings"]}
    claims = set(written["claims"])
    days = asked["closing_within"]
    soon = None if days is None else f"{date.fromisoformat(today) + timedelta(days=days - 1)}"
    texts = [written[name] for name in ("title", "criteria", "background", "fine_print")]
    texts += [choice["title"] for choice in written["choices"]]
    return (
        asked["status"] in (None, item["status"])
        and asked["type"] in (None, written["type"])
        and asked["world"] in (None, item["world"])
        and (asked["driver"] is None or asked["driver"] in drivers)
        and (asked["claim"] is None or asked["claim"] in claims)
        and (asked["tag"] is None or asked["tag"] in drivers | claims)
        and (soon is None or (item["status"] in ("open", "upcoming") and written["closes"] <= soon))
        and says(asked["q"], {"id": item["id"]}, *texts)
        and (asked["moved"] is None or abs(item["moved_bits"]) >= asked["moved"])
    )


def soon(item: Any) -> tuple[int, int]:
    day = int(item["question"]["closes"].replace("-", ""))
    rank = ["open", "upcoming", "closed"]
    return (rank.index(item["status"]), day) if item["status"] in rank else (len(rank), -day)


def fits_evidence(item: Any, asked: dict[str, Any]) -> bool:
    record = item["record"]
    published = last_day(record["published"])
    on = {stance["question"] for stance in record["stances"]}
    retracted = {"true": True, "false": False, None: None}[asked["retracted"]]
    return (
        (asked["question"] is None or asked["question"] in on)
        and asked["source"] in (None, record["source"])
        and asked["submitter"] in (None, item["submitter"])
        and asked["origin"] in (None, item["origin"])
        and asked["kind"] in (None, record["kind"])
        and asked["grade"] in (None, record["grade"])
        and retracted in (None, item["retracted_at"] is not None)
        and (asked["published_from"] is None or published >= asked["published_from"])
        and (asked["published_to"] is None or published <= asked["published_to"])
        and says(
            asked["q"], record["fact"], record["note"], {"s": record["source"], "id": item["id"]}
        )
    )


@given(
    asked=st.fixed_dictionaries(QUESTION_FILTERS),
    sort=st.sampled_from(
        [sign + name for sign in ("", "-") for name in ("entry", "id", "closes", "moved", "soon")]
    ),
    as_of=st.sampled_from(DAYS),
    limit=st.sampled_from([1, 3, 500]),
)
def test_questions_are_those_that_fit_every_filter_in_order(reader, asked, sort, as_of, limit):
    found = every(reader, "/questions", **asked, sort=sort, as_of=as_of, limit=limit)
    known = every(reader, "/questions", as_of=as_of)
    places = {item["id"]: place for place, item in enumerate(known)}
    by_id = {item["id"]: item for item in known}
    keys = {
        "entry": lambda item: places[item["id"]],
        "id": lambda item: item["id"],
        "closes": lambda item: item["question"]["closes"],
        "moved": lambda item: abs(item["moved_bits"]),
        "soon": soon,
    }
    today = as_of or f"{NOW:%Y-%m-%d}"
    fitting = [item for item in known if fits_question(item, by_id, asked, today)]
    name = sort.lstrip("-")
    fitting.sort(key=lambda item: (keys[name](item), places[item["id"]]), reverse=sort[0] == "-")

    assert [item["id"] for item in found] == [item["id"] for item in fitting]


@given(
    asked=st.fixed_dictionaries(EVIDENCE_FILTERS),
    as_of=st.sampled_from(DAYS),
    limit=st.sampled_from([7, 500]),
)
def test_evidence_is_that_which_fits_every_filter_newest_first(reader, asked, as_of, limit):
    found = every(reader, "/evidence", **asked, as_of=as_of, limit=limit)
    known = every(reader, "/evidence", as_of=as_of, limit=500)
    fitting = [item["id"] for item in known if fits_evidence(item, asked)]

    assert [item["id"] for item in found] == fitting
    assert [item["entry"] for item in known] == sorted((i["entry"] for i in known), reverse=True)


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("standing", [None, "true"])
def test_outcomes_by_question_and_status(reader, as_of, standing):
    known = every(reader, "/resolutions", as_of=as_of, limit=4)
    for status in ("resolved", "annulled", "ambiguous"):
        found = every(reader, "/resolutions", as_of=as_of, status=status, standing=standing)
        assert found == [item for item in known if item["resolution"]["status"] == status]
    for item in known[:3]:
        question = item["resolution"]["question"]
        assert every(reader, "/resolutions", as_of=as_of, question=question) == [item]


@pytest.mark.parametrize("sort", ["at", "-at"])
def test_a_history_page_by_page_is_the_whole(reader, sort):
    whole = every(reader, "/questions/r2-named-release-date/history", limit=500)
    pages = every(reader, "/questions/r2-named-release-date/history", limit=97, sort=sort)

    assert pages == (whole if sort == "at" else whole[::-1])
    assert len(whole) > 400


def test_moved_bits_are_the_sum_of_a_weeks_steps(reader):
    since = f"{NOW - timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}"
    for item in every(reader, "/questions", status="open"):
        steps = every(reader, f"/questions/{item['id']}/history", limit=500)
        week = [step["bits"] for step in steps if step["at"] > since]

        assert item["moved_bits"] == pytest.approx(sum(week), abs=1e-12)
        assert week


@pytest.mark.parametrize(
    ("path", "cursor"),
    [
        ("/questions?sort=id", "WyJlbnRyeSIsMywzXQ"),  # ["entry",3,3]
        ("/questions", "WyJlbnRyeSIsdHJ1ZSwzXQ"),  # ["entry",true,3]
        ("/questions", "WyJlbnRyeSIsMywxZTMwXQ"),  # ["entry",3,1e30]
        ("/questions?sort=id", "WyJpZCIsIlx1ZDgwMCIsM10"),  # ["id","\ud800",3]
        ("/evidence", "WyJhIl0"),  # ["a"]
        ("/drivers", "WzEsMl0"),  # [1,2]
        ("/documents", "WzEsMl0"),
        ("/search?q=deepseek", "WyJhIiwyXQ"),
        ("/worlds", "W10"),  # []
    ],
)
def test_a_cursor_of_another_page_is_refused(reader, path, cursor):
    mark = "&" if "?" in path else "?"
    answer = reader.get(f"/api/v1{path}{mark}cursor={cursor}")

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/bad-cursor")


@pytest.mark.parametrize(
    "path",
    [
        "/questions?statuss=open",
        "/evidence?sort=id",
        "/worlds/deepseek-r2?limit=1",
        "/search?q=a&x=1",
    ],
)
def test_a_parameter_that_an_address_does_not_take_is_refused(reader, path):
    answer = reader.get(f"/api/v1{path}")

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unknown-parameter")
    assert "`as_of`" in answer.json()["detail"]
    assert reader.get("/api/v1/worlds/deepseek-r2?lang=ja").status_code == 200


def test_bits_come_with_the_question_that_is_asked_for(reader):
    asked = get(reader, "/evidence?question=openai-sues-deepseek-2025")["items"]

    assert asked == get(reader, "/questions/openai-sues-deepseek-2025/evidence")["items"]
    assert any(item["bits"] for item in asked)

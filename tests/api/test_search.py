"""Search on the real bank, in English and Japanese."""

import pytest

from tests.api.asking import get
from tests.api.paging import every

PLACES = {"question": "questions", "evidence": "evidence", "source": "sources"}


@pytest.mark.parametrize(
    "asked", ["規制", "deepseek", "ＤｅｅｐＳｅｅｋ 規制", "nvidia h20", "こみっと"]
)
def test_what_is_found_can_be_read_at_its_address(reader, asked):
    found = every(reader, "/search", q=asked, limit=9)

    assert found
    assert len({(one["kind"], one["url"]) for one in found}) == len(found)
    for one in found[:12]:
        answer = reader.get(one["url"])
        assert answer.status_code == 200, one["url"]
        assert one["snippets"]


def test_kinds_narrow_a_search_and_filters_of_lists_agree_with_it(reader):
    kinds = {kind: every(reader, "/search", q="deepseek", kinds=kind) for kind in PLACES}
    both = reader.get("/api/v1/search?q=deepseek&kinds=question&kinds=claim&limit=500").json()

    assert {one["kind"] for one in both["items"]} == {"question", "claim"}
    for kind in ("question", "evidence"):
        listed = every(reader, f"/{PLACES[kind]}", q="deepseek")
        assert {one["id"] for one in listed} == {one["id"] for one in kinds[kind]}
    assert "deepseek" in [one["id"] for one in kinds["source"]]


def test_the_past_knows_less(reader):
    early = every(reader, "/search", q="deepseek", as_of="2025-03-01")
    late = every(reader, "/search", q="deepseek")

    assert 0 < len(early) < len(late)
    assert {one["url"] for one in early} < {one["url"] for one in late}


@pytest.mark.parametrize(
    "asked",
    ['"', "*", "a* OR b", "NEAR(a b)", "title:deepseek", "%", "_", "')--", "-a", "^a"],
)
def test_nothing_in_a_search_is_syntax(reader, asked):
    answer = reader.get("/api/v1/search", params={"q": asked})

    assert answer.status_code == 200, answer.text
    assert all(asked.split()[0] in str(one) for one in answer.json()["items"])


def test_blank_and_long_searches_are_refused_or_empty(reader):
    assert reader.get("/api/v1/search?q=").status_code == 422
    assert reader.get("/api/v1/search?q=" + "x" * 201).status_code == 422
    assert get(reader, "/search?q=%20")["items"] == []

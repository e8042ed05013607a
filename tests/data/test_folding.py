"""Folding: what looks the same is the same, and every letter knows where it came from."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.folding import fold, fold_with_places

TEXTS = st.text(alphabet="aZéＡ１ｶﾞﾊﾟガぱかハﾞ゙゚ー規\u0301ß\x00 \n", max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＤｅｅｐＳｅｅｋ", "deepseek"),
        ("リリース", "りりーす"),
        ("ｶﾞｲﾄﾞ", "がいど"),
        ("カ\u3099", "が"),
        ("Straße", "STRASSE"),
        ("cafe\u0301", "CAFÉ"),
        ("①", "1"),
    ],
)
def test_what_looks_the_same_is_the_same(one, other):
    assert fold(one) == fold(other)


@given(TEXTS)
def test_places_lead_back_to_the_letters(text):
    folded, places = fold_with_places(text)

    assert folded == fold(text)
    assert len(places) == len(folded) + 1
    assert places == sorted(places)
    assert places[-1] == len(text)
    for number, letter in enumerate(folded):
        end = next((p for p in places[number:] if p > places[number]), len(text))
        assert letter in fold(text[places[number] : end])


@given(TEXTS, TEXTS, TEXTS)
def test_a_part_of_a_text_is_found_in_it(before, part, after):
    marks = "\uff9e\uff9f"
    if after and (unicodedata.combining(after[0]) or after[0] in marks):
        return  # it would change the last letter of the part
    if part and (unicodedata.combining(part[0]) or part[0] in marks):
        return
    assert fold(part) in fold(before + part + after)


def test_a_nul_is_a_space():
    assert fold("a\x00b") == "a b"

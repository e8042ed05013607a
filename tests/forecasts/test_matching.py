from datetime import date

import pytest

from forecasts.matching import Wording, plain_similarity, read_wording
from forecasts.matching_reasons import match
from forecasts.wording_names import compare_names, read_names, sound_alike

DAY = date(2026, 12, 31)


def found(left, right, meaning=None):
    facts = [read_wording(Wording(title, DAY)) for title in (left, right)]
    return match(*facts, meaning)


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        ("Will R2 be released by June 30, 2026?", "R2 released before July 2026?", "same"),
        ("Will R2 be released in 2026?", "R2は2026年末までに公開されるか", "same"),
        ("Will R2 be released in 2026?", "R2は2026年末までに公開されないか", "complement"),
        ("Will Ito remain CEO in 2026?", "Ito out as CEO in 2026?", "complement"),
        ("CPI above 3% in May 2026?", "CPI 3% or lower in May 2026?", "complement"),
        ("BTC above $150k in 2026?", "Bitcoin above $120,000 in 2026?", "implies"),
        ("BTC above $120k in 2026?", "ビットコインは2026年に15万ドルを超えるか", "implied_by"),
        ("R2 released by March 2026?", "R2 released by June 2026?", "implies"),
        ("Will Ito win the 2026 NBA race?", "Will Mori win the 2026 NBA race?", "excludes"),
        (
            "Will the Fed cut rates in June 2026?",
            "Will the Fed raise rates in June 2026?",
            "excludes",
        ),
        ("R2 released in 2026?", "V4 released in 2026?", "overlaps"),
        ("R2 released in March 2026?", "R2 released in May 2026?", "overlaps"),
        ("Will Ito resign in 2026?", "Will Ito visit China in 2026?", "overlaps"),
        # an earlier and higher bar against a later and lower one; and one that is mixed
        ("BTC hits $150k by March 2026?", "BTC hits $120k by June 2026?", "implies"),
        ("BTC hits $150k by June 2026?", "BTC hits $120k by March 2026?", "overlaps"),
        # one of nested events turned over: both can never be
        ("R2 released by March 2026?", "R2 not released by June 2026?", "excludes"),
        ("R2 not released by March 2026?", "R2 released by June 2026?", "overlaps"),
        ("R2 not released by June 2026?", "R2 not released by March 2026?", "implies"),
        ("Will the Fed not cut rates in May 2026?", "Fed raises rates in May 2026?", "implied_by"),
    ],
)
def test_the_proposed_relation_follows_from_the_parts(left, right, relation):
    assert found(left, right).relation == relation


def test_a_look_alike_scores_below_the_same_contract_in_other_words():
    same = found("Will DeepSeek release R2 in 2026?", "DeepSeekは2026年末までにR2を公開するか")
    look_alike = found("Will DeepSeek release R2 in 2026?", "Will DeepSeek release V4 in 2026?")

    assert same.score > look_alike.score
    assert same.proposed
    assert not look_alike.proposed


def test_reasons_say_what_agrees_and_what_differs():
    said = {
        one.part: one
        for one in found("BTC above $150k in 2026?", "BTC above $120k in 2026?", 0.9).reasons
    }

    assert said["period"].verdict == "agrees"
    assert said["threshold"].verdict == "differs"
    assert (said["threshold"].left, said["threshold"].right) == ("> 150,000 usd", "> 120,000 usd")
    assert said["meaning"].left == "0.90"


def test_a_suggested_mismatch_is_never_zero():
    assert found("R2 released in 2026?", "R2 released in 2026?").mismatch >= 0.05


def test_empty_titles_match_nothing_and_break_nothing():
    assert not found("", "").proposed
    assert plain_similarity("", "") == 0


@pytest.mark.parametrize(
    ("latin", "kana"),
    [
        ("starmer", "スターマー"),
        ("zelenskyy", "ゼレンスキー"),
        ("knicks", "ニックス"),
        ("artemis", "アルテミス"),
    ],
)
def test_katakana_is_heard_as_the_english_name(latin, kana):
    assert sound_alike(latin, kana)
    assert not sound_alike(latin, "マクロン")


def test_versions_are_told_apart_in_both_languages():
    left, right = read_names("Will Claude 5 be released?"), read_names("Claude 4を公開するか")

    assert compare_names(left, right).versions_differ
    assert not compare_names(left, read_names("Claude 5を公開するか")).versions_differ


def test_people_of_the_same_length_of_name_are_not_one():
    names = compare_names(read_names("the Boston Celtics"), read_names("the Denver Nuggets"))

    assert not names.shared

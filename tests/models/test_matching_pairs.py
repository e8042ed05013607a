"""The labelled pairs of the benchmark, and that the matcher finds what docs/benchmarks.md says."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

from forecasts.matching import RELATIONS, Wording, compare, read_wording
from forecasts.matching_scores import is_match

PAIRS = Path(__file__).parents[2] / "benchmarks" / "matching_pairs.csv"
ROWS = list(csv.DictReader(PAIRS.read_text(encoding="utf-8").splitlines()))


def test_the_pairs_are_many_divided_by_topic_and_of_every_kind():
    topics = {
        split: {r["topic"] for r in ROWS if r["split"] == split} for split in ("dev", "held_out")
    }

    assert len(ROWS) >= 150
    assert not topics["dev"] & topics["held_out"]
    assert {row["relation"] for row in ROWS} == {*RELATIONS, "none"}
    assert {row["languages"] for row in ROWS} == {"en", "ja", "cross"}
    assert min(Counter(row["kind"] for row in ROWS).values()) >= 10


def test_most_proposals_of_held_out_topics_are_right_without_an_embedding():
    found = [(row, compare(*map(_facts, (row, row), ("left", "right")))) for row in ROWS]
    proposed = [row for row, one in found if row["split"] == "held_out" and is_match(one)]
    right = [row for row in proposed if row["relation"] in ("same", "complement")]

    assert len(right) / len(proposed) > 0.85


def _facts(row, side):
    return read_wording(Wording(row[side], date.fromisoformat(row[f"{side}_closes"])))

"""Tests of reading a suite of evidence: what is there, and every way in which it cannot be read."""

import json
from pathlib import Path

import pandas as pd
import pytest

from data.suites import SuiteUnreadable, read_suite

QUESTIONS = {
    "question": [7, 3, 9],
    "reference_class": [0, 1, 0],
    "outcome": [1, 0, 1],
    "split": ["train", "test", "train"],
}
EVIDENCE = {
    "question": [7, 9, 9, 3],
    "origin": [100, 200, 200, 300],
    "source": [4, 4, 5, 4],
    "grade": ["A", "A", "E", "A"],
    "claimed_log_lr": [1.5, -0.5, 0.0, 2.0],
}


def write(folder: Path, questions: object = QUESTIONS, evidence: object = EVIDENCE) -> str:
    pd.DataFrame(questions).to_parquet(folder / "questions.parquet")
    pd.DataFrame(evidence).to_parquet(folder / "evidence.parquet")
    return str(folder)


def test_a_suite_is_split_and_numbered_in_the_order_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "reference.json").write_text(json.dumps({"oracle": 0.25}))

    suite = read_suite(write(tmp_path))

    training = suite.training
    assert training.outcomes.tolist() == [1.0, 1.0]
    assert training.question.tolist() == [0, 1, 1]
    assert training.origin.tolist() == [0, 1, 1]
    assert training.source.tolist() == ["4", "4", "5"]
    assert training.grade.tolist() == [0, 0, 4]
    assert suite.test.claim.tolist() == [2.0]
    assert suite.oracle == 0.25


def test_without_a_reference_there_is_no_oracle(tmp_path: Path) -> None:
    assert read_suite(write(tmp_path)).oracle is None


@pytest.mark.parametrize(
    ("questions", "evidence", "fault"),
    [
        ({**QUESTIONS, "split": ["train"] * 3}, EVIDENCE, "no question has split test"),
        (QUESTIONS, {**EVIDENCE, "question": [7, 9, 9, 4]}, "evidence on question 4"),
        (QUESTIONS, {**EVIDENCE, "grade": list("AAXA")}, "not one of A to F"),
        (QUESTIONS, {k: v for k, v in EVIDENCE.items() if k != "origin"}, "no column origin"),
    ],
)
def test_what_does_not_fit_is_said(
    tmp_path: Path, questions: object, evidence: object, fault: str
) -> None:
    with pytest.raises(SuiteUnreadable, match=fault):
        read_suite(write(tmp_path, questions, evidence))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SuiteUnreadable, match=r"questions\.parquet is missing"):
        read_suite(str(tmp_path))

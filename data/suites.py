"""Reading a suite of evidence with known outcomes from its files."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from forecasts.errors import KizashiError
from forecasts.suites import EvidenceSuite, Suite, grade_indices

#: The files of a suite, and the columns that each must have.
_COLUMNS = {
    "questions.parquet": ("question", "reference_class", "outcome", "split"),
    "evidence.parquet": ("question", "origin", "source", "grade", "claimed_log_lr"),
}
_SPLITS = ("train", "test")


class SuiteUnreadable(KizashiError):
    """A folder does not hold a suite of evidence."""

    message = "{path} cannot be read as a suite of evidence: {fault}. Its README names the files."


def read_suite(path: str) -> EvidenceSuite:
    """Read `questions.parquet`, `evidence.parquet` and, if it is there, `reference.json`.

    Raises:
        SuiteUnreadable: a file or column is missing, or holds what it cannot hold.
    """
    folder = Path(path)
    questions, evidence = (_read_table(folder, name) for name in _COLUMNS)
    unknown = set(evidence["question"]) - set(questions["question"])
    if unknown:
        fault = f"evidence on question {min(unknown)}, which questions.parquet does not have"
        raise SuiteUnreadable(path=path, fault=fault)
    if not set(evidence["grade"]) <= set("ABCDEF"):
        raise SuiteUnreadable(path=path, fault="a grade is not one of A to F")
    parts = [_suite(questions[questions["split"] == split], evidence) for split in _SPLITS]
    for split, part in zip(_SPLITS, parts, strict=True):
        if not len(part.outcomes):
            raise SuiteUnreadable(path=path, fault=f"no question has split {split}")
    reference = folder / "reference.json"
    known = json.loads(reference.read_text()) if reference.exists() else {}
    return EvidenceSuite(parts[0], parts[1], known.get("oracle"))


def _read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read one file and look at its columns."""
    try:
        table = pd.read_parquet(folder / name)
    except (OSError, ValueError) as error:
        fault = f"{name} is missing" if isinstance(error, FileNotFoundError) else f"{name}: {error}"
        raise SuiteUnreadable(path=str(folder), fault=fault) from error
    missing = [column for column in _COLUMNS[name] if column not in table]
    if missing:
        raise SuiteUnreadable(path=str(folder), fault=f"{name} has no column {missing[0]}")
    return table


def _suite(questions: pd.DataFrame, evidence: pd.DataFrame) -> Suite:
    """Number questions and origins from 0."""
    place = pd.Series(np.arange(len(questions)), index=questions["question"].to_numpy())
    claims = evidence[evidence["question"].isin(place.index)]
    _, origin = np.unique(claims["origin"].to_numpy(), return_inverse=True)
    return Suite(
        classes=questions["reference_class"].to_numpy(np.int64),
        outcomes=questions["outcome"].to_numpy(np.float64),
        question=place[claims["question"].to_numpy()].to_numpy(np.int64),
        origin=origin.astype(np.int64),
        source=claims["source"].astype(str).to_numpy(np.str_),
        grade=grade_indices(claims["grade"].to_numpy(np.str_)),
        claim=claims["claimed_log_lr"].to_numpy(np.float64),
        is_attack=np.zeros(len(claims), np.bool_),
    )

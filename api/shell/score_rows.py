"""Scores of a table of forecasts as rows: of numbers, and of words for a person."""

import math
from typing import Any

import numpy as np

from api.language import translate
from data.score_sums import SCORES, Sums, label_of_quarter
from data.score_tables import ScoreTable
from forecasts.betting import e_value
from forecasts.calibration import (
    compare_to_null,
    corp,
    expected_calibration_error,
    null_miscalibration,
    spiegelhalter_z,
)
from forecasts.frequencies import Frequencies

type Row = dict[str, Any]

#: Draws behind the null of MCB: fewer where there are many groups, at least the second number.
_DRAWS, _FEWEST_DRAWS, _DRAWS_OF_ALL = 1_000, 100, 20_000
_CALIBRATION = ("ece", "mcb", "mcb_null", "dsc", "unc", "spiegelhalter_z", "e_value")
_NAN = float("nan")


def rows_of_groups(sums: Sums, table: ScoreTable, seed: int, *, quick: bool = False) -> list[Row]:
    """Give one row for each group: ranked if the groups are forecasters, else by name.

    Args:
        sums: of the whole table.
        table: which knows the names.
        seed: settles the draws behind the null of MCB.
        quick: leave out the null of MCB and the e-value.
    """
    names = {label: table.labels[label].names for label in table.labels}
    scores = _scores(sums)
    counts = sums.frequencies()
    draws = 0 if quick else max(_FEWEST_DRAWS, min(_DRAWS, _DRAWS_OF_ALL // len(sums.groups)))
    rows = []
    for labels, group in sums.groups.items():
        row = {
            word: _name(word, number, names) for word, number in zip(sums.by, labels, strict=True)
        }
        row |= {key: values[group] for key, values in scores.items()}
        rng = np.random.default_rng([seed, group])
        row |= _calibration(counts, group, rng, draws, is_linked=bool(sums.is_linked[group]))
        rows.append(row)
    return _ranked(rows) if "forecaster" in sums.by else sorted(rows, key=_labels(sums))


def _name(word: str, number: int, names: dict[str, list[str]]) -> str:
    """Give the name of a label; where nothing stood, nothing."""
    if word == "period":
        return label_of_quarter(number)
    texts = names.get(word, names.get(f"{word}_id", []))
    return texts[number] if number >= 0 else ""


def _labels(sums: Sums) -> Any:
    """Give what rows are sorted by: their labels."""
    return lambda row: tuple(row[word] for word in sums.by)


def _scores(sums: Sums) -> dict[str, list[Any]]:
    """Give the columns of counts and mean scores."""
    tallies, means, errors = sums.tallies, sums.tallies.means, sums.tallies.standard_errors
    columns: dict[str, Any] = {
        "n": tallies.forecasts,
        "questions": tallies.questions,
        "unresolved": sums.unresolved,
    }
    if sums.has_windows:
        columns |= {"outside": sums.outside, "coverage": tallies.coverage}
    for place, name in enumerate(SCORES[: len(means)]):
        columns |= {name: means[place], f"{name}_se": errors[place]}
    if sums.has_windows:
        columns |= {"peer_shrunk": tallies.shrunk_means()[SCORES.index("peer")]}
    return {name: column.tolist() for name, column in columns.items()}


def _calibration(
    counts: Frequencies, group: int, rng: np.random.Generator, draws: int, *, is_linked: bool
) -> Row:
    """Give the columns of calibration of a group; NaN where they do not apply."""
    probability, outcome, count = counts.of_group(group)
    row = dict.fromkeys(_CALIBRATION, _NAN)
    if not len(count):
        return row
    stated, happened = np.repeat(probability, count), np.repeat(outcome, count)
    parts = corp(stated, happened)
    row["ece"] = expected_calibration_error(stated, happened)
    row["mcb"], row["dsc"] = parts.miscalibration, parts.discrimination
    row["unc"] = parts.uncertainty
    if not is_linked:
        row["spiegelhalter_z"] = spiegelhalter_z(stated, happened)
    if not is_linked and draws:
        null = null_miscalibration(stated, rng, draws)
        row["mcb_null"] = compare_to_null(parts.miscalibration, null).mean
        row["e_value"] = e_value(stated, happened)
    return row


def _ranked(rows: list[Row]) -> list[Row]:
    """Put the best first and number them: by peer score with 30 zeros, else by bits of loss."""

    def badness(row: Row) -> float:
        value = -row["peer_shrunk"] if "peer_shrunk" in row else row["log2_loss"]
        return math.inf if math.isnan(value) else value

    ordered = sorted(rows, key=badness)
    places = [badness(row) for row in ordered]
    first: dict[float, int] = {}
    for place, value in enumerate(places, start=1):
        first.setdefault(value, place)
    ranks = [first[value] if value < math.inf else None for value in places]
    return [{"rank": rank, **row} for rank, row in zip(ranks, ordered, strict=True)]


def words_of_row(
    rows: list[Row], sums: Sums, language: str
) -> tuple[list[str], list[tuple[str, ...]]]:
    """Give headings and cells for a person."""
    columns = [("Rank", "rank")] if "forecaster" in sums.by else []
    columns += [(word.capitalize(), word) for word in sums.by]
    columns += [("n", "n"), ("Questions", "questions")]
    columns += [("Coverage", "coverage")] if sums.has_windows else []
    columns += [("Brier", "brier"), ("Bits", "log2_loss")]
    columns += [("Baseline", "baseline"), ("Peer", "peer")] if sums.has_windows else []
    columns += [("ECE", "ece"), ("MCB (null)", "mcb"), ("DSC", "dsc"), ("UNC", "unc")]
    columns += [("z", "spiegelhalter_z"), ("E", "e_value")]
    headings = [translate(heading, language) for heading, _ in columns]
    return headings, [tuple(_cell(row, key) for _, key in columns) for row in rows]


def _cell(row: Row, key: str) -> str:
    """Give a number with as many digits as it deserves, and with its error."""
    value = row[key]
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if key == "e_value":
        return f"{value:.3g}"
    digits = {"coverage": 2, "spiegelhalter_z": 2, "baseline": 1, "peer": 1, "ece": 3}.get(key, 4)
    text = f"{value:.{digits}f}"
    beside = row.get({"mcb": "mcb_null"}.get(key, f"{key}_se"), _NAN)
    if math.isnan(beside):
        return text
    return f"{text} ({beside:.4f})" if key == "mcb" else f"{text} ± {beside:.{digits}f}"

"""Rows of a table of forecasts as numbers: labels, windows, forecasts and what came of them.

pyarrow takes long to import, so it is imported where it is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.score_columns import (
    EMPTY,
    option_lists,
    outcomes,
    probabilities,
    require,
    times,
    weights,
)
from forecasts.outcomes import Indices
from forecasts.scoring import brier_score, brier_score_of_options

#: Columns whose texts are numbered: what scores can be grouped by, and whom they are of.
LABELS = ("question_id", "forecaster_id", "topic", "source", "kind", "type")
#: Columns that say when a forecast stood; with all of them, scores are averaged over time.
WINDOW = ("forecaster_id", "timestamp", "open_time", "close_time")
ENDS = ("resolve_time", "end_time")
_VALUES = ("probability", "probabilities", "outcome", "weight")
KNOWN = (*LABELS, *WINDOW[1:], *ENDS, *_VALUES)
#: Types of questions, told by which column holds the forecast unless the table has its own.
TYPES = ("binary", "multiple_choice")

#: One forecast. Labels are numbers (-1: none), times are days since 1970 (NaN: none).
#: `probability` is that of yes (NaN if there are several options), `chance` what was given to what
#: happened, `brier` between 0 and 1 (half the sum over options), `row` counts from 0.
ROW = np.dtype(
    [(name, np.int32) for name in ("question", "forecaster", "topic", "source", "kind", "type")]
    + [("options", np.int32), ("row", np.int64)]
    + [(name, np.float64) for name in ("probability", "chance", "brier", "outcome", "weight")]
    + [(name, np.float64) for name in ("time", "opens", "closes", "ends")]
)
type Rows = NDArray[np.void]


@dataclass(slots=True)
class Labels:
    """Texts, numbered in the order in which they come."""

    numbers: dict[str, int] = field(default_factory=dict)

    def encode(self, values: Any) -> Indices:
        """Number texts, or whatever else names things; where nothing stands, -1."""
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.compute as pc  # noqa: PLC0415

        if not pa.types.is_dictionary(values.type):
            values = pc.dictionary_encode(values)
        names = pc.cast(values.dictionary, pa.string()).to_pylist()
        known = self.numbers
        codes = [-1 if not name else known.setdefault(name, len(known)) for name in names]
        codes.append(-1)
        places = pc.fill_null(values.indices, len(names)).to_numpy(zero_copy_only=False)
        encoded: Indices = np.array(codes, np.int64)[places.astype(np.int64)]
        return encoded

    def number(self, name: str) -> int:
        """Give the number of a text, a new one if need be."""
        return self.numbers.setdefault(name, len(self.numbers))

    @property
    def names(self) -> list[str]:
        """The texts by their numbers."""
        return list(self.numbers)


def rows_of(batch: Any, labels: Mapping[str, Labels], first: int) -> Rows:
    """Turn a batch of columns into rows of numbers; `first` is the number of its first row.

    Raises:
        ColumnFault: a value cannot be what its column says.
    """
    columns = set(batch.schema.names)
    rows = np.zeros(batch.num_rows, ROW)
    rows["row"] = first + np.arange(len(rows))
    for label in LABELS:
        name = label.removesuffix("_id")
        rows[name] = labels[label].encode(batch[label]) if label in columns else -1
    require(rows["question"] >= 0, "question_id", EMPTY, "the id of the question")
    rows["weight"] = weights(batch["weight"], "weight") if "weight" in columns else 1.0
    _read_times(batch, columns, rows)
    _read_forecasts(batch, columns, rows)
    if "type" not in columns:
        numbers = np.array([labels["type"].number(name) for name in TYPES])
        rows["type"] = numbers[np.isnan(rows["probability"]).astype(int)]
    return rows


def _read_times(batch: Any, columns: set[str], rows: Rows) -> None:
    """Read when a forecast was made, and the window of its question."""
    required = set(WINDOW) <= columns
    for column, name in (("timestamp", "time"), ("open_time", "opens"), ("close_time", "closes")):
        is_there = column in columns
        rows[name] = times(batch[column], column, required=required) if is_there else np.nan
    rows["ends"] = np.nan
    for column in ENDS:
        if column in columns:
            rows["ends"] = np.fmin(rows["ends"], times(batch[column], column, required=False))
    if required:
        mend = "a time after open_time: the end of the window that was announced"
        require(rows["closes"] > rows["opens"], "close_time", "no time after open_time", mend)
        require(rows["forecaster"] >= 0, "forecaster_id", EMPTY, "who made the forecast")


def _read_forecasts(batch: Any, columns: set[str], rows: Rows) -> None:
    """Read forecasts and outcomes; say what was given to what happened."""
    chances = np.full(len(rows), np.nan)
    if "probability" in columns:
        chances = probabilities(batch["probability"], "probability")
    counts = np.zeros(len(rows), np.int64)
    if "probabilities" in columns:
        flat, starts, counts = option_lists(batch["probabilities"], "probabilities")
    is_listed = counts > 0
    column = "probability" if "probability" in columns else "probabilities"
    require(is_listed | ~np.isnan(chances), column, EMPTY, "a forecast in each row")
    both = "a forecast beside another in probabilities"
    require(~is_listed | np.isnan(chances), column, both, "only one of the two")
    rows["probability"], rows["options"] = chances, np.where(is_listed, counts, 2)
    happened = outcomes(batch["outcome"], "outcome", rows["options"])
    rows["outcome"], rows["chance"], rows["brier"] = happened, np.nan, np.nan
    plain = ~is_listed & ~np.isnan(happened)
    told, came = chances[plain], happened[plain]
    rows["chance"][plain] = np.where(came == 1, told, 1 - told)
    rows["brier"][plain] = brier_score(told, came)
    for count in np.unique(counts[is_listed]):
        same = np.flatnonzero(counts == count)
        options = flat[starts[same, np.newaxis] + np.arange(count)]
        rows["options"][same] = np.count_nonzero(~np.isnan(options), axis=1)
        resolved = ~np.isnan(happened[same])
        same, options = same[resolved], options[resolved]
        index = happened[same].astype(np.int64)
        came = options[np.arange(len(same)), index]
        index = np.where(np.isnan(came), count - 1, index)  # it was part of "Other" then
        rows["chance"][same] = options[np.arange(len(same)), index]
        rows["brier"][same] = brier_score_of_options(np.nan_to_num(options), index) / 2

"""Summing the scores of a table of forecasts, batch by batch of whole questions."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.score_rows import Rows
from data.score_tables import ScoreTable
from forecasts.frequencies import Frequencies, count_frequencies, merge_frequencies
from forecasts.metaculus import (
    ScoredForecasts,
    ScoredQuestions,
    baseline_scores,
    scored_forecasts,
    scored_questions,
    standing_shares,
)
from forecasts.metaculus_peers import peer_scores
from forecasts.outcomes import Floats, Indices
from forecasts.scoring import log2_loss
from forecasts.tallies import Tallies, empty_tallies, merge, tally

#: What is summed; the last two only where forecasts stood for a time.
SCORES = ("brier", "log2_loss", "baseline", "peer")
#: Columns that must be the same in all rows of a question.
_SHARED = (
    ("outcome", "outcome"),
    ("opens", "open_time"),
    ("closes", "close_time"),
    ("ends", "end_time"),
)
_MONTHS_TO_1970 = 1970 * 12


@dataclass(slots=True)
class Sums:
    """What is known so far of a table that is being read.

    Attributes:
        by: what scores are grouped by.
        has_windows: whether forecasts count by the time in which they stood.
        floor: logarithms take chances within [floor, 1 - floor].
        groups: number of each group, by the numbers of its labels.
        tallies: of SCORES; of the first two without windows.
        tested: of the forecasts that calibration looks at: numbers of them, and of questions.
        unresolved, outside: forecasts by group: of open questions, and that never stood.
    """

    by: tuple[str, ...]
    has_windows: bool
    floor: float
    groups: dict[tuple[int, ...], int] = field(default_factory=dict)
    tallies: Tallies = field(init=False)
    tested: Tallies = field(init=False)
    unresolved: Indices = field(default_factory=lambda: np.zeros(0, np.int64))
    outside: Indices = field(default_factory=lambda: np.zeros(0, np.int64))
    _heap: Frequencies | None = None
    _pending: list[Frequencies] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.tallies = empty_tallies(len(SCORES) if self.has_windows else 2)
        self.tested = empty_tallies(0)

    def add(self, rows: Rows) -> None:
        """Add whole questions, the rows of each together."""
        group = self._group(rows)
        is_open = np.isnan(rows["outcome"])
        self.unresolved = _longer(self.unresolved, group[is_open], len(self.groups))
        rows, group = rows[~is_open], group[~is_open]
        if self.has_windows:
            order = np.lexsort((rows["time"], rows["forecaster"], rows["question"]))
            rows, group = rows[order], group[order]
            weight, scores = _standing(rows, self.floor)
            stood = weight > 0
            self.outside = _longer(self.outside, group[~stood], len(self.groups))
            rows, group, weight, scores = rows[stood], group[stood], weight[stood], scores[:, stood]
            first = _is_first(rows, group)
        else:
            weight, scores = np.ones(len(rows)), _plain(rows, self.floor)
            first = np.ones(len(rows), np.bool_)
        worth = rows["weight"]
        sums = tally(
            group, rows["question"], weight * worth, scores, len(self.groups), first * worth
        )
        self.tallies = merge(self.tallies, sums)
        self._count(rows, group, first & ~np.isnan(rows["probability"]))

    @property
    def is_linked(self) -> NDArray[np.bool_]:
        """Whether a group has several forecasts of one question, which share its outcome."""
        return self.tested.forecasts > self.tested.questions

    def frequencies(self) -> Frequencies:
        """Give how often each probability was stated, and came true."""
        parts = [*self._pending] if self._heap is None else [self._heap, *self._pending]
        nothing = np.zeros(0)
        self._heap = merge_frequencies(parts or [count_frequencies(nothing, nothing, nothing)])
        self._pending = []
        return self._heap

    def _group(self, rows: Rows) -> Indices:
        """Number the group of each row; new groups come last."""
        columns = [_quarters(rows) if name == "period" else rows[name] for name in self.by]
        key = np.zeros(len(rows), np.int64)
        for column in columns:
            values, place = np.unique(column, return_inverse=True)
            key = place if column is columns[0] else key * len(values) + place
        if len(columns) > 1:
            key = np.unique(key, return_inverse=True)[1]
        example = np.zeros(int(key.max(initial=-1)) + 1, np.int64)
        example[key] = np.arange(len(key))
        known = self.groups
        labels = [tuple(int(column[row]) for column in columns) for row in example]
        return np.array([known.setdefault(label, len(known)) for label in labels], np.int64)[key]

    def _count(self, rows: Rows, group: Indices, chosen: NDArray[np.bool_]) -> None:
        """Count the forecasts that calibration looks at; merge when there are as many anew."""
        rows, group = rows[chosen], group[chosen]
        none = np.zeros((0, len(rows)))
        ones = np.ones(len(rows))
        tested = tally(group, rows["question"], ones, none, len(self.groups))
        self.tested = merge(self.tested, tested)
        self._pending.append(count_frequencies(group, rows["probability"], rows["outcome"]))
        held = 0 if self._heap is None else len(self._heap.keys)
        if sum(len(part.keys) for part in self._pending) > held:
            self.frequencies()


def require_agreement(table: ScoreTable, rows: Rows) -> None:
    """See to it that all rows of a question tell the same outcome and the same window.

    Raises:
        ValueUnfit: one differs from the question's first.
    """
    begins = np.diff(rows["question"], prepend=-1) != 0
    first = np.flatnonzero(begins)[np.cumsum(begins) - 1]
    for name, column in _SHARED:
        if column in table.columns or (name == "ends" and "resolve_time" in table.columns):
            values = rows[name]
            same = (values == values[first]) | (np.isnan(values) & np.isnan(values[first]))
            if not same.all():
                mend = "each question one and the same, or each its own question_id"
                row = int(rows["row"][~same].min())
                raise table.fault(row, column, "not what its question had before", mend)


def label_of_quarter(number: int) -> str:
    """Give a quarter's name.

    >>> label_of_quarter(2026 * 4)
    '2026-Q1'
    """
    return f"{number // 4}-Q{number % 4 + 1}" if number >= 0 else ""


def _quarters(rows: Rows) -> Indices:
    """Number the quarter in which a question ended, or else was to close, or was forecast."""
    known = np.where(np.isnan(rows["closes"]), rows["time"], np.fmin(rows["ends"], rows["closes"]))
    instant = np.where(np.isnan(known), rows["ends"], known)
    days = np.nan_to_num(instant // 1).astype("datetime64[D]")
    months = days.astype("datetime64[M]").astype(np.int64) + _MONTHS_TO_1970
    return np.where(np.isnan(instant), -1, months // 3)


def _clipped(rows: Rows, floor: float) -> Floats:
    """Chance given to what happened, within the floors."""
    clipped: Floats = np.clip(rows["chance"], floor, 1 - floor)
    return clipped


def _plain(rows: Rows, floor: float) -> Floats:
    """Score forecasts as they stand, shape (2, n)."""
    return np.array([rows["brier"], log2_loss(_clipped(rows, floor), 1)])


def _standing(rows: Rows, floor: float) -> tuple[Floats, Floats]:
    """Give the share of the window for which each forecast stood, and its scores, shape (4, n)."""
    forecasts, questions = _scored(rows, floor)
    begins, ends = standing_shares(forecasts, questions, questions.scheduled_close)
    share = ends - begins
    points = [
        baseline_scores(forecasts, questions, 1 / rows["options"]).score,
        peer_scores(forecasts, questions).score,
    ]
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = [np.where(share > 0, point / share, 0.0) for point in points]
    return share, np.concatenate([_plain(rows, floor), rates])


def _scored(rows: Rows, floor: float) -> tuple[ScoredForecasts, ScoredQuestions]:
    """Let each forecast stand until its forecaster's next one on the question."""
    begins = np.diff(rows["question"], prepend=-1) != 0
    first = rows[begins]
    closes = np.fmin(first["ends"], first["closes"])
    questions = scored_questions(first["opens"], first["closes"], closes)
    until = np.append(rows["time"][1:], np.inf)
    same = (np.diff(rows["forecaster"], append=-1) == 0) & ~np.append(begins[1:], True)
    forecasts = scored_forecasts(
        np.cumsum(begins) - 1,
        rows["time"],
        _clipped(rows, floor),
        np.where(same, until, np.inf),
        rows["forecaster"],
    )
    return forecasts, questions


def _is_first(rows: Rows, group: Indices) -> NDArray[np.bool_]:
    """Whether each forecast is its forecaster's first on the question, in its group."""
    keys = (rows["question"], rows["forecaster"], group)
    return np.any([np.diff(key, prepend=-1) != 0 for key in keys], axis=0)


def _longer(counts: Indices, group: Indices, groups: int) -> Indices:
    """Count further forecasts by group."""
    return np.bincount(group, minlength=groups) + np.pad(counts, (0, groups - len(counts)))

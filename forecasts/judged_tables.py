"""Tables of scores: a row for each forecaster on each resolved question, as columns of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from forecasts.board_entries import days_of_period
from forecasts.judged import JudgedForecasts, JudgedQuestions, judge
from forecasts.outcomes import Floats, Indices
from forecasts.questions import QuestionType

#: The scores of a row; see `JudgedPairs`.
SCORES = (
    "coverage", "log2_loss", "brier", "baseline", "peer", "spot_log2_loss", "spot_baseline",
    "spot_peer", "lead", "lead_coverage",
)  # fmt: skip
#: What calibration looks at: the first forecast of each row, and the one midway; NaN for none.
CALIBRATION = (
    "first_probability", "first_below", "first_at",
    "midway_probability", "midway_below", "midway_at",
)  # fmt: skip
_NUMBERS = ("question", "forecaster", "forecasts")


@dataclass(frozen=True, slots=True)
class ResolvedFacts:
    """What scores need to know of a resolved question.

    Attributes:
        id, type, topics: of it; topics are its world and the drivers that it loads on.
        known: when its outcome could be known, in days since 1970.
        happened: 1 or 0 for yes or no; None for all other types.
        is_retrospective: its evidence was collected with hindsight, by a bank that replays it.
    """

    id: str
    type: QuestionType
    topics: tuple[str, ...]
    known: float
    happened: float | None
    is_retrospective: bool


@dataclass(frozen=True, slots=True, eq=False)
class StatedForecasts:
    """Forecasts of resolved questions with what each says of what happened; shape (n,).

    Attributes:
        judged: as scores read them.
        probability: of yes; NaN where the question is none of yes or no.
        below, at: chance of less than what happened, and of at most that; NaN for yes and no, and
            for options.
    """

    judged: JudgedForecasts
    probability: Floats
    below: Floats
    at: Floats


@dataclass(frozen=True, slots=True, eq=False)
class JudgedTable:
    """Scores by forecaster and question.

    Attributes:
        questions: facts of each, by number.
        forecasters, kinds: ids, and what each is, by number.
        columns: `question` and `forecaster` (numbers), `forecasts`, SCORES and CALIBRATION.
    """

    questions: tuple[ResolvedFacts, ...]
    forecasters: tuple[str, ...]
    kinds: tuple[str, ...]
    columns: dict[str, Any]

    def __len__(self) -> int:
        """Give the number of rows."""
        return len(self.columns["question"])

    def take(self, rows: Any) -> "JudgedTable":
        """Give some rows, by a mask or by their places."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        return JudgedTable(self.questions, self.forecasters, self.kinds, columns)

    def select(
        self,
        *,
        question: str | None = None,
        forecaster: str | None = None,
        kinds: Sequence[str] = (),
        type_: str | None = None,
        topic: str | None = None,
        period: str = "all",
    ) -> "JudgedTable":
        """Give the rows that fit; what is not told fits all.

        Args:
            period: "all", a year such as "2025", or a quarter such as "2025Q4", by the day on
                which the outcome could be known.

        Raises:
            NumbersDoNotFit: the period is none of these.
        """
        first, end = days_of_period(period)
        asked = [
            question in (None, facts.id)
            and type_ in (None, facts.type)
            and (topic is None or topic in facts.topics)
            and first <= facts.known < end
            for facts in self.questions
        ]
        who = [
            forecaster in (None, name) and (not kinds or kind in kinds)
            for name, kind in zip(self.forecasters, self.kinds, strict=True)
        ]
        fits = _mask(asked)[self.columns["question"]] & _mask(who)[self.columns["forecaster"]]
        return self.take(fits)

    def happened(self) -> Floats:
        """1 or 0 for each row whether its question came true; NaN where it is none of yes or no."""
        facts = [np.nan if q.happened is None else q.happened for q in self.questions]
        return np.asarray(np.array([*facts, np.nan])[self.columns["question"]])

    def known(self) -> Floats:
        """When the outcome of each row's question could be known."""
        known = np.array([*(facts.known for facts in self.questions), np.nan])
        return np.asarray(known[self.columns["question"]])


def judged_table(
    facts: Sequence[ResolvedFacts],
    questions: JudgedQuestions,
    forecasters: Sequence[str],
    kinds: Sequence[str],
    stated: StatedForecasts,
) -> JudgedTable:
    """Score forecasts, and put the scores into a table.

    Raises:
        ImpossibleProbability, NumbersDoNotFit: as the scores do.
    """
    pairs = judge(stated.judged, questions)
    columns: dict[str, Any] = {name: getattr(pairs, name) for name in (*_NUMBERS, *SCORES)}
    for moment, rows in (("first", pairs.first), ("midway", pairs.midway)):
        for name in ("probability", "below", "at"):
            columns[f"{moment}_{name}"] = _at(getattr(stated, name), rows)
    return JudgedTable(tuple(facts), tuple(forecasters), tuple(kinds), columns)


def joined(first: JudgedTable, second: JudgedTable) -> JudgedTable:
    """Put two tables one after the other; questions are told by their ids, nobody is in both."""
    places = {facts.id: place for place, facts in enumerate(first.questions)}
    new = [facts for facts in second.questions if facts.id not in places]
    places |= {facts.id: len(places) + n for n, facts in enumerate(new)}
    moved = {
        "question": np.array([places[q.id] for q in second.questions], np.int64),
        "forecaster": len(first.forecasters) + np.arange(len(second.forecasters)),
    }
    columns = {
        name: np.concatenate([column, _moved(second.columns[name], moved.get(name))])
        for name, column in first.columns.items()
    }
    return JudgedTable(
        (*first.questions, *new),
        first.forecasters + second.forecasters,
        first.kinds + second.kinds,
        columns,
    )


def concatenated(parts: Sequence[StatedForecasts]) -> StatedForecasts:
    """Put forecasts one after the other."""
    judged = JudgedForecasts(
        *(
            np.concatenate([getattr(part.judged, field.name) for part in parts])
            for field in fields(JudgedForecasts)
        )
    )
    rest = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("probability", "below", "at")
    )
    return StatedForecasts(judged, *rest)


def _mask(values: list[bool]) -> Any:
    """Booleans as an array that is never empty, so that nothing can be taken from it."""
    return np.array([*values, False], np.bool_)


def _at(values: Floats, rows: Indices) -> Floats:
    """Values at some places; NaN where the place is -1."""
    return np.where(rows >= 0, np.append(values, np.nan)[rows], np.nan)


def _moved(column: Any, places: Indices | None) -> Any:
    """Give numbers their new values, if they have new ones."""
    return column if places is None or not len(column) else places[column]

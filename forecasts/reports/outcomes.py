"""The table of outcomes: what happened, what had been said of it, and what that cost."""

import numpy as np

from forecasts.judged_tables import JudgedTable
from forecasts.reports.inputs import MODEL, AskedQuestion, Inputs
from forecasts.reports.naming import type_in_words
from forecasts.reports.quarters import Quarter
from forecasts.reports.values import Cell, Column, Day, Table, column, told
from forecasts.times import day_of

#: So many outcomes are shown; of more, those that cost most.
SHOWN = 40

type Scores = dict[str, tuple[float, float]]


def scores_of(inputs: Inputs, quarter: Quarter) -> Scores:
    """Give loss in bits and Brier score of each question: the model's, else people's on average."""
    table = inputs.of_voice(MODEL, quarter)
    return _means(table if len(table) else inputs.of_people(quarter))


def outcomes_table(inputs: Inputs, scored: list[AskedQuestion]) -> Table:
    """List the scored questions with what happened and what had been said."""
    scores = scores_of(inputs, inputs.quarter)
    is_model = len(inputs.of_voice(MODEL, inputs.quarter)) > 0
    shown = scored
    if len(scored) > SHOWN:
        shown = sorted(scored, key=lambda one: (-scores.get(one.id, (-1.0, 0.0))[0], one.id))
    gains = _gains(inputs, inputs.of_voice(MODEL, inputs.quarter))
    rows = tuple(_row(one, scores, gains, is_model=is_model) for one in shown)
    caption = told(
        "Each outcome, and what forecasters lost on it on average. Where there are many, those "
        "that cost most stand first."
    )
    if is_model:
        caption = told(
            "Each outcome, and what the model had said: the chance that it gave to what happened "
            "when the question opened and before the outcome was fixed, and its scores over that "
            "time."
        )
    return Table("outcomes", caption, _columns(is_model=is_model), rows, most=SHOWN)


def _gains(inputs: Inputs, table: JudgedTable) -> dict[str, float]:
    """Give the bits by which the model was better than its opening prior, by question."""
    names = [table.questions[place].id for place in table.columns["question"].tolist()]
    gains = zip(names, inputs.gains(table).tolist(), strict=True)
    return {name: gain for name, gain in gains if not np.isnan(gain)}


def _means(table: JudgedTable) -> Scores:
    """Average loss and Brier score over the rows of each question."""
    asked = table.columns["question"]
    count = np.bincount(asked, minlength=len(table.questions))
    sums = [
        np.bincount(asked, table.columns[name], len(table.questions))
        for name in ("log2_loss", "brier")
    ]
    return {
        table.questions[place].id: (
            float(sums[0][place] / count[place]),
            float(sums[1][place] / count[place]),
        )
        for place in np.flatnonzero(count).tolist()
    }


def _row(
    one: AskedQuestion, scores: Scores, gains: dict[str, float], *, is_model: bool
) -> tuple[Cell, ...]:
    """Give the cells of a question."""
    loss, brier = scores.get(one.id, (None, None))
    known = one.known or 0.0
    cells: tuple[Cell, ...] = (
        one.id,
        one.title,
        type_in_words(one.type),
        Day(day_of(known).isoformat()),
        one.outcome,
        loss,
        brier,
        one.is_retrospective,
    )
    if is_model:
        gain = None if loss is None else gains.get(one.id)
        cells = (*cells[:5], one.opening, one.closing, loss, brier, gain, one.is_retrospective)
    return cells


def _columns(*, is_model: bool) -> tuple[Column, ...]:
    """Give the columns."""
    said = (
        column("opening", told("Chance given at opening"), "chance"),
        column("closing", told("Chance given last"), "chance"),
    )
    return (
        column("question", told("Id"), is_shown=False),
        column("title", told("Question")),
        column("type", told("Type")),
        column("known_by", told("Known by"), "day"),
        column("outcome", told("Outcome")),
        *(said if is_model else ()),
        column("log2_loss", told("Bits lost"), "score"),
        column("brier", told("Brier"), "score"),
        *((column("gain", told("Gain over prior"), "bits"),) if is_model else ()),
        column("retrospective", told("Retrospective"), is_shown=False),
    )

"""What a forecaster got on each question with an outcome: lines, best and worst calls, history."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from api.language import translate
from api.pages.board_columns import signed
from api.pages.wording import Wording, wording
from api.words import day_in_words, outcome_in_words, percent
from data.facts import newest_resolutions, read_questions
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from forecasts.judged_tables import JudgedTable
from forecasts.times import day_of

#: So many calls are called the best, and the worst.
_CALLS = 3
#: So many questions are listed, the newest first.
_MOST_LINES = 200
#: Size of the drawing of the history, in its own units.
_WIDTH, _HEIGHT, _EDGE = 600.0, 90.0, 5.0


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One question: what was said first, what happened, and what that earned.

    Attributes:
        lead: bits beside the others, in words; "–" where nobody else stood.
        sign: "up", "down" or "none".
    """

    question: str
    title: Wording
    day: str
    said: str
    outcome: str
    lead: str
    sign: str
    peer: str
    baseline: str
    brier: str
    coverage: str
    is_retrospective: bool


@dataclass(frozen=True, slots=True)
class ScoreHistory:
    """The sum of bits beside the others, outcome by outcome, as one line."""

    points: str
    zero: float
    words: str


@dataclass(frozen=True, slots=True)
class Scores:
    """All that outcomes say of somebody.

    Attributes:
        more: how many lines are left out.
    """

    lines: tuple[ScoreLine, ...]
    best: tuple[ScoreLine, ...]
    worst: tuple[ScoreLine, ...]
    history: ScoreHistory | None
    more: int


def scores_of(connection: Connection, table: JudgedTable, language: str) -> Scores:
    """Write the rows of one forecaster.

    Args:
        table: his rows alone.
    """
    asked = {name: written for name, (_, written) in read_questions(connection).items()}
    outcomes = newest_resolutions(connection)
    lead, order = table.columns["lead"], np.argsort(-table.known(), kind="stable")
    lines = {
        int(row): _line(table, int(row), asked, outcomes, language)
        for row in order
        if table.questions[table.columns["question"][row]].id in asked
    }
    met = sorted((row for row in lines if not math.isnan(lead[row])), key=lambda row: -lead[row])
    best = [row for row in met if lead[row] > 0][:_CALLS]
    worst = [row for row in met[::-1] if lead[row] < 0][:_CALLS]
    shown = list(lines.values())[:_MOST_LINES]
    return Scores(
        lines=tuple(shown),
        best=tuple(lines[row] for row in best),
        worst=tuple(lines[row] for row in worst),
        history=_history([float(lead[row]) for row in list(lines)[::-1]], language),
        more=len(lines) - len(shown),
    )


def _line(
    table: JudgedTable,
    row: int,
    asked: Mapping[str, QuestionFormat],
    outcomes: Mapping[str, ResolutionFormat],
    language: str,
) -> ScoreLine:
    """Write one row."""
    columns = table.columns
    facts = table.questions[columns["question"][row]]
    written, lead = asked[facts.id], float(columns["lead"][row])
    said = float(columns["first_probability"][row])
    outcome = outcomes.get(facts.id)
    return ScoreLine(
        question=facts.id,
        title=wording(written.title, language),
        day=day_in_words(day_of(facts.known).isoformat(), language),
        said="–" if math.isnan(said) else percent(said, language),
        outcome=outcome_in_words(outcome, written, language) if outcome else "–",
        lead="–" if math.isnan(lead) else signed(lead),
        sign="none" if math.isnan(lead) or lead == 0 else "up" if lead > 0 else "down",
        peer=signed(float(columns["peer"][row]), 1),
        baseline=signed(float(columns["baseline"][row]), 1),
        brier=f"{columns['brier'][row]:.3f}",
        coverage=percent(float(columns["coverage"][row]), language),
        is_retrospective=facts.is_retrospective,
    )


def _history(leads: list[float], language: str) -> ScoreHistory | None:
    """Draw the sum of bits, from the first outcome to the newest."""
    sums = np.cumsum([0.0, *(lead for lead in leads if not math.isnan(lead))])
    if len(sums) < 3:
        return None
    low, high = float(sums.min()), float(sums.max())
    across = (_WIDTH - 2 * _EDGE) / (len(sums) - 1)
    upward = (_HEIGHT - 2 * _EDGE) / ((high - low) or 1.0)
    heights = _HEIGHT - _EDGE - (sums - low) * upward
    points = " ".join(f"{_EDGE + n * across:.1f},{y:.1f}" for n, y in enumerate(heights))
    words = translate(
        "Sum of bits beside the others after each outcome: {sum} bits after {count} outcomes.",
        language,
    ).format(sum=signed(float(sums[-1])), count=len(sums) - 1)
    return ScoreHistory(points, round(float(heights[0]), 1), words)

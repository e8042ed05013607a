"""Outcomes: what one leaves possible on a curve, and what a wrong one is told."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from forecasts.errors import OutcomeDoesNotFit
from forecasts.outcomes import Floats, Outcome, cell_of
from forecasts.questions import Curve, Question

Status = Literal["resolved", "annulled", "ambiguous"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """The outcome of a question.

    Attributes:
        question: its id.
        status: annulled and ambiguous are outcomes of their own, and teach nothing.
        outcome: true or false, an option's id, a number, a day or "never"; None if not resolved.
        resolved_at: day on which the outcome became fixed: the question's own history ends.
        known_by: day by which it could be known: other questions use it from then.
    """

    question: str
    status: Status
    outcome: Outcome | None
    resolved_at: date
    known_by: date


def possible_cells(question: Question, curve: Curve, resolution: Resolution) -> Floats | None:
    """Give the share of each cell that an outcome allows; None where it teaches nothing.

    Raises:
        OutcomeDoesNotFit: the question has no such outcome.
    """
    if resolution.status != "resolved" or resolution.outcome is None:
        return None
    if question.yes is None or curve.space.kind == "binary":
        return _single_cell(question, curve, resolution.outcome)
    if not isinstance(resolution.outcome, bool):
        raise OutcomeDoesNotFit(question=question.id, kind=question.type, mend="true or false")
    if question.id != curve.id:
        return question.yes if resolution.outcome else 1 - question.yes
    happened = resolution.resolved_at if resolution.outcome else "never"
    return _single_cell(question, curve, happened)


def _single_cell(question: Question, curve: Curve, outcome: Outcome) -> Floats:
    """One for the cell of the outcome, zero for the rest."""
    cell = cell_of(curve.space, outcome, question.id)
    return np.asarray(np.eye(curve.space.size)[cell])

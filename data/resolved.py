"""Questions with an outcome, in the terms of the domain, as scores need them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, func, select

from data.decoding import decode_resolution
from data.events import Timelines, find_question
from data.facts import read_questions
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.tables import LEDGER, QUESTIONS, RESOLUTIONS
from forecasts.errors import UnknownQuestion
from forecasts.games import known_truth
from forecasts.judged import SPOT_SHARE, JudgedQuestions, ignorance_of_cells
from forecasts.judged_tables import ResolvedFacts
from forecasts.outcomes import Floats
from forecasts.questions import Curve, Question
from forecasts.resolutions import Resolution
from forecasts.times import instant_of, start_of_day

#: Finds a question and the curve that it reads; None for one that is not there.
type Finder = Callable[[str], tuple[Question, Curve] | None]


@dataclass(frozen=True, slots=True, eq=False)
class ResolvedQuestion:
    """A question with an outcome, in the terms of the domain.

    Attributes:
        facts: what scores show of it.
        asked: as it was written.
        question, curve: what forecasts of it are over.
        truth: share of each cell of the curve that makes true what happened, shape (cells,).
        opens, closes, ends: the announced window, and when the outcome became fixed.
        ignorance: chance that who knows nothing gives to what happened.
        resolver: who said so.
    """

    facts: ResolvedFacts
    asked: QuestionFormat
    question: Question
    curve: Curve
    truth: Floats
    opens: float
    closes: float
    ends: float
    ignorance: float
    resolver: str

    @property
    def is_continuous(self) -> bool:
        """Tell whether it is of a number or a date."""
        return self.question.type in ("numeric", "date")


def finder(timelines: Timelines) -> Finder:
    """Give a function that finds questions in worlds as they stand."""

    def find(name: str) -> tuple[Question, Curve] | None:
        try:
            return find_question(timelines, name)[1:]
        except UnknownQuestion:
            return None

    return find


def judged_from(connection: Connection, entries: int | None = None) -> tuple[int, ...]:
    """Give numbers that are the same as long as scores of people's forecasts are.

    Forecasts are no part of it: none can be made, nor withdrawn, to count on a question that has
    its outcome.
    """
    newest = select(func.max(RESOLUTIONS.c.seq), func.count(RESOLUTIONS.c.seq))
    if entries is not None:
        newest = newest.where(RESOLUTIONS.c.seq <= entries)
    versions = select(func.sum(QUESTIONS.c.version), func.count(QUESTIONS.c.id))
    rows = (connection.execute(query).one() for query in (newest, versions))
    return tuple(int(value or 0) for row in rows for value in row)


def read_resolved(
    connection: Connection, find: Finder, entries: int | None = None
) -> list[ResolvedQuestion]:
    """Read questions whose newest outcome is one, in the order of their ids."""
    newest = select(RESOLUTIONS).order_by(RESOLUTIONS.c.seq)
    if entries is not None:
        newest = newest.where(RESOLUTIONS.c.seq <= entries)
    rows: dict[str, Row[Any]] = {row.question: row for row in connection.execute(newest)}
    replayed, asked_of = _replayed(connection), read_questions(connection)
    found = []
    for name, (_, asked) in sorted(asked_of.items()):
        row = rows.get(name)
        if row is None:
            continue
        written = ResolutionFormat.model_validate_json(row.body)
        if written.status != "resolved":
            continue
        place = find(name)
        if place is None:
            continue
        question, curve = place
        topics, told = _topics(asked_of, name), decode_resolution(written, question)
        found.append(_resolved(asked, question, curve, row, told, topics, name in replayed))
    return found


def _resolved(
    asked: QuestionFormat,
    question: Question,
    curve: Curve,
    row: Row[Any],
    resolution: Resolution,
    topics: tuple[str, ...],
    is_retrospective: bool,  # noqa: FBT001
) -> ResolvedQuestion:
    """Put a question and its outcome together."""
    truth = known_truth(question, curve, resolution).sides[0]
    closed = (False, False)
    if asked.range is not None:
        closed = (asked.range.closed_below, asked.range.closed_above)
    is_binary = question.yes is not None
    even = 0.5 if is_binary else float(ignorance_of_cells(curve.space, closed) @ truth)
    facts = ResolvedFacts(
        id=question.id,
        type=question.type,
        topics=topics,
        known=start_of_day(resolution.known_by),
        happened=float(bool(resolution.outcome)) if is_binary else None,
        is_retrospective=is_retrospective,
    )
    return ResolvedQuestion(
        facts, asked, question, curve, truth, question.opens, question.closes, row.resolved_at,
        max(even, 1e-6), row.resolver,
    )  # fmt: skip


def questions_of(resolved: Sequence[ResolvedQuestion]) -> JudgedQuestions:
    """Give resolved questions as scores read them."""
    columns = [
        np.array([getattr(one, name) for one in resolved], float)
        for name in ("opens", "closes", "ends", "ignorance")
    ]
    opens, closes, ends, ignorance = columns
    is_continuous = np.array([one.is_continuous for one in resolved], np.bool_)
    shown = np.array([_shown_from(one.asked) for one in resolved], float)
    spot = np.where(np.isnan(shown), opens + SPOT_SHARE * (closes - opens), shown)
    return JudgedQuestions(opens, closes, ends, spot, ignorance, is_continuous)


def _shown_from(asked: QuestionFormat) -> float:
    """Give when forecasts began to show, which is the spot then; NaN if they always did."""
    shown = asked.forecasts_hidden_until
    return float("nan") if shown is None else instant_of(shown)


def _topics(written: dict[str, tuple[str, QuestionFormat]], name: str) -> tuple[str, ...]:
    """Give a question's topics: its world, and the drivers that it, or its parent, loads on."""
    world, asked = written[name]
    parent = asked.derived_from.question if asked.derived_from else None
    _, told = written.get(parent or name, (world, asked))
    return tuple(sorted({world, *(loading.driver for loading in told.loadings)}))


def _replayed(connection: Connection) -> set[str]:
    """Read the questions whose outcome a bank dated back."""
    query = select(RESOLUTIONS.c.question).join(LEDGER, LEDGER.c.seq == RESOLUTIONS.c.seq)
    return set(connection.execute(query.where(LEDGER.c.replayed)).scalars())

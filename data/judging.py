"""What people and bots forecast of resolved questions, as arrays that scores read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, case, func, select

from data.decoding import decode_resolution
from data.decoding_forecasts import stated_cells
from data.events import Timelines, find_question
from data.facts import read_questions
from data.formats.forecasts import ForecastFormat
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.tables import ACTORS, FORECASTS, LEDGER, QUESTIONS, RESOLUTIONS
from forecasts.errors import UnknownQuestion
from forecasts.games import known_truth
from forecasts.judged import SPOT_SHARE, JudgedForecasts, JudgedQuestions, ignorance_of_cells
from forecasts.judged_tables import (
    JudgedTable,
    ResolvedFacts,
    StatedForecasts,
    judged_table,
)
from forecasts.outcomes import Floats
from forecasts.questions import Curve, Question
from forecasts.resolutions import Resolution
from forecasts.times import instant_of, start_of_day
from forecasts.voices import brier_of_cells

#: Finds a question and the curve that it reads; None for one that is not there.
type Finder = Callable[[str], tuple[Question, Curve] | None]
#: Kinds of forecasters that others are compared with.
BASE = ("person", "bot", "curator")
#: Of numbers and dates, so many readings of stated forecasts are kept.
_KEPT = 200_000


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


type Said = tuple[float, float, float, float]
"""Chance and Brier score of what happened; chance of less than that, and of at most that."""


@dataclass(slots=True)
class SaidCache:
    """What forecasts of options, numbers and dates said of an outcome, so that each is read once.

    A forecast never changes; the outcome of its question may, and is part of the key.
    """

    _said: dict[tuple[str, bytes], Said] = field(default_factory=dict)

    def said(self, row: Any, asked: ResolvedQuestion) -> Said:
        """Read a stated forecast beside what happened."""
        key = (row.id, asked.truth.tobytes())
        found = self._said.get(key)
        if found is None:
            if len(self._said) >= _KEPT:
                self._said.clear()
            written = ForecastFormat.model_validate_json(row.body)
            cells = stated_cells(written, asked.asked, asked.curve.space, row.recorded_at)
            assert cells is not None  # binary ones have a probability in their row
            found = self._said[key] = said_of(asked, cells[None])[0]
        return found


def finder(timelines: Timelines) -> Finder:
    """Give a function that finds questions in worlds as they stand."""

    def find(name: str) -> tuple[Question, Curve] | None:
        try:
            return find_question(timelines, name)[1:]
        except UnknownQuestion:
            return None

    return find


def said_of(asked: ResolvedQuestion, cells: Floats) -> list[Said]:
    """Give what distributions over a question's curve, shape (n, cells), said of what happened."""
    chance = np.clip(cells @ asked.truth, 0, 1)
    brier = brier_of_cells(asked.question, cells, asked.truth)
    below = np.full(len(cells), np.nan)
    at = below
    if asked.is_continuous:
        cell = int(asked.truth.argmax())
        below = np.clip(cells[:, :cell].sum(axis=1), 0, 1)
        at = np.clip(below + cells[:, cell], below, 1)
    return list(zip(chance.tolist(), brier.tolist(), below.tolist(), at.tolist(), strict=True))


def read_judgement(
    connection: Connection,
    find: Finder,
    cache: SaidCache,
    entries: int | None = None,
) -> JudgedTable:
    """Score what people and bots said, from the rows of a ledger of so many entries (None: all)."""
    resolved = read_resolved(connection, find, entries)
    forecasters, kinds, stated = read_stated(connection, resolved, cache, entries)
    facts = [one.facts for one in resolved]
    return judged_table(facts, questions_of(resolved), forecasters, kinds, stated)


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


def read_stated(
    connection: Connection,
    resolved: Sequence[ResolvedQuestion],
    cache: SaidCache,
    entries: int | None = None,
) -> tuple[list[str], list[str], StatedForecasts]:
    """Read all forecasts of resolved questions: ids and kinds of their forecasters, and arrays."""
    numbers = {one.facts.id: place for place, one in enumerate(resolved)}
    kinds = {row.id: row.kind for row in connection.execute(select(ACTORS.c.id, ACTORS.c.kind))}
    said = case((FORECASTS.c.probability.is_(None), FORECASTS.c.body))
    columns = ("id", "question", "forecaster", "recorded_at", "until", "probability")
    query = select(*(FORECASTS.c[name] for name in columns), said.label("body")).where(
        FORECASTS.c.question.in_(select(RESOLUTIONS.c.question).distinct())
    )
    if entries is not None:
        query = query.where(FORECASTS.c.seq <= entries)
    rows: list[Any] = [row for row in connection.execute(query) if row.question in numbers]
    people: dict[str, int] = {}
    question = np.array([numbers[row.question] for row in rows], np.int64)
    who = np.array([people.setdefault(row.forecaster, len(people)) for row in rows], np.int64)
    stated = _stated(rows, question, resolved, cache)
    in_base = np.array([kinds.get(name) in BASE for name in people], np.bool_)
    judged = JudgedForecasts(
        question=question,
        forecaster=who,
        start=np.array([row.recorded_at for row in rows], float),
        end=np.array([np.inf if row.until is None else row.until for row in rows], float),
        chance=stated["chance"],
        brier=stated["brier"],
        in_base=in_base[who] if rows else np.zeros(0, np.bool_),
    )
    found = StatedForecasts(judged, stated["probability"], stated["below"], stated["at"])
    return list(people), [kinds.get(name, "person") for name in people], found


def _stated(
    rows: Sequence[Any],
    question: Any,
    resolved: Sequence[ResolvedQuestion],
    cache: SaidCache,
) -> dict[str, Floats]:
    """Say what each row said of what happened."""
    happened = [np.nan if one.facts.happened is None else one.facts.happened for one in resolved]
    yes = np.array([*happened, np.nan])[question]
    probability = np.array(
        [np.nan if row.probability is None else row.probability for row in rows], float
    )
    chance = np.where(yes == 1, probability, 1 - probability)
    brier, below, at = (1 - chance) ** 2, np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for place in np.flatnonzero(np.isnan(probability)).tolist():
        numbers = cache.said(rows[place], resolved[int(question[place])])
        chance[place], brier[place], below[place], at[place] = numbers
    return {
        "probability": probability, "chance": chance, "brier": brier, "below": below, "at": at
    }  # fmt: skip


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

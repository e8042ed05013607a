"""What people and bots forecast of resolved questions, as arrays that scores read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Connection, case, select

from data.decoding_forecasts import stated_cells
from data.formats.forecasts import ForecastFormat
from data.resolved import Finder, ResolvedQuestion, questions_of, read_resolved
from data.tables import ACTORS, FORECASTS, RESOLUTIONS
from forecasts.judged import JudgedForecasts
from forecasts.judged_tables import JudgedTable, StatedForecasts, judged_table
from forecasts.outcomes import Floats
from forecasts.voices import brier_of_cells

#: Kinds of forecasters that others are compared with.
BASE = ("person", "bot", "curator")
#: Columns of forecasts that are read, and how many rows at once.
_TEXTS, _TIMES = ("id", "question", "forecaster"), ("recorded_at", "until", "probability")
_AT_ONCE = 50_000
#: Of numbers and dates, so many readings of stated forecasts are kept.
_KEPT = 200_000


type Said = tuple[float, float, float, float]
"""Chance and Brier score of what happened; chance of less than that, and of at most that."""


@dataclass(slots=True)
class SaidCache:
    """What forecasts of options, numbers and dates said of an outcome, so that each is read once.

    A forecast never changes; the outcome of its question may, and is part of the key.
    """

    _said: dict[tuple[str, bytes], Said] = field(default_factory=dict)

    def said(self, forecast: str, body: str, at: float, asked: ResolvedQuestion) -> Said:
        """Read what a forecast, made at an instant, said beside what happened."""
        key = (forecast, asked.truth.tobytes())
        found = self._said.get(key)
        if found is None:
            if len(self._said) >= _KEPT:
                self._said.clear()
            written = ForecastFormat.model_validate_json(body)
            cells = stated_cells(written, asked.asked, asked.curve.space, at)
            assert cells is not None  # binary ones have a probability in their row
            found = self._said[key] = said_of(asked, cells[None])[0]
        return found


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


def read_stated(
    connection: Connection,
    resolved: Sequence[ResolvedQuestion],
    cache: SaidCache,
    entries: int | None = None,
) -> tuple[list[str], list[str], StatedForecasts]:
    """Read all forecasts of resolved questions: ids and kinds of their forecasters, and arrays."""
    numbers = {one.facts.id: place for place, one in enumerate(resolved)}
    kinds = {row.id: row.kind for row in connection.execute(select(ACTORS.c.id, ACTORS.c.kind))}
    columns = _columns(connection, numbers, entries)
    places: dict[str, int] = {}
    who = np.array([places.setdefault(n, len(places)) for n in columns["forecaster"]], np.int64)
    people = list(places)
    stated = _stated(columns, resolved, cache)
    in_base = np.array([*(kinds.get(name) in BASE for name in people), False], np.bool_)
    judged = JudgedForecasts(
        question=columns["question"],
        forecaster=who,
        start=columns["recorded_at"],
        end=np.where(np.isnan(columns["until"]), np.inf, columns["until"]),
        chance=stated["chance"],
        brier=stated["brier"],
        in_base=in_base[who],
    )
    found = StatedForecasts(judged, columns["probability"], stated["below"], stated["at"])
    return people, [kinds.get(name, "person") for name in people], found


def _columns(
    connection: Connection, numbers: dict[str, int], entries: int | None
) -> dict[str, Any]:
    """Read the forecasts of some questions, numbered, column by column."""
    body = case((FORECASTS.c.probability.is_(None), FORECASTS.c.body))
    read = [FORECASTS.c[name] for name in (*_TEXTS, *_TIMES)]
    query = select(*read, body).where(
        FORECASTS.c.question.in_(select(RESOLUTIONS.c.question).distinct())
    )
    if entries is not None:
        query = query.where(FORECASTS.c.seq <= entries)
    parts: list[dict[str, Any]] = []
    for rows in connection.execute(query).partitions(_AT_ONCE):
        *columns, bodies = zip(*rows, strict=True)
        part: dict[str, Any] = dict(zip((*_TEXTS, *_TIMES), columns, strict=True))
        asked = np.array([numbers.get(name, -1) for name in part["question"]], np.int64)
        kept = asked >= 0
        found: dict[str, Any] = {
            name: np.array(part[name], object if name in _TEXTS else float)[kept]
            for name in (*_TEXTS, *_TIMES)
        }
        parts.append({**found, "question": asked[kept], "body": np.array(bodies, object)[kept]})
    empty = {name: np.zeros(0, object) for name in (*_TEXTS, "body")}
    empty |= {name: np.zeros(0) for name in _TIMES} | {"question": np.zeros(0, np.int64)}
    return {name: np.concatenate([empty[name], *(p[name] for p in parts)]) for name in empty}


def _stated(
    columns: dict[str, Any], resolved: Sequence[ResolvedQuestion], cache: SaidCache
) -> dict[str, Floats]:
    """Say what each forecast said of what happened."""
    happened = [np.nan if one.facts.happened is None else one.facts.happened for one in resolved]
    probability, question = columns["probability"], columns["question"]
    yes = np.array([*happened, np.nan])[question]
    chance = np.where(yes == 1, probability, 1 - probability)
    brier, below, at = (1 - chance) ** 2, np.full(len(yes), np.nan), np.full(len(yes), np.nan)
    for place in np.flatnonzero(np.isnan(probability)).tolist():
        forecast, body, at_instant = (columns[n][place] for n in ("id", "body", "recorded_at"))
        numbers = cache.said(forecast, body, at_instant, resolved[int(question[place])])
        chance[place], brier[place], below[place], at[place] = numbers
    return {"chance": chance, "brier": brier, "below": below, "at": at}

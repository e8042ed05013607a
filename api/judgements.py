"""Scores as they stand: of people from their rows, of voices from what the judge has kept."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import Depends, Query, Request
from sqlalchemy import Connection

from api.asking import AsOf
from api.instance import Instance
from api.judge import Derived, Judge, JudgingFailed, StillComputing, past_prefix
from data.judging import SaidCache, read_judgement
from data.ledger import Checkpoint, read_checkpoint
from data.resolved import finder, judged_from
from forecasts.board_entries import days_of_period
from forecasts.judged_tables import JudgedTable, joined
from forecasts.voice_histories import VOICE_KINDS

#: What a forecaster can be.
KindOfForecaster = Literal[
    "person", "bot", "curator", "market", "model", "crowd", "house", "prior", "naive"
]
#: Kinds that are voices only; of kind market are forecasters too, and the voice of all markets.
VOICES = tuple(kind for kind in VOICE_KINDS.values() if kind != "market")
TypeOfQuestion = Literal["binary", "multiple_choice", "numeric", "date"]
#: Results that are kept: tables of scores, and what was computed from them.
_TABLES, _RESULTS = 4, 64

type Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class RowsWanted:
    """Which rows of scores are asked for; None fits all."""

    question: str | None
    forecaster: str | None
    kind: KindOfForecaster | None
    type_: TypeOfQuestion | None
    topic: str | None
    period: str

    def of(self, table: JudgedTable) -> JudgedTable:
        """Give those rows."""
        return table.select(
            question=self.question,
            forecaster=self.forecaster,
            kinds=() if self.kind is None else (self.kind,),
            type_=self.type_,
            topic=self.topic,
            period=self.period,
        )

    def questions_of(self, table: JudgedTable) -> set[str]:
        """Give the resolved questions that fit, whoever forecast them."""
        first, end = days_of_period(self.period)
        return {
            facts.id
            for facts in table.questions
            if self.question in (None, facts.id)
            and self.type_ in (None, facts.type)
            and (self.topic is None or self.topic in facts.topics)
            and first <= facts.known < end
        }

    @property
    def are_of_voices(self) -> bool:
        """Tell whether only voices are asked for."""
        return self.kind in VOICES or self.forecaster in VOICE_KINDS

    @property
    def are_of_people(self) -> bool:
        """Tell whether no voice is asked for."""
        by_kind = self.kind not in (None, *VOICE_KINDS.values())
        return by_kind or (self.forecaster is not None and self.forecaster not in VOICE_KINDS)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Scores, and what they were computed from.

    Attributes:
        table: a row for each forecaster on each resolved question.
        people: the checkpoint of the rows that people's scores are of.
        voices: what the voices' are of; None where they were not asked for, or are not there yet.
        key: the same as long as the table is.
    """

    table: JudgedTable
    people: Checkpoint
    voices: Derived | None
    key: Key


@dataclass(slots=True)
class Judgements:
    """Keeps tables of scores, and what has been computed from them, as long as they hold.

    All is computed in threads, each once, however many ask.
    """

    instance: Instance
    judge: Judge
    _said: SaidCache = field(default_factory=SaidCache)
    _tables: dict[Key, JudgedTable] = field(default_factory=dict)
    _results: dict[Key, Any] = field(default_factory=dict)
    _locks: dict[Key, asyncio.Lock] = field(default_factory=dict)

    async def scores(self, as_of: AsOf, wanted: RowsWanted) -> Judged:
        """Give scores of people, of voices, or of both.

        Raises:
            StillComputing, JudgingFailed: only voices are asked for, and there is nothing yet.
        """
        people = await self.of_people(as_of)
        if wanted.are_of_people:
            return people
        voices: Derived | None = None
        if wanted.are_of_voices:
            voices = await self.judge.get("voices", as_of)
        else:
            with contextlib.suppress(StillComputing, JudgingFailed):
                voices = await self.judge.get("voices", as_of)
        if voices is None:
            return people
        key = ("joined", people.key, voices.computed_at, voices.entries)
        table = await self._once(
            self._tables, key, _TABLES, lambda: joined(people.table, _voices(voices, people.table))
        )
        return Judged(table, people.people, voices, key)

    async def of_people(self, as_of: AsOf) -> Judged:
        """Give scores of people and bots."""
        with self.instance.database.read() as connection:
            head = read_checkpoint(connection)
            prefix = past_prefix(connection, as_of, head.entries)
            entries = prefix.entries if prefix else None
            key = ("people", entries is not None, *judged_from(connection, entries))
        table = await self._once(self._tables, key, _TABLES, lambda: self._read(entries))
        place = head if entries is None else Checkpoint(entries, "")
        return Judged(table, place, None, key)

    async def result[T](self, judged: Judged, name: Key, compute: Callable[[], T]) -> T:
        """Compute something from scores, unless that was done already.

        Args:
            name: of the result, with all that it depends on beside the scores.
        """
        found: T = await self._once(self._results, (*judged.key, *name), _RESULTS, compute)
        return found

    async def _once[T](
        self, kept: dict[Key, Any], key: Key, most: int, compute: Callable[[], T]
    ) -> T:
        """Compute in a thread, once for all who ask at the same time."""
        if key in kept:
            found: T = kept[key]
            return found
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            if key not in kept:
                value = await asyncio.to_thread(compute)
                while len(kept) >= most:
                    kept.pop(next(iter(kept)))
                kept[key] = value
            value = kept[key]
        self._locks.pop(key, None)
        return value

    def _read(self, entries: int | None) -> JudgedTable:
        """Read and score what people said."""
        find = finder(self.instance.writer.timelines)
        with self.instance.database.read() as connection:
            return read_judgement(connection, find, self._said, entries)


def _voices(voices: Derived, people: JudgedTable) -> JudgedTable:
    """Give the scores of voices as a table, on the questions that still have an outcome."""
    facts = {one.id: place for place, one in enumerate(people.questions)}
    columns = {name: np.asarray(column) for name, column in voices.body["columns"].items()}
    places = np.array([facts.get(name, -1) for name in voices.body["questions"]], np.int64)
    columns["question"] = places[columns["question"].astype(np.int64)] if len(places) else places
    columns["forecaster"] = columns["forecaster"].astype(np.int64)
    names = tuple(voices.body["forecasters"])
    kinds = tuple(VOICE_KINDS[name] for name in names)
    table = JudgedTable(people.questions, names, kinds, columns)
    return table.take(columns["question"] >= 0)


def get_judgements(request: Request) -> Judgements:
    """Give the judgements of the running application."""
    judgements: Judgements = request.app.state.judgements
    return judgements


async def get_rows_wanted(
    question: Annotated[str | None, Query(max_length=80, description="of this question")] = None,
    forecaster: Annotated[
        str | None, Query(max_length=80, description="by this forecaster, or voice")
    ] = None,
    kind: Annotated[KindOfForecaster | None, Query(description="of who forecast")] = None,
    type_: Annotated[
        TypeOfQuestion | None, Query(alias="type", description="of the question")
    ] = None,
    topic: Annotated[
        str | None,
        Query(max_length=80, description="a world, or a driver that the question loads on"),
    ] = None,
    period: Annotated[
        str,
        Query(
            pattern=r"^(all|[12][0-9]{3}(Q[1-4])?)$",
            description="by the day on which outcomes could be known: all, 2025, or 2025Q4",
        ),
    ] = "all",
) -> RowsWanted:
    """Read which rows of scores a request asks for."""
    return RowsWanted(question, forecaster, kind, type_, topic, period)


def entries_of(connection: Connection, as_of: AsOf) -> int | None:
    """Give how many entries the ledger held at a past moment; None for the present."""
    prefix = past_prefix(connection, as_of, read_checkpoint(connection).entries)
    return prefix.entries if prefix else None


JudgementsDep = Annotated[Judgements, Depends(get_judgements)]
RowsWantedDep = Annotated[RowsWanted, Depends(get_rows_wanted)]

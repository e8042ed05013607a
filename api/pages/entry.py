"""The page of one entry of the ledger: what it says, what it moved, and the text of its hash."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from api.answers import forecast_answer
from api.comparisons import told_apart
from api.hiding import is_withheld
from api.instance import Instance
from api.pages.entry_words import subjects_of
from api.pages.ledger import EntryRow, entry_row
from api.pages.ledgers import sign_of
from api.pages.wording import Wording, wording
from api.words import bits_in_words, forecast_in_words
from data.facts import read_questions
from data.formats.questions import QuestionFormat
from data.ledger import Entry, hashed_text, read_checkpoint, read_entries
from data.ledger_queries import EntryFilters
from data.moves import steps_of
from forecasts.errors import Refused, UnknownEntry


class EntryWithheld(Refused):
    """An entry is a forecast that its question hides for now."""

    message = (
        "Entry {seq} is a forecast that its question hides for now. Its hash shows already; come "
        "back when the question has closed or is resolved."
    )


@dataclass(frozen=True, slots=True)
class MoveLine:
    """How an entry moved one question; `before` is empty where nothing stood before."""

    question: str
    title: Wording
    bits: str
    sign: str
    before: str
    after: str
    is_direct: bool


@dataclass(frozen=True, slots=True)
class EntryPage:
    """All of one entry.

    Attributes:
        body: as JSON, for people; empty where it is withheld.
        hashed: exactly the text whose SHA-256 is the hash; empty where it is withheld.
        newest: number of the newest entry.
    """

    row: EntryRow
    format: int
    previous: str
    newest: int
    body: str
    hashed: str
    questions: tuple[tuple[str, Wording], ...]
    moves: tuple[MoveLine, ...]


def entry_page(instance: Instance, seq: int, filters: EntryFilters, language: str) -> EntryPage:
    """Gather the page of one entry.

    Raises:
        UnknownEntry: there is none of this number.
    """
    with instance.database.read() as connection:
        entry = read_entry(connection, seq)
        subjects = subjects_of(connection, [entry])
        steps = steps_of(connection, [entry]).get(seq, [])
        row = entry_row(entry, subjects, filters, language)
        moved = [step.question for step in steps]
        questions = read_questions(connection, [*row.told.questions, *moved])
        newest = read_checkpoint(connection).entries
    asked = {name: written for name, (_, written) in questions.items()}
    is_hidden = is_withheld(entry, set(filters.hidden), filters.reader)
    return EntryPage(
        row=row,
        format=entry.format,
        previous=entry.previous,
        newest=newest,
        body="" if is_hidden else json.dumps(entry.content, ensure_ascii=False, indent=2),
        hashed="" if is_hidden else hashed_text(entry),
        questions=tuple((q, wording(asked[q].title, language)) for q in row.told.questions),
        moves=_moves(steps, asked, language),
    )


def entry_text(instance: Instance, seq: int, filters: EntryFilters) -> str:
    """Give exactly the text whose SHA-256 is the hash of an entry.

    Raises:
        UnknownEntry: there is none of this number.
        EntryWithheld: it cannot be shown yet.
    """
    with instance.database.read() as connection:
        entry = read_entry(connection, seq)
    if is_withheld(entry, set(filters.hidden), filters.reader):
        raise EntryWithheld(seq=seq)
    return hashed_text(entry)


def read_entry(connection: Connection, seq: int) -> Entry:
    """Read one entry.

    Raises:
        UnknownEntry: there is none of this number.
    """
    entry = next(read_entries(connection, seq - 1, limit=1), None)
    if entry is None or entry.seq != seq:
        raise UnknownEntry(newest=read_checkpoint(connection).entries)
    return entry


def _moves(
    steps: Sequence[Row[Any]], asked: dict[str, QuestionFormat], language: str
) -> tuple[MoveLine, ...]:
    """Give what an entry moved, furthest first."""
    return tuple(_move(step, asked[step.question], language) for step in steps)


def _move(step: Row[Any], written: QuestionFormat, language: str) -> MoveLine:
    """Say how one question moved."""
    now = forecast_answer(step.at, step.body)
    before, after = "", forecast_in_words(now, written, language)
    if step.body_before is not None:
        stood = forecast_answer(step.at, step.body_before)
        before, after = told_apart(stood, now, written, language)
    return MoveLine(
        question=step.question,
        title=wording(written.title, language),
        bits=bits_in_words(step.bits),
        sign=sign_of(step.bits),
        before=before,
        after=after,
        is_direct=bool(step.direct),
    )

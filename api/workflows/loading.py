"""The deed of loading a bank: questions open, and evidence is replayed in the order of dates."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from api.workflows.unfolding import pass_time, unfold
from data.banks import Bank
from data.facts import (
    as_body,
    save_actor,
    save_bank,
    save_evidence,
    save_question,
    save_resolution,
)
from data.formats.questions import QuestionFormat
from data.ledger import Entry, EntryKind
from data.scenarios import save_scenario
from data.tables import BANKS
from data.writer import Transaction
from forecasts.refusals import NameTaken
from forecasts.times import instant_of, last_second

#: The parts of a record that only its bank keeps: how sure its date is, and withheld links.
_BANK_ONLY = {"id", "date_confidence", "topic", "withheld"}
type Progress = Callable[[int, int], None]


class PlannedEntry(NamedTuple):
    """An entry that a bank puts into the ledger; of one instant the lower rank comes first."""

    at: datetime
    rank: int
    kind: EntryKind
    body: dict[str, Any]


def load_bank(
    transaction: Transaction, bank: Bank, now: datetime, progress: Progress | None = None
) -> int:
    """Put a bank into the ledger, marked as replayed, and unfold its history up to now.

    Records and outcomes dated after `now` are left out. Gives the number of entries.

    Raises:
        NameTaken: a bank of this id is loaded already.
    """
    known = select(BANKS.c.id).where(BANKS.c.id == bank.bank.id)
    if transaction.connection.execute(known).first() is not None:
        raise NameTaken(kind="bank")
    save_actor(transaction.connection, bank.bank.curator, bank.bank.curator, "curator")
    plan = [entry for entry in plan_entries(bank) if entry.at <= now]
    for done, planned in enumerate(plan):
        entry = transaction.append(planned.kind, planned.body, planned.at, replayed=True)
        _save(transaction, entry, bank.bank.curator)
        unfold(transaction, entry)
        if progress is not None:
            progress(done + 1, len(plan))
    pass_time(transaction, instant_of(now))
    return len(plan)


def plan_entries(bank: Bank) -> list[PlannedEntry]:
    """Give a bank's entries in the order of their times: outcomes before news of the same instant.

    Questions that are derived from others come after them.
    """
    entries = [*_bank_entries(bank), *_evidence_entries(bank), *_resolution_entries(bank)]
    entries += _scenario_entries(bank)
    return sorted(entries, key=lambda entry: (entry.at, entry.rank))


def _bank_entries(bank: Bank) -> Iterator[PlannedEntry]:
    """The bank itself and its questions, at its first day or where a question was added later."""
    days = [question.prior.as_of for question in bank.questions if question.prior is not None]
    start = min(
        [_midnight(day) for day in days] + [last_second(r.published) for r in bank.evidence]
    )
    start = start.replace(hour=0, minute=0, second=0)
    body = {
        "bank": as_body(bank.bank),
        "claims": [as_body(claim) for claim in bank.claims],
        "sources": [as_body(source) for source in bank.sources],
    }
    yield PlannedEntry(start, 0, "bank", body)
    for question in bank.questions:
        at = _midnight(question.added) if question.added else start
        rank = 1 if question.derived_from is None else 2
        yield PlannedEntry(at, rank, "question", question_body(bank, question))


def question_body(bank: Bank, question: QuestionFormat) -> dict[str, Any]:
    """Give a question's entry; it names the deadlines that others ask about on its curve."""
    deadlines = [
        derived.by.isoformat()
        for other in bank.questions
        if (derived := other.derived_from) and derived.question == question.id and derived.by
    ]
    return {
        "world": bank.bank.world.id,
        "version": 1,
        "deadlines": sorted(deadlines),
        "question": as_body(question),
    }


def _evidence_entries(bank: Bank) -> Iterator[PlannedEntry]:
    """Every record, at the end of the day or month that it is dated to."""
    for record in bank.evidence:
        body = {
            "id": record.id,
            "submitter": bank.bank.curator,
            "origin": record.origin or record.id,
            "record": {k: v for k, v in as_body(record).items() if k not in _BANK_ONLY},
        }
        yield PlannedEntry(last_second(record.published), 4, "evidence", body)


def _resolution_entries(bank: Bank) -> Iterator[PlannedEntry]:
    """Every outcome, at the end of the day by which it could be known."""
    for resolution in bank.resolutions:
        body = {"resolver": bank.bank.curator, "resolution": as_body(resolution)}
        at = last_second(resolution.known_by.isoformat())
        yield PlannedEntry(at, 3, "resolution", body)


def _scenario_entries(bank: Bank) -> Iterator[PlannedEntry]:
    """Every scenario, at the beginning of the day on which it was added."""
    for scenario in bank.scenarios:
        content = {name: value for name, value in as_body(scenario).items() if name != "added"}
        body = {"world": bank.bank.world.id, "author": bank.bank.curator, "scenario": content}
        yield PlannedEntry(_midnight(scenario.added), 5, "scenario", body)


def _save(transaction: Transaction, entry: Entry, curator: str) -> None:
    """Keep what an entry says in the tables beside the ledger."""
    at = instant_of(datetime.fromisoformat(entry.recorded_at))
    match entry.kind:
        case "bank":
            save_bank(transaction.connection, entry)
        case "question":
            save_question(transaction.connection, entry, at, curator)
        case "evidence":
            save_evidence(transaction.connection, entry, at)
        case "resolution":
            save_resolution(transaction.connection, entry, at)
        case "scenario":
            save_scenario(transaction.connection, entry, at)


def _midnight(day: date) -> datetime:
    """The instant at which a UTC day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)

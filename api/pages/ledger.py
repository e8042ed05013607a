"""The pages of the ledger: its entries newest first, and whether the chain holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.hiding import hidden_questions, is_withheld
from api.instance import Instance
from api.language import say, translate
from api.pages.entry_words import (
    KIND_WORDS,
    EntryWords,
    Subjects,
    entry_words,
    subjects_of,
    withheld_words,
)
from api.pages.list_forms import Choice, Field, with_changed
from api.pages.wording import Wording, wording
from api.paging import encode_cursor
from data.facts import read_questions
from data.ledger import Checkpoint, Entry, read_checkpoint, verify_newest
from data.ledger_queries import EntryFilters, read_entry_page
from forecasts.errors import LedgerBroken

#: Entries of a page.
ENTRIES_SHOWN = 40
#: A reader may have the server compute so many hashes anew: a second's work.
MOST_VERIFIED = 50_000
#: Letters of a hash that tell it from others at a glance.
_SHORT = 10
#: What the list can be narrowed by.
_CHOSEN = ("kind", "who", "question", "as_of")


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in the list."""

    seq: int
    kind: str
    at: datetime
    is_replayed: bool
    told: EntryWords
    hash: str
    short: str


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Some entries, newest first, and how they were chosen.

    Attributes:
        chosen: what a reader chose: `who`, `question`, `as_of`.
        titles: id and title of every question, to choose from.
        data: address in the API of just these entries.
        base: where this server is, as the reader reaches it.
    """

    title: str
    checkpoint: Checkpoint
    kinds: Field
    chosen: dict[str, str]
    titles: tuple[tuple[str, Wording], ...]
    entries: tuple[EntryRow, ...]
    data: str
    base: str
    following: str | None
    first: str | None
    is_narrowed: bool


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """Whether the chain holds; `fault` is empty where it does.

    Attributes:
        first: number of the first entry whose hash was computed anew.
    """

    title: str
    first: int
    checkpoint: Checkpoint
    fault: str


def ledger_page(
    instance: Instance,
    filters: EntryFilters,
    place: int | None,
    query: Mapping[str, str],
    base: str,
    language: str,
) -> LedgerPage:
    """List entries, newest first.

    Args:
        place: number of the entry before the first one; None for the newest.
    """
    limit = ENTRIES_SHOWN + 1
    with instance.database.read() as connection:
        found = read_entry_page(connection, filters, limit, newest_first=True, after=place)
        entries = found[:ENTRIES_SHOWN]
        subjects = subjects_of(connection, entries)
        checkpoint = read_checkpoint(connection)
        questions = read_questions(connection)
    is_last, asked = len(found) <= ENTRIES_SHOWN, {n: v for n, v in query.items() if n in _CHOSEN}
    data = with_changed(query, sort="-seq", limit=str(ENTRIES_SHOWN), cursor=query.get("cursor"))
    following = None if is_last else encode_cursor(entries[-1].seq)
    return LedgerPage(
        title=translate("Ledger", language),
        checkpoint=checkpoint,
        kinds=_kinds(query.get("kind", ""), language),
        chosen={name: query.get(name, "") for name in _CHOSEN},
        titles=tuple((name, wording(q.title, language)) for name, (_, q) in questions.items()),
        entries=tuple(entry_row(e, subjects, filters, language) for e in entries),
        data=f"/api/v1/ledger/entries{data}",
        base=base,
        following=with_changed(query, cursor=following) if following else None,
        first=with_changed(query) if query.get("cursor") else None,
        is_narrowed=bool(asked),
    )


def entry_filters(
    instance: Instance, reader: str | None, until: str | None, query: Mapping[str, str]
) -> EntryFilters:
    """Say which entries a query asks for, and what its reader may not see."""
    with instance.database.read() as connection:
        hidden = hidden_questions(connection, reader, instance.clock_instant())
    kind, who, question = (query.get(name) for name in ("kind", "who", "question"))
    return EntryFilters(kind, who, question, until, hidden=hidden, reader=reader)


def entry_row(entry: Entry, subjects: Subjects, filters: EntryFilters, language: str) -> EntryRow:
    """Give the row of an entry."""
    is_hidden = is_withheld(entry, set(filters.hidden), filters.reader)
    told = withheld_words(language) if is_hidden else entry_words(entry, subjects, language)
    return EntryRow(
        seq=entry.seq,
        kind=translate(KIND_WORDS[entry.kind], language),
        at=datetime.fromisoformat(entry.recorded_at),
        is_replayed=bool(entry.replayed),
        told=told,
        hash=entry.hash,
        short=entry.hash[:_SHORT],
    )


def verdict_page(instance: Instance, language: str) -> VerdictPage:
    """Walk the chain, or its newest part where it is long."""
    title = translate("Does the chain hold?", language)
    with instance.database.read() as connection:
        try:
            first, checkpoint = verify_newest(connection, MOST_VERIFIED)
        except LedgerBroken as broken:
            return VerdictPage(title, 1, read_checkpoint(connection), say(broken, language))
    return VerdictPage(title, first, checkpoint, "")


def _kinds(chosen: str, language: str) -> Field:
    """Give the field of kinds."""
    anything = Choice("", translate("any kind", language), language, not chosen)
    others = (
        Choice(kind, translate(words, language), language, kind == chosen)
        for kind, words in KIND_WORDS.items()
    )
    return Field("kind", translate("Kind", language), (anything, *others))

"""The ledger: its entries and its checkpoints."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import Connection

from api.access import InstanceDep, OptionalActorDep
from api.answers import CheckpointAnswer, CheckpointList, EntryAnswer, EntryList
from api.asking import AsOf, AsOfDep, SlugQuery
from api.errors import problem_responses
from api.hiding import hidden_questions, is_withheld
from api.paging import PageDep
from data.ledger import (
    Checkpoint,
    Entry,
    EntryKind,
    read_checkpoint,
    read_checkpoint_at,
    read_checkpoints,
    read_entries,
)
from data.ledger_queries import EntryFilters, read_entry_page
from forecasts.errors import UnknownEntry

router = APIRouter(tags=["ledger"])
#: The largest number that every database can hold in an integer column.
_LARGEST = 2**31 - 1
#: What is in the ledger stays as it is.
FOREVER = "public, max-age=31536000, immutable"
#: What of it can be withheld from some.
_HIDEABLE = ("forecast",)
EntryNumber = Annotated[int, Path(ge=1, le=_LARGEST, examples=[181])]


@router.get(
    "/ledger/entries",
    operation_id="list_entries",
    response_model_exclude_unset=True,
    responses=problem_responses(401, 409),
)
async def list_entries(
    instance: InstanceDep,
    reader: OptionalActorDep,
    page: PageDep,
    as_of: AsOfDep,
    *,
    after: Annotated[int, Query(ge=0, le=_LARGEST, description="begin after this entry")] = 0,
    kind: EntryKind | None = None,
    who: Annotated[SlugQuery, Query(description="who submitted, wrote, resolved, decided")] = None,
    question: Annotated[SlugQuery, Query(description="is about it")] = None,
    sort: Annotated[Literal["seq", "-seq"], Query(description="-seq: newest first")] = "seq",
) -> EntryList:
    """List entries in their order, or newest first.

    The bodies of forecasts that a question hides from you are withheld until it shows them; number,
    time and hash are there, so that nothing can be slipped in meanwhile.
    """
    actor, newest_first, place = reader.id if reader else None, sort == "-seq", page.after_entry()
    with instance.database.read() as connection:
        hidden = hidden_questions(connection, actor, instance.clock_instant())
        filters = EntryFilters(kind, who, question, _recorded(as_of), after, hidden, actor)
        entries = read_entry_page(
            connection, filters, page.to_read, newest_first=newest_first, after=place
        )
    shown, following = page.cut(entries)
    items = tuple(_answer(entry, hidden, actor) for entry in shown)
    return EntryList(items=items, next_cursor=following)


@router.get(
    "/ledger/entries/{seq}",
    operation_id="get_entry",
    response_model_exclude_unset=True,
    responses=problem_responses(401, 404, 409),
)
async def get_entry(
    seq: EntryNumber,
    response: Response,
    instance: InstanceDep,
    reader: OptionalActorDep,
    as_of: AsOfDep,
) -> EntryAnswer:
    """Get one entry; its hash covers all its other fields, and the hash of the one before it."""
    actor = reader.id if reader else None
    with instance.database.read() as connection:
        entry = next(read_entries(connection, seq - 1, until=_recorded(as_of), limit=1), None)
        if entry is None or entry.seq != seq:
            raise UnknownEntry(newest=_checkpoint(connection, as_of).entries)
        hidden = hidden_questions(connection, actor, instance.clock_instant())
    if entry.kind not in _HIDEABLE:
        response.headers["Cache-Control"] = FOREVER
    return _answer(entry, hidden, actor)


@router.get("/ledger/checkpoint", operation_id="get_checkpoint", responses=problem_responses(409))
async def get_checkpoint(instance: InstanceDep, as_of: AsOfDep) -> CheckpointAnswer:
    """Get how far the ledger goes; keep it elsewhere, and a rewritten chain will show."""
    with instance.database.read() as connection:
        return _checkpoint_answer(_checkpoint(connection, as_of))


@router.get("/checkpoints", operation_id="list_checkpoints", responses=problem_responses(409))
async def list_checkpoints(instance: InstanceDep, page: PageDep, as_of: AsOfDep) -> CheckpointList:
    """List how far the ledger went after each entry, newest first."""
    before, limit = page.after_entry(), page.to_read
    with instance.database.read() as connection:
        found = read_checkpoints(connection, limit, before=before, until=_recorded(as_of))
    shown, following = page.cut(found, lambda one: (one.entries,))
    items = tuple(_checkpoint_answer(one) for one in shown)
    return CheckpointList(items=items, next_cursor=following)


@router.get(
    "/checkpoints/{entries}",
    operation_id="get_checkpoint_at",
    responses=problem_responses(404, 409),
)
async def get_checkpoint_at(
    entries: EntryNumber, response: Response, instance: InstanceDep, as_of: AsOfDep
) -> CheckpointAnswer:
    """Get the checkpoint after so many entries: compare it with one that you kept."""
    with instance.database.read() as connection:
        newest = _checkpoint(connection, as_of)
        if entries > newest.entries:
            raise UnknownEntry(newest=newest.entries)
        (found,) = read_checkpoints(connection, 1, before=entries + 1)
    response.headers["Cache-Control"] = FOREVER
    return _checkpoint_answer(found)


def _recorded(as_of: AsOf) -> str | None:
    """Give the time by which entries were recorded; None: all."""
    return as_of.recorded_at if as_of.is_past else None


def _checkpoint(connection: Connection, as_of: AsOf) -> Checkpoint:
    """Read how far the ledger goes, or went."""
    if as_of.is_past:
        return read_checkpoint_at(connection, as_of.recorded_at)
    return read_checkpoint(connection)


def _checkpoint_answer(checkpoint: Checkpoint) -> CheckpointAnswer:
    """Give a checkpoint as an answer."""
    return CheckpointAnswer(entries=checkpoint.entries, hash=checkpoint.hash)


def _answer(entry: Entry, hidden: set[str], actor: str | None) -> EntryAnswer:
    """Give an entry as an answer, without what is hidden from the reader."""
    withheld = is_withheld(entry, hidden, actor)
    return EntryAnswer(
        seq=entry.seq,
        format=entry.format,
        kind=entry.kind,
        recorded_at=entry.recorded_at,
        replayed=entry.replayed,
        body=None if withheld else entry.content,
        **({"withheld": True} if withheld else {}),
        previous=entry.previous,
        hash=entry.hash,
    )

"""The ledger: its entries and its checkpoint."""

from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.access import InstanceDep, OptionalActorDep
from api.answers import CheckpointAnswer, EntryAnswer, EntryList
from api.errors import problem_responses
from api.hiding import hidden_questions, is_withheld
from data.ledger import Entry, read_checkpoint, read_entries
from forecasts.errors import UnknownEntry

router = APIRouter(prefix="/ledger", tags=["ledger"])
#: The largest number that every database can hold in an integer column.
_LARGEST = 2**31 - 1


@router.get(
    "/entries",
    operation_id="list_entries",
    response_model_exclude_unset=True,
    responses=problem_responses(401),
)
async def list_entries(
    instance: InstanceDep,
    reader: OptionalActorDep,
    after: Annotated[int, Query(ge=0, le=_LARGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> EntryList:
    """List entries in their order, beginning after a number.

    The bodies of forecasts that a question hides from you are withheld until it shows them; number,
    time and hash are there, so that nothing can be slipped in meanwhile.
    """
    actor = reader.id if reader else None
    with instance.database.read() as connection:
        entries = list(islice(read_entries(connection, after), limit))
        hidden = hidden_questions(connection, actor, instance.clock_instant())
    following = entries[-1].seq if len(entries) == limit else None
    items = tuple(_answer(entry, hidden, actor) for entry in entries)
    return EntryList(items=items, next_after=following)


@router.get(
    "/entries/{seq}",
    operation_id="get_entry",
    response_model_exclude_unset=True,
    responses=problem_responses(401, 404),
)
async def get_entry(
    seq: Annotated[int, Path(ge=1, le=_LARGEST)], instance: InstanceDep, reader: OptionalActorDep
) -> EntryAnswer:
    """Get one entry; its hash covers all its other fields, and the hash of the one before it."""
    actor = reader.id if reader else None
    with instance.database.read() as connection:
        entry = next(read_entries(connection, seq - 1), None)
        if entry is None or entry.seq != seq:
            raise UnknownEntry(newest=read_checkpoint(connection).entries)
        hidden = hidden_questions(connection, actor, instance.clock_instant())
    return _answer(entry, hidden, actor)


@router.get("/checkpoint", operation_id="get_checkpoint")
async def get_checkpoint(instance: InstanceDep) -> CheckpointAnswer:
    """Get how far the ledger goes; keep it elsewhere, and a rewritten chain will show."""
    with instance.database.read() as connection:
        checkpoint = read_checkpoint(connection)
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

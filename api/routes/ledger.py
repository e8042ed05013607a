"""The ledger: its entries and its checkpoint."""

from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.access import InstanceDep
from api.answers import CheckpointAnswer, EntryAnswer, EntryList
from api.errors import problem_responses
from data.ledger import Entry, read_checkpoint, read_entries
from forecasts.errors import UnknownEntry

router = APIRouter(prefix="/ledger", tags=["ledger"])
#: The largest number that every database can hold in an integer column.
_LARGEST = 2**31 - 1


@router.get("/entries", operation_id="list_entries")
async def list_entries(
    instance: InstanceDep,
    after: Annotated[int, Query(ge=0, le=_LARGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> EntryList:
    """List entries in their order, beginning after a number."""
    with instance.database.read() as connection:
        entries = list(islice(read_entries(connection, after), limit))
    following = entries[-1].seq if len(entries) == limit else None
    return EntryList(items=tuple(_answer(entry) for entry in entries), next_after=following)


@router.get("/entries/{seq}", operation_id="get_entry", responses=problem_responses(404))
async def get_entry(
    seq: Annotated[int, Path(ge=1, le=_LARGEST)], instance: InstanceDep
) -> EntryAnswer:
    """Get one entry; its hash covers all its other fields, and the hash of the one before it."""
    with instance.database.read() as connection:
        entry = next(read_entries(connection, seq - 1), None)
        if entry is None or entry.seq != seq:
            raise UnknownEntry(newest=read_checkpoint(connection).entries)
    return _answer(entry)


@router.get("/checkpoint", operation_id="get_checkpoint")
async def get_checkpoint(instance: InstanceDep) -> CheckpointAnswer:
    """Get how far the ledger goes; keep it elsewhere, and a rewritten chain will show."""
    with instance.database.read() as connection:
        checkpoint = read_checkpoint(connection)
    return CheckpointAnswer(entries=checkpoint.entries, hash=checkpoint.hash)


def _answer(entry: Entry) -> EntryAnswer:
    """Give an entry as an answer."""
    return EntryAnswer(
        seq=entry.seq,
        format=entry.format,
        kind=entry.kind,
        recorded_at=entry.recorded_at,
        replayed=entry.replayed,
        body=entry.content,
        previous=entry.previous,
        hash=entry.hash,
    )

"""The ledger: what an entry is, how its hash is made, and how the chain is checked."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, insert, select, text
from sqlalchemy.exc import DatabaseError

from data.prepared import Prepared
from data.tables import LEDGER
from forecasts.errors import LedgerBroken

EntryKind = Literal[
    "bank",
    "question",
    "amendment",  # a new version of a question's words
    "proposal",
    "evidence",
    "retraction",
    "dispute",
    "ruling",  # on a dispute, or on a proposal that is declined
    "forecast",
    "withdrawal",  # of a forecast
    "sign_off",  # of a resolver who holds forecasts or evidence on the question
    "resolution",
    "scenario",
    "fit",
    "report",  # an edition that was published, with the hashes of its files
    "link",  # of a question with a contract elsewhere, or that they do not belong together
    "unlink",
    "quotes",  # prices of a contract that is linked
]
#: Version of the entry format; it is hashed with the rest.
FORMAT = 1
#: What the first entry has in the place of its predecessor's hash.
GENESIS = "0" * 64
#: Made once: to make it takes longer than to use it.
_ENCODER = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
)
_INSERT = Prepared(insert(LEDGER))
_HEAD = Prepared(select(LEDGER.c.seq, LEDGER.c.hash).order_by(LEDGER.c.seq.desc()).limit(1))
_ENTRIES = """SELECT seq, format, kind, recorded_at, replayed, body, previous, hash
    FROM ledger NOT INDEXED WHERE {conditions} ORDER BY seq LIMIT :limit"""
_CHECKPOINTS = """SELECT seq, hash FROM ledger NOT INDEXED WHERE {conditions}
    ORDER BY seq DESC LIMIT :limit"""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the ledger goes: number of entries, and the hash of the newest."""

    entries: int
    hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One input, chained to the one before it; `replayed` is 1 where a bank dates it back."""

    seq: int
    format: int
    kind: EntryKind
    recorded_at: str
    replayed: bool
    body: str
    previous: str
    hash: str

    @property
    def content(self) -> dict[str, Any]:
        """The body as a value."""
        content: dict[str, Any] = json.loads(self.body)
        return content


def canonical_json(value: object) -> str:
    """Write JSON in the one way that is hashed: sorted keys, no spaces, no NaN, UTF-8.

    >>> canonical_json({"b": 1, "a": "兆し"})
    '{"a":"兆し","b":1}'
    """
    return _ENCODER.encode(value)


def next_entry(
    head: Checkpoint,
    kind: EntryKind,
    body: dict[str, Any],
    recorded_at: datetime,
    *,
    replayed: bool = False,
) -> Entry:
    """Chain a new entry to the head."""
    fields: dict[str, Any] = {
        "seq": head.entries + 1,
        "format": FORMAT,
        "kind": kind,
        "recorded_at": timestamp(recorded_at),
        "replayed": replayed,
        "body": canonical_json(body),
        "previous": head.hash,
    }
    return Entry(**fields, hash=entry_hash(fields))


def entry_hash(fields: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of all fields but the hash itself."""
    hashed = {name: value for name, value in fields.items() if name != "hash"}
    return hashlib.sha256(canonical_json(hashed).encode()).hexdigest()


def hashed_text(entry: Entry) -> str:
    """Give exactly the text over which the hash of an entry is made."""
    fields = as_row(entry) | {"replayed": bool(entry.replayed)}
    del fields["hash"]
    return canonical_json(fields)


def timestamp(moment: datetime) -> str:
    """Write an aware time in UTC, to the microsecond.

    >>> timestamp(datetime(2025, 2, 27, 12, tzinfo=UTC))
    '2025-02-27T12:00:00.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_checkpoint(connection: Connection) -> Checkpoint:
    """Read the head of the ledger."""
    row = _HEAD.first(connection, {})
    return Checkpoint(row.seq, row.hash) if row else Checkpoint(0, GENESIS)


def read_entries(
    connection: Connection,
    after: int = 0,
    *,
    until: str | None = None,
    kind: str | None = None,
    limit: int = -1,
) -> Iterator[Entry]:
    """Read entries in their order, beginning after a number.

    Args:
        until: only those that were recorded by this time (see `timestamp`).
        kind: only those of this kind.
        limit: so many at most; -1: all.
    """
    said = {"recorded_at <= :until": until, "kind = :kind": kind}
    conditions = ["seq > :after", *(name for name, value in said.items() if value is not None)]
    query = text(_ENTRIES.format(conditions=" AND ".join(conditions)))
    values = {"after": after, "until": until, "kind": kind, "limit": limit}
    given = {name: value for name, value in values.items() if value is not None}
    for row in connection.execute(query, given).mappings():
        yield Entry(**row)


def read_checkpoint_at(connection: Connection, until: str) -> Checkpoint:
    """Read how far the ledger went at a past time."""
    query = text(
        "SELECT seq, hash FROM ledger WHERE seq = ("
        "SELECT MAX(seq) FROM ledger WHERE recorded_at <= :until)"
    )
    row = connection.execute(query, {"until": until}).first()
    return Checkpoint(row.seq, row.hash) if row else Checkpoint(0, GENESIS)


def read_checkpoints(
    connection: Connection, limit: int, *, before: int | None = None, until: str | None = None
) -> list[Checkpoint]:
    """Read how far the ledger went after each entry, newest first.

    Args:
        before: begin before this entry.
        until: leave out entries that were recorded after this time.
    """
    said = {"seq < :before": before, "recorded_at <= :until": until}
    conditions = ["TRUE", *(name for name, value in said.items() if value is not None)]
    query = text(_CHECKPOINTS.format(conditions=" AND ".join(conditions)))
    values = {"before": before, "until": until, "limit": limit}
    given = {name: value for name, value in values.items() if value is not None}
    return [Checkpoint(row.seq, row.hash) for row in connection.execute(query, given)]


def verify(connection: Connection) -> Checkpoint:
    """Walk the whole chain from the stored bytes.

    Raises:
        LedgerBroken: names the first entry that is missing, altered or out of order.
    """
    head = Checkpoint(0, GENESIS)
    try:
        for row in connection.execute(text(_AS_BYTES), {"first": -(2**63), "most": -1}).mappings():
            head = _checked(head, row)
    except DatabaseError as error:
        head = _checked_alone(connection, head)
        raise LedgerBroken(seq=head.entries + 1, what="the file cannot be read there") from error
    return head


def _checked_alone(connection: Connection, head: Checkpoint) -> Checkpoint:
    """Check one entry more: the driver reads ahead, and fails a row before the unreadable one."""
    try:
        row = connection.execute(text(_AS_BYTES), {"first": head.entries + 1, "most": 1})
        return _checked(head, row.mappings().one())
    except DatabaseError:
        return head


#: Text is read as bytes, so that a broken character is found and not refused by the driver.
_AS_BYTES = (
    "SELECT seq, format, CAST(kind AS BLOB) AS kind, CAST(recorded_at AS BLOB) AS recorded_at, "
    "replayed, CAST(body AS BLOB) AS body, CAST(previous AS BLOB) AS previous, "
    "CAST(hash AS BLOB) AS hash FROM ledger NOT INDEXED "
    "WHERE rowid >= :first ORDER BY rowid LIMIT :most"
)


def _decoded(value: object) -> int | str | None:
    """Give a stored value; None, which breaks the hash, where no entry can have it."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return None
    return value if isinstance(value, int) else None


def _checked(head: Checkpoint, row: RowMapping) -> Checkpoint:
    """Check one stored entry against the one before it."""
    fields = {name: _decoded(value) for name, value in row.items()}
    wanted = head.entries + 1
    if fields["seq"] != wanted:
        raise LedgerBroken(seq=wanted, what=f"it is missing; entry {fields['seq']} follows")
    if fields["previous"] != head.hash:
        raise LedgerBroken(seq=wanted, what="it does not follow from the entry before it")
    fields["replayed"] = bool(fields["replayed"]) if fields["replayed"] in (0, 1) else None
    if entry_hash(fields) != fields["hash"]:
        raise LedgerBroken(seq=wanted, what="its content does not match its hash")
    return Checkpoint(wanted, str(fields["hash"]))


def as_row(entry: Entry) -> dict[str, Any]:
    """Give an entry as the columns of its row."""
    return {name: getattr(entry, name) for name in Entry.__slots__}


def save_entry(connection: Connection, entry: Entry) -> None:
    """Put an entry at the end of the ledger."""
    _INSERT.run(connection, as_row(entry))


def verify_newest(connection: Connection, most: int) -> tuple[int, Checkpoint]:
    """Walk the end of the chain: so many entries at most, from the stored bytes.

    The hash of the entry before the first of them is believed.

    Returns:
        number of the first entry that was computed anew, and how far the ledger goes.

    Raises:
        LedgerBroken: names the first entry that is missing, altered or out of order.
    """
    start = max(read_checkpoint(connection).entries - most, 0)
    before = connection.execute(text("SELECT hash FROM ledger WHERE seq = :seq"), {"seq": start})
    head = Checkpoint(start, before.scalar() or GENESIS)
    for row in connection.execute(text(_AS_BYTES), {"first": start + 1, "most": most}).mappings():
        head = _checked(head, row)
    return start + 1, head

"""Tests of the ledger: its hash by hand, its triggers, and every kind of tampering."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from data import sqlite
from data.database import Database
from data.ledger import (
    GENESIS,
    Checkpoint,
    as_row,
    canonical_json,
    next_entry,
    read_checkpoint,
    read_entries,
    verify,
)
from data.tables import LEDGER
from forecasts.errors import LedgerBroken
from tests.data.conftest import plain_client

NOON = datetime(2025, 2, 27, 12, tzinfo=UTC)
ENTRIES = 6


def fill(database: Database, text: str = "兆し") -> Checkpoint:
    head = Checkpoint(0, GENESIS)
    with database.writing.begin() as connection:
        for number in range(1, ENTRIES + 1):
            body = {"id": f"ev{number:03}", "text": text, "doubt": "�"}
            entry = next_entry(head, "evidence", body, NOON, replayed=number == 2)
            connection.execute(insert(LEDGER), as_row(entry))
            head = Checkpoint(entry.seq, entry.hash)
    return head


@pytest.fixture
def filled(empty: Database) -> Path:
    """Give a closed, checkpointed file with six entries."""
    fill(empty)
    close(empty)
    return empty.path


def close(database: Database) -> None:
    database.close()
    with plain_client(database.path) as client:
        client.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def checked(path: Path) -> Checkpoint:
    database = Database(f"sqlite:///{path}")
    try:
        with database.read() as connection:
            return verify(connection)
    finally:
        database.close()


def first_fault(path: Path) -> object:
    with pytest.raises(LedgerBroken) as caught:
        checked(path)
    return caught.value.facts["seq"]


def tamper(path: Path, *statements: str) -> None:
    with plain_client(path) as client:
        triggers = client.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            client.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            client.execute(statement)
        client.commit()


def test_the_hash_is_sha256_over_the_other_fields_as_sorted_json() -> None:
    entry = next_entry(Checkpoint(0, GENESIS), "evidence", {"b": 1, "a": "兆し"}, NOON)

    hashed = (
        r'{"body":"{\"a\":\"兆し\",\"b\":1}","format":1,"kind":"evidence","previous":"'
        + "0" * 64
        + '","recorded_at":"2025-02-27T12:00:00.000000Z","replayed":false,"seq":1}'
    )
    assert entry.hash == hashlib.sha256(hashed.encode("utf-8")).hexdigest()
    assert entry.content == {"a": "兆し", "b": 1}


def test_times_are_written_in_utc() -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))

    assert next_entry(Checkpoint(0, GENESIS), "bank", {}, tokyo).recorded_at == (
        "2025-02-27T12:00:00.000000Z"
    )


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_canonical_json_says_the_same_and_says_it_in_one_way(value: object) -> None:
    written = canonical_json(value)

    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written
    assert "\n" not in written and written.encode("utf-8").decode("utf-8") == written


@given(st.dictionaries(st.text(), st.integers(), min_size=2, max_size=5))
def test_canonical_json_does_not_depend_on_the_order_of_keys(value: dict[str, int]) -> None:
    turned = dict(reversed(value.items()))

    assert canonical_json(turned) == canonical_json(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_has_not_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": value})


def test_a_chain_that_holds_gives_its_checkpoint(empty: Database) -> None:
    assert empty_checkpoint(empty) == Checkpoint(0, GENESIS)

    head = fill(empty)

    with empty.read() as connection:
        assert verify(connection) == read_checkpoint(connection) == head
        entries = list(read_entries(connection, after=4))
    assert [entry.seq for entry in entries] == [5, 6]
    assert entries[1].previous == entries[0].hash
    assert entries[0].content["text"] == "兆し"


def empty_checkpoint(database: Database) -> Checkpoint:
    with database.read() as connection:
        return read_checkpoint(connection)


AGAIN = "SELECT {}, format, kind, recorded_at, replayed, body, previous, hash FROM ledger"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET body = '{}' WHERE seq = 2",
        "DELETE FROM ledger WHERE seq = 6",
        f"REPLACE INTO ledger {AGAIN.format(2)} WHERE seq = 3",
        f"INSERT INTO ledger {AGAIN.format(0)} WHERE seq = 2",
        f"INSERT INTO ledger {AGAIN.format(9)} WHERE seq = 2",
    ],
)
def test_no_program_can_change_the_past(filled: Path, statement: str) -> None:
    with plain_client(filled) as client, pytest.raises(sqlite.DBAPI.Error, match="append-only"):
        client.execute(statement)

    assert checked(filled).entries == ENTRIES


CHANGES = [
    ("format", "2"),
    ("format", "1.5"),
    ("format", "9e999"),
    ("format", "'one'"),
    ("kind", "'question'"),
    ("kind", "5"),
    ("recorded_at", "'2025-02-27T12:00:00.000001Z'"),
    ("replayed", "1 - replayed"),
    ("replayed", "2"),
    ("replayed", "'yes'"),
    ("body", "replace(body, 'ev', 'eV')"),
    ("body", "body || ' '"),
    ("body", "CAST(replace(CAST(body AS BLOB), x'efbfbd', x'ff') AS TEXT)"),
    ("body", "x'ff'"),
    ("previous", "replace(previous, substr(previous, 1, 1), 'g')"),
    ("previous", "''"),
    ("hash", "lower(hex(randomblob(32)))"),
    ("hash", "upper(hash)"),
    ("hash", "7"),
]


@pytest.mark.parametrize(("column", "value"), CHANGES)
@pytest.mark.parametrize("seq", [1, 2, 6])
def test_a_changed_column_is_found_at_its_entry(
    filled: Path, column: str, value: str, seq: int
) -> None:
    tamper(filled, f"UPDATE ledger SET {column} = {value} WHERE seq = {seq}")

    assert first_fault(filled) == seq


def test_a_number_moved_is_found_where_it_is_missing(filled: Path) -> None:
    tamper(filled, "UPDATE ledger SET seq = 60 WHERE seq = 3")

    assert first_fault(filled) == 3


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_deleted_entry_is_found(filled: Path, seq: int) -> None:
    tamper(filled, f"DELETE FROM ledger WHERE seq = {seq}")

    assert first_fault(filled) == seq


def test_entries_cut_from_the_end_are_missed_by_the_checkpoint(filled: Path) -> None:
    """A shorter chain holds in itself: whoever kept the checkpoint (6 entries, hash) sees it."""
    kept = checked(filled)
    tamper(filled, "DELETE FROM ledger WHERE seq = 6")

    assert checked(filled).entries == 5 < kept.entries


def test_two_entries_that_changed_places_are_found(filled: Path) -> None:
    tamper(
        filled,
        "UPDATE ledger SET seq = -1 WHERE seq = 2",
        "UPDATE ledger SET seq = 2 WHERE seq = 3",
        "UPDATE ledger SET seq = 3 WHERE seq = -1",
    )

    assert first_fault(filled) == 2


def test_bodies_that_changed_places_are_found(filled: Path) -> None:
    tamper(
        filled,
        "UPDATE ledger SET body = (SELECT body FROM ledger WHERE seq = 5) WHERE seq = 4",
    )

    assert first_fault(filled) == 4


def copied(seq: int) -> str:
    return f"INSERT INTO ledger {AGAIN.format(seq)} WHERE seq = 6"


@pytest.mark.parametrize(("seq", "found"), [(0, 1), (7, 7), (-5, 1)])
def test_an_inserted_entry_is_found(filled: Path, seq: int, found: int) -> None:
    tamper(filled, copied(seq))

    assert first_fault(filled) == found


def test_an_entry_hashed_anew_breaks_the_one_after_it(filled: Path) -> None:
    head = Checkpoint(0, GENESIS)
    with plain_client(filled) as client:
        head = Checkpoint(2, client.execute("SELECT hash FROM ledger WHERE seq = 2").fetchone()[0])
    forged = next_entry(head, "evidence", {"id": "forged"}, NOON)

    tamper(
        filled,
        f"UPDATE ledger SET body = '{forged.body}', hash = '{forged.hash}' WHERE seq = 3",
    )

    assert first_fault(filled) == 4


def test_any_flipped_byte_of_an_entry_on_disk_is_found(filled: Path) -> None:
    content = filled.read_bytes()
    with plain_client(filled) as client:
        kind, recorded_at, body, previous, own = client.execute(
            "SELECT kind, recorded_at, body, previous, hash FROM ledger WHERE seq = 4"
        ).fetchone()
    stored = (kind + recorded_at + body + previous + own).encode()
    start = content.index(stored)

    for place in range(start, start + len(stored), 5):
        damaged = bytearray(content)
        damaged[place] ^= 1
        filled.write_bytes(damaged)
        assert first_fault(filled) == 4


@pytest.mark.parametrize("seq", [1, 4, 6])
def test_a_page_that_cannot_be_read_is_named_by_the_entry_that_was_there(
    empty: Database, seq: int
) -> None:
    """Bodies of 3,000 characters: one entry a page of 4,096 bytes."""
    fill(empty, "x" * 3_000)
    close(empty)
    content = bytearray(empty.path.read_bytes())
    page = content.index(f'"id":"ev{seq:03}"'.encode()) // 4_096 * 4_096
    content[page] = 0xFF  # no kind of page begins like this
    empty.path.write_bytes(content)

    with pytest.raises(LedgerBroken, match=f"at entry {seq}: the file cannot be read there"):
        checked(empty.path)


def test_broken_entries_say_what_is_wrong(filled: Path) -> None:
    def said(statement: str) -> str:
        tamper(filled, statement)
        with pytest.raises(LedgerBroken) as caught:
            checked(filled)
        return str(caught.value)

    assert "entry 6: its content does not match its hash" in said(
        "UPDATE ledger SET kind = 'fit' WHERE seq = 6"
    )
    assert "entry 4: it does not follow from the entry before it" in said(
        "UPDATE ledger SET previous = '' WHERE seq = 4"
    )
    assert "entry 2: it is missing; entry 3 follows" in said("DELETE FROM ledger WHERE seq = 2")

"""Tests of the ledger's triggers, and of finding every kind of tampering at its entry."""

from pathlib import Path

import pytest

from data import sqlite
from data.database import Database
from data.ledger import Checkpoint, next_entry
from forecasts.errors import LedgerBroken
from tests.data.conftest import plain_client
from tests.data.ledgers import ENTRIES, NOON, checked, close, fill, first_fault, tamper

AGAIN = "SELECT {}, format, kind, recorded_at, replayed, body, previous, hash FROM ledger"


@pytest.fixture
def filled(empty: Database) -> Path:
    """Give a closed, checkpointed file with six entries."""
    fill(empty)
    close(empty)
    return empty.path


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

"""Ledgers for tests: filled, closed, checked and tampered with."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from data.database import Database
from data.ledger import GENESIS, Checkpoint, as_row, next_entry, verify
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

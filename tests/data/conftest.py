"""An empty database, and a plain client that is not ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from data import sqlite
from data.database import Database


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    """Give a migrated database without entries."""
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    database.migrate()
    yield database
    database.close()


@contextmanager
def plain_client(path: Path) -> Iterator[Any]:
    """Lend a connection of SQLite itself, which knows nothing of Kizashi."""
    connection = sqlite.DBAPI.connect(path)
    try:
        yield connection
    finally:
        connection.close()


@pytest.fixture(scope="session")
def bank_reading(bank_database: Path) -> Iterator[Database]:
    """Give the database of the shipped bank, for reading only."""
    database = Database(f"sqlite:///{bank_database}")
    yield database
    database.close()

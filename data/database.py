"""Opening a database: where it is, its engines, its migrations, and who may write to it."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, inspect, make_url, text

from data import sqlite
from forecasts.errors import KizashiError

#: Whoever only asks for the holder has the lock for a moment: a writer asks more than once.
_ATTEMPTS, _PAUSE_SECONDS = 5, 0.05
_MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseBusy(KizashiError):
    """Another process writes to this database."""

    message = "Another Kizashi process (pid {pid}) writes to {path}. Stop it, or use its server."


class UnknownDatabase(KizashiError):
    """The database's address is of a kind that this version cannot use."""

    message = "Databases of kind {kind} are not supported yet: give sqlite:///PATH."


def database_path(url: str) -> Path:
    """Give the file behind a database address.

    Raises:
        UnknownDatabase: it is no SQLite file.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise UnknownDatabase(kind=parsed.get_backend_name())
    return Path(parsed.database)


class Database:
    """One SQLite file: an engine that writes and an engine that reads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.path = database_path(url)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.writing = sqlite.writing_engine(url)
        self.reading: Engine = sqlite.reading_engine(url) if sqlite.IS_SAFE else self.writing

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Lend a connection that sees one moment of the database."""
        with self.reading.connect() as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the tables to this version; does nothing where they are."""
        with self.writing.begin() as connection:
            if stored_version(connection) == newest_version():
                return
            from alembic import command  # noqa: PLC0415  # half a second that most starts need not
            from alembic.config import Config  # noqa: PLC0415

            config = Config()
            config.set_main_option("script_location", str(_MIGRATIONS))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Give all connections back."""
        for engine in {id(e): e for e in (self.reading, self.writing)}.values():
            engine.dispose()


def newest_version() -> str:
    """Give the newest version of the tables; migrations are named after theirs."""
    return max(path.name.split("_")[0] for path in (_MIGRATIONS / "versions").glob("0*.py"))


def stored_version(connection: Connection) -> str | None:
    """Read the version of the tables in the file; None in an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar()
    return version


class WriteLock:
    """Held by the one process that writes; others learn from it how to reach that process."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".lock")
        self._file: IO[str] | None = None

    def acquire(self, note: dict[str, Any]) -> None:
        """Take the lock and leave a note for others.

        Raises:
            DatabaseBusy: another process holds it.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        file = os.fdopen(descriptor, "r+")
        for attempt in range(_ATTEMPTS):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE_SECONDS * (attempt < _ATTEMPTS - 1))
            else:
                break
        else:
            pid = _note_in(file).get("pid", "unknown")
            file.close()
            raise DatabaseBusy(pid=pid, path=self.path.stem)
        file.truncate(0)
        json.dump({"pid": os.getpid(), **note}, file)
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let others write."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None

    def holder(self) -> dict[str, Any] | None:
        """Read the note of whoever holds the lock; None if nobody does."""
        if not self.path.exists():
            return None
        with self.path.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _note_in(file)
        return None


def _note_in(file: IO[str]) -> dict[str, Any]:
    """Read a note that may be half written."""
    file.seek(0)
    try:
        note: dict[str, Any] = json.loads(file.read() or "{}")
    except json.JSONDecodeError:
        return {}
    return note

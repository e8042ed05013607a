"""Backups: a copy of a database that is being written to, proved whole before it has its name."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError

from data import sqlite
from data.database import Database, WriteLock, database_path, newest_version, stored_version
from data.ledger import Checkpoint, verify
from forecasts.errors import KizashiError

#: Files that belong to a database beside it: what was written last may still stand in them.
_BESIDE = ("-wal", "-shm")
#: Names and hashes of keys are in it: only its owner may read it.
_MODE = 0o600


class FileExists(KizashiError):
    """A backup would overwrite something."""

    message = "{path} exists already, and is not overwritten. Give another name."


class DatabaseExists(KizashiError):
    """A restore would take the place of a database."""

    message = "There is a database at {path}. Add --replace to put it aside, or name another."


class NotABackup(KizashiError):
    """A file holds no database of Kizashi that is whole."""

    message = "{path} is no backup that can be used ({reason}). Take another one."


class OtherCheckpoint(KizashiError):
    """A backup ends with another entry of the ledger than was said."""

    message = "The backup ends at entry {entries} with hash {hash}, not with the hash given."


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: how far the ledger goes, and where the old database is, if any was."""

    checkpoint: Checkpoint
    aside: Path | None


def write_backup(database: Database, target: Path) -> Checkpoint:
    """Copy a database to a file while others write to it, and prove the copy.

    The copy is of one moment: all that was committed before the call is in it.

    Raises:
        FileExists: the target is there already.
        LedgerBroken, NotABackup: the copy is not whole; it is thrown away.
    """
    if target.exists():
        raise FileExists(path=target)
    raw = database.reading.raw_connection()
    try:
        with _unfinished(target) as copy:
            _copy(raw.driver_connection, copy)
            checkpoint = prove(copy)
            _publish(copy, target)
    finally:
        raw.close()
    return checkpoint


def restore_backup(
    file: Path, url: str, now: datetime, *, replace: bool = False, expected_hash: str | None = None
) -> Restored:
    """Put a backup in the place of a database that nobody serves.

    Args:
        replace: put a database that is there aside; its new name is in the answer.
        expected_hash: of the newest entry, where it was kept; shows entries cut off the end.

    Raises:
        DatabaseBusy: a process holds the target.
        DatabaseExists: there is one, and `replace` was not asked for.
        LedgerBroken, NotABackup, OtherCheckpoint: the backup is not to be used; nothing changes.
    """
    path = database_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = WriteLock(path)
    lock.acquire({})
    try:
        taken = any(Path(f"{path}{suffix}").exists() for suffix in ("", *_BESIDE))
        if taken and not replace:
            raise DatabaseExists(path=path)
        with _unfinished(path) as copy:
            with _opened(file) as source:
                _copy(source, copy)
            checkpoint = prove(copy)
            if expected_hash is not None and checkpoint.hash != expected_hash:
                raise OtherCheckpoint(entries=checkpoint.entries, hash=checkpoint.hash)
            aside = _put_aside(path, now) if taken else None
            _publish(copy, path)
    finally:
        lock.release()
    return Restored(checkpoint, aside)


def prove(path: Path) -> Checkpoint:
    """Check a database file that nobody writes to: its pages, its version, its ledger's chain.

    Raises:
        NotABackup: it is no database, not whole, or written by a newer version.
        LedgerBroken: names the first entry that does not hold.
    """
    engine = create_engine(
        "sqlite://", creator=lambda: _connect(path, "immutable=1"), hide_parameters=True
    )
    try:
        with engine.connect() as connection:
            _check_pages_and_version(connection, path)
            return verify(connection)
    except DBAPIError as error:
        raise NotABackup(path=path.name, reason=str(error.orig)) from None
    finally:
        engine.dispose()


def _check_pages_and_version(connection: Connection, path: Path) -> None:
    """Refuse what cannot become a database of this program."""
    found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    if found != "ok":
        raise NotABackup(path=path.name, reason="its pages do not hold together")
    version = stored_version(connection)
    if version is None:
        raise NotABackup(path=path.name, reason="it is no database of Kizashi")
    if version > newest_version():
        raise NotABackup(path=path.name, reason=f"its version {version} is newer than this one")


def _connect(path: Path, options: str) -> Any:
    """Open a file that must exist, to read it."""
    address = f"{path.resolve().as_uri()}?mode=ro&{options}"
    return sqlite.DBAPI.connect(address, uri=True, check_same_thread=False)


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    """Lend a connection to a backup. One with a log beside it is read with its log."""
    try:
        has_log = Path(f"{file}-wal").exists()
        connection = _connect(file, "cache=private" if has_log else "immutable=1")
    except sqlite.DBAPI.Error as error:
        raise NotABackup(path=file.name, reason=str(error)) from None
    try:
        yield connection
    except sqlite.DBAPI.Error as error:
        raise NotABackup(path=file.name, reason=str(error)) from None
    finally:
        connection.close()


def _copy(source: Any, path: Path) -> None:
    """Copy all pages as of one moment into one file that needs none beside it, and sync it."""
    copy = sqlite.DBAPI.connect(path)
    try:
        source.backup(copy)  # in one step: a change meanwhile would make many steps begin anew
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """Lend an empty file beside a target; what is left of it at the end is thrown away."""
    path = target.with_name(f".{target.name}.{secrets.token_hex(4)}.unfinished")
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _MODE))
    try:
        yield path
    finally:
        for suffix in ("", "-journal", *_BESIDE):
            Path(f"{path}{suffix}").unlink(missing_ok=True)


def _publish(copy: Path, target: Path) -> None:
    """Give a finished file its name in one step, which never takes another's."""
    try:
        os.link(copy, target)
    except FileExistsError:
        raise FileExists(path=target) from None
    except OSError:  # some file systems know no second name
        if target.exists():
            raise FileExists(path=target) from None
        copy.rename(target)
    _sync_folder(target)


def _put_aside(path: Path, now: datetime) -> Path:
    """Rename a database, with what is beside it, to a name that tells when.

    The file goes first: a log without its file is thrown away by SQLite, whereas a file without
    its log would be taken for the whole.
    """
    with suppress(sqlite.DBAPI.Error):  # it may be broken: that is why another is wanted
        _fold_log(path)
    aside = path.with_name(f"{path.name}.replaced-{now:%Y%m%dT%H%M%S%fZ}")
    for suffix in ("", *_BESIDE):
        if Path(f"{path}{suffix}").exists():
            Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
    _sync_folder(path)
    return aside


def _fold_log(path: Path) -> None:
    """Let what stands in the log go into the file."""
    if not path.exists():
        return
    connection = sqlite.DBAPI.connect(path)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _sync_folder(path: Path) -> None:
    """Make the names in a file's folder durable."""
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Tests of opening a database: addresses, snapshots, and the lock between processes."""

import fcntl
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data.database import Database, DatabaseBusy, UnknownDatabase, WriteLock, database_path
from tests.data.conftest import plain_client

INSERT = "INSERT INTO actor (id, name, kind) VALUES ('ann', 'Ann', 'person')"  # any row will do


def test_the_file_is_named_by_the_address() -> None:
    assert database_path("sqlite:////var/lib/k.db") == Path("/var/lib/k.db")


@pytest.mark.parametrize("url", ["postgresql://host/db", "sqlite://"])
def test_other_kinds_of_database_are_refused(url: str) -> None:
    with pytest.raises(UnknownDatabase, match="give sqlite:///PATH"):
        database_path(url)


def test_the_folder_is_made_and_migrating_twice_does_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a' / 'b' / 'k.db'}")
    database.migrate()
    database.migrate()
    with database.read() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE name = 'ledger'"))
        assert tables.scalar() == "ledger"
    database.close()


def test_a_reader_cannot_write(empty: Database) -> None:
    with empty.read() as connection, pytest.raises(DBAPIError, match="readonly"):
        connection.execute(text(INSERT))


def test_a_reader_sees_one_moment(empty: Database) -> None:
    count = text("SELECT COUNT(*) FROM actor WHERE id = 'ann'")
    with empty.read() as connection:
        before = connection.execute(count).scalar()
        with empty.writing.begin() as writing:
            writing.execute(text(INSERT))
        during = connection.execute(count).scalar()
    with empty.read() as connection:
        after = connection.execute(count).scalar()

    assert (before, during, after) == (0, 0, 1)


def test_commits_are_durable_and_go_through_a_write_ahead_log(empty: Database) -> None:
    with empty.writing.begin() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


HOLD = """
import sys
from pathlib import Path
from data.database import WriteLock
lock = WriteLock(Path(sys.argv[1]))
lock.acquire({"url": "http://127.0.0.1:8000"})
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_process_is_refused_and_told_who_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    lock = WriteLock(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"

        with pytest.raises(DatabaseBusy, match=rf"\(pid {process.pid}\) writes to k\.db"):
            lock.acquire({})
        assert lock.holder() == {"pid": process.pid, "url": "http://127.0.0.1:8000"}

        process.communicate("")
    assert lock.holder() is None
    lock.acquire({})
    lock.release()


def test_a_lock_can_be_given_back_and_taken_again(tmp_path: Path) -> None:
    one, other = WriteLock(tmp_path / "k.db"), WriteLock(tmp_path / "k.db")
    assert one.holder() is None  # no file yet
    one.acquire({"token": "t" * 50})
    with pytest.raises(DatabaseBusy):
        other.acquire({})
    one.release()
    one.release()  # twice is no harm

    other.acquire({"token": "u"})
    note = one.holder()
    other.release()
    assert note is not None and note["token"] == "u"
    assert (tmp_path / "k.db.lock").stat().st_mode & 0o777 == 0o600


def test_a_note_that_is_half_written_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "k.db.lock"
    path.write_text('{"pid": 1', "utf-8")
    with path.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)

        assert WriteLock(tmp_path / "k.db").holder() == {}
        with pytest.raises(DatabaseBusy, match="pid unknown"):
            WriteLock(tmp_path / "k.db").acquire({})


def test_a_plain_client_sees_what_was_committed(empty: Database) -> None:
    with empty.writing.begin() as connection:
        connection.execute(text(INSERT))

    with plain_client(empty.path) as client:
        assert client.execute("SELECT name FROM actor WHERE id = 'ann'").fetchall() == [("Ann",)]


def test_asking_for_the_holder_does_not_keep_a_writer_out(tmp_path: Path) -> None:
    path = tmp_path / "k.db.lock"
    path.touch()
    with path.open("r+") as asker:
        fcntl.flock(asker, fcntl.LOCK_SH)
        threading.Timer(0.08, lambda: fcntl.flock(asker, fcntl.LOCK_UN)).start()
        lock = WriteLock(tmp_path / "k.db")
        lock.acquire({})

        assert WriteLock(tmp_path / "k.db").holder() is not None
        lock.release()

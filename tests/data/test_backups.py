"""Backups: of one moment, proved, never over something; restored, they are the same to the bit."""

import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.instance import Instance, open_instance
from api.workflows.replaying import replay_ledger
from data.backups import (
    DatabaseExists,
    FileExists,
    NotABackup,
    OtherCheckpoint,
    prove,
    restore_backup,
    write_backup,
)
from data.database import Database, DatabaseBusy
from data.ledger import read_checkpoint
from forecasts.errors import LedgerBroken
from tests.conftest import NOW
from tests.data.conftest import plain_client

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def backup(bank_database: Path, tmp_path: Path) -> Path:
    """Give a backup of the shipped bank."""
    database = Database(f"sqlite:///{bank_database}")
    write_backup(database, tmp_path / "backup.db")
    database.close()
    return tmp_path / "backup.db"


def test_a_backup_is_one_private_file_with_the_checkpoint_of_its_moment(instance, tmp_path):
    target = tmp_path / "copies" / "k.db"
    target.parent.mkdir()
    with instance.database.read() as connection:
        stands = read_checkpoint(connection)

    assert write_backup(instance.database, target) == stands
    assert [path.name for path in target.parent.iterdir()] == ["k.db"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_every_entry_committed_before_a_backup_began_is_in_it(instance: Instance, tmp_path: Path):
    committed, stop = [0], threading.Event()

    def write_on() -> None:
        while not stop.is_set():
            note = {"id": f"n{committed[0]}"}
            entry = instance.writer.do(lambda t, n=note: t.append("bank", n, NOW))
            committed[0] = entry.seq

    writing = threading.Thread(target=write_on)
    writing.start()
    try:
        pairs = []
        for number in range(5):
            before = committed[0]
            copied = write_backup(instance.database, tmp_path / f"{number}.db").entries
            pairs.append((before, copied, committed[0]))
    finally:
        stop.set()
        writing.join()

    assert all(before <= copied <= after + 1 for before, copied, after in pairs)
    assert pairs[-1][0] > pairs[0][0]  # writing went on meanwhile


def test_nothing_is_overwritten_and_nothing_is_left_over(instance, tmp_path):
    target = tmp_path / "here.txt"
    target.write_text("mine")
    before = set(tmp_path.iterdir())
    with pytest.raises(FileExists):
        write_backup(instance.database, target)

    assert target.read_text() == "mine"
    assert set(tmp_path.iterdir()) == before


@pytest.mark.slow
def test_a_restored_database_starts_and_replays_to_the_same_bits(backup, tmp_path):
    url = f"sqlite:///{tmp_path / 'new' / 'kizashi.db'}"
    restored = restore_backup(backup, url, AT)
    with open_instance(url, lambda: NOW) as instance, instance.database.read() as connection:
        replayed = replay_ledger(connection)

    assert restored.aside is None
    assert replayed.difference is None
    assert replayed.checkpoint == restored.checkpoint == prove(backup)


def test_a_database_is_replaced_only_when_asked_and_is_kept_with_its_newest_writes(
    backup, database
):
    url = f"sqlite:///{database}"
    with open_instance(url, lambda: NOW) as instance:
        newest = instance.writer.do(lambda t: t.append("bank", {"id": "late"}, NOW))
        with pytest.raises(DatabaseBusy):
            restore_backup(backup, url, AT, replace=True)
    with pytest.raises(DatabaseExists, match="--replace"):
        restore_backup(backup, url, AT)
    restored = restore_backup(backup, url, AT, replace=True)

    assert restored.aside is not None
    assert restored.aside.name == "kizashi.db.replaced-20261128T120000000000Z"
    assert prove(restored.aside).hash == newest.hash
    assert prove(database).entries == newest.seq - 1


def test_a_log_that_could_not_be_folded_in_is_put_aside_with_its_file(backup, database):
    database.write_bytes(b"broken" * 1_000)
    Path(f"{database}-wal").write_bytes(b"log")
    restored = restore_backup(backup, f"sqlite:///{database}", AT, replace=True)

    assert restored.aside is not None
    assert restored.aside.read_bytes() == b"broken" * 1_000
    assert not Path(f"{database}-wal").exists()
    assert prove(database) == restored.checkpoint


def test_a_backup_whose_chain_does_not_hold_changes_nothing(backup, database):
    before = database.read_bytes()
    with plain_client(backup) as client:
        for (name,) in client.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            client.execute(f"DROP TRIGGER {name}")
        client.execute("UPDATE ledger SET body = '{}' WHERE seq = 5")
        client.commit()
    with pytest.raises(LedgerBroken) as raised:
        restore_backup(backup, f"sqlite:///{database}", AT, replace=True)

    assert raised.value.facts["seq"] == 5
    assert database.read_bytes() == before


def test_what_is_no_backup_is_refused(backup, tmp_path):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    text = tmp_path / "notes.txt"
    text.write_text("no database " * 500)
    other = tmp_path / "other.db"
    with plain_client(other) as client:
        client.execute("CREATE TABLE t (a)")
    cut = tmp_path / "cut.db"
    cut.write_bytes(backup.read_bytes()[:40_000])
    newer = tmp_path / "newer.db"
    newer.write_bytes(backup.read_bytes())
    with plain_client(newer) as client:
        client.execute("UPDATE alembic_version SET version_num = '9999'")
        client.commit()

    for file in (text, other, cut, newer, tmp_path / "missing.db"):
        with pytest.raises(NotABackup):
            restore_backup(file, url, AT)
    assert not (tmp_path / "new.db").exists()


def test_entries_cut_off_the_end_show_against_a_hash_that_was_kept(backup, tmp_path):
    kept = prove(backup)
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with plain_client(backup) as client:
        triggers = client.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            client.execute(f"DROP TRIGGER {name}")
        client.execute("PRAGMA foreign_keys=OFF")
        client.execute("DELETE FROM ledger WHERE seq = ?", (kept.entries,))
        client.commit()
    with pytest.raises(OtherCheckpoint):
        restore_backup(backup, url, AT, expected_hash=kept.hash)

    assert restore_backup(backup, url, AT).checkpoint.entries == kept.entries - 1

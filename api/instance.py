"""A running Kizashi: its database, its one writer, and its clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from api.auditing import AuditedWriter
from api.keyring import Keyring
from api.workflows.restoring import restore_timelines
from api.workflows.unfolding import pass_time
from data.database import Database, WriteLock
from data.writer import Writer
from forecasts.timeline import Timeline
from forecasts.times import instant_of

type Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Give the present time, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Instance:
    """What every request and command works with.

    Attributes:
        database: for reads.
        writer: for every change.
        keyring: who is behind a key.
        clock: gives the present time; tests give their own.
        operator_token: lets the command line on the same machine act through a running server.
    """

    database: Database
    writer: Writer
    keyring: Keyring
    clock: Clock
    operator_token: str | None = None

    def clock_instant(self) -> float:
        """Give the present time as days since 1970."""
        return instant_of(self.clock())

    def let_time_pass(self) -> None:
        """Take the steps of the midnights since the last change."""
        now = self.clock_instant()
        self.writer.do(lambda transaction: pass_time(transaction, now))


@contextmanager
def open_instance(
    url: str,
    clock: Clock = system_clock,
    note: dict[str, Any] | None = None,
    restore: Callable[[Connection], dict[str, Timeline]] = restore_timelines,
) -> Iterator[Instance]:
    """Open a database for writing: lock it, migrate it, and stand where it stood.

    Args:
        note: left in the lock file for other processes: the server's address and operator token.
        restore: gives every world as it stood; who opens many copies of one database need not
            restore each.

    Raises:
        DatabaseBusy: another process has it open for writing.
    """
    database = Database(url)
    lock = WriteLock(database.path)
    lock.acquire(note or {})
    try:
        database.migrate()
        with database.read() as connection:
            timelines = restore(connection)
        writer = AuditedWriter(database, timelines)
        try:
            keyring = Keyring(database, writer)
            yield Instance(database, writer, keyring, clock, (note or {}).get("token"))
        finally:
            writer.close()
    finally:
        database.close()
        lock.release()

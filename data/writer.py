"""The one writer: every change goes through one thread, and is answered after COMMIT."""

import queue
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, event

from data.access_tables import KEYS, SESSIONS
from data.database import Database
from data.keys import CHANGES_NO_ACCESS
from data.ledger import Checkpoint, Entry, EntryKind, next_entry, read_checkpoint, save_entry
from data.prepared import driver
from data.tables import ACTORS
from forecasts.errors import KizashiError
from forecasts.timeline import Timeline

#: Changes that may wait; beyond it a caller is told to come back.
QUEUE_SIZE = 1_024
#: Changes that share one durable COMMIT.
LARGEST_BATCH = 256
#: Seconds after which no other change joins a COMMIT: whoever is in it waits for all of it.
LONGEST_BATCH = 0.05
#: Who may come in stands here.
_ACCESS = {KEYS, SESSIONS, ACTORS}


class WriterBusy(KizashiError):
    """More changes wait than can be taken."""

    message = "Too many changes are waiting ({waiting}). Nothing was stored; try again shortly."


class StorageFailed(KizashiError):
    """The database could not make a change durable."""

    message = "The database could not store this ({reason}). Nothing was stored; try again later."


class WriterClosed(KizashiError):
    """The server is stopping."""

    message = "The server is stopping and takes no more changes. Nothing was stored."


class Transaction:
    """What a workflow works with: a connection, the ledger's head, and every world's timeline.

    Nothing that it does counts before the writer's COMMIT.
    """

    def __init__(
        self, connection: Connection, head: Checkpoint, timelines: dict[str, Timeline]
    ) -> None:
        self.connection = connection
        self.head = head
        self.timelines = timelines
        self._depth = 0  # of attempts within attempts

    def append(
        self,
        kind: EntryKind,
        body: dict[str, Any],
        recorded_at: datetime,
        *,
        replayed: bool = False,
    ) -> Entry:
        """Put an input into the ledger."""
        entry = next_entry(self.head, kind, body, recorded_at, replayed=replayed)
        save_entry(self.connection, entry)
        self.head = Checkpoint(entry.seq, entry.hash)
        return entry

    def attempt[T](self, change: "Change[T]") -> T:
        """Run a change in a savepoint: if it raises, it leaves no trace, and the error goes on."""
        head, timelines = self.head, dict(self.timelines)
        self._depth += 1
        name = f"attempt_{self._depth}"
        driver(self.connection).execute(f"SAVEPOINT {name}")
        try:
            result = change(self)
        except Exception:
            driver(self.connection).execute(f"ROLLBACK TO {name}")
            self.head, self.timelines = head, timelines
            raise
        finally:
            self._depth -= 1
            driver(self.connection).execute(f"RELEASE {name}")
        return result


type Change[T] = Callable[[Transaction], T]
#: Is told of every COMMIT that changed the ledger or a world, with the ledger's new head; called in
#: the writer's thread, so it must only pass the word on.
type Listener = Callable[[Checkpoint], None]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A change and the future that its caller holds."""

    change: Change[Any]
    future: "Future[Any]"


type _Answer = tuple[_Waiting, Any, BaseException | None]


@dataclass(slots=True)
class WriterCounts:
    """What a writer has done: batches that were stored, by their size, and those that were not."""

    batches: Counter[int] = field(default_factory=Counter)
    failures: int = 0


class Writer:
    """A bounded queue, one thread and one connection; up to 256 changes a COMMIT.

    Each change runs in a savepoint: one that raises leaves no trace and disturbs no other.
    """

    def __init__(self, database: Database, timelines: dict[str, Timeline] | None = None) -> None:
        self._database = database
        self._timelines: dict[str, Timeline] = timelines or {}
        self._queue: queue.Queue[_Waiting | None] = queue.Queue(QUEUE_SIZE)
        self._is_closed = False
        self._listeners: tuple[Listener, ...] = ()
        self.commits = 0  # a number that changes with everything that is stored
        self.counts = WriterCounts()
        self.access_changes = 0  # a number that changes with whatever decides who may come in
        self._touches_access = False
        event.listen(database.writing, "before_execute", self._note_access)
        self._thread = threading.Thread(target=self._run, name="kizashi-writer", daemon=True)
        self._thread.start()

    @property
    def timelines(self) -> MappingProxyType[str, Timeline]:
        """Every world's timeline as of the last COMMIT."""
        return MappingProxyType(self._timelines)

    @property
    def waiting(self) -> int:
        """Changes that wait."""
        return self._queue.qsize()

    @property
    def is_full(self) -> bool:
        """Whether the next change would be told to come back."""
        return self._queue.full()

    @property
    def is_alive(self) -> bool:
        """Whether changes are taken and made."""
        return self._thread.is_alive() and not self._is_closed

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have a function called after COMMIT; give what ends that."""
        self._listeners = (*self._listeners, listener)

        def stop() -> None:
            self._listeners = tuple(kept for kept in self._listeners if kept is not listener)

        return stop

    def submit[T](self, change: Change[T]) -> "Future[T]":
        """Hand in a change; the future is done after COMMIT.

        Raises:
            WriterBusy: the queue is full.
            WriterClosed: the writer was told to stop.
        """
        if self._is_closed:
            raise WriterClosed
        future: Future[T] = Future()
        try:
            self._queue.put_nowait(_Waiting(change, future))
        except queue.Full:
            raise WriterBusy(waiting=QUEUE_SIZE) from None
        return future

    def do[T](self, change: Change[T]) -> T:
        """Hand in a change and wait until it is durable."""
        return self.submit(change).result()

    def close(self) -> None:
        """Finish what waits, then stop, and let go of the worlds: they are large."""
        self._is_closed = True
        self._queue.put(None)
        self._thread.join()
        self._timelines = {}

    def _run(self) -> None:
        """Take what waits, in batches, until told to stop."""
        batch = [self._queue.get()]
        while batch[0] is not None:
            while batch[-1] is not None and len(batch) < LARGEST_BATCH and self._queue.qsize():
                batch.append(self._queue.get())
            done = self._commit([waiting for waiting in batch if waiting is not None])
            batch = batch[done:] or [self._queue.get()]

    def _note_access(self, _connection: Any, statement: Any, *rest: Any) -> None:
        """Note a statement that changes who may come in."""
        if (
            getattr(statement, "is_dml", False)
            and statement.table in _ACCESS
            and CHANGES_NO_ACCESS not in rest[-1]
        ):
            self._touches_access = True

    def _commit(self, batch: list[_Waiting]) -> int:
        """Make as much of a batch durable as there is time for; answer that, and count it."""
        answers: list[_Answer] = []
        self._touches_access = False
        is_news = False
        try:
            with self._database.writing.begin() as connection:
                head = read_checkpoint(connection)
                transaction = Transaction(connection, head, dict(self._timelines))
                until = monotonic() + LONGEST_BATCH
                for waiting in batch:
                    answers.append(self._attempt(transaction, waiting))
                    if monotonic() >= until:
                        break
        except Exception as error:  # noqa: BLE001  # whatever it is, the thread lives on
            failure = StorageFailed(reason=type(getattr(error, "orig", error)).__name__)
            answers = [(waiting, None, failure) for waiting in batch]
            self.counts.failures += 1
        else:
            is_news = transaction.head != head or _differ(transaction.timelines, self._timelines)
            self._timelines = transaction.timelines
            self.commits += 1
            self.counts.batches[len(answers)] += 1
            self.access_changes += self._touches_access
        self._answer(answers)
        if is_news:
            self._tell(transaction.head)
        return len(answers)

    def _tell(self, head: Checkpoint) -> None:
        """Tell the listeners; one that fails is its own affair."""
        for listener in self._listeners:
            with suppress(Exception):
                listener(head)

    def _attempt(self, transaction: Transaction, waiting: _Waiting) -> _Answer:
        """Run one change; if it raises, everything is as it was."""
        try:
            return waiting, transaction.attempt(waiting.change), None
        except Exception as error:
            if not transaction.connection.in_transaction():  # it ended what all share
                raise
            return waiting, None, error

    def _answer(self, answers: list[_Answer]) -> None:
        """Tell every caller what became of the change."""
        for waiting, result, error in answers:
            if waiting.future.set_running_or_notify_cancel():
                if error is None:
                    waiting.future.set_result(result)
                else:
                    waiting.future.set_exception(error)


def _differ(new: dict[str, Timeline], old: dict[str, Timeline]) -> bool:
    """Tell whether any world is another object than before."""
    return new.keys() != old.keys() or any(new[world] is not old[world] for world in new)

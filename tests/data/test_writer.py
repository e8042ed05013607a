"""Tests of the one writer: durable before it answers, and no change disturbs another."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from data.database import Database
from data.ledger import Checkpoint, read_checkpoint, verify
from data.writer import (
    LARGEST_BATCH,
    LONGEST_BATCH,
    QUEUE_SIZE,
    StorageFailed,
    Transaction,
    Writer,
    WriterBusy,
    WriterClosed,
)
from forecasts.reliability import draw_from_priors
from forecasts.timeline import Timeline
from forecasts.worlds import new_world
from tests.data.conftest import plain_client

if TYPE_CHECKING:
    from concurrent.futures import Future

NOW = datetime(2025, 2, 27, tzinfo=UTC)
TIMELINE = Timeline(new_world("w", ("x",), draw_from_priors(1, 4), 0.0))


@pytest.fixture
def writer(empty: Database) -> Iterator[Writer]:
    running = Writer(empty)
    yield running
    running.close()


def entry(name: str) -> Callable[[Transaction], int]:
    return lambda transaction: transaction.append("evidence", {"id": name}, NOW).seq


def names(database: Database) -> list[str]:
    """Read, as a client of SQLite itself would, what is committed."""
    with plain_client(database.path) as client:
        rows = client.execute("SELECT json_extract(body, '$.id') FROM ledger ORDER BY seq")
        return [name for (name,) in rows.fetchall()]


class Gate:
    """A change that holds the writer until it is opened, so that others share a batch."""

    def __init__(self, writer: Writer) -> None:
        self._open, running = threading.Event(), threading.Event()

        def wait(transaction: Transaction) -> None:
            running.set()
            assert self._open.wait(30)

        self.future = writer.submit(wait)
        assert running.wait(30)

    def open(self) -> None:
        self._open.set()
        self.future.result(30)


def test_a_caller_is_answered_after_commit(empty: Database, writer: Writer) -> None:
    """The callback runs in the writer's thread at the moment of the answer."""
    seen: list[list[str]] = []
    gate = Gate(writer)
    future = writer.submit(entry("a"))
    future.add_done_callback(lambda _: seen.append(names(empty)))
    assert names(empty) == []
    gate.open()

    assert future.result(30) == 1
    writer.do(lambda _: None)
    assert seen == [["a"]]


def failing(transaction: Transaction) -> None:
    transaction.append("evidence", {"id": "bad"}, NOW)
    transaction.timelines["w"] = TIMELINE
    raise LookupError("a rule was broken")


def test_a_change_that_raises_leaves_no_trace_and_its_neighbours_survive(
    empty: Database, writer: Writer
) -> None:
    gate = Gate(writer)
    before, bad, after = (writer.submit(change) for change in (entry("a"), failing, entry("b")))
    gate.open()

    assert (before.result(30), after.result(30)) == (1, 2)
    with pytest.raises(LookupError, match="a rule was broken"):
        bad.result(30)
    assert names(empty) == ["a", "b"]
    assert dict(writer.timelines) == {}
    with empty.read() as connection:
        assert verify(connection).entries == 2


def test_timelines_change_with_the_commit(writer: Writer) -> None:
    def put(transaction: Transaction) -> None:
        transaction.timelines["w"] = TIMELINE

    gate = Gate(writer)
    future = writer.submit(put)
    assert dict(writer.timelines) == {}
    gate.open()
    future.result(30)

    assert dict(writer.timelines) == {"w": TIMELINE}


def test_a_statement_that_the_database_refuses_concerns_its_caller_only(
    empty: Database, writer: Writer
) -> None:
    def orphan(transaction: Transaction) -> None:
        transaction.connection.execute(text("INSERT INTO bank VALUES ('b', 99, '{}')"))

    gate = Gate(writer)
    bad, good = writer.submit(orphan), writer.submit(entry("a"))
    gate.open()

    with pytest.raises(IntegrityError):
        bad.result(30)
    assert good.result(30) == 1 and names(empty) == ["a"]


def orphan_at_commit(transaction: Transaction) -> None:
    transaction.connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    transaction.connection.execute(text("INSERT INTO bank VALUES ('b', 99, '{}')"))
    transaction.timelines["w"] = TIMELINE


def test_a_commit_that_fails_is_told_to_all_and_the_writer_goes_on(
    empty: Database, writer: Writer
) -> None:
    gate = Gate(writer)
    futures: list[Future[Any]] = [writer.submit(entry("a")), writer.submit(orphan_at_commit)]
    gate.open()
    first = writer.submit(entry("c"))

    for future in futures:
        with pytest.raises(StorageFailed, match="IntegrityError"):
            future.result(30)
    assert first.result(30) == 1
    assert names(empty) == ["c"] and dict(writer.timelines) == {}
    with empty.read() as connection:
        assert read_checkpoint(connection) == verify(connection)


def test_a_file_that_turns_read_only_fails_and_serves_again_afterwards(
    empty: Database, writer: Writer
) -> None:
    writer.do(entry("a"))
    with empty.writing.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
        raw = connection.connection.dbapi_connection  # the pool lends this one again

    with pytest.raises(StorageFailed):
        writer.do(write_after_the_savepoint_is_gone)
    assert raw is not None
    raw.execute("PRAGMA query_only = OFF")

    assert writer.do(entry("b")) == 2
    assert names(empty) == ["a", "b"]


def write_after_the_savepoint_is_gone(transaction: Transaction) -> None:
    transaction.connection.exec_driver_sql("ROLLBACK")
    transaction.append("evidence", {"id": "x"}, NOW)


def test_a_change_that_ends_the_transaction_itself_does_not_stop_the_writer(
    writer: Writer,
) -> None:
    """SQLAlchemy refuses what follows: something that is none of the database's."""
    with pytest.raises(StorageFailed, match="ResourceClosedError"):
        writer.submit(lambda transaction: transaction.connection.close()).result(30)

    assert writer.do(entry("a")) == 1


def test_a_full_queue_is_refused_at_once(empty: Database, writer: Writer) -> None:
    gate = Gate(writer)
    waiting = [writer.submit(entry(f"e{number}")) for number in range(QUEUE_SIZE)]

    with pytest.raises(WriterBusy, match=r"Too many changes are waiting \(1024\)"):
        writer.submit(entry("one too many"))

    gate.open()
    assert [future.result(60) for future in waiting] == list(range(1, QUEUE_SIZE + 1))
    assert QUEUE_SIZE > LARGEST_BATCH and len(names(empty)) == QUEUE_SIZE


def test_a_caller_who_gave_up_is_not_answered_and_others_are(writer: Writer) -> None:
    gate = Gate(writer)
    gone, here = writer.submit(entry("a")), writer.submit(entry("b"))
    assert gone.cancel()
    gate.open()

    assert here.result(30) == 2


def test_closing_finishes_what_waits(empty: Database) -> None:
    writer = Writer(empty, {"w": TIMELINE})
    gate = Gate(writer)
    waiting = [writer.submit(entry(name)) for name in "ab"]
    closing = threading.Thread(target=writer.close)
    closing.start()
    gate.open()
    closing.join(30)

    assert not closing.is_alive()
    assert [future.result(0) for future in waiting] == [1, 2]
    assert names(empty) == ["a", "b"] and dict(writer.timelines) == {}  # it let go of them


def test_what_takes_long_shares_no_commit_with_what_comes_after(empty: Database) -> None:
    """All three wait together, and the writer is told to stop meanwhile."""
    writer = Writer(empty)
    gate = Gate(writer)
    waiting = [writer.submit(slow(name)) for name in "abc"]
    seen: list[list[str]] = []
    waiting[1].add_done_callback(lambda _: seen.append(names(empty)))
    gate.open()
    writer.close()

    assert [future.result(0) for future in waiting] == [1, 2, 3]
    assert seen == [["a", "b"]] and writer.counts.batches == {1: 4}


def slow(name: str) -> Callable[[Transaction], int]:
    """An entry that takes as long as a whole batch may."""

    def change(transaction: Transaction) -> int:
        time.sleep(LONGEST_BATCH)
        return entry(name)(transaction)

    return change


def test_the_head_is_read_from_the_file_not_from_memory(empty: Database, writer: Writer) -> None:
    writer.do(entry("a"))
    head = writer.do(lambda transaction: transaction.head)

    with empty.read() as connection:
        assert head == read_checkpoint(connection) != Checkpoint(0, "0" * 64)


def test_a_closed_writer_refuses_at_once(empty: Database) -> None:
    writer = Writer(empty)
    writer.close()

    with pytest.raises(WriterClosed):
        writer.submit(entry("late"))

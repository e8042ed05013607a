"""Listeners of the writer: told after COMMIT of what changed, and never in its way."""

from datetime import UTC, datetime

import pytest

from data.database import Database
from data.ledger import read_checkpoint
from data.writer import Transaction, Writer

NOW = datetime(2025, 2, 27, tzinfo=UTC)


@pytest.fixture
def writer(empty: Database):
    running = Writer(empty)
    yield running
    running.close()


def append(transaction: Transaction) -> int:
    return transaction.append("evidence", {"id": "a"}, NOW).seq


def test_a_listener_is_told_of_a_new_head_that_is_durable_already(writer, empty):
    heard = []

    def listen(head):
        with empty.read() as connection:
            heard.append((head, read_checkpoint(connection)))

    writer.listen(listen)
    writer.do(append)
    writer.do(append)
    writer.close()

    assert [head.entries for head, _ in heard] == [1, 2]
    assert all(told == stored for told, stored in heard)


def test_what_changes_neither_ledger_nor_world_is_not_told(writer):
    heard = []
    writer.listen(heard.append)
    writer.do(lambda _: None)
    with pytest.raises(ZeroDivisionError):
        writer.do(lambda transaction: append(transaction) / 0)
    writer.close()

    assert heard == []


def test_a_listener_that_fails_or_went_away_disturbs_nobody(writer):
    heard = []

    def fail(head):
        raise RuntimeError

    writer.listen(fail)
    stop = writer.listen(heard.append)
    writer.do(append)
    writer.do(append)
    stop()
    assert writer.do(append) == 3
    writer.close()

    assert len(heard) == 2

"""Tests of the ledger: its hash by hand, its one way of writing, and its chain."""

import hashlib
import json
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.database import Database
from data.ledger import (
    GENESIS,
    Checkpoint,
    canonical_json,
    next_entry,
    read_checkpoint,
    read_entries,
    verify,
)
from tests.data.ledgers import NOON, fill


def test_the_hash_is_sha256_over_the_other_fields_as_sorted_json() -> None:
    entry = next_entry(Checkpoint(0, GENESIS), "evidence", {"b": 1, "a": "兆し"}, NOON)

    hashed = (
        r'{"body":"{\"a\":\"兆し\",\"b\":1}","format":1,"kind":"evidence","previous":"'
        + "0" * 64
        + '","recorded_at":"2025-02-27T12:00:00.000000Z","replayed":false,"seq":1}'
    )
    assert entry.hash == hashlib.sha256(hashed.encode("utf-8")).hexdigest()
    assert entry.content == {"a": "兆し", "b": 1}


def test_times_are_written_in_utc() -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))

    assert next_entry(Checkpoint(0, GENESIS), "bank", {}, tokyo).recorded_at == (
        "2025-02-27T12:00:00.000000Z"
    )


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_canonical_json_says_the_same_and_says_it_in_one_way(value: object) -> None:
    written = canonical_json(value)

    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written
    assert "\n" not in written and written.encode("utf-8").decode("utf-8") == written


@given(st.dictionaries(st.text(), st.integers(), min_size=2, max_size=5))
def test_canonical_json_does_not_depend_on_the_order_of_keys(value: dict[str, int]) -> None:
    turned = dict(reversed(value.items()))

    assert canonical_json(turned) == canonical_json(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_has_not_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": value})


def test_a_chain_that_holds_gives_its_checkpoint(empty: Database) -> None:
    assert empty_checkpoint(empty) == Checkpoint(0, GENESIS)

    head = fill(empty)

    with empty.read() as connection:
        assert verify(connection) == read_checkpoint(connection) == head
        entries = list(read_entries(connection, after=4))
    assert [entry.seq for entry in entries] == [5, 6]
    assert entries[1].previous == entries[0].hash
    assert entries[0].content["text"] == "兆し"


def empty_checkpoint(database: Database) -> Checkpoint:
    with database.read() as connection:
        return read_checkpoint(connection)

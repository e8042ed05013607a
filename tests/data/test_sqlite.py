"""Tests of which SQLite is chosen."""

import sqlite3
import sys

import pytest

from data import sqlite


def test_the_chosen_one_is_safe_here() -> None:
    assert sqlite.VERSION >= sqlite.SAFE_VERSION and sqlite.IS_SAFE
    assert sqlite.DBAPI.sqlite_version_info == sqlite.VERSION


def test_pythons_own_is_taken_where_it_is_new_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "SAFE_VERSION", (3, 0, 0))

    assert sqlite._choose() is sqlite3


def test_an_old_one_is_used_with_a_warning_where_there_is_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite, "SAFE_VERSION", (99, 0, 0))
    monkeypatch.setitem(sys.modules, "pysqlite3.dbapi2", None)  # as if it were not installed

    with pytest.warns(RuntimeWarning, match="only one connection is used"):
        assert sqlite._choose() is sqlite3


def test_a_bundled_one_is_taken_where_pythons_own_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "SAFE_VERSION", (99, 0, 0))
    dbapi2 = pytest.importorskip("pysqlite3.dbapi2")

    assert sqlite._choose() is dbapi2

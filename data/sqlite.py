"""The one SQLite of this process: two copies in one process corrupt the file within seconds."""

import importlib
import sqlite3
import warnings
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, create_engine, event

#: Older ones can corrupt a write-ahead log when two connections reset it at once.
SAFE_VERSION = (3, 51, 3)
#: Pages of the write-ahead log after which a COMMIT copies it into the file (about 4 MB).
_CHECKPOINT_PAGES = 1_000
_WAIT_MS = 30_000


def _choose() -> ModuleType:
    """Python's own SQLite if it is new enough, else pysqlite3's, else Python's with a warning."""
    if sqlite3.sqlite_version_info >= SAFE_VERSION:
        return sqlite3
    try:
        bundled = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        warnings.warn(
            f"SQLite {sqlite3.sqlite_version} is older than 3.51.3: only one connection is used. "
            "Install pysqlite3 for concurrent reads.",
            RuntimeWarning,
            stacklevel=2,
        )
        return sqlite3
    return bundled


DBAPI = _choose()
VERSION: tuple[int, ...] = DBAPI.sqlite_version_info
#: With an old SQLite, readers share the writer's connection.
IS_SAFE = VERSION >= SAFE_VERSION


def writing_engine(url: str) -> Engine:
    """Engine whose transactions are durable and take the write lock at once."""
    engine = _engine(url, ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def reading_engine(url: str) -> Engine:
    """Engine that cannot write; each transaction sees one moment of the database."""
    engine = _engine(url, ("query_only=ON",))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _engine(url: str, pragmas: tuple[str, ...]) -> Engine:
    """Engine that leaves BEGIN and COMMIT to us."""
    engine = create_engine(
        url,
        module=DBAPI,
        connect_args={"check_same_thread": False},
        hide_parameters=True,  # errors are logged, and parameters hold what people sent
    )

    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        settings = (f"busy_timeout={_WAIT_MS}", f"wal_autocheckpoint={_CHECKPOINT_PAGES}")
        for pragma in (*settings, *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", configure)
    return engine

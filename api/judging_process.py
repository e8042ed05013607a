"""The process that judges what takes long: it reads a database, and prints results as JSON."""

import os
import sys

#: As `kizashi` itself does, before numpy loads; and below the server in rank.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
_NICE = 10

from sqlalchemy import Connection, text  # noqa: E402

from api.workflows.crediting import Prefix  # noqa: E402
from api.workflows.judging import as_bytes, judge_all  # noqa: E402
from data.database import Database  # noqa: E402
from data.ledger import read_checkpoint  # noqa: E402


def main(url: str, entries: str, at: str) -> None:
    """Judge the ledger, or its first so many entries as of an instant.

    Args:
        url: of a database, which is only read.
        entries, at: numbers, or empty texts for all of it.
    """
    os.nice(_NICE)
    prefix = Prefix(int(entries), float(at)) if entries else None
    database = Database(url)
    with database.read() as connection:
        head = _checkpoint(connection, prefix)
        results = judge_all(connection, prefix)
    database.close()
    sys.stdout.buffer.write(as_bytes({"entries": head[0], "hash": head[1], "results": results}))


def _checkpoint(connection: Connection, prefix: Prefix | None) -> tuple[int, str]:
    """Give the number and the hash of the newest entry that is read."""
    if prefix is None:
        head = read_checkpoint(connection)
        return head.entries, head.hash
    query = text("SELECT hash FROM ledger WHERE seq = :seq")
    return prefix.entries, connection.execute(query, {"seq": prefix.entries}).scalar() or ""


if __name__ == "__main__":
    main(*sys.argv[1:4])

"""What could not be read, and what is not known: put aside with a reason, counted, solved later."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from data.importers.records import Read
from data.market_tables import QUARANTINE, UNKNOWN_FIELDS


def save_faults(
    connection: Connection, platform: str, part: str, read: Read, sha256: str, at: float
) -> int:
    """Keep what could not be read; what can be read now is solved. Give how many are new."""
    rows = {
        fault.fingerprint: {
            "platform": platform,
            "part": part.partition("/")[0],
            "shape": fault.shape,
            "key": fault.key,
            "reason": fault.reason,
            "fingerprint": fault.fingerprint,
            "sha256": sha256,
            "first_seen": at,
            "last_seen": at,
        }
        for fault in read.faults
    }
    known = _known_faults(connection, platform, list(rows))
    _solve(connection, platform, read, sha256, list(rows), at)
    if rows:
        adding = insert(QUARANTINE)
        again = adding.on_conflict_do_update(
            index_elements=["platform", "fingerprint"],
            set_={"last_seen": adding.excluded.last_seen, "solved_at": None},
        )
        connection.execute(again, list(rows.values()))
    return len(rows) - len(known)


def _known_faults(connection: Connection, platform: str, names: Sequence[str]) -> set[str]:
    """Give those faults that are known already."""
    query = select(QUARANTINE.c.fingerprint).where(
        QUARANTINE.c.platform == platform, QUARANTINE.c.fingerprint.in_(names)
    )
    return set(connection.execute(query).scalars())


def _solve(
    connection: Connection, platform: str, read: Read, sha256: str, still: Iterable[str], at: float
) -> None:
    """Note which records can be read now: those of this answer, and of the same names."""
    kept = set(still)
    query = select(QUARANTINE).where(
        QUARANTINE.c.platform == platform, QUARANTINE.c.solved_at.is_(None)
    )
    solved = [
        {"fault": row.id}
        for row in connection.execute(query)
        if row.fingerprint not in kept
        and (row.sha256 == sha256 or (row.shape, row.key) in read.sound)
    ]
    if solved:
        solving = update(QUARANTINE).where(QUARANTINE.c.id == bindparam("fault"))
        connection.execute(solving.values(solved_at=at), solved)


def save_unknown(connection: Connection, platform: str, read: Read, at: float) -> None:
    """Count what is not known to any shape."""
    rows = [
        {"platform": platform, "shape": shape, "path": path, "count": count, "first_seen": at,
         "last_seen": at}
        for (shape, path), count in read.unknown.items()
    ]  # fmt: skip
    if rows:
        adding = insert(UNKNOWN_FIELDS)
        more = {"count": UNKNOWN_FIELDS.c.count + adding.excluded.count}
        again = adding.on_conflict_do_update(
            index_elements=["platform", "shape", "path"],
            set_={**more, "last_seen": adding.excluded.last_seen},
        )
        connection.execute(again, rows)

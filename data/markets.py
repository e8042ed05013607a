"""Markets into their tables: what changed is stored, what is the same moves nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from data.importers.records import Fault, FoundMarket, FoundOutcome, FoundQuote, Read
from data.market_tables import MARKET_OUTCOMES, MARKETS, QUOTES
from data.quarantine import save_faults, save_unknown

_AT_ONCE = 500
#: What a price says: where all of it is the same, there is nothing new.
_SAID = ("price", "bid", "ask", "volume", "liquidity")
_UNKNOWN = "unknown"
_ABSENT = "its market is not here: it was not listed, or could not be read"


@dataclass(slots=True)
class Moved:
    """How much an answer, or a whole sync, changed."""

    markets_new: int = 0
    markets_changed: int = 0
    quotes: int = 0
    outcomes: int = 0
    quarantined: int = 0

    def add(self, other: "Moved") -> None:
        """Count what another answer changed."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


def market_id(platform: str, key: str) -> str:
    """Give our id of a platform's contract.

    >>> market_id("kalshi", "KXDEMO-26DEC31-T5")
    'kalshi:KXDEMO-26DEC31-T5'
    """
    return f"{platform}:{key}"


def platform_of(market: str) -> str:
    """Give the platform of one of our ids.

    >>> platform_of("kalshi:KXDEMO-26DEC31-T5")
    'kalshi'
    """
    return market.partition(":")[0]


def save_read(
    connection: Connection, platform: str, part: str, read: Read, sha256: str, at: float
) -> Moved:
    """Store what an answer said, as of the instant at which it came.

    An answer that is read again, later, changes nothing that a newer one said.
    """
    moved = Moved()
    _save_markets(connection, platform, read.markets, at, moved)
    _save_outcomes(connection, platform, read, at, moved)
    moved.quotes += _save_quotes(connection, platform, read, at)
    moved.quarantined += save_faults(connection, platform, part, read, sha256, at)
    save_unknown(connection, platform, read, at)
    return moved


def _save_markets(
    connection: Connection, platform: str, found: Sequence[FoundMarket], at: float, moved: Moved
) -> None:
    """Add markets that are new, and change those that read differently."""
    rows = {
        market_id(platform, one.key): {
            "id": market_id(platform, one.key),
            "platform": platform,
            "key": one.key,
            **one.columns(),
            "changed_at": at,
        }
        for one in found
    }
    known = read_markets(connection, list(rows))
    new = [
        {**row, "first_seen": at, "followed": False}
        for name, row in rows.items()
        if name not in known
    ]
    changed = [
        {f"new_{column}": value for column, value in _kept(row, known[name]).items()}
        for name, row in rows.items()
        if name in known
        and known[name].fingerprint != row["fingerprint"]
        and known[name].changed_at <= at
    ]
    if new:
        connection.execute(insert(MARKETS), new)
    if changed:
        columns = [name.removeprefix("new_") for name in changed[0]]
        values: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in columns if name != "id"
        }
        changing = update(MARKETS).where(MARKETS.c.id == bindparam("new_id")).values(**values)
        connection.execute(changing, changed)
    moved.markets_new += len(new)
    moved.markets_changed += len(changed)


def _kept(row: dict[str, Any], known: Row[Any]) -> dict[str, Any]:
    """Keep how a market stands where its platform does not say."""
    return row if row["status"] != _UNKNOWN else {**row, "status": known.status}


def read_markets(connection: Connection, names: Sequence[str]) -> dict[str, Row[Any]]:
    """Read the rows of some markets by their ids."""
    found: dict[str, Row[Any]] = {}
    for begin in range(0, len(names), _AT_ONCE):
        query = select(MARKETS).where(MARKETS.c.id.in_(names[begin : begin + _AT_ONCE]))
        found |= {row.id: row for row in connection.execute(query)}
    return found


def _save_outcomes(
    connection: Connection, platform: str, read: Read, at: float, moved: Moved
) -> None:
    """Add outcomes that differ from what was known by then; an open market has none any more."""
    said: dict[str, FoundOutcome] = {market_id(platform, one.key): one for one in read.outcomes}
    listed = {market_id(platform, one.key): one.status for one in read.markets}
    names = [*said, *(name for name in listed if name not in said)]
    here = set(listed) | set(read_markets(connection, [n for n in said if n not in listed]))
    before = newest_outcomes(connection, names, at)
    rows = []
    for name in names:
        row = _outcome_row(name, said.get(name), listed.get(name), before.get(name))
        if row is not None and name in here:
            rows.append({**row, "seen_at": at})
        elif row is not None:
            read.faults.append(absent("outcome", said[name].key))
    if rows:
        connection.execute(insert(MARKET_OUTCOMES), rows)
        ended = [{"ended": row["market"], "as": row["status"]} for row in rows]
        connection.execute(_END, ended)
    moved.outcomes += len(rows)


#: A market whose platform does not say how it stands, stands as its outcome says.
_END = (
    update(MARKETS)
    .where(MARKETS.c.id == bindparam("ended"), MARKETS.c.status == _UNKNOWN)
    .values(status=bindparam("as"))
)


def _outcome_row(
    name: str, said: FoundOutcome | None, status: str | None, before: Row[Any] | None
) -> dict[str, Any] | None:
    """Give the row that an outcome needs; None where it is known already."""
    if said is None:
        is_reopened = (
            before is not None and before.status != "open" and status in ("open", "closed")
        )
        opened = {"status": "open", "value": None, "resolved_at": None}
        return {"market": name, **opened} if is_reopened else None
    if before is not None and (before.status, before.value) == (said.status, said.value):
        return None
    told = {"status": said.status, "value": said.value, "resolved_at": said.resolved_at}
    return {"market": name, **told}


def absent(shape: str, key: str) -> Fault:
    """Say that what a record is of is not here."""
    return Fault(shape, key, _ABSENT, f"{shape}:{key}")


def newest_outcomes(connection: Connection, names: Sequence[str], at: float) -> dict[str, Row[Any]]:
    """Read what some markets had come to by an instant."""
    found: dict[str, Row[Any]] = {}
    for begin in range(0, len(names), _AT_ONCE):
        some = names[begin : begin + _AT_ONCE]
        query = (
            select(MARKET_OUTCOMES)
            .where(MARKET_OUTCOMES.c.market.in_(some), MARKET_OUTCOMES.c.seen_at <= at)
            .order_by(MARKET_OUTCOMES.c.seen_at, MARKET_OUTCOMES.c.id)
        )
        found |= {row.market: row for row in connection.execute(query)}
    return found


_LAST = (
    select(*(QUOTES.c[name] for name in _SAID))
    .where(
        QUOTES.c.market == bindparam("market"),
        QUOTES.c.voice == bindparam("voice"),
        QUOTES.c.at <= bindparam("at"),
        QUOTES.c.kind == bindparam("kind"),
    )
    .order_by(QUOTES.c.at.desc(), QUOTES.c.number.desc())
    .limit(1)
)
_ADD = insert(QUOTES)
#: A price that was revised takes the place of what it was.
_UPSERT = _ADD.on_conflict_do_update(
    index_elements=["market", "voice", "at", "kind", "number"],
    set_={name: _ADD.excluded[name] for name in (*_SAID, "seen_at")},
    where=or_(*(QUOTES.c[name].is_distinct_from(_ADD.excluded[name]) for name in _SAID)),
)


def _save_quotes(connection: Connection, platform: str, read: Read, at: float) -> int:
    """Add prices; one off a list only where it is another than the last; give how many."""
    here = {market_id(platform, one.key) for one in read.markets}
    asked = {market_id(platform, one.key) for one in read.quotes} - here
    here |= set(read_markets(connection, sorted(asked)))
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for quote in read.quotes:
        name = market_id(platform, quote.key)
        if name not in here:
            read.faults.append(absent("price", quote.key))
            continue
        row = _quote_row(name, quote, at)
        if not (quote.is_snapshot and _is_known(connection, row)):
            rows[name, quote.voice, quote.at, quote.kind, quote.number] = row
    changes = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    if rows:
        connection.execute(_UPSERT, list(rows.values()))
    after = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    return int(after - changes)


def _quote_row(name: str, quote: FoundQuote, at: float) -> dict[str, Any]:
    """Give a price as a row."""
    place = {"market": name, "voice": quote.voice, "at": quote.at, "kind": quote.kind}
    said = {column: getattr(quote, column) for column in _SAID}
    return {**place, "number": quote.number, **said, "seen_at": at}


def _is_known(connection: Connection, row: dict[str, Any]) -> bool:
    """Tell whether a price says what the last one of its kind said."""
    last = connection.execute(_LAST, {k: row[k] for k in ("market", "voice", "at", "kind")}).first()
    return last is not None and all(last._mapping[name] == row[name] for name in _SAID)  # noqa: SLF001  # SQLAlchemy's public name for it

"""Exported tables of the ledger itself, and of what else it holds."""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Connection, Table, select

from data.exports.columns import (
    Asked,
    Column,
    ExportTable,
    Row,
    count,
    flag,
    moment,
    text,
    time,
)
from data.exports.reading import BODY, ENTRY, QUESTION, WORLD, chosen_by
from data.ledger import read_entries
from data.tables import DISPUTES, FITS, PROPOSALS, SCENARIOS, SIGN_OFFS

_RECORDED = time("recorded_at", "when the ledger took it", "台帳に入った時")
_ID = text("id", "its id", "id")
_AUTHOR = text("author", "id of who wrote it", "書いた者のid")
_REASON = text("reason", "why", "理由")


def _entries(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Give the entries of the ledger; what a question hides has no body yet, but its hash."""
    for entry in read_entries(connection):
        if moment_passed(entry.recorded_at, asked.at):
            withheld = asked.withholds(entry)
            yield {
                "seq": entry.seq,
                "format": entry.format,
                "kind": entry.kind,
                "recorded_at": entry.recorded_at,
                "replayed": bool(entry.replayed),
                "withheld": withheld,
                "body": None if withheld else entry.body,
                "previous": entry.previous,
                "hash": entry.hash,
            }


def moment_passed(recorded_at: str, at: float) -> bool:
    """Tell whether a time of the ledger is not after an instant.

    >>> moment_passed("2024-10-04T12:00:00.000000Z", 20_000.5)
    True
    """
    return recorded_at[:19] <= str(moment(at))[:19]


def _stored(table: Table, at: str = "recorded_at") -> Callable[[Connection, Asked], Iterable[Row]]:
    """Give a reader of a table whose columns are exported as they stand."""

    def rows(connection: Connection, asked: Asked) -> Iterator[Row]:
        names = {name: table.c[name] for name in ("world", "question") if name in table.c}
        query = chosen_by(select(table).where(asked.holds(table)), asked, **names)
        for row in connection.execute(query.order_by(table.c.seq)).mappings():
            yield {**row, "recorded_at": moment(row[at]), "entry": row["seq"]}

    return rows


def _table(
    table: Table, name: str, said: tuple[str, str], *columns: Column, at: str = "recorded_at"
) -> ExportTable:
    """Give the exported table of a stored one."""
    filters = tuple(column.name for column in columns if column in (QUESTION, WORLD))
    return ExportTable(name, *said, (*columns, _RECORDED, ENTRY), _stored(table, at), filters)


LEDGER_TABLES = (
    ExportTable(
        "entries",
        "An entry of the append-only, hash-chained ledger.",
        "追記のみの、ハッシュで連なる台帳の項目。",
        (
            count("seq", "its number", "番号"),
            count("format", "version of the format", "書式の版"),
            text("kind", "what it is", "種類"),
            _RECORDED,
            flag("replayed", "from a bank: dated back", "質問集から（遡って日付）"),
            flag("withheld", "its body is hidden for now", "中身がまだ伏せられているか"),
            BODY,
            text("previous", "hash of the entry before it", "前の項目のハッシュ"),
            text("hash", "over all other fields", "他の全項目のハッシュ"),
        ),
        _entries,
    ),
    _table(
        SCENARIOS,
        "scenarios",
        ("A what-if that is kept under a name.", "名を付けて残した仮定。"),
        _ID,
        WORLD,
        _AUTHOR,
        BODY,
        at="stored_at",
    ),
    _table(
        FITS,
        "fits",
        ("A run of NUTS that landed, without its draws.", "反映されたNUTSの推定（標本を除く）。"),
        _ID,
        WORLD,
        BODY,
        at="landed_at",
    ),
    _table(
        PROPOSALS,
        "proposals",
        ("A question that somebody proposed.", "提案された質問。"),
        _ID,
        WORLD,
        _AUTHOR,
        BODY,
    ),
    _table(
        DISPUTES,
        "disputes",
        ("An objection to a record of evidence.", "証拠への異議。"),
        _ID,
        text("evidence", "id of the record", "記録のid"),
        _AUTHOR,
        BODY,
    ),
    _table(
        SIGN_OFFS,
        "sign_offs",
        ("An admin's leave to a resolver with a stake.", "利害のある判定者への管理者の承認。"),
        QUESTION,
        text("resolver", "id of the resolver", "判定者のid"),
        text("admin", "id of who signed", "承認者のid"),
        _REASON,
    ),
)

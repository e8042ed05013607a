"""Writing exported tables: CSV, JSON and Parquet, in pieces, in little memory."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from data.exports.columns import Column, ExportTable, Row

Form = Literal["json", "csv", "parquet"]
MEDIA_TYPES: dict[str, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
#: Rows that are written at a time.
_ROWS = 10_000
#: What spreadsheets take for a formula at the beginning of a cell.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_ARROW = {
    "string": pa.string(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "datetime": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
    "list": pa.list_(pa.string()),
}


def write_table(
    table: ExportTable, rows: Iterable[Row], form: Form, notes: dict[str, str]
) -> Iterator[bytes]:
    """Write a table in pieces.

    Args:
        notes: licence, citation and the like: in the JSON and in the metadata of Parquet; CSV has
            no place for them.
    """
    match form:
        case "csv":
            yield from _csv(table, rows)
        case "json":
            yield from _json(table, rows, notes)
        case "parquet":
            yield from _parquet(table, rows, notes)


def _csv(table: ExportTable, rows: Iterable[Row]) -> Iterator[bytes]:
    """Write RFC 4180 CSV; no text can be taken for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([column.name for column in table.columns])
    for many in _batches(rows):
        writer.writerows([[_cell(row[c.name], c) for c in table.columns] for row in many])
        yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    """Give what was written so far, and forget it."""
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _cell(value: Any, column: Column) -> Any:
    """Give a value as a cell.

    >>> _cell("=1+1", Column("a", "string", "", ""))
    "'=1+1"
    """
    match column.type:
        case "list":
            value = json.dumps(value, ensure_ascii=False)
        case "boolean":
            return None if value is None else str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _json(table: ExportTable, rows: Iterable[Row], notes: dict[str, str]) -> Iterator[bytes]:
    """Write one JSON object: the notes, then the rows."""
    head = json.dumps({"table": table.name, **notes}, ensure_ascii=False)
    yield f'{head[:-1]}, "items": ['.encode()
    names, separator = [column.name for column in table.columns], ""
    for many in _batches(rows):
        told = [json.dumps({n: row[n] for n in names}, ensure_ascii=False) for row in many]
        yield (separator + ",\n".join(told)).encode()
        separator = ",\n"
    yield b"]}"


def _parquet(table: ExportTable, rows: Iterable[Row], notes: dict[str, str]) -> Iterator[bytes]:
    """Write Parquet, a group of rows at a time; columns say what they hold."""
    fields = [
        pa.field(c.name, _ARROW[c.type], metadata={"description": c.en, "description_ja": c.ja})
        for c in table.columns
    ]
    described = {"description": table.en, "description_ja": table.ja, **notes}
    schema, sink = pa.schema(fields, metadata=described), _Pieces()
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for many in _batches(rows):
            columns = [_array([row[f.name] for row in many], f.type) for f in fields]
            writer.write_table(pa.table(columns, schema=schema))
            yield sink.take()
    yield sink.take()


class _Pieces(io.RawIOBase):
    """A file that forgets what was taken of it, but not how long it is: Parquet counts on that."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def tell(self) -> int:
        """Tell how much was written."""
        return self._length

    def write(self, data: Any) -> int:
        """Keep a piece until it is taken."""
        piece = bytes(data)
        self._pieces.append(piece)
        self._length += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """Give what was written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Give values as a column; times and days come as text."""
    if pa.types.is_temporal(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Give rows some at a time."""
    iterator = iter(rows)
    while many := list(islice(iterator, _ROWS)):
        yield many

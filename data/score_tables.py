"""Tables of forecasts, CSV or Parquet: read in batches, checked, as rows of numbers.

pyarrow takes long to import, so it is imported where it is used.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.score_columns import ColumnFault
from data.score_rows import KNOWN, LABELS, WINDOW, Labels, Rows, rows_of
from data.unreadable import Fault, Unreadable
from forecasts.errors import KizashiError
from forecasts.outcomes import Indices

#: How pyarrow complains of a line.
_RAGGED = re.compile(r"Expected (\d+) columns, got (\d+)")
#: Rows that are in memory at once, and bytes of a CSV.
BATCH_ROWS, BLOCK_BYTES = 1 << 19, 1 << 24


class TableUnreadable(Unreadable):
    """A file does not hold a table of forecasts."""

    message = "{path} cannot be scored: {fault}. `kizashi score --help` names the columns."


class ColumnMissing(KizashiError):
    """A table lacks a column that a score needs."""

    message = "{path} has no column {column}, which {reason} needs; it has {columns}."


class ValueUnfit(KizashiError):
    """A table holds a value that cannot be what its column says."""

    message = "{path}, {unit} {number}, column {column}: {found}. Give {mend}."


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """A table of forecasts as it stands in its file.

    Attributes:
        path: of the file.
        name: what messages call it.
        columns: those that it has, in its order.
        labels: of each column that names things, filled while batches are read.
    """

    path: Path
    name: str
    columns: tuple[str, ...]
    labels: dict[str, Labels]

    @property
    def has_windows(self) -> bool:
        """Whether forecasts can be averaged over the time in which they stood."""
        return set(WINDOW) <= set(self.columns)

    @property
    def is_parquet(self) -> bool:
        """Whether the file is Parquet rather than CSV."""
        return _is_parquet(self.path)

    def batches(self, batch_rows: int = BATCH_ROWS) -> Iterator[Rows]:
        """Read the rows, so many at a time.

        Raises:
            ValueUnfit: a value cannot be what its column says.
            TableUnreadable: the file breaks off, or a line has too few or too many columns.
        """
        import pyarrow as pa  # noqa: PLC0415

        read = 0
        wanted = [column for column in KNOWN if column in self.columns]
        for batch in _arrow_batches(self, batch_rows, wanted):
            try:
                rows = rows_of(batch, self.labels, read)
            except ColumnFault as fault:
                raise self.fault(read + fault.row, fault.column, fault.found, fault.mend) from fault
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
                raise TableUnreadable(path=self.name, fault=Fault.ODD_KIND) from error
            read += len(rows)
            yield rows

    def question_batches(self) -> Iterator[Indices]:
        """Read the numbers of the questions only; an empty id is -1."""
        for batch in _arrow_batches(self, BATCH_ROWS, ["question_id"]):
            yield self.labels["question_id"].encode(batch["question_id"])

    def fault(self, row: int, column: str, found: str, mend: str) -> ValueUnfit:
        """Give the error that points at a value; `row` counts from 0."""
        unit, number = ("row", row + 1) if self.is_parquet else ("line", _line(self.path, row))
        facts = {"unit": unit, "number": number, "column": column, "found": found, "mend": mend}
        return ValueUnfit(path=self.name, **facts)


def open_score_table(path: Path, name: str | None = None) -> ScoreTable:
    """Look at a file's columns; CSV unless it begins as Parquet does.

    Raises:
        TableUnreadable: there is no such file, or it is neither CSV nor Parquet.
        ColumnMissing: it has no question_id, no outcome, or no forecast.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.csv  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    shown = name or str(path)
    try:
        if _is_parquet(path):
            schema = pq.read_schema(path)
            columns = tuple(schema.names)
            odd = {field.name for field in schema if pa.types.is_nested(field.type)}
        else:
            columns, odd = tuple(pyarrow.csv.open_csv(path).schema.names), set()
    except (OSError, pa.ArrowInvalid) as error:
        raise TableUnreadable(path=shown, **_reason(path, error)) from error
    if odd & set(LABELS):
        column = min(odd & set(LABELS))
        raise TableUnreadable(path=shown, fault=Fault.NO_TEXTS, column=column)
    twice = {column for column in columns if columns.count(column) > 1} & set(KNOWN)
    if twice:
        raise TableUnreadable(path=shown, fault=Fault.TWICE, column=min(twice))
    table = ScoreTable(path, shown, columns, {label: Labels() for label in LABELS})
    for column in ("question_id", "outcome"):
        require_column(table, column, "every score")
    if "probabilities" not in columns:
        require_column(table, "probability", "every score")
    return table


def require_column(table: ScoreTable, column: str, reason: str) -> None:
    """See to it that a table has a column.

    Raises:
        ColumnMissing: it has not.
    """
    if column not in table.columns:
        facts = {"column": column, "reason": reason, "columns": ", ".join(table.columns)}
        raise ColumnMissing(path=table.name, **facts)


def _is_parquet(path: Path) -> bool:
    """Look at the first four bytes."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def _reason(path: Path, error: Exception) -> dict[str, Any]:
    """Say why a file cannot be read, without its own text."""
    if not path.exists():
        return {"fault": Fault.ABSENT}
    if path.is_dir():
        return {"fault": Fault.FOLDER}
    if not path.stat().st_size:
        return {"fault": Fault.EMPTY}
    return {"fault": Fault.NEITHER} if _is_parquet(path) else _complaint(error)


def _complaint(error: Exception) -> dict[str, Any]:
    """Say what a parser of CSV complains of."""
    if "invalid UTF8" in str(error):
        return {"fault": Fault.ENCODING}
    ragged = _RAGGED.search(str(error))
    if ragged is None:
        return {"fault": Fault.NOT_CSV}
    return {"fault": Fault.RAGGED, "wanted": ragged[1], "got": ragged[2]}


def _arrow_batches(table: ScoreTable, batch_rows: int, wanted: list[str]) -> Iterator[Any]:
    """Read some columns, batch by batch."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.csv as pc  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    if table.is_parquet:
        texts = [column for column in LABELS if column in wanted]
        try:
            with pq.ParquetFile(table.path, read_dictionary=texts) as file:
                for batch in file.iter_batches(batch_rows, columns=wanted):
                    yield _decoded(batch)
        except (OSError, pa.ArrowInvalid) as error:
            raise TableUnreadable(path=table.name, fault=Fault.DAMAGED) from error
        return
    converted = pc.ConvertOptions(
        include_columns=wanted,
        column_types=dict.fromkeys(wanted, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
    )
    try:
        blocks = pc.ReadOptions(block_size=BLOCK_BYTES)
        for batch in pc.open_csv(table.path, read_options=blocks, convert_options=converted):
            for start in range(0, batch.num_rows, batch_rows):
                yield batch.slice(start, batch_rows)
    except pa.ArrowInvalid as error:
        raise TableUnreadable(path=table.name, **_complaint(error)) from error


def _decoded(batch: Any) -> Any:
    """Write out categories where no labels are expected."""
    import pyarrow as pa  # noqa: PLC0415

    for place, name in enumerate(batch.schema.names):
        if name not in LABELS and pa.types.is_dictionary(batch.schema.types[place]):
            batch = batch.set_column(place, name, batch[name].dictionary_decode())
    return batch


def _line(path: Path, row: int) -> int:
    """Give the line of a CSV on which a row stands; blank lines are no rows, the first is names."""
    filled = -1
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            filled += bool(line.strip())
            if filled == row + 1:
                return number
    return row + 2

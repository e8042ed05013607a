"""The tables of a report as Parquet files: every column, with what readers see of it."""

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from api.reports.layout import Values, say_sentence

_NUMBERS = {"count", "amount", "score", "bits", "chance"}


def parquet_files(values: Values) -> dict[str, bytes]:
    """Write every table, and the numbers behind every figure, by file name."""
    files = {}
    for section in values["sections"]:
        for block in section["blocks"]:
            if block["block"] == "table":
                files[f"{block['name']}.parquet"] = _table(block, values)
            elif block["block"] == "figure":
                for name, columns in block["series"].items():
                    content = _written(pa.table(columns), block, values)
                    files[f"figure-{block['name']}-{name}.parquet"] = content
    return files


def _table(block: Values, values: Values) -> bytes:
    """Write a table; a text has a column in English and one in Japanese."""
    fields: list[tuple[pa.Field, list[Any]]] = []
    for place, column in enumerate(block["columns"]):
        cells = [row[place] for row in block["rows"]]
        said = {language: say_sentence(column["heading"], language) for language in ("en", "ja")}
        for name, kind, found in _columns(column, cells):
            fields.append((pa.field(name, kind, metadata=said), found))
    schema = pa.schema([field for field, _ in fields])
    arrays = [pa.array(found, field.type) for field, found in fields]
    return _written(pa.Table.from_arrays(arrays, schema=schema), block, values)


def _columns(column: Values, cells: list[Any]) -> list[tuple[str, pa.DataType, list[Any]]]:
    """Give the columns of a file that hold one of a table."""
    name = column["name"]
    if column["form"] in _NUMBERS:
        return [(name, pa.float64(), cells)]
    if column["form"] == "day":
        return [(name, pa.string(), [cell and cell["day"] for cell in cells])]
    if any(isinstance(cell, bool) for cell in cells):
        return [(name, pa.bool_(), cells)]
    if any(isinstance(cell, dict) for cell in cells):
        return [
            (f"{name}_{language}", pa.string(), [_text(cell, language) for cell in cells])
            for language in ("en", "ja")
        ]
    return [(name, pa.string(), [None if cell is None else str(cell) for cell in cells])]


def _text(cell: Any, language: str) -> str | None:
    """Give the words of a cell in a language; None where they are not in it."""
    if not isinstance(cell, dict):
        return None if cell is None else str(cell)
    if "message" in cell:
        return say_sentence(cell, language)
    found: str | None = cell[language]
    return found


def _written(table: pa.Table, block: Values, values: Values) -> bytes:
    """Write a table with what it is, and of which report."""
    about = {
        "caption_en": say_sentence(block["caption"], "en"),
        "caption_ja": say_sentence(block["caption"], "ja"),
        "quarter": values["quarter"],
        "edition": str(values["edition"]),
        "checkpoint": json.dumps(
            {name: values["origin"][name] for name in ("entries", "hash")}, sort_keys=True
        ),
    }
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(about), buffer, compression="zstd")
    return buffer.getvalue()

"""Printing: tables on a terminal, JSON in a pipe."""

import io
import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from api.client.items import flat_row
from api.command import current_command
from forecasts.errors import KizashiError

FORMATS = ("table", "json")
#: Formats of what is a table of numbers.
ROW_FORMATS = (*FORMATS, "csv", "parquet")
#: Formats of lists.
LIST_FORMATS = (*FORMATS, "ndjson", "csv", "parquet")


class UnknownFormat(KizashiError):
    """An output format is asked for that does not exist."""

    message = "There is no such output format: give {formats}."


class BinaryOnTerminal(KizashiError):
    """Parquet is asked for where a person would see it."""

    message = "Parquet cannot be shown on a terminal: send it to a file, with > rows.parquet."


def format_of_rows(output: str | None) -> str:
    """Tell in which format to print rows: as asked, else JSON where the output is no terminal.

    Raises:
        UnknownFormat: it is none of ROW_FORMATS.
        BinaryOnTerminal: Parquet is asked for on a terminal.
    """
    return _format_of(output, ROW_FORMATS)


def format_of_list(output: str | None) -> str:
    """Tell in which format to print a list; `ids` where only they are wanted.

    Raises:
        UnknownFormat: it is none of LIST_FORMATS.
        BinaryOnTerminal: Parquet is asked for on a terminal.
    """
    form = _format_of(output, LIST_FORMATS)
    return "ids" if current_command().quiet else form


def print_list(items: Sequence[dict[str, Any]], form: str, envelope: object = None) -> None:
    """Print a list in any format but `table`.

    Args:
        items: as the API gives them.
        form: of `format_of_list`.
        envelope: what to print as JSON, if it is not {"items": items}.
    """
    if form == "ids":
        for item in items:
            print_line(str(item["id"]))
    elif form == "json":
        print_json({"items": list(items)} if envelope is None else envelope)
    elif form == "ndjson":
        for item in items:
            print_line(json.dumps(item, ensure_ascii=False))
    else:
        print_rows([flat_row(item) for item in items], form)


def _format_of(output: str | None, formats: Sequence[str]) -> str:
    """Tell in which of some formats to print."""
    if output is None:
        return "table" if sys.stdout.isatty() else "json"
    if output not in formats:
        raise UnknownFormat(formats=", ".join(formats))
    if output == "parquet" and sys.stdout.isatty():
        raise BinaryOnTerminal
    return output


def print_rows(rows: Sequence[Mapping[str, Any]], form: str) -> None:
    """Print rows as json, csv or parquet; in JSON, numbers that there are none of are null."""
    if form == "json":
        print_json([{key: _as_json(value) for key, value in row.items()} for row in rows])
        return
    import pandas as pd  # noqa: PLC0415  # takes a second

    frame = pd.DataFrame(rows)
    if form == "csv":
        sys.stdout.write(frame.to_csv(index=False))
    else:
        buffer = io.BytesIO()
        frame.to_parquet(buffer, index=False)
        sys.stdout.buffer.write(buffer.getvalue())


def _as_json(value: Any) -> Any:
    """Give what JSON has no number for as null, and infinity as the largest number."""
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return None if math.isnan(value) else math.copysign(sys.float_info.max, value)


def wants_json(output: str | None) -> bool:
    """Tell whether to print JSON: as asked, else where the output is no terminal.

    Raises:
        UnknownFormat: neither table nor json is asked for.
    """
    if output is None:
        return not sys.stdout.isatty()
    if output not in FORMATS:
        raise UnknownFormat(formats=", ".join(FORMATS))
    return output == "json"


def print_json(value: object) -> None:
    """Print a value as JSON, readable where a person looks at it."""
    indent = 2 if sys.stdout.isatty() else None
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")


def print_table(headings: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "") -> None:
    """Print rows as a table."""
    table = Table(*headings, title=title or None, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)


def print_line(text: str) -> None:
    """Print a line."""
    sys.stdout.write(text + "\n")

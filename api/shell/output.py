"""Printing: tables on a terminal, JSON in a pipe."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from forecasts.errors import KizashiError

FORMATS = ("table", "json")


class UnknownFormat(KizashiError):
    """An output format is asked for that does not exist."""

    message = "There is no such output format: give table or json."


def wants_json(output: str | None) -> bool:
    """Tell whether to print JSON: as asked, else where the output is no terminal.

    Raises:
        UnknownFormat: neither table nor json is asked for.
    """
    if output is None:
        return not sys.stdout.isatty()
    if output not in FORMATS:
        raise UnknownFormat
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

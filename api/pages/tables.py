"""Rows of a page as a file of comma-separated values."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.responses import Response

#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_answer(name: str, rows: Sequence[Mapping[str, Any]]) -> Response:
    """Answer with rows; texts that a spreadsheet would run begin with an apostrophe."""
    written = io.StringIO()
    if rows:
        table = csv.DictWriter(written, list(rows[0]))
        table.writeheader()
        table.writerows({key: _plain(value) for key, value in row.items()} for row in rows)
    headers = {"Content-Disposition": f'inline; filename="{name}.csv"'}
    return Response(written.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _plain(value: Any) -> Any:
    """Give a value that no spreadsheet runs."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

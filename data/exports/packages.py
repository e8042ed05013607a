"""A data package (Frictionless, version 2): every table, with what its columns hold."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from data.exports.columns import Asked, Column, ExportTable
from data.exports.tables import EXPORTS
from data.exports.writing import MEDIA_TYPES, Form, write_table

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_LICENCES = "https://spdx.org/licenses/"
DESCRIPTOR = "datapackage.json"


def descriptor(
    form: Form, notes: dict[str, str], tables: Iterable[ExportTable] = EXPORTS.values()
) -> dict[str, Any]:
    """Describe the tables, each in a file of its own beside the description.

    Args:
        notes: licence (SPDX), citation, checkpoint, as_of and created.
    """
    return {
        "$schema": _PROFILE,
        "name": "kizashi",
        "title": "Kizashi: questions, evidence, forecasts and outcomes",
        "description": notes["citation"],
        "created": notes["created"],
        "version": notes["checkpoint"],
        "licenses": [{"name": notes["licence"], "path": _LICENCES + notes["licence"]}],
        "resources": [_resource(table, form) for table in tables],
    }


def write_package(
    folder: Path, connection: Connection, asked: Asked, form: Form, notes: dict[str, str]
) -> None:
    """Write every table into a folder, and the description beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in EXPORTS.values():
        with (folder / f"{table.name}.{form}").open("wb") as file:
            file.writelines(write_table(table, table.rows(connection, asked), form, notes))
    described = json.dumps(descriptor(form, notes), ensure_ascii=False, indent=2)
    (folder / DESCRIPTOR).write_text(described + "\n", encoding="utf-8")


def _resource(table: ExportTable, form: Form) -> dict[str, Any]:
    """Describe one table."""
    return {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.{form}",
        "format": form,
        "mediatype": MEDIA_TYPES[form].partition(";")[0],
        "encoding": "utf-8",
        "title": table.en,
        "title_ja": table.ja,
        "schema": {"fields": [_field(column) for column in table.columns]},
    }


def _field(column: Column) -> dict[str, str]:
    """Describe one column."""
    kind = "array" if column.type == "list" else column.type
    return {
        "name": column.name,
        "type": kind,
        "description": column.en,
        "description_ja": column.ja,
    }

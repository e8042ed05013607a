"""What the exported tables share: rows with their bodies read, choices, and titles."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select

from data.exports.columns import Asked, count, text

ENTRY = count("entry", "number of its entry in the ledger", "台帳の項目の番号")
QUESTION = text("question", "id of the question", "質問のid")
WORLD = text("world", "id of the world", "世界のid")
TITLES = (
    text("title_en", "title, English", "題（英語）"),
    text("title_ja", "title, Japanese", "題（日本語）"),
)
BODY = text("body", "all of it, as JSON", "全体（JSON）")


def bodies(connection: Connection, query: Select[Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Give rows with their bodies read, in little memory."""
    for row in connection.execute(query.execution_options(yield_per=1_000)):
        yield row, json.loads(row.body)


def chosen_by(query: Select[Any], asked: Asked, **columns: Any) -> Select[Any]:
    """Keep the rows whose columns have the values asked for."""
    for name, column in columns.items():
        if name in asked.where:
            query = query.where(column == asked.where[name])
    return query


def titled(body: dict[str, Any]) -> dict[str, Any]:
    """Give a title in both languages."""
    return {"title_en": body["title"]["en"], "title_ja": body["title"].get("ja")}


def as_json(value: object) -> str:
    """Write a value as JSON, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)

"""Keeping the search index: what of each thing can be found, put in as the thing is saved."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text

from data.folding import fold
from data.search import Kind
from data.tables import BANKS, EVIDENCE, LEDGER, QUESTION_VERSIONS, SCENARIOS
from forecasts.times import instant_of

type Parts = list[tuple[str, str]]
_ADD = text(
    "INSERT INTO search_text (kind, name, since, title, body, parts) "
    "VALUES (:kind, :name, :since, :title, :body, :parts) RETURNING id"
)
_ADD_TO_INDEX = text("INSERT INTO search_index (rowid, title, body) VALUES (:id, :title, :body)")
_SUPERSEDE = text(
    "UPDATE search_text SET until = :since WHERE kind = :kind AND name = :name AND until IS NULL"
)
_IS_THERE = text("SELECT 1 FROM search_text WHERE kind = :kind AND name = :name LIMIT 1")


def index_bank(connection: Connection, content: Mapping[str, Any], since: float) -> None:
    """Let a bank's document, claims and sources be found."""
    document = content["bank"]["document"]
    _add(connection, "document", document["id"], since, _both(document, "title"))
    for claim in content["claims"]:
        actors = ", ".join(claim.get("actors", ()))
        rest = [*_both(claim, "check"), *_one("actors", actors)]
        name = f"{document['id']}/{claim['id']}"
        _add(connection, "claim", name, since, _both(claim, "paraphrase"), rest)
    for source in content["sources"]:
        _add(connection, "source", source["id"], since, _both(source, "title"))


def index_question(connection: Connection, question: Mapping[str, Any], since: float) -> None:
    """Let a question be found by its present words; those of its last version are superseded."""
    rest = [
        part for name in ("criteria", "background", "fine_print") for part in _both(question, name)
    ]
    for choice in question.get("choices", ()):
        rest += _both(choice, "title", f"choices.{choice['id']}")
    _add(connection, "question", question["id"], since, _both(question, "title"), rest)


def index_evidence(
    connection: Connection, evidence: str, record: Mapping[str, Any], since: float
) -> None:
    """Let a record be found, and its source if nothing named it before."""
    rest = [*_both(record, "note"), *_one("source", record["source"])]
    _add(connection, "evidence", evidence, since, _both(record, "fact"), rest)
    known = {"kind": "source", "name": record["source"]}
    if connection.execute(_IS_THERE, known).first() is None:
        _add(connection, "source", record["source"], since)


def index_scenario(connection: Connection, scenario: Mapping[str, Any], since: float) -> None:
    """Let a scenario be found."""
    _add(connection, "scenario", scenario["id"], since, _both(scenario, "title"))


def index_all(connection: Connection) -> None:
    """Let everything be found that is stored."""
    recorded = select(BANKS.c.body, LEDGER.c.recorded_at).join(LEDGER, LEDGER.c.seq == BANKS.c.seq)
    for row in connection.execute(recorded.order_by(BANKS.c.seq)).all():
        since = instant_of(datetime.fromisoformat(row.recorded_at))
        index_bank(connection, json.loads(row.body), since)
    versions = select(QUESTION_VERSIONS.c.body, QUESTION_VERSIONS.c.recorded_at)
    ordered = versions.order_by(QUESTION_VERSIONS.c.question, QUESTION_VERSIONS.c.version)
    for version in connection.execute(ordered).all():
        index_question(connection, json.loads(version.body), version.recorded_at)
    records = select(EVIDENCE.c.id, EVIDENCE.c.body, EVIDENCE.c.recorded_at)
    for record in connection.execute(records.order_by(EVIDENCE.c.seq)).all():
        index_evidence(connection, record.id, json.loads(record.body), record.recorded_at)
    for scenario in connection.execute(select(SCENARIOS.c.body, SCENARIOS.c.stored_at)).all():
        index_scenario(connection, json.loads(scenario.body), scenario.stored_at)


def _add(
    connection: Connection,
    kind: Kind,
    name: str,
    since: float,
    title: Sequence[tuple[str, str]] = (),
    rest: Sequence[tuple[str, str]] = (),
) -> None:
    """Put one thing into the index, by its texts and its id."""
    parts = [*title, *rest, ("id", name)]
    row: dict[str, Any] = {"kind": kind, "name": name, "since": since}
    connection.execute(_SUPERSEDE, row)
    row |= {"title": _folded(title), "body": _folded([*rest, ("id", name)])}
    row["id"] = connection.execute(_ADD, {**row, "parts": _written(parts)}).scalar_one()
    connection.execute(_ADD_TO_INDEX, row)


def _both(written: Mapping[str, Any], name: str, field: str | None = None) -> Parts:
    """Give a text in the languages in which it stands."""
    said = written.get(name) or {}
    return [
        (f"{field or name}.{language}", said[language])
        for language in ("en", "ja")
        if said.get(language)
    ]


def _one(field: str, said: str) -> Parts:
    """Give a text that is of no language, if there is one."""
    return [(field, said)] if said else []


def _folded(parts: Iterable[tuple[str, str]]) -> str:
    """Give texts as they are compared, one a line."""
    return "\n".join(fold(said) for _, said in parts)


def _written(parts: Parts) -> str:
    """Give texts as they are shown."""
    return json.dumps(parts, ensure_ascii=False)

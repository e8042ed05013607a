"""Putting what an entry of the ledger says into the tables beside it, and reading it back."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from data.decoding import decode_resolution, fingerprint
from data.evidence_states import evidence_columns
from data.formats.banks import WorldFormat
from data.formats.evidence import EvidenceFormat
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.indexing import index_bank, index_evidence, index_question
from data.ledger import Entry, canonical_json
from data.standing import ALWAYS
from data.tables import (
    ACTORS,
    BANKS,
    EVIDENCE,
    QUESTION_VERSIONS,
    QUESTIONS,
    RESOLUTIONS,
    STANCES,
    WORLDS,
)
from forecasts.errors import UnknownEvidence, UnknownQuestion, UnknownWorld
from forecasts.questions import Question
from forecasts.resolutions import Resolution
from forecasts.times import end_of_day, instant_of, start_of_day


def as_body(written: Any) -> dict[str, Any]:
    """Give a written form as it goes into the ledger: what was left out stays out."""
    body: dict[str, Any] = written.model_dump(mode="json", exclude_defaults=True)
    return body


def save_actor(
    connection: Connection,
    actor: str,
    name: str,
    kind: str,
    role: str | None = None,
    created_at: float | None = None,
) -> None:
    """Add a person, bot or curator, unless known; without a role, one who never comes in."""
    row = {"id": actor, "name": name, "kind": kind, "role": role, "created_at": created_at}
    if connection.execute(select(ACTORS.c.id).where(ACTORS.c.id == actor)).first() is None:
        connection.execute(insert(ACTORS), row)


def save_bank(connection: Connection, entry: Entry) -> None:
    """Keep a bank's document, claims and sources, and the world that it opens."""
    content = entry.content
    row = {"id": content["bank"]["id"], "seq": entry.seq, "body": entry.body}
    connection.execute(insert(BANKS), row)
    world = content["bank"]["world"]
    connection.execute(
        insert(WORLDS), {"id": world["id"], "seq": entry.seq, "body": canonical_json(world)}
    )
    index_bank(connection, content, instant_of(datetime.fromisoformat(entry.recorded_at)))


def save_question(connection: Connection, entry: Entry, at: float, author: str) -> None:
    """Keep a question, in its first version."""
    content = entry.content
    written = QuestionFormat.model_validate(content["question"])
    same = {
        "seq": entry.seq,
        "version": content["version"],
        "body": canonical_json(content["question"]),
    }
    row = {
        "id": written.id,
        "world": content["world"],
        "opens": start_of_day(written.opens),
        "closes": end_of_day(written.closes),
        **hiding_columns(written),
    }
    version = {"question": written.id, "author": author, "recorded_at": at}
    connection.execute(insert(QUESTIONS), same | row)
    connection.execute(insert(QUESTION_VERSIONS), same | version)
    index_question(connection, content["question"], at)


def hiding_columns(written: QuestionFormat) -> dict[str, float | None]:
    """Give until when a question hides what others forecast: from all, and from who has none."""
    until = written.forecasts_hidden_until
    own = written.forecasts_hidden_until_own
    return {
        "hidden_until": None if until is None else instant_of(until),
        "hidden_until_own": end_of_day(written.closes) if own else None,
    }


def save_evidence(connection: Connection, entry: Entry, at: float) -> None:
    """Keep a record of evidence and which questions it bears on."""
    content = entry.content
    record = content["record"]
    connection.execute(
        insert(EVIDENCE),
        {
            "id": content["id"],
            "seq": entry.seq,
            "submitter": content["submitter"],
            "origin": content["origin"],
            "fingerprint": fingerprint(EvidenceFormat.model_validate(record)),
            "content_hash": content_hash(content["submitter"], record),
            "recorded_at": at,
            "replayed": entry.replayed,
            "body": canonical_json(record),
        },
    )
    stances = [
        {"evidence": content["id"], "position": position, "question": stance["question"]}
        for position, stance in enumerate(record.get("stances", ()))
    ]
    if stances:
        connection.execute(insert(STANCES), stances)
    index_evidence(connection, content["id"], record, at)


def content_hash(submitter: str, record: dict[str, Any]) -> str:
    """Give a hash that two submissions of the same record by the same hand share."""
    content = {name: value for name, value in record.items() if name != "id"}
    return hashlib.sha256(canonical_json([submitter, content]).encode()).hexdigest()


def mark_retracted(connection: Connection, evidence: str, at: float) -> None:
    """Note when a record stopped counting."""
    connection.execute(update(EVIDENCE).where(EVIDENCE.c.id == evidence).values(retracted_at=at))


def save_resolution(connection: Connection, entry: Entry, at: float) -> None:
    """Keep an outcome; the newest of a question is the one that holds."""
    content = entry.content
    written = ResolutionFormat.model_validate(content["resolution"])
    connection.execute(
        insert(RESOLUTIONS),
        {
            "seq": entry.seq,
            "question": written.question,
            "resolver": content["resolver"],
            "recorded_at": at,
            "resolved_at": start_of_day(written.resolved_at),
            "body": canonical_json(content["resolution"]),
        },
    )


def read_world(connection: Connection, world: str) -> WorldFormat:
    """Read a world as its bank wrote it.

    Raises:
        UnknownWorld: there is none of this id.
    """
    body = connection.execute(select(WORLDS.c.body).where(WORLDS.c.id == world)).scalar()
    if body is None:
        raise UnknownWorld
    return WorldFormat.model_validate_json(body)


def read_question(
    connection: Connection, question: str, at: float = ALWAYS
) -> tuple[str, QuestionFormat]:
    """Read a question, in its present words, and the id of its world.

    Raises:
        UnknownQuestion: there was none of this id by the instant.
    """
    found = read_questions(connection, [question])
    first = select(QUESTION_VERSIONS.c.recorded_at).where(QUESTION_VERSIONS.c.question == question)
    came = connection.execute(first.order_by(QUESTION_VERSIONS.c.version).limit(1)).scalar()
    if came is None or came > at:
        raise UnknownQuestion
    if question not in found:
        raise UnknownQuestion
    return found[question]


def read_questions(
    connection: Connection, only: Sequence[str] | None = None
) -> dict[str, tuple[str, QuestionFormat]]:
    """Read questions with the ids of their worlds, in the order in which they came."""
    query = select(QUESTIONS.c.id, QUESTIONS.c.world, QUESTIONS.c.body).order_by(QUESTIONS.c.seq)
    if only is not None:
        query = query.where(QUESTIONS.c.id.in_(only))
    return {
        row.id: (row.world, QuestionFormat.model_validate_json(row.body))
        for row in connection.execute(query)
    }


def read_evidence_row(connection: Connection, evidence: str, at: float = ALWAYS) -> Any:
    """Read the row of one record.

    Raises:
        UnknownEvidence: there was none of this id by the instant.
    """
    query = select(*evidence_columns(at)).where(EVIDENCE.c.id == evidence)
    query = query.where(EVIDENCE.c.recorded_at <= at)
    row = connection.execute(query).first()
    if row is None:
        raise UnknownEvidence
    return row


def newest_resolutions(connection: Connection, at: float = ALWAYS) -> dict[str, ResolutionFormat]:
    """Read the outcome that held at an instant, for every question that had one."""
    query = select(RESOLUTIONS.c.question, RESOLUTIONS.c.body).order_by(RESOLUTIONS.c.seq)
    query = query.where(RESOLUTIONS.c.recorded_at <= at)
    return {
        row.question: ResolutionFormat.model_validate_json(row.body)
        for row in connection.execute(query)
    }


def outcomes_of(
    connection: Connection, questions: Mapping[str, Question], at: float = ALWAYS
) -> dict[str, Resolution]:
    """Read the outcome that held at an instant, for each of some questions that had one."""
    return {
        question: decode_resolution(written, questions[question])
        for question, written in newest_resolutions(connection, at).items()
        if question in questions
    }


def recorded_instants(connection: Connection) -> dict[str, float]:
    """Read when each record of evidence entered the ledger, by record id."""
    rows = connection.execute(select(EVIDENCE.c.id, EVIDENCE.c.recorded_at))
    return {row.id: row.recorded_at for row in rows}


def resolution_instants(connection: Connection, questions: Sequence[str]) -> dict[str, float]:
    """Read when the outcomes of some questions became fixed."""
    query = (
        select(RESOLUTIONS.c.question, RESOLUTIONS.c.resolved_at)
        .where(RESOLUTIONS.c.question.in_(questions))
        .order_by(RESOLUTIONS.c.seq)
    )
    return {row.question: row.resolved_at for row in connection.execute(query)}


def written_record(row: Any) -> EvidenceFormat:
    """Give the record of a row as it was written."""
    return EvidenceFormat.model_validate(json.loads(row.body))

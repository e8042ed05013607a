"""Proposals and versions of questions: into their tables, and back."""

import json
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from data.facts import hiding_columns
from data.formats.questions import QuestionFormat
from data.indexing import index_question
from data.ledger import Entry, canonical_json
from data.tables import PROPOSALS, QUESTION_VERSIONS, QUESTIONS
from forecasts.errors import UnknownProposal, UnknownQuestion, UnknownVersion


def save_proposal(connection: Connection, entry: Entry, at: float) -> None:
    """Keep a proposal."""
    content = entry.content
    row = {
        "id": content["id"],
        "seq": entry.seq,
        "author": content["author"],
        "world": content["world"],
        "recorded_at": at,
        "body": canonical_json({name: content[name] for name in ("question", "reason")}),
    }
    connection.execute(insert(PROPOSALS), row)


def decide_proposal(
    connection: Connection, proposal: str, decision: str, entry: Entry, at: float
) -> None:
    """Note what became of a proposal."""
    decided = {"decision": decision, "decided_at": at, "decided_seq": entry.seq}
    connection.execute(update(PROPOSALS).where(PROPOSALS.c.id == proposal).values(decided))


def read_proposal(connection: Connection, proposal: str) -> Row[Any]:
    """Read the row of one proposal.

    Raises:
        UnknownProposal: there is none of this id.
    """
    row = connection.execute(select(PROPOSALS).where(PROPOSALS.c.id == proposal)).first()
    if row is None:
        raise UnknownProposal
    return row


def save_version(
    connection: Connection, entry: Entry, written: QuestionFormat, body: str, at: float
) -> None:
    """Keep a new version of a question: it is the one that holds from now on.

    Args:
        body: of the version, as canonical JSON.
    """
    content = entry.content
    same = {"version": content["version"], "body": body}
    row = {"question": written.id, "seq": entry.seq, "author": content["actor"]}
    row |= {"recorded_at": at, "reason": content["reason"]}
    connection.execute(insert(QUESTION_VERSIONS), same | row)
    index_question(connection, json.loads(body), at)
    changed = update(QUESTIONS).where(QUESTIONS.c.id == written.id)
    connection.execute(changed.values(same | hiding_columns(written)))


def read_versions(connection: Connection, question: str) -> list[Row[Any]]:
    """Read every version of a question, oldest first.

    Raises:
        UnknownQuestion: there is none of this id.
    """
    query = select(QUESTION_VERSIONS).where(QUESTION_VERSIONS.c.question == question)
    rows = list(connection.execute(query.order_by(QUESTION_VERSIONS.c.version)).all())
    if not rows:
        raise UnknownQuestion
    return rows


def read_version(connection: Connection, question: str, version: int) -> Row[Any]:
    """Read one version of a question.

    Raises:
        UnknownQuestion: there is no such question.
        UnknownVersion: it has no version of this number.
    """
    rows = read_versions(connection, question)
    row = next((row for row in rows if row.version == version), None)
    if row is None:
        raise UnknownVersion(newest=rows[-1].version)
    return row

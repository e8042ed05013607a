"""Questions and their curves as the ledger wrote them, without playing any world."""

from datetime import date
from typing import Any

from sqlalchemy import Connection

from data.decoding import decode_question
from data.facts import read_world
from data.formats.questions import QuestionFormat
from data.ledger import read_entries
from data.resolved import Finder
from forecasts.questions import Curve, Question


def decoded_finder(connection: Connection, entries: int) -> Finder:
    """Give a function that finds questions of a ledger of so many entries."""
    drivers: dict[str, tuple[str, ...]] = {}
    found: dict[str, tuple[Question, Curve]] = {}
    for entry in read_entries(connection, kind="question"):
        if entry.seq > entries:
            break
        content = entry.content
        world = content["world"]
        if world not in drivers:
            drivers[world] = tuple(one.id for one in read_world(connection, world).drivers)
        name, decoded = _decoded(content, drivers[world], found)
        found[name] = decoded
    return found.get


def _decoded(
    content: dict[str, Any],
    drivers: tuple[str, ...],
    found: dict[str, tuple[Question, Curve]],
) -> tuple[str, tuple[Question, Curve]]:
    """Decode a question; one that is derived from another reads the other's curve."""
    written = QuestionFormat.model_validate(content["question"])
    deadlines = tuple(date.fromisoformat(day) for day in content.get("deadlines", []))
    derived = written.derived_from
    parent = found[derived.question][1] if derived else None
    question, curve = decode_question(written, drivers, deadlines, parent=parent)
    read = curve if curve is not None else parent
    assert read is not None
    return written.id, (question, read)

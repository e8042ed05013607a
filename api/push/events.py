"""From entries of the ledger to the events that are pushed: what each concerns, what it moved."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Row, select

from api.answers import iso
from api.hiding import hidden_questions
from api.push.answers import Event, Moved, PushedMovement
from data.ledger import Entry, read_entries
from data.moves import steps_of, steps_of_time
from data.tables import FORECASTS, QUESTIONS, STANCES

#: Movements that an event lists; the rest stands at its address.
MOST_MOVEMENTS = 50
#: Where a thing stands under /api/v1, by the kind of id; the first one that an event has counts.
_PLACES = {
    "evidence": "evidence",
    "forecast": "forecasts",
    "scenario": "scenarios",
    "link": "market-links",
    "fit": "fits",
    "question": "questions",
    "world": "worlds",
}
#: Keys of an entry's body that hold ids, or something that has one.
_NAMED = (
    "link",
    "evidence",
    "forecast",
    "scenario",
    "fit",
    "question",
    "world",
    "proposal",
    "dispute",
)


@dataclass(frozen=True, slots=True)
class Told:
    """An event with all its movements, before anybody's filter."""

    event: Event
    movements: tuple[PushedMovement, ...]

    def about(self, question: str | None) -> Event:
        """Give the event as it is sent; to who follows one question, with its movement alone."""
        return self.event.model_copy(update=listed(self.movements, question))

    def concerns(self, question: str | None, world: str | None) -> bool:
        """Tell whether it names, or moved, a question; whether it happened in a world."""
        named = question is None or question in self.event.questions
        moved = any(movement.question == question for movement in self.movements)
        return (named or moved) and (world is None or world in self.event.worlds)


def read_events(connection: Connection, after: int, limit: int, now: float) -> list[Told]:
    """Read events in the order of the ledger, beginning after an entry."""
    return tell(connection, list(islice(read_entries(connection, after), limit)), now)


def tell(connection: Connection, entries: Sequence[Entry], now: float) -> list[Told]:
    """Make entries events.

    Of forecasts on a question that hides them from anybody now, no id is told.
    """
    ids = {entry.seq: ids_of(entry) for entry in entries}
    named = _questions_of(connection, entries, ids)
    hidden = hidden_questions(connection, None, now)
    for entry in entries:
        if entry.kind in ("forecast", "withdrawal") and hidden.intersection(named[entry.seq]):
            ids[entry.seq], named[entry.seq] = {}, ()
    worlds = _worlds_of(connection, {q for questions in named.values() for q in questions})
    steps = steps_of(connection, entries)
    return [
        _told(entry, ids[entry.seq], named[entry.seq], worlds, steps.get(entry.seq, []))
        for entry in entries
    ]


def read_moved(connection: Connection, after: int, limit: int) -> tuple[list[Moved], int | None]:
    """Read what moved without an entry, after a step; give where to go on, if there is more."""
    steps = steps_of_time(connection, after, limit)
    events = [
        Moved(at=iso(at), cause=cause, world=world, movements=_movements(list(group)))
        for (at, cause, world), group in groupby(steps, lambda s: (s.at, s.cause, s.world))
    ]
    return events, steps[-1].id if len(steps) == limit else None


def ids_of(entry: Entry) -> dict[str, str]:
    """Give the things that an entry concerns, by kind; never who stands behind it."""
    content = entry.content
    ids: dict[str, str] = {}
    for name in _NAMED:
        value = content.get(name)
        value = value.get("id") if isinstance(value, dict) else value
        if isinstance(value, str):
            ids[name] = value
    if isinstance(content.get("id"), str):
        ids[entry.kind] = content["id"]
    if entry.kind == "bank":
        ids["world"] = content["bank"]["world"]["id"]
    return ids


def _questions_of(
    connection: Connection, entries: Sequence[Entry], ids: dict[int, dict[str, str]]
) -> dict[int, tuple[str, ...]]:
    """Give the questions that each entry names itself, or by its record or forecast."""
    records = {found["evidence"] for found in ids.values() if "evidence" in found}
    stances: dict[str, list[str]] = {}
    query = select(STANCES).where(STANCES.c.evidence.in_(records))
    for row in connection.execute(query.order_by(STANCES.c.position)):
        stances.setdefault(row.evidence, []).append(row.question)
    forecasts = {found["forecast"] for found in ids.values() if "forecast" in found}
    rows = select(FORECASTS.c.id, FORECASTS.c.question).where(FORECASTS.c.id.in_(forecasts))
    forecast = {row.id: row.question for row in connection.execute(rows)}
    named = {}
    for entry in entries:
        found, content = ids[entry.seq], entry.content
        questions = [found["question"]] if "question" in found else []
        questions += stances.get(found.get("evidence", ""), [])
        questions += [forecast[found["forecast"]]] if found.get("forecast") in forecast else []
        questions += [content["resolution"]["question"]] if "resolution" in content else []
        named[entry.seq] = tuple(dict.fromkeys(questions))
    return named


def _worlds_of(connection: Connection, questions: set[str]) -> dict[str, str]:
    """Give the world of each question."""
    query = select(QUESTIONS.c.id, QUESTIONS.c.world).where(QUESTIONS.c.id.in_(questions))
    return {row.id: row.world for row in connection.execute(query)}


def _told(
    entry: Entry,
    ids: dict[str, str],
    questions: tuple[str, ...],
    worlds: dict[str, str],
    steps: list[Row[Any]],
) -> Told:
    """Put an event together."""
    if len(questions) == 1:
        ids = {**ids, "question": questions[0]}
    within = [ids["world"]] if "world" in ids else []
    within += [worlds[name] for name in questions if name in worlds]
    event = Event(
        entry=entry.seq,
        kind=entry.kind,
        recorded_at=entry.recorded_at,
        address=_address(entry, ids),
        worlds=tuple(dict.fromkeys([*within, *(step.world for step in steps)])),
        questions=questions,
        ids=ids,
    )
    return Told(event, _movements(steps))


def _address(entry: Entry, ids: dict[str, str]) -> str:
    """Give where the thing can be read; the entry itself where it has no place of its own."""
    if entry.kind not in ("proposal", "dispute", "ruling", "sign_off"):
        for kind, place in _PLACES.items():
            if kind in ids:
                return f"/api/v1/{place}/{ids[kind]}"
    return f"/api/v1/ledger/entries/{entry.seq}"


def listed(movements: tuple[PushedMovement, ...], question: str | None) -> dict[str, Any]:
    """Give the movements that are sent, and how many are not."""
    if question is not None:
        movements = tuple(m for m in movements if m.question == question)
    return {
        "movements": movements[:MOST_MOVEMENTS],
        "left_out": max(0, len(movements) - MOST_MOVEMENTS),
    }


def _movements(steps: list[Row[Any]]) -> tuple[PushedMovement, ...]:
    """Give steps as movements, largest first."""
    return tuple(_movement(step) for step in sorted(steps, key=lambda step: -abs(step.bits)))


def _movement(step: Row[Any]) -> PushedMovement:
    """Give a step in few numbers."""
    after = json.loads(step.body)
    before = json.loads(step.body_before) if step.body_before else None
    option = _moved_most(before, after)
    return PushedMovement(
        question=step.question,
        direct=bool(step.direct),
        bits=step.bits,
        option=option,
        before=None if before is None else _value(before, option),
        after=_value(after, option),
    )


def _moved_most(before: dict[str, Any] | None, after: dict[str, Any]) -> str | None:
    """Name the option whose chance changed most; None where there are no options."""
    if "options" not in after:
        return None
    old = {o["option"]: o["probability"] for o in before["options"]} if before else {}
    moved = {o["option"]: abs(o["probability"] - old.get(o["option"], 0)) for o in after["options"]}
    option: str = max(moved, key=moved.__getitem__)
    return option


def _value(body: dict[str, Any], option: str | None) -> float | str | None:
    """Give a forecast as one value: a probability, or a median."""
    if option is not None:
        chances = {o["option"]: o["probability"] for o in body["options"]}
        return chances.get(option)
    value: float | str | None = body.get("probability", body.get("median"))
    return value

"""From entries of the ledger to what happens in a world."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from data.decoding import decode_question, decode_record, decode_resolution
from data.formats.banks import BankFormat
from data.formats.evidence import EvidenceFormat
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.formats.scenarios import NamedScenario
from data.ledger import Entry
from data.scenarios import decode_scenario
from forecasts.errors import UnknownQuestion
from forecasts.questions import Curve, Question
from forecasts.reliability import Reliability
from forecasts.timeline import (
    Event,
    Observed,
    Refitted,
    Registered,
    Resolved,
    Retracted,
    Supposed,
    Timeline,
)
from forecasts.times import instant_of
from forecasts.worlds import new_world

type Timelines = Mapping[str, Timeline]
#: Reads the draws of a fit by its id.
type FitReader = Callable[[str], Refitted]


def entry_instant(entry: Entry) -> float:
    """Give the time at which an entry counts, as days since 1970."""
    return instant_of(datetime.fromisoformat(entry.recorded_at))


def begin_world(entry: Entry, reliability: Reliability) -> Timeline:
    """Give the timeline of the world that a bank opens."""
    bank = BankFormat.model_validate(entry.content["bank"])
    drivers = tuple(driver.id for driver in bank.world.drivers)
    world = new_world(bank.world.id, drivers, reliability, entry_instant(entry))
    curators = frozenset({bank.curator})  # who stand alone from the first record on
    return Timeline(world=replace(world, established=curators), curators=curators)


def events_of(entry: Entry, timelines: Timelines, fits: FitReader) -> list[tuple[str, Event]]:
    """Give what an entry makes happen, world by world."""
    content = entry.content
    match entry.kind:
        case "question":
            event: Event = _registered(content, timelines[content["world"]])
            return [(content["world"], event)]
        case "evidence":
            return _observed(content, timelines)
        case "retraction" | "ruling":
            return _taken_back(content, timelines, is_whole=entry.kind == "retraction")
        case "resolution":
            written = ResolutionFormat.model_validate(content["resolution"])
            world, question, _ = find_question(timelines, written.question)
            return [(world, Resolved(decode_resolution(written, question)))]
        case "scenario" | "fit":
            event = _supposed(content) if entry.kind == "scenario" else fits(content["id"])
            return [(content["world"], event)]
        case _:
            return []


def find_question(timelines: Timelines, question: str) -> tuple[str, Question, Curve]:
    """Find a question, open or not yet, with its world's id and the curve that it reads.

    Raises:
        UnknownQuestion: no world has it.
    """
    for world_id, timeline in timelines.items():
        found = timeline.world.questions.get(question)
        if found is None and question in timeline.registered:
            found = timeline.registered[question].question
        if found is not None:
            return world_id, found, _curve_of(timeline, found.curve)
    raise UnknownQuestion


def _curve_of(timeline: Timeline, curve_id: str) -> Curve:
    """Find a curve among those in the world and those that wait to open."""
    if curve_id in timeline.world.curves:
        return timeline.world.curves[curve_id].curve
    curve = timeline.registered[curve_id].curve
    assert curve is not None
    return curve


def _registered(content: dict[str, object], timeline: Timeline) -> Registered:
    """A question's entry as an event."""
    written = QuestionFormat.model_validate(content["question"])
    deadlines = content.get("deadlines", [])
    assert isinstance(deadlines, list)
    derived = written.derived_from
    question, curve = decode_question(
        written,
        timeline.world.drivers,
        tuple(date.fromisoformat(day) for day in deadlines),
        parent=_curve_of(timeline, derived.question) if derived else None,
    )
    return Registered(question, curve)


def _supposed(content: dict[str, object]) -> Supposed:
    """A scenario's entry as an event."""
    written = NamedScenario.model_validate(content["scenario"])
    return Supposed(decode_scenario(written, written.id))


def _observed(content: dict[str, object], timelines: Timelines) -> list[tuple[str, Event]]:
    """An evidence record's entry as events, one for each world that it bears on."""
    written = EvidenceFormat.model_validate(content["record"])
    places = {s.question: find_question(timelines, s.question) for s in written.stances}
    record = decode_record(
        written,
        {question: curve.space.labels for question, (_, _, curve) in places.items()},
        record_id=str(content["id"]),
        origin=str(content["origin"]),
        submitter=str(content["submitter"]),
    )
    worlds = dict.fromkeys(world for world, _, _ in places.values())
    return [(world, Observed(record)) for world in worlds]


def _taken_back(
    content: dict[str, Any], timelines: Timelines, *, is_whole: bool
) -> list[tuple[str, Event]]:
    """A retraction or a ruling: the record goes; one that was moved comes back elsewhere."""
    moved = content.get("moved")
    if not (is_whole or moved or content.get("excluded")):
        return []
    gone: list[tuple[str, Event]] = [(w, Retracted(content["evidence"])) for w in timelines]
    return gone + (_observed(moved, timelines) if moved else [])

"""A world with a question of every type, whose outcomes are known, and what a fit reads of it."""

from datetime import date

from forecasts.evidence import Record, Stance
from forecasts.resolutions import Resolution
from forecasts.timeline import Timeline
from forecasts.times import day_of
from forecasts.worlds import World, observe
from models.readings import Reading, resolved_readings
from tests.forecasts import building as b


def outcome(question: str, value: object, day: date = b.LAST, **changes: object) -> Resolution:
    fields = {"question": question, "status": "resolved", "outcome": value}
    return Resolution(**{**fields, "resolved_at": day, "known_by": day, **changes})  # type: ignore[arg-type]


def known_world() -> World:
    """Evidence on a curve of every type, before, in and after the first half."""
    world = b.full_world()
    for record in RECORDS:
        world = observe(world, record)
    return world


def early(name: str, *stances: Stance, **changes: object) -> Record:
    return b.record(name, *stances, **{"published": b.OPENS - 5, **changes})  # type: ignore[arg-type]


RECORDS = (
    early("a", Stance("plain", "yes", 1.1), Stance("event", "no", 0.7), grade="A"),
    early("a2", Stance("plain", "yes", 0.9), origin="a", source="paper"),
    early("b", Stance("date", "sooner", 1.1), kind="report", submitter="visitor"),
    early("b2", Stance("date", "later", 0.4), source="paper", submitter="other"),
    early("c", Stance("number", measured=(61.0, 8.0)), Stance("event", "yes", 0.4)),
    early("d", Stance("choice", "toward", 2.0, choice=1), grade="F"),
    b.record("e", Stance("event", "yes", 2.3), published=b.OPENS + 100),
    b.record("late", Stance("event", "yes", 4.5), published=b.OPENS + 300),
)
RECORDED = {record.id: record.published for record in RECORDS}
OUTCOMES = {
    "plain": outcome("plain", True),
    "event": outcome("event", True, day_of(b.OPENS + 250)),
    "date": outcome("date", "never"),
    "number": outcome("number", 70.0),
    "choice": outcome("choice", "green"),
}


def readings(**recorded: float) -> dict[str, list[Reading]]:
    timeline = Timeline(world=known_world())
    found: dict[str, list[Reading]] = {}
    for reading in resolved_readings(timeline, OUTCOMES, {**RECORDED, **recorded}):
        found.setdefault(reading.curve.id, []).append(reading)
    return found


def all_readings() -> list[Reading]:
    return [reading for some in readings().values() for reading in some]

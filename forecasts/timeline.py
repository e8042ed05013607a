"""The history of a world: each event in order, and how it moved every open question.

`play(timeline, event)` gives the next timeline and the steps. Server and replay call the same
function on the same events, so that any past forecast can be computed again to the last bit.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from forecasts.conditions import Scenario
from forecasts.distributions import Forecast, bits_between, forecast_all
from forecasts.evidence import Record
from forecasts.outcomes import Floats
from forecasts.questions import Curve, Question
from forecasts.reliability import Reliability
from forecasts.resolutions import Resolution, Status, possible_cells
from forecasts.tracking import ScenarioLog, follow, with_scenario
from forecasts.worlds import (
    World,
    add_question,
    advance,
    awake,
    observe,
    relearn,
    retract,
    settle,
)

Cause = Literal["opening", "evidence", "time", "resolution", "retraction", "fit", "track_record"]

#: A submitter with this many records on resolved questions stands alone.
ESTABLISHED_RECORDS = 10


@dataclass(frozen=True, slots=True)
class Registered:
    """A question came; it opens at its time."""

    question: Question
    curve: Curve | None


@dataclass(frozen=True, slots=True)
class Observed:
    """A record of evidence came."""

    record: Record


@dataclass(frozen=True, slots=True)
class Retracted:
    """A record was taken back."""

    record_id: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """An outcome could be known."""

    resolution: Resolution


@dataclass(frozen=True, slots=True)
class Supposed:
    """A scenario was stored."""

    scenario: Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Refitted:
    """A fit landed: other reliabilities, and fresh draws of the drivers with what they carry."""

    fit_id: str
    reliability: Reliability
    draws: Floats | None = None
    reference: Floats | None = None
    prepared: World | None = None  # an earlier state of the world, read with this very theta


@dataclass(frozen=True, slots=True)
class Passed:
    """Nothing came but time."""


Event = Registered | Observed | Retracted | Resolved | Supposed | Refitted | Passed


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """How one event moved one question.

    Attributes:
        at: instant of the event.
        cause: what kind of event it was.
        cause_id: the record, question or fit behind it; empty for time and openings.
        direct: the event bears on this question itself, not only through the drivers.
        bits: how far it moved (see `bits_between`).
        before: the forecast it moved from; None at the opening.
        after: the forecast it moved to.
    """

    at: float
    cause: Cause
    cause_id: str
    direct: bool
    bits: float
    before: Forecast | None
    after: Forecast


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """A world, the forecasts that stand in it, and what still waits to happen.

    Attributes:
        world: the joint state.
        standing: current forecast of every open question.
        registered: questions that have not opened, with their curves.
        waiting: records that came before a question on which they bear opened.
        ended: how each question that takes no more steps came to its end.
        curators: submitters of banks, who are never pooled with newcomers.
        followed: the stored scenarios, and how the last play moved them.
    """

    world: World
    standing: Mapping[str, Forecast] = field(default_factory=dict)
    registered: Mapping[str, Registered] = field(default_factory=dict)
    waiting: tuple[Record, ...] = ()
    ended: Mapping[str, Status] = field(default_factory=dict)
    curators: frozenset[str] = frozenset()
    followed: ScenarioLog = field(default_factory=ScenarioLog)


def play(timeline: Timeline, event: Event, at: float) -> tuple[Timeline, list[Step]]:
    """Let time pass up to an event, then let it happen.

    Args:
        at: instant of the event; midnights since the last one are steps of their own.
    """
    steps: list[Step] = []
    timeline = replace(timeline, followed=replace(timeline.followed, steps=()))
    for midnight in _midnights(timeline.world.now, at):
        timeline = _collect(timeline, advance(timeline.world, midnight), "time", "", steps)
        timeline = _open_due(timeline, midnight, steps)
    timeline = replace(timeline, world=replace(timeline.world, now=max(timeline.world.now, at)))
    timeline = _happen(timeline, event, steps)
    return _open_due(timeline, at, steps), steps


def asleep(timeline: Timeline) -> Timeline:
    """Give a timeline that only gathers what happens: nothing is read, forecast or moved."""
    return replace(timeline, world=replace(timeline.world, unread=True))


def awaken(timeline: Timeline, draws: Floats, reference: Floats, moves: int) -> Timeline:
    """Read all that a sleeping timeline gathered, with the draws that stood at the end.

    The result is what playing the same events awake would have given, to the last bit.
    """
    world = awake(timeline.world, draws, reference, moves)
    standing = forecast_all(world, _open_questions(world, timeline.ended))
    followed = replace(follow(timeline.followed, world, "", ""), steps=())
    return replace(timeline, world=world, standing=standing, followed=followed)


def _open_questions(world: World, ended: Mapping[str, Status]) -> set[str]:
    """Questions that still take steps."""
    return {question for question in world.questions if question not in ended}


def established_submitters(timeline: Timeline) -> frozenset[str]:
    """Curators, and whoever has enough records on questions whose outcome is known."""
    known = {
        timeline.world.questions[question_id].curve
        for question_id, status in timeline.ended.items()
        if status == "resolved"
    }
    submitters = {  # by record, so that one which bears on several questions counts once
        signal.record.id: signal.record.submitter
        for curve in known
        for signal in timeline.world.curves[curve].signals
    }
    counts = Counter(submitters.values())
    proven = {who for who, count in counts.items() if count >= ESTABLISHED_RECORDS}
    return timeline.curators | proven


def _midnights(since: float, until: float) -> Iterator[float]:
    """Give each midnight after one instant, up to and with another."""
    midnight = since // 1 + 1
    while midnight <= until:
        yield midnight
        midnight += 1


def _happen(timeline: Timeline, event: Event, steps: list[Step]) -> Timeline:
    """Let one event happen now."""
    world = timeline.world
    match event:
        case Registered(question):
            registered = {**timeline.registered, question.id: event}
            timeline = replace(timeline, registered=registered)
        case Observed(record):
            if any(stance.question in timeline.registered for stance in record.stances):
                timeline = replace(timeline, waiting=(*timeline.waiting, record))
            return _collect(timeline, observe(world, record), "evidence", record.id, steps)
        case Retracted(record_id):
            left = tuple(record for record in timeline.waiting if record.id != record_id)
            timeline = replace(timeline, waiting=left)
            return _collect(timeline, retract(world, record_id), "retraction", record_id, steps)
        case Resolved(resolution):
            return _resolve(timeline, resolution, steps)
        case Supposed(scenario):
            followed = with_scenario(timeline.followed, scenario)
            timeline = replace(timeline, followed=follow(followed, world, "opening", ""))
        case Refitted(fit_id, reliability, draws, reference, prepared):
            world = relearn(world, reliability, world.established, draws, reference, prepared)
            return _collect(timeline, world, "fit", fit_id, steps)
    return timeline


def _resolve(timeline: Timeline, resolution: Resolution, steps: list[Step]) -> Timeline:
    """Condition the world on an outcome; the question itself takes no more steps.

    One that was annulled or is ambiguous stands still: its evidence stays, time no longer passes.
    """
    question = timeline.world.questions[resolution.question]
    state = timeline.world.curves[question.curve]
    possible = possible_cells(question, state.curve, resolution)
    standing = {name: f for name, f in timeline.standing.items() if name != question.id}
    ended = {**timeline.ended, question.id: resolution.status}
    timeline = replace(timeline, standing=standing, ended=ended)
    world = settle(timeline.world, question.id, possible)
    timeline = _collect(timeline, world, "resolution", question.id, steps)
    established = established_submitters(timeline)
    if established == timeline.world.established:
        return timeline
    world = relearn(timeline.world, timeline.world.reliability, established)
    return _collect(timeline, world, "track_record", question.id, steps)


def _open_due(timeline: Timeline, now: float, steps: list[Step]) -> Timeline:
    """Open the questions whose time has come, owners of curves first, and read what waited."""
    due = [r for r in timeline.registered.values() if r.question.opens <= now]
    for event in sorted(due, key=lambda r: (r.curve is None, r.question.opens)):
        timeline = _open(timeline, event, steps)
    return timeline


def _open(timeline: Timeline, event: Registered, steps: list[Step]) -> Timeline:
    """Open one question with its prior, then let each record that waited for it speak."""
    question = event.question
    registered = {k: v for k, v in timeline.registered.items() if k != question.id}
    timeline = replace(timeline, registered=registered)
    world = add_question(timeline.world, question, event.curve)
    timeline = _collect(timeline, world, "opening", "", steps, only=question.id)
    for record in timeline.waiting:
        mine = tuple(stance for stance in record.stances if stance.question == question.id)
        if mine:
            world = observe(timeline.world, replace(record, stances=mine))
            timeline = _collect(timeline, world, "evidence", record.id, steps)
    waiting = tuple(r for r in timeline.waiting if any(s.question in registered for s in r.stances))
    return replace(timeline, waiting=waiting)


def _collect(
    timeline: Timeline,
    world: World,
    cause: Cause,
    cause_id: str,
    steps: list[Step],
    only: str | None = None,
) -> Timeline:
    """Put a changed world in place and note how every open question moved."""
    touched = _touched(timeline.world, world)
    if not touched or world.unread:
        return replace(timeline, world=world)
    forecasts = forecast_all(world, _open_questions(world, timeline.ended))
    for question_id, after in forecasts.items():
        if only not in (None, question_id):
            continue
        question = world.questions[question_id]
        before = timeline.standing.get(question_id)
        bits = bits_between(question, before.cells, after.cells) if before else 0.0
        direct = question.curve in touched
        steps.append(Step(world.now, cause, cause_id, direct, bits, before, after))
    followed = follow(timeline.followed, world, cause, cause_id)
    standing = {**timeline.standing, **forecasts}
    return replace(timeline, world=world, standing=standing, followed=followed)


def _touched(before: World, after: World) -> set[str]:
    """Curves that an event changed: read anew, or opened."""
    changed = {c for c, state in after.curves.items() if before.curves.get(c) is not state}
    opened = {q.curve for name, q in after.questions.items() if name not in before.questions}
    return changed | opened

"""The deed of crediting: replay the ledger, and share out what each question's forecasts gained."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Connection

from api.workflows.unfolding import PRIOR_SEED, fit_reader
from data.credit import newest_resolution_rows
from data.decoding import decode_resolution
from data.events import begin_world, entry_instant, events_of
from data.facts import read_questions
from data.formats.resolutions import ResolutionFormat
from data.history import last_instant
from data.ledger import read_entries
from forecasts.credit import Credit, Ending, credit_of
from forecasts.credit_accounts import Moment, MomentReader
from forecasts.errors import UnknownQuestion
from forecasts.questions import Curve, Question
from forecasts.reliability import draw_from_priors
from forecasts.timeline import Event, Passed, Timeline, play
from forecasts.voices import VoiceScore, voice_scores


@dataclass(slots=True, eq=False)
class QuestionHistory:
    """What stood on a question over time, and when it took no more steps."""

    question: Question
    curve: Curve
    moments: list[Moment] = field(default_factory=list)
    until: float = np.inf


type Histories = dict[str, QuestionHistory]


@dataclass(frozen=True, slots=True)
class Prefix:
    """The ledger as of a past moment: its first so many entries, and the instant."""

    entries: int
    at: float


def read_credits(connection: Connection, only: str | None = None) -> list[Credit]:
    """Share out credit on every question that has opened, or on one.

    Raises:
        UnknownQuestion: there is none of this id.
    """
    histories = read_histories(connection, only)
    return credits_of(histories, endings_of(connection, histories))


def credits_of(histories: Histories, endings: dict[str, Ending]) -> list[Credit]:
    """Share out credit on the questions of some histories."""
    return [
        credit_of(history.question, history.curve, history.moments, endings[name], _random(name))
        for name, history in histories.items()
    ]


def read_voices(connection: Connection) -> list[VoiceScore]:
    """Score every voice on every question with an outcome."""
    histories = read_histories(connection)
    scores = []
    for name, ending in endings_of(connection, histories).items():
        if ending.resolution is not None:
            one = histories[name]
            scores += voice_scores(
                one.question, one.curve, one.moments, ending.until, ending.resolution
            )
    return scores


def read_histories(
    connection: Connection, only: str | None = None, prefix: Prefix | None = None
) -> Histories:
    """Replay the ledger, or a prefix of it, and note what stood on each question, or on one.

    Raises:
        UnknownQuestion: there is none of this id.
    """
    if only is not None and only not in read_questions(connection, [only]):
        raise UnknownQuestion
    histories: Histories = {}
    readers: dict[str, MomentReader] = {}
    for timeline in _states(connection, prefix):
        reader = readers.setdefault(timeline.world.id, MomentReader())
        _note(histories, reader, timeline, only)
    return histories


def _note(histories: Histories, reader: MomentReader, timeline: Timeline, only: str | None) -> None:
    """Note what stands on each question, where it is not what stood before."""
    world = timeline.world
    for name, question in world.questions.items():
        if only not in (None, name):
            continue
        history = histories.get(name)
        if history is None:
            curve = world.curves[question.curve].curve
            history = histories[name] = QuestionHistory(question, curve)
        standing = timeline.standing.get(name)
        if standing is None:
            history.until = min(history.until, world.now)
        elif not history.moments or history.moments[-1].served is not standing.cells:
            history.moments.append(reader.moment(world, question, standing.cells))


def _states(connection: Connection, prefix: Prefix | None) -> Iterator[Timeline]:
    """Play the ledger, and give each world after every event and every midnight."""
    timelines: dict[str, Timeline] = {}
    fits = fit_reader(connection)
    for entry in read_entries(connection):
        if prefix is not None and entry.seq > prefix.entries:
            break
        at = entry_instant(entry)
        if entry.kind == "bank":
            timeline = begin_world(entry, draw_from_priors(PRIOR_SEED))
            timelines[timeline.world.id] = timeline
        for world, event in events_of(entry, timelines, fits):
            for timeline in _played(timelines[world], event, at):
                timelines[world] = timeline
                yield timeline
    for world, timeline in timelines.items():
        now = _reached(connection, world, prefix) or timeline.world.now
        yield from _played(timeline, Passed(), now)


def _played(timeline: Timeline, event: Event, at: float) -> Iterator[Timeline]:
    """Play one event, with a stop at every midnight before it; the same to the last bit."""
    midnight = timeline.world.now // 1 + 1
    while midnight < at:
        timeline, _ = play(timeline, Passed(), midnight)
        yield timeline
        midnight += 1
    yield play(timeline, event, at)[0]


def endings_of(
    connection: Connection, histories: Histories, prefix: Prefix | None = None
) -> dict[str, Ending]:
    """Say how each question ended, by the newest of its outcomes, or how far it has come."""
    rows = newest_resolution_rows(connection, prefix.entries if prefix else None)
    worlds = {name: world for name, (world, _) in read_questions(connection).items()}
    endings = {}
    for name, history in histories.items():
        row = rows.get(name)
        now = _reached(connection, worlds[name], prefix) or history.moments[-1].at
        if row is None:
            endings[name] = Ending(now)
            continue
        written = ResolutionFormat.model_validate_json(row.body)
        resolution = decode_resolution(written, history.question)
        until = min(history.until, row.resolved_at, now)
        endings[name] = Ending(until, resolution, row.resolver)
    return endings


def _reached(connection: Connection, world: str, prefix: Prefix | None) -> float | None:
    """Give the instant up to which a world is played."""
    reached = last_instant(connection, world)
    return reached if prefix is None or reached is None else min(reached, prefix.at)


def _random(name: str) -> np.random.Generator:
    """Random numbers that are the same whenever a question is asked about."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]))

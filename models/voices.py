"""Readings as arrays: who said what, how strongly, over which cells, ready for a tensor model."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from forecasts.curves import class_profile
from forecasts.evidence import Signal
from forecasts.origins import (
    LARGEST_POOL,
    OriginGroup,
    OriginKey,
    measure_of,
    pool_shares,
    trusted_and_new,
)
from forecasts.outcomes import Floats, Indices
from forecasts.reading import LARGEST_SIGNAL, NEWCOMER_BOUND, aged_profile
from forecasts.reliability import AGEING, GRADES
from models.readings import Reading

#: Readings with at most this many different cells share a batch, so that few cells are padding:
#: a handful of records for or against one side tell few cells apart.
NARROW_CELLS = 16
#: Neighbouring days count as one where ages differ by less: no half-life shows in two weeks.
DAYS_ALIKE = 14.0
#: And neighbouring cells where profiles differ by less.
PROFILES_ALIKE = 1 / 32


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """Places of whoever is named in the readings, from 0.

    Attributes:
        sources, submitters, classes: place by id.
        loudness: size of a source's claims beside what is usual, by source id.
    """

    sources: Mapping[str, int]
    submitters: Mapping[str, int]
    classes: Mapping[str, int]
    loudness: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class ReadingBatch:
    """Readings of like length, flattened; cells that hardly anything tells apart are one.

    A voice is one origin on one subject, or the pool of all newcomers.

    Attributes:
        log_outcome, log_alive: ln of the opening prior on the cells that the outcome allows, and
            on those that were possible; shape (readings, cells).
        class_profile: what a rate of the reference class tilts, shape (readings, cells).
        reference_class: of each reading, counted from 1, shape (readings,); 0 where none.
        reading: of which reading each voice is, shape (voices,).
        measure: reference measure of each voice, shape (voices, cells).
        bound: nats beyond which a voice is cut off either way, shape (voices,).
        count: signals of each voice, shape (voices,).
        voice: of which voice each signal is, shape (signals,).
        profile: of each signal, shape (signals, cells).
        age: days from its publication to what each cell is about, shape (signals, cells).
        kind: index in AGEING, or beyond it for what does not age, shape (signals,).
        claim: nats of each signal, shape (signals,).
        share: of its origin in the pool, else 1, shape (signals,).
        is_value: 1 where a signal takes no slope, shape (signals,).
        may_cancel: 1 where it shares its error with others of its voice, shape (signals,).
        rank: 1 for the strongest of its origin and side, shape (signals,).
        loudness: of its source, shape (signals,).
        grade, source, submitter: indices, shape (signals,).
    """

    log_outcome: Floats
    log_alive: Floats
    class_profile: Floats
    reference_class: Indices
    reading: Indices
    measure: Floats
    bound: Floats
    count: Floats
    voice: Indices
    profile: Floats
    age: Floats
    kind: Indices
    claim: Floats
    share: Floats
    is_value: Floats
    may_cancel: Floats
    rank: Floats
    loudness: Floats
    grade: Indices
    source: Indices
    submitter: Indices


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One signal of a voice: what it says, its rank, and its origin's share in the pool."""

    signal: Signal
    rank: int
    share: float
    profile: Floats
    age: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Voice:
    """Signals that are read together."""

    parts: list[_Part]
    measure: Floats
    bound: float
    may_cancel: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """One reading, with merged cells along the last axis."""

    voices: list[_Voice]
    profiles: Floats
    ages: Floats
    measures: Floats
    outcome: Floats
    alive: Floats
    tilt: Floats
    reference_class: str


def batch_readings(
    readings: Iterable[Reading], established: frozenset[str], names: Names
) -> tuple[ReadingBatch, ...]:
    """Flatten readings into batches of narrow and of wide ones."""
    tables = [_table(reading, established) for reading in readings]
    narrow = [table for table in tables if len(table.alive) <= NARROW_CELLS]
    wide = [table for table in tables if len(table.alive) > NARROW_CELLS]
    return tuple(_batch(some, names) for some in (narrow, wide) if some)


def _voices(reading: Reading, established: frozenset[str]) -> list[_Voice]:
    """Gather who speaks: every origin by itself, and all newcomers together."""
    origins: dict[OriginKey, list[Signal]] = defaultdict(list)
    for signal in reading.signals:
        if signal.weight != 0:
            origins[signal.record.origin, signal.subject].append(signal)
    voices, pool = [], []
    for key, signals in origins.items():
        group, new = trusted_and_new(key, signals, established)
        if group is not None:
            may_cancel = not group.counted[0].is_value and len(group.counted) > 1
            voices.append(_Voice(_aging(group), measure_of([group]), LARGEST_SIGNAL, may_cancel))
        if new is not None:
            pool.append(new)
    if pool:
        heard = sorted(pool, key=lambda group: group.place)[:LARGEST_POOL]
        shares, measure = pool_shares(heard, reading.curve.opening_cells)
        parts = [part for group, share in shares for part in _aged(group, share)]
        voices.append(_Voice(parts, measure, NEWCOMER_BOUND / 2, may_cancel=False))
    return voices


def _aging(group: OriginGroup) -> list[_Part]:
    """Signals of an origin that is read by itself: how they age is to be learned."""
    pairs = zip(group.counted, group.counted_ranks, strict=True)
    return [
        _Part(s, rank, 1.0, s.profile, np.broadcast_to(s.age, s.profile.shape)) for s, rank in pairs
    ]


def _aged(group: OriginGroup, share: float) -> list[_Part]:
    """Signals of newcomers, aged by the book."""
    pairs = zip(group.counted, group.counted_ranks, strict=True)
    profiles = [(s, rank, aged_profile(s)) for s, rank in pairs]
    return [_Part(s, rank, share, p, np.zeros_like(p)) for s, rank, p in profiles]


def _table(reading: Reading, established: frozenset[str]) -> _Table:
    """Gather the voices of one reading and merge the cells that hardly anything tells apart."""
    curve, voices = reading.curve, _voices(reading, established)
    parts = [part for voice in voices for part in voice.parts]
    tilt = class_profile(curve)
    tilt = np.zeros(curve.space.size) if tilt is None else tilt
    profiles, ages = np.stack([p.profile for p in parts]), np.stack([p.age for p in parts])
    rounded = [np.round(profiles / PROFILES_ALIKE), np.round(ages / DAYS_ALIKE)]
    told_apart = np.concatenate([*rounded, [reading.outcome, reading.alive, tilt]])
    columns, cell = np.unique(told_apart, axis=1, return_inverse=True)
    opening, size = curve.opening_cells, columns.shape[1]
    total = np.maximum(np.bincount(cell, opening, size), np.finfo(float).tiny)
    averaged = [
        np.stack([np.bincount(cell, row * opening, size) / total for row in rows])
        for rows in (profiles, ages, tilt[None])
    ]
    return _Table(
        voices=voices,
        profiles=averaged[0],
        ages=averaged[1],
        measures=np.stack([np.bincount(cell, voice.measure, size) for voice in voices]),
        outcome=np.bincount(cell, opening * reading.outcome, size),
        alive=np.bincount(cell, opening * reading.alive, size),
        tilt=averaged[2],
        reference_class=curve.reference_class,
    )


def _batch(tables: list[_Table], names: Names) -> ReadingBatch:
    """Stack tables, padded by cells without prior or measure."""
    width = max(len(table.alive) for table in tables)
    voices = [(row, voice) for row, table in enumerate(tables) for voice in table.voices]
    rows = [(place, voice, part) for place, (_, voice) in enumerate(voices) for part in voice.parts]
    parts = [part for _, _, part in rows]
    records = [part.signal.record for part in parts]
    unaging = len(AGEING)
    with np.errstate(divide="ignore"):
        log_outcome = np.log(_stacked([table.outcome[None] for table in tables], width))
        log_alive = np.log(_stacked([table.alive[None] for table in tables], width))
    return ReadingBatch(
        log_outcome=log_outcome,
        log_alive=log_alive,
        class_profile=_stacked([table.tilt for table in tables], width),
        reference_class=np.array(
            [names.classes.get(table.reference_class, -1) + 1 for table in tables]
        ),
        reading=np.array([row for row, _ in voices]),
        measure=_stacked([table.measures for table in tables], width),
        bound=np.array([voice.bound for _, voice in voices]),
        count=np.array([float(len(voice.parts)) for _, voice in voices]),
        voice=np.array([place for place, _, _ in rows]),
        profile=_stacked([table.profiles for table in tables], width),
        age=_stacked([table.ages for table in tables], width),
        kind=np.array([AGEING.index(r.kind) if r.kind in AGEING else unaging for r in records]),
        claim=np.array([part.signal.weight for part in parts]),
        share=np.array([part.share for part in parts]),
        is_value=np.array([float(part.signal.is_value) for part in parts]),
        may_cancel=np.array([float(voice.may_cancel) for _, voice, _ in rows]),
        rank=np.array([float(part.rank) for part in parts]),
        loudness=np.array([names.loudness.get(record.source, 1.0) for record in records]),
        grade=np.array([GRADES.index(record.grade) for record in records]),
        source=np.array([names.sources[record.source] for record in records]),
        submitter=np.array([names.submitters[record.submitter] for record in records]),
    )


def _stacked(parts: list[Floats], width: int) -> Floats:
    """Stack rows, with zeros up to a width."""
    return np.concatenate([np.pad(part, [(0, 0), (0, width - part.shape[1])]) for part in parts])

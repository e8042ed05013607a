"""Readings as arrays: who said what, how strongly, over which cells, ready for a tensor model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasts.evidence import Signal
from forecasts.outcomes import Floats
from forecasts.reading import (
    NEWCOMER_BOUND,
    OriginGroup,
    measure_of,
    pool_shares,
    trusted_and_pooled,
)
from forecasts.reliability import GRADES
from models.readings import Reading

Indices = NDArray[np.int64]
#: Readings with at most this many different cells share a batch, so that few cells are padding:
#: a handful of records for or against one side tell few cells apart.
NARROW_CELLS = 16


@dataclass(frozen=True, slots=True, eq=False)
class ReadingBatch:
    """Readings of like length, flattened; cells that nothing tells apart are one.

    A voice is one origin on one subject, or the pool of all newcomers.

    Attributes:
        log_outcome, log_alive: ln of the opening prior on the cells that the outcome allows, and
            on those that were possible; shape (readings, cells).
        reading: of which reading each voice is, shape (voices,).
        measure: reference measure of each voice, shape (voices, cells).
        bound: nats beyond which a voice is cut off either way, shape (voices, 1).
        voice: of which voice each signal is, shape (signals,).
        profile: of each signal, shape (signals, cells).
        weight: nats of each signal, times its share in the pool, shape (signals,).
        is_value: 1 where a signal takes no slope, shape (signals,).
        rank: 1 for the strongest of its origin and side, shape (signals,).
        grade, source, submitter: indices, shape (signals,).
    """

    log_outcome: Floats
    log_alive: Floats
    reading: Indices
    measure: Floats
    bound: Floats
    voice: Indices
    profile: Floats
    weight: Floats
    is_value: Floats
    rank: Floats
    grade: Indices
    source: Indices
    submitter: Indices


@dataclass(frozen=True, slots=True, eq=False)
class _Voice:
    """Signals that are read together: each with its rank and its share in the pool."""

    signals: list[tuple[Signal, int, float]]
    measure: Floats
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """One reading, with merged cells along the last axis."""

    voices: list[_Voice]
    profiles: Floats
    measures: Floats
    outcome: Floats
    alive: Floats


def batch_readings(
    readings: Iterable[Reading],
    established: frozenset[str],
    sources: Sequence[str],
    submitters: Sequence[str],
) -> tuple[ReadingBatch, ...]:
    """Flatten readings into batches of narrow and of wide ones."""
    tables = [_table(reading, established) for reading in readings]
    narrow = [table for table in tables if len(table.alive) <= NARROW_CELLS]
    wide = [table for table in tables if len(table.alive) > NARROW_CELLS]
    return tuple(_batch(some, sources, submitters) for some in (narrow, wide) if some)


def _table(reading: Reading, established: frozenset[str]) -> _Table:
    """Gather the voices of one reading and merge the cells that nothing tells apart."""
    opening = reading.curve.opening_cells
    trusted, pool = trusted_and_pooled(reading.signals, established)
    voices = [_Voice(_counted(group, 1.0), measure_of([group]), np.inf) for group in trusted]
    if pool:
        shares, measure = pool_shares(pool, opening)
        counted = [row for group, share in shares for row in _counted(group, share)]
        voices.append(_Voice(counted, measure, NEWCOMER_BOUND / 2))
    profiles = [signal.profile for voice in voices for signal, _, _ in voice.signals]
    told_apart = np.stack([*profiles, reading.outcome, reading.alive])
    columns, cell = np.unique(told_apart, axis=1, return_inverse=True)
    measures = [_merged(voice.measure, cell) for voice in voices]
    return _Table(
        voices=voices,
        profiles=columns[:-2],
        measures=np.array(measures).reshape(len(voices), columns.shape[1]),
        outcome=_merged(opening * reading.outcome, cell),
        alive=_merged(opening * reading.alive, cell),
    )


def _counted(group: OriginGroup, share: float) -> list[tuple[Signal, int, float]]:
    """Signals that are no copies, with their ranks and their origin's share."""
    pairs = zip(group.signals, group.ranks, strict=True)
    return [(signal, rank, share) for signal, rank in pairs if rank > 0]


def _merged(measure: Floats, cell: Indices) -> Floats:
    """Sum a measure over merged cells."""
    return np.bincount(cell, measure)


def _batch(tables: list[_Table], sources: Sequence[str], submitters: Sequence[str]) -> ReadingBatch:
    """Stack tables, padded by cells without prior or measure."""
    width = max(len(table.alive) for table in tables)
    voices = [(row, voice) for row, table in enumerate(tables) for voice in table.voices]
    rows = [(v, *row) for v, (_, voice) in enumerate(voices) for row in voice.signals]
    signals = [signal for _, signal, _, _ in rows]
    source_of = {source: place for place, source in enumerate(sources)}
    submitter_of = {submitter: place for place, submitter in enumerate(submitters)}
    with np.errstate(divide="ignore"):
        log_outcome = np.log(_stacked([table.outcome[None] for table in tables], width))
        log_alive = np.log(_stacked([table.alive[None] for table in tables], width))
    return ReadingBatch(
        log_outcome=log_outcome,
        log_alive=log_alive,
        reading=np.array([row for row, _ in voices]),
        measure=_stacked([table.measures for table in tables], width),
        bound=np.array([[voice.bound] for _, voice in voices]),
        voice=np.array([voice for voice, _, _, _ in rows]),
        profile=_stacked([table.profiles for table in tables], width),
        weight=np.array([signal.weight * share for _, signal, _, share in rows]),
        is_value=np.array([float(signal.is_value) for signal in signals]),
        rank=np.array([float(rank) for _, _, rank, _ in rows]),
        grade=np.array([GRADES.index(signal.record.grade) for signal in signals]),
        source=np.array([source_of[signal.record.source] for signal in signals]),
        submitter=np.array([submitter_of[signal.record.submitter] for signal in signals]),
    )


def _stacked(parts: list[Floats], width: int) -> Floats:
    """Stack rows, with zeros up to a width."""
    return np.concatenate([np.pad(part, [(0, 0), (0, width - part.shape[1])]) for part in parts])

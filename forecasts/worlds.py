"""A world: draws of its drivers, weighted by what is known on every curve.

Each function takes a world and returns a new one; nothing is changed in place. A record rebuilds
one curve's table and one column of weights. When too few draws carry the weight, all are moved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from forecasts.curves import (
    CurveState,
    alive_at,
    changed_signals,
    read_curve,
    reread,
    strongest_signal,
    unread_curve,
    with_alive,
)
from forecasts.errors import OutcomeDoesNotFit
from forecasts.evidence import Record, Signal, signal_on
from forecasts.outcomes import Floats
from forecasts.particles import effective_sample, normalised, random_for, resampled, slice_moves
from forecasts.places import Place, place_of
from forecasts.questions import Curve, Question
from forecasts.reliability import Reliability

#: Draws of the drivers.
DRIVER_DRAWS = 4_000
#: Below this share of the draws the effective sample is too small: resample and move.
SMALLEST_SAMPLE = 0.25
#: Elliptical slice steps after resampling; ten leave no trace of where a draw came from.
SLICE_STEPS = 10


@dataclass(frozen=True, eq=False)
class World:
    """The joint state of linked questions.

    Attributes:
        id: its slug.
        drivers: ids of the latent forces, in the order of the loadings.
        draws: the drivers' values, shape (draws, drivers).
        reference: log-likelihood that the draws already carry, shape (draws,).
        places: by curve, where the draws lie on it.
        terms: by curve, its log evidence at each draw, shape (draws,).
        curves: by curve id, in the order in which they opened.
        questions: by question id.
        settled: by question id, the share of each cell of its curve that its outcome allows.
        reliability: the draws of theta in force.
        established: submitters whose records stand alone, not in the newcomers' pool.
        now: instant up to which time has passed.
        moves: how often the draws were moved; settles the random numbers of the next move.
        unread: evidence is only gathered, for catching up; `awake` reads it all at once.
    """

    id: str
    drivers: tuple[str, ...]
    draws: Floats
    reference: Floats
    reliability: Reliability
    now: float
    moves: int = 0
    unread: bool = False
    places: Mapping[str, Place] = field(default_factory=dict)
    terms: Mapping[str, Floats] = field(default_factory=dict)
    curves: Mapping[str, CurveState] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    settled: Mapping[str, Floats] = field(default_factory=dict)
    established: frozenset[str] = frozenset()

    @property
    def log_weights(self) -> Floats:
        """Log weight of each draw, up to a constant."""
        return np.asarray(sum(self.terms.values(), start=-self.reference))

    @cached_property
    def weights(self) -> Floats:
        """Weight of each draw; they sum to one."""
        return normalised(self.log_weights)


def new_world(
    world_id: str, drivers: tuple[str, ...], reliability: Reliability, now: float
) -> World:
    """Draw the drivers from their prior; no question is open yet."""
    draws = random_for(world_id, 0).standard_normal((DRIVER_DRAWS, len(drivers)))
    return World(world_id, drivers, draws, np.zeros(DRIVER_DRAWS), reliability, now)


def add_question(world: World, question: Question, curve: Curve | None) -> World:
    """Open a question; one that is derived from another brings no curve of its own."""
    world = replace(world, questions={**world.questions, question.id: question})
    if curve is None:
        return world
    if world.unread:
        return _with_curves(world, {curve.id: unread_curve(curve, {})})
    world = replace(world, places={**world.places, curve.id: place_of(curve, world.draws)})
    state = read_curve(curve, (), _alive(world, curve), world.reliability, world.established)
    return _with_curves(world, {curve.id: state})


def observe(world: World, record: Record) -> World:
    """Take in a record: every curve that it bears on hears it."""
    changed = {}
    for curve_id, signals in signals_of(world, record).items():
        state = world.curves[curve_id]
        strongest = strongest_signal(state, signals)
        if strongest is not None:
            changed[curve_id] = _reread(world, state, {record.id: strongest})
    return _with_curves(world, changed)


def signals_of(world: World, record: Record) -> dict[str, tuple[Signal, ...]]:
    """Lay a record over each open curve that it bears on, the curve's own question first."""
    signals: dict[str, list[Signal]] = {}
    for stance in sorted(record.stances, key=lambda s: _derived_last(world, s.question)):
        question = world.questions.get(stance.question)
        if question is None:
            continue
        state = world.curves[question.curve]
        if record.published < state.curve.as_of:
            continue  # the prior holds it already
        signal = signal_on(state.curve, question, record, stance)
        signals.setdefault(question.curve, []).append(signal)
    return {curve: tuple(found) for curve, found in signals.items()}


def retract(world: World, record_id: str) -> World:
    """Take a record out, as if it had never come."""
    changed = {
        curve_id: _reread(world, state, {record_id: None})
        for curve_id, state in world.curves.items()
        if record_id in state.said
    }
    return _with_curves(world, changed)


def advance(world: World, now: float) -> World:
    """Let time pass: days that went by in silence die on every unsettled curve."""
    world = replace(world, now=now)
    changed = {}
    for curve_id, state in world.curves.items():
        if state.curve.space.kind == "date" and not world.unread:
            alive = _alive(world, state.curve)
            if not np.array_equal(alive, state.alive):
                changed[curve_id] = with_alive(state, alive)
    return _with_curves(world, changed)


def settle(world: World, question_id: str, possible: Floats | None) -> World:
    """Condition on what a question's outcome leaves possible, and let time stand still for it.

    Args:
        possible: share of each cell of its curve that the outcome allows, shape (cells,); None
            where it teaches nothing: then what was possible when it was settled stays so.

    Raises:
        OutcomeDoesNotFit: nothing is left that agrees with every outcome on the same curve.
    """
    state = world.curves[world.questions[question_id].curve]
    if possible is None:
        others = {name: kept for name, kept in world.settled.items() if name != question_id}
        before = replace(world, settled=others)
        owner = state.curve.id == question_id
        possible = _alive(before, state.curve) if owner else np.ones(state.curve.space.size)
    world = replace(world, settled={**world.settled, question_id: possible})
    if world.unread:
        return world
    alive = _alive(world, state.curve)
    if not alive.any():
        mend = "an outcome that can be true together with those of the deadlines beside it"
        raise OutcomeDoesNotFit(question=question_id, kind=state.curve.space.kind, mend=mend)
    return _with_curves(world, {state.curve.id: with_alive(state, alive)})


def relearn(
    world: World,
    reliability: Reliability,
    established: frozenset[str],
    draws: Floats | None = None,
    reference: Floats | None = None,
    prepared: World | None = None,
) -> World:
    """Read all evidence anew, with another theta or another set of established submitters.

    Args:
        draws: fresh draws of the drivers from a fit, shape (draws, drivers).
        reference: log-likelihood that those draws carry, shape (draws,).
        prepared: an earlier state of this world, read with the same theta and the same set: only
            what came since is read, and the result is the same to the last bit.
    """
    known: Mapping[str, CurveState] = {}
    if prepared is not None and prepared.established == established:
        known = prepared.curves
    world = replace(world, reliability=reliability, established=established)
    if world.unread:
        return world
    curves = {c: _caught_up(world, s, known.get(c)) for c, s in world.curves.items()}
    if draws is None or reference is None:
        return _with_curves(world, curves)
    world = replace(world, curves=curves)
    return _good_draws(with_draws(world, draws, reference, world.moves + 1))


def awake(world: World, draws: Floats, reference: Floats, moves: int) -> World:
    """Read all that was gathered, and put stored draws in place."""
    world = replace(world, unread=False)
    curves = {c: replace(s, alive=_alive(world, s.curve)) for c, s in world.curves.items()}
    curves = {c: _caught_up(world, s, None) for c, s in curves.items()}
    return with_draws(replace(world, curves=curves), draws, reference, moves)


def with_draws(world: World, draws: Floats, reference: Floats, moves: int) -> World:
    """Put other draws in place; all else stays as it is."""
    places = {c: place_of(s.curve, draws) for c, s in world.curves.items()}
    terms = {c: s.log_evidence_at(places[c]) for c, s in world.curves.items()}
    return replace(world, draws=draws, reference=reference, moves=moves, places=places, terms=terms)


def log_evidence(world: World, draws: Floats) -> Floats:
    """Log-likelihood of all that is known, at any values of the drivers: (n, drivers) to (n,)."""
    states = world.curves.values()
    return np.asarray(
        sum((s.log_evidence(s.curve.pull(draws)) for s in states), start=np.zeros(len(draws)))
    )


def _reread(world: World, state: CurveState, changes: Mapping[str, Signal | None]) -> CurveState:
    """Let a curve hear what changed; while unread, only gather it."""
    if not world.unread:
        return reread(state, changes, world.reliability, world.established)
    return unread_curve(state.curve, changed_signals(state.said, changes))


def _caught_up(world: World, state: CurveState, prepared: CurveState | None) -> CurveState:
    """Read a curve with the world's theta, from a state of it that was read so before."""
    if prepared is None:
        return read_curve(
            state.curve, state.signals, state.alive, world.reliability, world.established
        )
    changes = {
        name: state.said.get(name)
        for name in {**prepared.said, **state.said}
        if prepared.said.get(name) is not state.said.get(name)
    }
    if changes:
        prepared = reread(prepared, changes, world.reliability, world.established)
    same = np.array_equal(prepared.alive, state.alive)
    return prepared if same else with_alive(prepared, state.alive)


def _with_curves(world: World, changed: Mapping[str, CurveState]) -> World:
    """Put changed curves in place, and move the draws if their weights have become too uneven."""
    if not changed or world.unread:
        return replace(world, curves={**world.curves, **changed})
    terms = {c: s.log_evidence_at(world.places[c]) for c, s in changed.items()}
    world = replace(world, curves={**world.curves, **changed}, terms={**world.terms, **terms})
    return _good_draws(world)


def _good_draws(world: World) -> World:
    """Where too few draws carry the weight: resample, and move each by slice steps.

    All weights are equal afterwards.
    """
    if effective_sample(world.weights) >= SMALLEST_SAMPLE * len(world.draws):
        return world
    rng = random_for(world.id, world.moves + 1)
    draws = world.draws[resampled(world.weights, rng)]
    draws = slice_moves(draws, lambda f: log_evidence(world, f), SLICE_STEPS, rng)
    moved = with_draws(world, draws, np.zeros(len(draws)), world.moves + 1)
    return replace(moved, reference=moved.log_weights)


def _alive(world: World, curve: Curve) -> Floats:
    """Share of each cell that silence and the known outcomes leave possible.

    The outcome of the curve's own question settles all. Outcomes of questions derived from it
    narrow it; where they say that it has happened, silence since then does not count.
    """
    if curve.id in world.settled:
        return world.settled[curve.id]
    narrowed = np.ones(curve.space.size)
    for question in world.questions.values():
        if question.curve == curve.id and question.id in world.settled:
            narrowed = narrowed * world.settled[question.id]
    alive = alive_at(curve, world.now // 1) * narrowed  # time kills at midnights only
    return alive if alive.any() else narrowed


def _derived_last(world: World, question_id: str) -> tuple[bool, str]:
    """Order questions so that the one which owns a curve comes before those derived from it."""
    question = world.questions.get(question_id)
    return (question is not None and question.curve != question_id, question_id)

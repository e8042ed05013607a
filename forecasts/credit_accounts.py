"""What stood on one question's curve at one moment, parted into those who may earn credit.

The served forecast is, exactly, the prior of each cell given what every *other* curve says of the
drivers, times what is alive, times the mean over theta of the evidence's likelihood. The first two
are accounts; the third is parted into one reading for each origin, with theta averaged out for
each by itself (the plug-in). Where origins share sources, submitters or a slope, the mean of the
product is not the product of the means: that remainder is the account "averaging".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from forecasts.curves import CurveState, class_profile
from forecasts.evidence import Record, Signal
from forecasts.origins import LARGEST_POOL, OriginKey, trusted_and_new
from forecasts.outcomes import Floats
from forecasts.particles import normalised
from forecasts.places import ChoicePlace
from forecasts.questions import Curve, Question
from forecasts.reading import read_newcomers, read_origin
from forecasts.reliability import Reliability
from forecasts.worlds import World

#: The name under which all newcomers' records are read as one.
NEWCOMERS = "newcomers"


@dataclass(frozen=True, slots=True, eq=False)
class Player:
    """An origin on one curve, and how its reading grew as its records came.

    Attributes:
        origin: its name.
        records: in the order in which they came; of exact copies only the first.
        copies: records that repeat one of them, and so earn nothing.
        readings: log-likelihood of each cell after each record, theta averaged out; nats, shape
            (records, cells); the last is the reading that stands.
    """

    origin: str
    records: tuple[Record, ...]
    copies: tuple[Record, ...]
    readings: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What stood on a curve for one question, from an instant until the next moment.

    Attributes:
        at: instant.
        served: the forecast that was served, over the curve's cells.
        linked: prior of the cells given all other curves, and known outcomes on this one.
        base: the same, once the days that passed in silence are dead.
        tilt: log shift of the prior that the reference class has taught, shape (cells,).
        players: origins with a reading.
        silent: records on the question that say nothing of it (weight 0); they earn nothing.
        claimed: sum of all claimed log-likelihood ratios, one a record, undiscounted; (cells,).
    """

    at: float
    served: Floats
    linked: Floats
    base: Floats
    tilt: Floats
    players: tuple[Player, ...]
    silent: tuple[Record, ...]
    claimed: Floats


@dataclass(slots=True, eq=False)
class MomentReader:
    """Reads moments off a world, and each curve's origins only when they have changed."""

    _read: dict[tuple[object, ...], Player] = field(default_factory=dict)
    _last: dict[str, tuple[tuple[object, ...], tuple[Player, ...]]] = field(default_factory=dict)
    _tilts: dict[str, tuple[Reliability, Floats]] = field(default_factory=dict)

    def moment(self, world: World, question: Question, served: Floats) -> Moment:
        """Give what stands on a question's curve now, beside the forecast that is served."""
        state = world.curves[question.curve]
        linked, base = _priors(world, question, state)
        return Moment(
            at=world.now,
            served=served,
            linked=linked,
            base=base,
            tilt=self._tilt(state.curve, world.reliability),
            players=self._players(world, state),
            silent=tuple(s.record for s in state.signals if s.weight == 0),
            claimed=_claimed(state),
        )

    def _players(self, world: World, state: CurveState) -> tuple[Player, ...]:
        """Origins on a curve; the very same values as long as nothing on it changes."""
        standing = (*state.signals, world.reliability, world.established)
        known = self._last.get(state.curve.id)
        if known is not None and _same(known[0], standing):
            return known[1]
        said = [signal for signal in state.signals if signal.weight != 0]
        trusted = [s for s in said if s.record.submitter in world.established]
        new = [s for s in said if s.record.submitter not in world.established]
        origins: dict[str, list[Signal]] = {}
        for signal in trusted:
            origins.setdefault(signal.record.origin, []).append(signal)
        players = [self._origin(world, state.curve, n, mine) for n, mine in origins.items()]
        if new:
            read = partial(_read_pool, trusted=trusted, world=world, curve=state.curve)
            players.append(_grown(NEWCOMERS, new, read))
        self._last[state.curve.id] = (standing, tuple(players))
        return tuple(players)

    def _origin(self, world: World, curve: Curve, name: str, mine: list[Signal]) -> Player:
        """Read an origin's trusted records one after another, unless it was read before."""
        key = (*mine, world.reliability)  # values that are compared by identity
        if key not in self._read:
            read = partial(_read_trusted, world=world, curve=curve)
            self._read[key] = _grown(name, mine, read)
        return self._read[key]

    def _tilt(self, curve: Curve, reliability: Reliability) -> Floats:
        """Log shift of the prior by its reference class, theta averaged out."""
        known = self._tilts.get(curve.id)
        if known is None or known[0] is not reliability:
            shift = reliability.classes.get(curve.reference_class)
            profile = class_profile(curve)
            tilt = np.zeros(curve.space.size)
            if shift is not None and profile is not None:
                tilt = plugged_in(shift[:, None] * profile, curve.opening_cells)
            self._tilts[curve.id] = known = (reliability, tilt)
        return known[1]


def plugged_in(readings: Floats, opening: Floats) -> Floats:
    """Average a reading over theta as forecasts do: each theta gives the same total chance.

    Args:
        readings: log-likelihood for each draw of theta, nats, shape (draws, cells).
        opening: opening prior of the cells, shape (cells,).

    Returns:
        ln E[exp L / sum_j opening(j) exp L(j)], nats, shape (cells,).

    >>> plugged_in(np.log([[2.0, 1.0]]), np.array([0.5, 0.5])).round(4)
    array([ 0.2877, -0.4055])
    """
    likelihoods = np.exp(readings - readings.max(axis=1, keepdims=True))
    return np.asarray(np.log((1 / (likelihoods @ opening)) @ likelihoods / len(likelihoods)))


def _priors(world: World, question: Question, state: CurveState) -> tuple[Floats, Floats]:
    """Prior of the cells without this curve's own evidence, before and after silence spoke."""
    weights = normalised(world.log_weights - world.terms[question.curve])
    place = world.places[question.curve]
    if isinstance(place, ChoicePlace):
        cells = weights @ place.cells
    else:
        cells = place.weights(weights) @ state.curve.node_cells
    linked = cells * _narrowed(world, state.curve)
    base = cells * state.alive
    return np.asarray(linked / linked.sum()), np.asarray(base / base.sum())


def _narrowed(world: World, curve: Curve) -> Floats:
    """What known outcomes leave possible on a curve, silence apart."""
    if curve.id in world.settled:
        return world.settled[curve.id]
    narrowed = np.ones(curve.space.size)
    for question in world.questions.values():
        if question.curve == curve.id and question.id in world.settled:
            narrowed = narrowed * world.settled[question.id]
    return narrowed


def _claimed(state: CurveState) -> Floats:
    """Sum what every record claims, as if each were new, independent and true."""
    total = np.zeros(state.curve.space.size)
    for signal in state.signals:
        total += signal.weight * signal.profile
    return total


def _grown(name: str, signals: list[Signal], read: Callable[[list[Signal]], Floats]) -> Player:
    """Read ever more of an origin's records, in the order in which they came.

    A copy may displace the original (where it has the better grade), but what it adds is the
    original's: only the first to say a thing earns.
    """
    first: dict[str, Record] = {}
    copies, readings = [], []
    for count, signal in enumerate(signals, start=1):
        said = signal.record.fingerprint
        if said in first:
            copies.append(signal.record)
            continue
        first[said] = signal.record
        again = [s for s in signals[count:] if s.record.fingerprint in first]
        readings.append(read([*signals[:count], *again]))
    return Player(name, tuple(first.values()), tuple(copies), np.stack(readings))


def _read_trusted(signals: list[Signal], world: World, curve: Curve) -> Floats:
    """Reading of one origin over all its subjects, theta averaged out."""
    total = np.zeros((world.reliability.draws, curve.space.size))
    for key, members in _by_key(signals).items():
        group, _ = trusted_and_new(key, members, world.established)
        assert group is not None
        total += read_origin(group, world.reliability)
    return plugged_in(total, curve.opening_cells)


def _read_pool(
    newcomers: list[Signal], trusted: list[Signal], world: World, curve: Curve
) -> Floats:
    """Reading of the newcomers' pool, ranked behind all others, theta averaged out."""
    groups = []
    others = _by_key(trusted)
    for key, members in _by_key(newcomers).items():
        _, group = trusted_and_new(key, [*others.get(key, ()), *members], world.established)
        groups += [] if group is None else [group]
    if not groups:
        return np.zeros(curve.space.size)
    largest = sorted(groups, key=lambda group: group.place)[:LARGEST_POOL]
    reading = read_newcomers(largest, curve.opening_cells, world.reliability)
    return plugged_in(reading, curve.opening_cells)


def _by_key(signals: Iterable[Signal]) -> dict[OriginKey, list[Signal]]:
    """Gather signals by origin and subject."""
    found: dict[OriginKey, list[Signal]] = {}
    for signal in signals:
        found.setdefault((signal.record.origin, signal.subject), []).append(signal)
    return found


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Tell whether two tuples hold the very same values."""
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))

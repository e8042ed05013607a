"""The game of a question's evidence: what every set of origins would have said of the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasts.credit_accounts import Player
from forecasts.outcomes import Floats, cell_of
from forecasts.questions import Curve, Question
from forecasts.resolutions import Resolution
from forecasts.shapley import (
    LARGEST_TABLE,
    Members,
    shapley_by_permutations,
    shapley_values,
    subset_weights,
)

#: No chance counts as less than this (40 bits), so that a score stays finite.
SMALLEST_CHANCE = 1e-12
#: Orders drawn for each moment where there are too many origins for a table.
PAIRS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The outcomes that are scored, and how likely each is: one for sure, once it is known.

    Attributes:
        sides: share of each cell that makes an outcome true, shape (outcomes, cells).
        chances: of the outcomes, shape (outcomes,); sum to 1.
    """

    sides: Floats
    chances: Floats

    @property
    def are_cells(self) -> bool:
        """Tell whether each outcome is one whole cell."""
        return bool(np.all((self.sides == 0) | (self.sides == 1))) and bool(
            np.all(self.sides.sum(axis=1) == 1)
        )

    def bits(self, cells: Floats) -> float:
        """Log2 of the chance given to the outcome, at least -40; higher is better."""
        return float(_log2(self.sides @ cells) @ self.chances)


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """What each origin and each of its records added, in bits.

    Attributes:
        players: shape (players,); they sum to `gain`.
        records: for each player, what each record added as it came; each sums to its player.
        errors: Monte-Carlo standard error of each player, 0 where the sum is exact; (players,).
        gain: log2 chance of the outcome with all origins, less that with none.
    """

    players: Floats
    records: tuple[Floats, ...]
    errors: Floats
    gain: float


def known_truth(question: Question, curve: Curve, resolution: Resolution) -> Truth:
    """Give the outcome of a resolved question.

    Raises:
        OutcomeDoesNotFit: the question has no such outcome.
    """
    assert resolution.outcome is not None
    if question.yes is not None:
        side = question.yes if resolution.outcome else 1 - question.yes
    else:
        side = np.eye(curve.space.size)[cell_of(curve.space, resolution.outcome, question.id)]
    return Truth(side[None], np.ones(1))


def expected_truth(question: Question, served: Floats) -> Truth:
    """Give all outcomes of an open question, as likely as a forecast has them."""
    if question.yes is None:
        return Truth(np.eye(len(served)), served)
    chance = float(np.clip(served @ question.yes, 0.0, 1.0))
    return Truth(np.stack([question.yes, 1 - question.yes]), np.array([chance, 1 - chance]))


def subset_bits(prior: Floats, readings: Floats, truth: Truth) -> Floats:
    """Log2 of the chance that each set of origins would have given to the outcome.

    Args:
        prior: of the cells without any of them, shape (cells,).
        readings: log-likelihood of each cell, nats, shape (origins, cells); at most 18 origins.

    Returns:
        Bits, shape (2^origins,), bit i for origin i, up to a constant; averaged over the outcomes
        of an open question.

    Sets are split in two halves, so that all 2^n sums over cells are one product of two matrices.

    >>> yes = Truth(np.array([[0.0, 1.0]]), np.ones(1))
    >>> bits = subset_bits(np.array([0.5, 0.5]), np.log([[1.0, 3.0]]), yes)
    >>> (bits - bits[0]).round(4)
    array([0.    , 0.585])
    """
    half = len(readings) // 2
    low, high = _products(readings[:half]), _products(readings[half:]) * prior
    norm = (high @ low.T).ravel()
    if truth.are_cells:
        single = readings @ (truth.chances @ truth.sides) / np.log(2)
        return np.asarray(_sums(single) - np.log2(norm) + _shifts(readings))
    bits = np.zeros(len(norm))
    for side, chance in zip(truth.sides, truth.chances, strict=True):
        bits += chance * _log2(((high * side) @ low.T).ravel() / norm)
    return bits


def shares(
    priors: Floats,
    durations: Floats,
    players: Sequence[Player],
    truth: Truth,
    rng: np.random.Generator,
) -> Shares:
    """Share out what origins added over some moments in which none of them changed.

    Args:
        priors: of the cells without any origin, shape (moments, cells).
        durations: how much each moment counts, shape (moments,).

    The share of a record is what raising its origin's reading added when it came, on average over
    the sets of other origins; a record that changes nothing gets exactly 0.
    """
    if not players:
        return Shares(np.zeros(0), (), np.zeros(0), 0.0)
    final = np.stack([player.readings[-1] for player in players])
    if len(players) <= LARGEST_TABLE:
        return _exactly(priors, durations, players, truth, final)
    return _by_permutations(priors, durations, players, truth, final, rng)


def _exactly(
    priors: Floats, durations: Floats, players: Sequence[Player], truth: Truth, final: Floats
) -> Shares:
    """Share out by the table of all subsets; averaged over time first, as shares are linear."""
    table = _averaged(priors, durations, final, truth)
    values = shapley_values(table)
    weights = subset_weights(len(players))
    split = []
    for place, player in enumerate(players):
        others = np.delete(final, place, axis=0)
        pairs = table.reshape(-1, 2, 2**place)
        without = pairs[:, 0].ravel()
        steps = []
        for reading in player.readings[:-1]:
            steps.append(0.0)
            if np.ptp(reading) > 0:
                shifted = priors * np.exp(reading - reading.max())
                raised = _averaged(shifted, durations, others, truth)
                own = reading @ (truth.chances @ truth.sides) / np.log(2) if truth.are_cells else 0
                raised += durations.sum() * (own - reading.max() / np.log(2) * truth.are_cells)
                steps[-1] = float(weights @ (raised - without))
        split.append(_steps(player, [*steps, float(values[place])]))
    gain = float(table[-1] - table[0])
    return Shares(values, tuple(split), np.zeros(len(players)), gain)


def _by_permutations(
    priors: Floats,
    durations: Floats,
    players: Sequence[Player],
    truth: Truth,
    final: Floats,
    rng: np.random.Generator,
) -> Shares:
    """Share out by random orders; the same orders for each record of an origin."""
    seed = int(rng.integers(2**63))

    def estimate(readings: Floats) -> tuple[Floats, Floats]:
        def value(sets: Members) -> Floats:
            said = np.exp(sets @ readings)
            values = np.zeros(len(sets))
            for prior, duration in zip(priors, durations, strict=True):
                cells = prior * said
                cells /= cells.sum(axis=1, keepdims=True)
                values += duration * (_log2(cells @ truth.sides.T) @ truth.chances)
            return values

        return shapley_by_permutations(value, len(players), np.random.default_rng(seed), PAIRS)

    values, errors = estimate(final)
    split = []
    for place, player in enumerate(players):
        steps = []
        for reading in player.readings[:-1]:
            changed = final.copy()
            changed[place] = reading
            steps.append(float(estimate(changed)[0][place]) if np.ptp(reading) > 0 else 0.0)
        split.append(_steps(player, [*steps, float(values[place])]))
    everyone = priors * np.exp(final.sum(axis=0))
    everyone /= everyone.sum(axis=1, keepdims=True)
    before_after = [[truth.bits(cells) for cells in stack] for stack in (priors, everyone)]
    gain = float(durations @ (np.array(before_after[1]) - np.array(before_after[0])))
    return Shares(values, tuple(split), errors, gain)


def _steps(player: Player, reached: list[float]) -> Floats:
    """What each record added to its origin; exactly 0 where the reading did not change."""
    reached = list(reached)
    for place in reversed(range(len(reached) - 1)):
        if np.array_equal(player.readings[place], player.readings[place + 1]):
            reached[place] = reached[place + 1]
    return np.asarray(np.diff([0.0, *reached]))


def _averaged(priors: Floats, durations: Floats, readings: Floats, truth: Truth) -> Floats:
    """Average the table of all subsets over moments."""
    table = np.zeros(2 ** len(readings))
    for prior, duration in zip(priors, durations, strict=True):
        table += duration * subset_bits(prior, readings, truth)
    return table


def _products(readings: Floats) -> Floats:
    """Likelihoods of every set of readings, each scaled to at most 1: (2^n, cells)."""
    products = np.ones((1, readings.shape[1]))
    for reading in readings:
        products = np.concatenate([products, products * np.exp(reading - reading.max())])
    return products


def _sums(values: Floats) -> Floats:
    """Sum values over every subset, shape (2^n,)."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums, sums + value])
    return sums


def _shifts(readings: Floats) -> Floats:
    """Undo in bits that products were scaled, for every subset."""
    return -_sums(readings.max(axis=1, initial=-np.inf) / np.log(2))


def _log2(chances: Floats) -> Floats:
    """Log2 of chances, none below SMALLEST_CHANCE."""
    return np.asarray(np.log2(np.clip(chances, SMALLEST_CHANCE, None)))

"""A forecast: a distribution over a question's cells, with what is unsure about it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from forecasts.curves import CurveState
from forecasts.outcomes import Floats, OutcomeSpace
from forecasts.particles import effective_sample, pareto_shape
from forecasts.places import ChoicePlace, NodePlace
from forecasts.questions import Question
from forecasts.worlds import World

#: A 90% credible interval.
INTERVAL = (0.05, 0.95)
#: Every n-th draw of the drivers is looked at for the interval of an option.
_INTERVAL_EVERY = 4
#: So many draws of theta are looked at for the interval; the point forecast averages over all.
_INTERVAL_RELIABILITIES = 64
#: Levels at which dates and numbers are summarised.
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """What the model says of one question at one time.

    Attributes:
        question: its id.
        cells: probability of each cell of the curve, shape (cells,).
        probability: of yes; None if not binary.
        low, high: 90% credible interval: of the probability (binary), of each option's (multiple
            choice, arrays), or of the outcome itself (numeric: the quantity; date: the instant,
            infinite where it may be never).
        monte_carlo_error: standard error of the probability, or of the largest cell's.
        effective_draws: Kish's effective number of driver draws.
        pareto_shape: k-hat of the weights; above .7 the draws are not to be trusted.
    """

    question: str
    cells: Floats
    probability: float | None
    low: float | tuple[float, ...]
    high: float | tuple[float, ...]
    monte_carlo_error: float
    effective_draws: float
    pareto_shape: float


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """The draws with their weights, worked out once for all questions of a world."""

    weights: Floats
    effective_draws: float
    pareto_shape: float
    node_weights: dict[str, Floats] = field(default_factory=dict)  # by curve


def forecast_all(world: World, only: set[str] | None = None) -> dict[str, Forecast]:
    """Forecast every question of a world (or some), by id."""
    weights = world.weights
    sample = _Sample(weights, effective_sample(weights), pareto_shape(weights))
    return {
        question.id: _forecast(world, question, sample)
        for question in world.questions.values()
        if only is None or question.id in only
    }


def quantile(edges: Floats, cells: Floats, level: float) -> float:
    """Value below which a share `level` of the cells lies; even inside a cell.

    Args:
        edges: shape (cells + 1,), the outermost infinite.
        cells: probabilities.
    """
    return float(_quantiles(edges, cells, np.array([level]))[0])


def outer_edges(space: OutcomeSpace) -> Floats:
    """Edges of a number's or date's cells, with infinity beyond, shape (cells + 1,)."""
    tail = [-np.inf] if space.kind == "number" else []
    return np.concatenate([tail, space.edges, [np.inf]])


def quantiles(world: World, forecast: Forecast) -> tuple[float, ...]:
    """Summarise a number or date at QUANTILES; infinite where it lies in a tail or is never."""
    space = world.curves[world.questions[forecast.question].curve].curve.space
    return quantiles_of_cells(space, forecast.cells)


def quantiles_of_cells(space: OutcomeSpace, cells: Floats) -> tuple[float, ...]:
    """Summarise a distribution over a number or date at QUANTILES, as `quantiles` does."""
    return tuple(_quantiles(outer_edges(space), cells, np.array(QUANTILES)).tolist())


def bits_between(question: Question, before: Floats, after: Floats) -> float:
    """How far a forecast moved, in bits: a change of log2 odds, signed.

    Yes or no: of yes. Date: of "sooner than its median was". Number: of "higher than its median
    was". Multiple choice: of the option whose odds changed most.
    """
    if question.type == "multiple_choice":
        changes = [
            _log2_odds(new) - _log2_odds(old) for old, new in zip(before, after, strict=True)
        ]
        return max(changes, key=abs)
    side = question.yes if question.yes is not None else _far_side(question, before)
    return _log2_odds(float(after @ side)) - _log2_odds(float(before @ side))


def _far_side(question: Question, cells: Floats) -> Floats:
    """Share of each cell on the side of the median that counts as up: sooner, or higher."""
    reached = np.cumsum(cells)
    below = np.clip(1 - (reached - 0.5) / np.maximum(cells, 1e-300), 0.0, 1.0)
    if question.type == "numeric":
        return 1 - below
    below[-1] = 0.0  # "later or never" is one cell: it is never sooner
    return below


def _log2_odds(probability: float) -> float:
    """Log2 odds, finite up to certainty."""
    # Not `scenarios.log2_odds`: it rounds otherwise, and a replay compares stored bits to the last.
    inside = min(max(probability, 1e-12), 1 - 1e-12)
    return float(np.log2(inside) - np.log2(1 - inside))


def _quantiles(edges: Floats, cells: Floats, levels: Floats) -> Floats:
    """Quantiles at several levels; infinite where they lie in a tail, or are never."""
    reached = np.concatenate([[0.0], np.cumsum(cells)])
    place = np.minimum(np.searchsorted(reached, levels, side="right") - 1, len(cells) - 1)
    low, high, chance = edges[place], edges[place + 1], cells[place]
    inner = np.isfinite(low) & np.isfinite(high)
    width = np.subtract(high, low, out=np.zeros(len(levels)), where=inner & (chance > 0))
    share = (levels - reached[place]) / np.where(chance > 0, chance, 1.0)
    return np.asarray(np.where(np.isfinite(high), low + width * share, high))


def _forecast(world: World, question: Question, sample: _Sample) -> Forecast:
    """Forecast one question."""
    state, place = world.curves[question.curve], world.places[question.curve]
    low: float | tuple[float, ...]
    high: float | tuple[float, ...]
    if isinstance(place, ChoicePlace):
        cells, error, low, high = _choice(state, place, sample.weights)
    else:
        cells, error, low, high = _tabulated(state, place, question, sample)
    return Forecast(
        question=question.id,
        cells=cells,
        probability=question.probability(cells),
        low=low,
        high=high,
        monte_carlo_error=error,
        effective_draws=sample.effective_draws,
        pareto_shape=sample.pareto_shape,
    )


def _tabulated(
    state: CurveState, place: NodePlace, question: Question, sample: _Sample
) -> tuple[Floats, float, float, float]:
    """Cells, Monte-Carlo error and interval, by way of the curve's nodes."""
    if question.curve not in sample.node_weights:
        sample.node_weights[question.curve] = place.weights(sample.weights)
    node_weights = sample.node_weights[question.curve]
    cells = node_weights @ state.node_posterior
    side = question.yes if question.yes is not None else np.eye(len(cells))[np.argmax(cells)]
    at_draws = place.at(state.node_posterior @ side)
    error = float(np.sqrt(np.sum((sample.weights * (at_draws - cells @ side)) ** 2)))
    if question.yes is None:
        low, high = _quantiles(outer_edges(state.curve.space), cells, np.array(INTERVAL))
        return cells, error, float(low), float(high)
    if question.id not in state.spreads:
        state.spreads[question.id] = _spread(state, question.yes)
    chances, node = state.spreads[question.id]
    return cells, error, *_at_levels(chances, node_weights[node])


def _choice(
    state: CurveState, place: ChoicePlace, weights: Floats
) -> tuple[Floats, float, tuple[float, ...], tuple[float, ...]]:
    """Cells, Monte-Carlo error and interval of each option's probability."""
    posterior = place.cells * state.factor
    posterior /= posterior.sum(axis=1, keepdims=True)
    cells = weights @ posterior
    largest = np.argmax(cells)
    error = np.sqrt(np.sum((weights * (posterior[:, largest] - cells[largest])) ** 2))
    some = place.cells[::_INTERVAL_EVERY]
    theta = np.arange(len(some)) % len(state.likelihood_draws)
    draws = some * state.alive * state.likelihood_draws[theta]
    draws /= draws.sum(axis=1, keepdims=True)
    orders = np.argsort(draws, axis=0, kind="stable").T
    ends = [
        _at_levels(column[order], weights[::_INTERVAL_EVERY][order])
        for column, order in zip(draws.T, orders, strict=True)
    ]
    return cells, float(error), tuple(low for low, _ in ends), tuple(high for _, high in ends)


def _spread(state: CurveState, yes: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Chance of yes at each node under each of a few theta, ascending; and the node of each."""
    every = max(len(state.likelihood_draws) // _INTERVAL_RELIABILITIES, 1)
    factors = (state.alive * state.likelihood_draws[::every]).T
    chances = (state.curve.node_cells @ (factors * yes[:, None])) / (
        state.curve.node_cells @ factors
    )
    order = np.argsort(chances, axis=None, kind="stable")
    return chances.ravel()[order], order // chances.shape[1]


def _at_levels(values: Floats, weights: Floats) -> tuple[float, float]:
    """Give the ends of the 90% interval of ascending values."""
    reached = np.cumsum(weights)
    places = np.searchsorted(reached, np.array(INTERVAL) * reached[-1])
    low, high = values[np.minimum(places, len(values) - 1)]
    return float(low), float(high)

"""A forecast: a distribution over a question's cells, with what is unsure about it."""

from dataclasses import dataclass

import numpy as np

from forecasts.curves import CurveState
from forecasts.outcomes import Floats
from forecasts.particles import effective_sample, pareto_shape
from forecasts.questions import NODES, TABLE_NODES, TABLE_REACH, Question
from forecasts.worlds import World

#: A 90% credible interval.
INTERVAL = (0.05, 0.95)
#: Every n-th draw of the drivers is looked at for the interval.
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


def forecast_all(world: World, only: set[str] | None = None) -> dict[str, Forecast]:
    """Forecast every question of a world (or some), by id."""
    weights = world.weights
    sample = _Sample(weights, effective_sample(weights), pareto_shape(weights))
    return {
        question.id: _forecast(world, question, sample)
        for question in world.questions.values()
        if only is None or question.id in only
    }


def quantile(state_edges: Floats, cells: Floats, level: float) -> float:
    """Give the value below which a share `level` of the cells lies; even inside a cell.

    Args:
        state_edges: shape (cells + 1,), the outermost infinite.
        cells: probabilities.
    """
    cumulative = np.concatenate([[0.0], np.cumsum(cells)])
    cell = min(int(np.searchsorted(cumulative, level, side="right")) - 1, len(cells) - 1)
    low, high = state_edges[cell], state_edges[cell + 1]
    if not (np.isfinite(low) and np.isfinite(high)) or cells[cell] <= 0:
        return float(high if not np.isfinite(high) else low)
    return float(low + (high - low) * (level - cumulative[cell]) / cells[cell])


def quantiles(world: World, forecast: Forecast) -> tuple[float, ...]:
    """Summarise a number or date at QUANTILES; infinite where it lies in a tail or is never."""
    space = world.curves[world.questions[forecast.question].curve].curve.space
    tail = [-np.inf] if space.kind == "number" else []
    edges = np.concatenate([tail, space.edges, [np.inf]])
    return tuple(quantile(edges, forecast.cells, level) for level in QUANTILES)


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
    inside = min(max(probability, 1e-12), 1 - 1e-12)
    return float(np.log2(inside) - np.log2(1 - inside))


def _forecast(world: World, question: Question, sample: _Sample) -> Forecast:
    """Forecast one question."""
    state = world.curves[question.curve]
    if state.curve.space.kind == "choice":
        cells, error, draws = _choice(world, state, sample.weights)
    else:
        cells, error, draws = _tabulated(world, state, question, sample.weights)
    low, high = _interval(state, question, cells, draws, sample.weights)
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
    world: World, state: CurveState, question: Question, weights: Floats
) -> tuple[Floats, float, Floats]:
    """Cells, Monte-Carlo error and draws of the probability, by way of the curve's nodes."""
    index, share = _places(state, world.draws)
    node_weights = np.bincount(index, weights * (1 - share), TABLE_NODES)
    node_weights += np.bincount(index + 1, weights * share, TABLE_NODES)
    posterior = state.curve.node_cells * state.factor
    posterior /= posterior.sum(axis=1, keepdims=True)
    cells = node_weights @ posterior
    side = question.yes if question.yes is not None else np.eye(len(cells))[np.argmax(cells)]
    at_nodes = posterior @ side
    at_draws = at_nodes[index] * (1 - share) + at_nodes[index + 1] * share
    error = float(np.sqrt(np.sum(weights**2 * (at_draws - cells @ side) ** 2)))
    if question.yes is None:
        return cells, error, np.empty(0)
    index, share = index[::_INTERVAL_EVERY], share[::_INTERVAL_EVERY]
    table = _probability_table(state, question.yes)
    theta = np.arange(len(index)) % table.shape[1]
    return cells, error, table[index, theta] * (1 - share) + table[index + 1, theta] * share


def _choice(world: World, state: CurveState, weights: Floats) -> tuple[Floats, float, Floats]:
    """Cells, Monte-Carlo error and draws of each option's probability."""
    prior = np.exp(state.curve.prior.log_cells(state.curve.pull(world.draws)))
    posterior = prior * state.factor
    posterior /= posterior.sum(axis=1, keepdims=True)
    cells = weights @ posterior
    largest = np.argmax(cells)
    error = np.sqrt(np.sum(weights**2 * (posterior[:, largest] - cells[largest]) ** 2))
    some = prior[::_INTERVAL_EVERY]
    theta = np.arange(len(some)) % len(state.likelihood_draws)
    draws = some * state.alive * state.likelihood_draws[theta]
    return cells, float(error), draws / draws.sum(axis=1, keepdims=True)


def _places(state: CurveState, draws: Floats) -> tuple[np.ndarray, Floats]:
    """Between which nodes each draw's pull lies: index of the lower one and share of the upper."""
    spread = state.curve.pull_spread
    standard = state.curve.pull(draws) / spread if spread > 0 else np.zeros(len(draws))
    place = (np.clip(standard, -TABLE_REACH, TABLE_REACH) + TABLE_REACH) / (NODES[1] - NODES[0])
    index = np.minimum(place.astype(np.intp), TABLE_NODES - 2)
    return index, place - index


def _probability_table(state: CurveState, yes: Floats) -> Floats:
    """Chance of yes at each node for each of a few theta, shape (nodes, theta)."""
    every = max(len(state.likelihood_draws) // _INTERVAL_RELIABILITIES, 1)
    factors = (state.alive * state.likelihood_draws[::every]).T
    return np.asarray(
        (state.curve.node_cells @ (factors * yes[:, None])) / (state.curve.node_cells @ factors)
    )


def _interval(
    state: CurveState, question: Question, cells: Floats, draws: Floats, weights: Floats
) -> tuple[float | tuple[float, ...], float | tuple[float, ...]]:
    """Credible interval: of probabilities over (f, theta), or of the outcome itself."""
    some = weights[::_INTERVAL_EVERY]
    if question.yes is not None:
        low, high = _weighted_quantiles(draws, some)
        return low, high
    if state.curve.space.kind == "choice":
        pairs = [_weighted_quantiles(column, some) for column in draws.T]
        return tuple(low for low, _ in pairs), tuple(high for _, high in pairs)
    tail = [-np.inf] if state.curve.space.kind == "number" else []
    edges = np.concatenate([tail, state.curve.space.edges, [np.inf]])
    return quantile(edges, cells, INTERVAL[0]), quantile(edges, cells, INTERVAL[1])


def _weighted_quantiles(values: Floats, weights: Floats) -> tuple[float, float]:
    """Give the ends of the 90% interval of weighted values."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    places = np.searchsorted(reached, np.array(INTERVAL) * reached[-1])
    low, high = values[order[np.minimum(places, len(values) - 1)]]
    return float(low), float(high)

"""From what people can give (a probability, quantiles, windows) to the parameters of a prior.

Every solution integrates over the drivers: the author's number is what the question reads when
nothing is known of them.
"""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from forecasts.errors import ImpossiblePrior
from forecasts.outcomes import Floats
from forecasts.priors import (
    LogOddsPrior,
    SoftmaxPrior,
    split_t_cdf,
    survival_under,
)

#: Gauss-Hermite nodes: 40 give ten digits for pulls of up to 1.5 sd.
NODES = 40
#: For options that hang on several drivers: 13 nodes a driver, 2,197 points for three.
NODES_A_DRIVER = 13
#: How far a fitted curve may miss the author's probability before it is a fault.
TOLERANCE = 0.03
#: A side is at least this share of the way from the 10% to the 90% quantile: less is a spike.
NARROWEST_SPREAD = 0.001
_STEPS = 200


def normal_nodes(count: int) -> tuple[Floats, Floats]:
    """Nodes and weights that integrate over a standard normal (Gauss-Hermite)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    return nodes, weights / weights.sum()


def solve_log_odds(probability: float, pull: float) -> LogOddsPrior:
    """Find the log-odds whose mean probability over eta ~ N(0, pull^2) is the author's.

    >>> round(solve_log_odds(0.6, 0.0).log_odds, 6)  # ln 1.5
    0.405465
    """
    nodes, weights = normal_nodes(NODES)

    def excess(log_odds: float) -> float:
        return float(weights @ (1 / (1 + np.exp(-log_odds - pull * nodes)))) - probability

    return LogOddsPrior(_root(excess, -40.0, 40.0))


def solve_softmax(probabilities: Floats, loadings: Floats) -> SoftmaxPrior:
    """Find option log-odds whose mean probabilities over the drivers are the author's.

    Args:
        probabilities: shape (options,), summing to 1.
        loadings: shape (options, drivers).
    """
    drivers = np.flatnonzero(np.any(loadings != 0, axis=0))
    points, weights = driver_grid(len(drivers))
    pulls = points @ loadings[:, drivers].T
    log_odds = np.log(probabilities)
    for _ in range(_STEPS):
        total = np.exp(log_odds + pulls)
        mean = weights @ (total / total.sum(axis=1, keepdims=True))
        log_odds = log_odds + np.log(probabilities) - np.log(mean)
    return SoftmaxPrior(log_odds - log_odds.mean())


def driver_grid(drivers: int) -> tuple[Floats, Floats]:
    """Nodes (points, drivers) and weights of a product rule; coarser for many drivers."""
    nodes, weights = normal_nodes(NODES_A_DRIVER if drivers <= 3 else 7)
    points = np.array(list(product(nodes, repeat=drivers))).reshape(len(nodes) ** drivers, drivers)
    return points, np.array([np.prod(w) for w in product(weights, repeat=drivers)])


def solve_split_t(
    quantiles: Floats,
    pull: float,
    question: str,
    lowest: float | None = None,
    highest: float | None = None,
) -> tuple[float, float, float]:
    """Find location and spreads (below, above) that meet the 10, 50 and 90% quantiles.

    Args:
        quantiles: three rising values on the quantity's axis.
        pull: standard deviation of eta, in mean spreads.
        question: its id, for the complaint.
        lowest, highest: values beyond which nothing can happen, on the axis; None where open.

    Raises:
        ImpossiblePrior: one side is so much longer than the other that no curve comes close.
    """
    nodes, weights = normal_nodes(NODES)
    levels = np.array([0.1, 0.5, 0.9])
    narrowest = np.log(np.ptp(quantiles) * NARROWEST_SPREAD)

    def spreads(parameters: Floats) -> Floats:
        return np.asarray(np.exp(np.maximum(parameters[1:], narrowest)))

    def reached(parameters: Floats) -> Floats:
        location, (below, above) = parameters[0], spreads(parameters)
        shift = location + pull * nodes * (below + above) / 2
        within = split_t_cdf(quantiles[:, None] - shift, below, above)
        floor = 0.0 if lowest is None else split_t_cdf(lowest - shift, below, above)
        ceiling = 1.0 if highest is None else split_t_cdf(highest - shift, below, above)
        return np.asarray((within - floor) / (ceiling - floor) @ weights)

    def residuals(parameters: Floats) -> Floats:
        return _logit(reached(parameters)) - _logit(levels)

    widths = np.maximum(np.diff(quantiles) / 1.5, 1e-9)
    fitted = _least_squares(residuals, np.array([quantiles[1], *np.log(widths)]))
    names = [f"the {level:.0%} quantile" for level in levels]
    _require_close(question, names, levels, reached(fitted))
    below, above = spreads(fitted)
    return float(fitted[0]), float(below), float(above)


def solve_weibull(
    days: Floats, probabilities: Floats, never: float, pull: float, question: str
) -> tuple[float, float]:
    """Find the Weibull (scale in days, shape) whose curve meets P(T <= day) = probability.

    Raises:
        ImpossiblePrior: no curve comes within TOLERANCE of every point.
    """
    nodes, weights = normal_nodes(NODES)

    def reached(parameters: Floats) -> Floats:
        scale, shape = np.exp(parameters)
        hazard = (days / scale) ** shape
        return np.asarray(1 - survival_under(hazard[:, None], never, pull * nodes) @ weights)

    def residuals(parameters: Floats) -> Floats:
        return _logit(reached(parameters)) - _logit(probabilities)

    fitted = _least_squares(residuals, np.array([np.log(days.mean()), 0.0]))
    _require_close(question, [f"day {day:.0f}" for day in days], probabilities, reached(fitted))
    return float(np.exp(fitted[0])), float(np.exp(fitted[1]))


def solve_hazard(probability: float, never: float, pull: float, question: str) -> float:
    """Find the whole cumulative hazard by the close that gives an event its probability."""
    if probability >= 1 - never:
        raise ImpossiblePrior(
            question=question, what="the close", wanted=probability, reached=1 - never
        )
    nodes, weights = normal_nodes(NODES)

    def excess(log_hazard: float) -> float:
        survival = survival_under(np.exp(log_hazard), never, pull * nodes)
        return float(1 - weights @ survival) - probability

    return float(np.exp(_root(excess, -40.0, 40.0)))


def hazard_shape(edges: Floats, windows: Sequence[tuple[float, float, float]]) -> Floats:
    """Share of an event's whole hazard that has passed at each edge, from 0 to 1.

    Args:
        edges: instants, rising.
        windows: (start, end, share of the whole hazard); the rest is even over all days.
    """
    span = edges[-1] - edges[0]
    shape = (1 - sum(share for _, _, share in windows)) * (edges - edges[0]) / span
    for start, end, share in windows:
        shape = shape + share * np.clip((edges - start) / (end - start), 0.0, 1.0)
    return np.asarray(shape)


def _require_close(question: str, names: Sequence[str], wanted: Floats, reached: Floats) -> None:
    """Refuse a curve that misses one of the author's probabilities by more than TOLERANCE."""
    worst = int(np.argmax(np.abs(reached - wanted)))
    if not abs(reached[worst] - wanted[worst]) <= TOLERANCE:
        raise ImpossiblePrior(
            question=question, what=names[worst], wanted=wanted[worst], reached=reached[worst]
        )


def _logit(probability: Floats) -> Floats:
    """Log-odds, kept finite."""
    inside = np.clip(probability, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Bisect a rising function to the last digit."""
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2


def _least_squares(residuals: Callable[[Floats], Floats], start: Floats) -> Floats:
    """Levenberg-Marquardt with a numerical Jacobian, for two or three unknowns."""
    point, damping = start, 1e-3
    miss = residuals(point)
    for _ in range(_STEPS):
        step = 1e-6
        columns = [(residuals(point + step * unit) - miss) / step for unit in np.eye(len(point))]
        jacobian = np.stack(columns, axis=1)
        normal = jacobian.T @ jacobian
        move = np.linalg.solve(
            normal + damping * np.diag(np.diag(normal) + 1e-12), jacobian.T @ miss
        )
        trial = residuals(point - move)
        if trial @ trial < miss @ miss:
            point, miss, damping = point - move, trial, damping / 5
        else:
            damping *= 5
        if damping > 1e12:
            break
    return point

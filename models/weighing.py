"""How much recency and skill should count in a crowd, found on resolved questions."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from forecasts.outcomes import Floats
from forecasts.panels import Panel
from forecasts.pooling import PooledCrowd, Weighing, pool

#: What is taken for likely before any outcome: as at Metaculus, and skill as PredictionBook has it.
_CENTRE = np.array([1.0, 3.0])
_SPREAD = np.array([0.7, 3.0])
#: Ridge of the recalibration inside: spreads of intercept, slope, size, spread.
_RIDGE = (0.4, 0.3, 0.2, 0.2)
_STEPS = 12


def learn_weighing(panel: Panel, skill: Floats, weight: Floats) -> Weighing:
    """Find the weighing under which the recalibrated crowd's log score is best, with priors.

    The recalibration is fitted anew for each weighing that is tried, so that neither pays for the
    other; two numbers from thousands of outcomes need no draws.

    Args:
        panel: without markets; every point has a forecast and a known outcome.
        skill: of each forecast's author, on other questions.
        weight: of each point.
    """

    def loss(tried: Floats) -> float:
        pooled = pool(panel, skill, Weighing(*tried))
        prior = np.sum((tried - _CENTRE) ** 2 / _SPREAD**2) / 2
        return _recalibrated_loss(pooled, panel.outcome, weight) + float(prior)

    found = minimize(loss, _CENTRE, method="Nelder-Mead", options={"xatol": 0.02, "fatol": 0.01})
    return Weighing(*(float(value) for value in found.x))


def _recalibrated_loss(pooled: PooledCrowd, outcome: Floats, weight: Floats) -> float:
    """Log loss in nats of the best recalibration, its ridge included; by Newton's method."""
    strands = int(pooled.strand.max()) + 1
    at = np.eye(strands)[pooled.strand]
    design = np.column_stack(
        [at, at * pooled.mean[:, None], pooled.size * pooled.mean, pooled.spread * pooled.mean]
    )
    spreads = np.repeat(_RIDGE, [strands, strands, 1, 1])
    centre = np.repeat([0.0, 1.1, 0.0, 0.0], [strands, strands, 1, 1])
    terms = centre
    for _ in range(_STEPS):
        chance = expit(design @ terms)
        slope = design.T @ (weight * (chance - outcome)) + (terms - centre) / spreads**2
        bend = (design.T * (weight * chance * (1 - chance))) @ design + np.diag(spreads**-2.0)
        step = np.linalg.solve(bend, slope)
        terms = terms - step
        if np.abs(step).max() < 1e-4:
            break
    signed = (2 * outcome - 1) * (design @ terms)
    ridge = np.sum((terms - centre) ** 2 / spreads**2) / 2
    return float(np.sum(weight * np.logaddexp(0, -signed)) + ridge)

"""Weighted draws: how good they still are, and how to make them good again."""

import hashlib
from collections.abc import Callable

import numpy as np

from forecasts.outcomes import Floats

#: The smallest tail from which a Pareto shape is estimated.
_SMALLEST_TAIL = 5


def normalised(log_weights: Floats) -> Floats:
    """Weights that sum to one.

    >>> normalised(np.log([1.0, 3.0]))
    array([0.25, 0.75])
    """
    weights = np.exp(log_weights - log_weights.max())
    return np.asarray(weights / weights.sum())


def effective_sample(weights: Floats) -> float:
    """Kish's effective number of draws, from 1 to the number of draws.

    >>> effective_sample(np.array([0.5, 0.5, 0.0, 0.0]))
    2.0
    """
    return float(1 / np.sum(weights**2))


def resampled(weights: Floats, rng: np.random.Generator) -> np.ndarray:
    """Systematic resampling: indices of the draws that stay, some of them repeated."""
    places = (rng.random() + np.arange(len(weights))) / len(weights)
    return np.minimum(np.searchsorted(np.cumsum(weights), places), len(weights) - 1)


def slice_moves(
    draws: Floats,
    log_likelihood: Callable[[Floats], Floats],
    steps: int,
    rng: np.random.Generator,
) -> Floats:
    """Move standard-normal draws by elliptical slice steps that keep their posterior.

    Args:
        draws: shape (draws, drivers).
        log_likelihood: of drivers, up to a constant; maps (n, drivers) to (n,).
        steps: how many moves each draw makes.

    Murray, Adams & MacKay (2010), Elliptical slice sampling, AISTATS 9.
    """
    current, level = draws.copy(), log_likelihood(draws)
    for _ in range(steps):
        auxiliary = rng.standard_normal(current.shape)
        threshold = level + np.log(rng.random(len(current)))
        angle = rng.uniform(0, 2 * np.pi, len(current))
        low, high = angle - 2 * np.pi, angle.copy()
        start, waiting = current.copy(), np.arange(len(current))
        while len(waiting):
            turn = angle[waiting, None]
            proposal = start[waiting] * np.cos(turn) + auxiliary[waiting] * np.sin(turn)
            reached = log_likelihood(proposal)
            good = reached > threshold[waiting]
            current[waiting[good]], level[waiting[good]] = proposal[good], reached[good]
            waiting = waiting[~good]
            negative = angle[waiting] < 0
            low[waiting] = np.where(negative, angle[waiting], low[waiting])
            high[waiting] = np.where(negative, high[waiting], angle[waiting])
            angle[waiting] = rng.uniform(low[waiting], high[waiting])
    return current


def random_for(world_id: str, move: int) -> np.random.Generator:
    """Random numbers that are the same for the same world and move on every run."""
    digest = hashlib.sha256(f"{world_id} {move}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest)))


def pareto_shape(weights: Floats) -> float:
    """Estimate k-hat, the Pareto shape of the largest weights: above .7 they are not to be trusted.

    Zhang & Stephens (2009), Technometrics 51(3); the prior of Vehtari et al. (2024), JMLR 25(72).
    Returns -inf where the tail is flat.
    """
    count = len(weights)
    tail_size = int(min(0.2 * count, 3 * np.sqrt(count)))
    ordered = np.sort(weights)
    cutoff = ordered[-tail_size - 1]
    excess = ordered[-tail_size:] - cutoff
    if tail_size < _SMALLEST_TAIL or excess[-1] <= cutoff * 1e-12 or excess[0] <= 0:
        return -np.inf
    grid = 30 + int(np.sqrt(tail_size))
    spread = 1 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))
    scales = 1 / excess[-1] + spread / 3 / excess[int(tail_size / 4 + 0.5) - 1]
    shapes = np.mean(np.log1p(-scales[:, None] * excess), axis=1)
    likelihood = tail_size * (np.log(-scales / shapes) - shapes - 1)
    posterior = 1 / np.sum(np.exp(likelihood - likelihood[:, None]), axis=1)
    scale = np.sum(scales * posterior / posterior.sum())
    shape = np.mean(np.log1p(-scale * excess))
    return float((tail_size * shape + 10 * 0.5) / (tail_size + 10))

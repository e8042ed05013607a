"""Means of values that come in linked blocks: standard errors that count blocks, not values."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecasts.errors import NumbersDoNotFit


@dataclass(frozen=True, slots=True)
class ClusteredMean:
    """A mean whose standard error allows for linked values.

    Attributes:
        mean: of all values alike.
        standard_error: robust to any dependence within blocks; NaN with fewer than two blocks.
        blocks: how many blocks there are.
        effective_size: how many unlinked values would give this standard error; NaN with it.
    """

    mean: float
    standard_error: float
    blocks: int
    effective_size: float


def clustered_mean(values: ArrayLike, blocks: ArrayLike | None = None) -> ClusteredMean:
    """Average scores of which some are linked, with a standard error that knows it.

    Args:
        values: scores, finite, shape (n,), n at least 1.
        blocks: name of the block of each, shape (n,); without it each value is its own.

    Raises:
        NumbersDoNotFit: there is not one block for each value, or a value is not finite.

    Liang and Zeger (1986), Biometrika 73(1), 13-22, with the factor G / (G - 1) for G blocks.

    >>> clustered_mean([1.0, 3.0])
    ClusteredMean(mean=2.0, standard_error=1.0, blocks=2, effective_size=2.0)
    >>> clustered_mean([1.0, 1.0, 3.0, 3.0], ["a", "a", "b", "b"]).standard_error
    1.0
    """
    amounts = np.asarray(values, float)
    names = np.arange(amounts.size) if blocks is None else np.asarray(blocks)
    if amounts.ndim != 1 or names.shape != amounts.shape or not np.isfinite(amounts).all():
        what = f"scores of shape {amounts.shape}, or not finite, in blocks of {names.shape}"
        raise NumbersDoNotFit(what=what, mend="finite scores with one block each")
    if not amounts.size:
        raise NumbersDoNotFit(what="there are 0 scores", mend="at least one")
    mean, size = float(amounts.mean()), amounts.size
    found, block = np.unique(names, return_inverse=True)
    if len(found) < 2:
        return ClusteredMean(mean, float("nan"), len(found), float("nan"))
    sums = np.bincount(block, amounts - mean)
    variance = float(sums @ sums) * len(found) / (len(found) - 1) / size**2
    alone = float(amounts.var(ddof=1))
    effective = alone / variance if variance > 0 else float("nan")
    return ClusteredMean(mean, variance**0.5, len(found), effective)

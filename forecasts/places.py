"""Where draws of the drivers lie on a curve: between which of its nodes, or at which chances."""

from dataclasses import dataclass

import numpy as np

from forecasts.outcomes import Floats
from forecasts.questions import NODES, TABLE_NODES, TABLE_REACH, Curve


@dataclass(frozen=True, slots=True, eq=False)
class NodePlace:
    """Between which two nodes each draw's pull lies.

    Attributes:
        index: of the lower node, shape (draws,).
        share: of the way to the upper one, shape (draws,).
    """

    index: np.ndarray
    share: Floats

    def at(self, values: Floats) -> Floats:
        """Read values at the nodes, shape (nodes,), at every draw."""
        lower = values[self.index]
        return np.asarray(lower + self.share * (values[self.index + 1] - lower))

    def weights(self, weights: Floats) -> Floats:
        """Share the draws' weights out to the nodes, shape (nodes,)."""
        upper = weights * self.share
        nodes = np.bincount(self.index, weights - upper, TABLE_NODES)
        return np.asarray(nodes + np.bincount(self.index + 1, upper, TABLE_NODES))


@dataclass(frozen=True, slots=True, eq=False)
class ChoicePlace:
    """Prior chance of each option at every draw, shape (draws, options)."""

    cells: Floats


type Place = NodePlace | ChoicePlace


def place_of(curve: Curve, draws: Floats) -> Place:
    """Find where draws of shape (draws, drivers) lie on a curve."""
    if curve.space.kind == "choice":
        return ChoicePlace(np.exp(curve.prior.log_cells(curve.pull(draws))))
    spread = curve.pull_spread
    standard = curve.pull(draws) / spread if spread > 0 else np.zeros(len(draws))
    place = (np.clip(standard, -TABLE_REACH, TABLE_REACH) + TABLE_REACH) / (NODES[1] - NODES[0])
    index = np.minimum(place.astype(np.intp), TABLE_NODES - 2)
    return NodePlace(index, place - index)

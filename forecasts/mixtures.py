"""A curve over draws of the drivers: chances of stretches of its line at each, cells on average."""

from collections.abc import Sequence

import numpy as np

from forecasts.conditions import Stretch, shares
from forecasts.curves import CurveState
from forecasts.outcomes import Floats
from forecasts.places import ChoicePlace, Place


def chances_at(state: CurveState, place: Place, stretches: Sequence[Stretch]) -> Floats:
    """Chance of each stretch at each draw, nothing being confined; shape (draws, stretches)."""
    size = state.curve.space.size
    parts = np.column_stack([shares(stretch, size) for stretch in stretches])
    if isinstance(place, ChoicePlace):
        whole = place.cells @ state.factor
        return np.asarray((place.cells @ (parts * state.factor[:, None])) / whole[:, None])
    return np.column_stack([place.at(column) for column in (state.node_posterior @ parts).T])


def mean_cells(state: CurveState, place: Place, weights: Floats, limit: Stretch) -> Floats:
    """Cells of a curve inside of a limit, averaged over weighted draws; shape (cells,)."""
    part = shares(limit, state.curve.space.size)
    if isinstance(place, ChoicePlace):
        whole = place.cells @ state.factor
        return np.asarray((weights / whole) @ place.cells * state.factor * part)
    return np.asarray(place.weights(weights) @ state.node_posterior * part)


def share_of(part: Floats, whole: Floats) -> Floats:
    """Part of a whole; none of nothing is none."""
    shape = np.broadcast_shapes(part.shape, whole.shape)
    return np.asarray(np.divide(part, whole, out=np.zeros(shape), where=whole > 0))

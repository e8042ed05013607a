"""What forecasters state, as distributions over cells: options, quantiles, chances by day."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from forecasts.errors import ForecastDoesNotFit
from forecasts.outcomes import Floats, OutcomeSpace
from forecasts.validation import SUM_TOLERANCE

#: Quantiles that are stated of a number, at least: a middle and one on either side of it, or two
#: sides. One says nothing of the spread.
LEAST_QUANTILES = 2


def option_cells(
    chances: Mapping[str, float], space: OutcomeSpace, question: str = "The question"
) -> Floats:
    """Give stated chances of options in the order of the cells.

    Raises:
        ForecastDoesNotFit: they do not name every option once, or do not sum to 1.

    >>> from forecasts.outcomes import choice_space
    >>> option_cells({"blue": 0.3, "red": 0.7}, choice_space(("red", "blue")))
    array([0.7, 0.3])
    """
    total = sum(chances.values())
    if set(chances) != set(space.labels) or not abs(total - 1) <= SUM_TOLERANCE:
        mend = f"one probability for each of {', '.join(space.labels)}, summing to 1"
        raise ForecastDoesNotFit(question=question, kind="multiple_choice", mend=mend)
    return np.array([chances[label] for label in space.labels]) / total


def quantile_cells(
    levels: Sequence[float],
    values: Sequence[float],
    space: OutcomeSpace,
    closed: tuple[bool, bool] = (False, False),
    question: str = "The question",
) -> Floats:
    """Give the cells of a number from stated quantiles.

    Between quantiles, and beyond them, the quantity is taken as normal on its axis: a straight
    line through the stated points on normal paper.

    Args:
        levels: in (0, 1), rising.
        values: of the quantity, rising.
        closed: whether nothing can lie below the range, and above it.

    Raises:
        ForecastDoesNotFit: fewer than two points, points that do not rise, or values that the
            axis does not have.

    >>> from forecasts.outcomes import number_space
    >>> cells = quantile_cells([0.1, 0.5, 0.9], [20, 50, 80], number_space(0, 100))
    >>> cells[:101].sum().round(6), cells[0].round(3)
    (np.float64(0.5), np.float64(0.016))
    """
    level, value = np.asarray(levels, float), np.asarray(values, float)
    rises = (
        len(level) >= LEAST_QUANTILES and np.all(np.diff(level) > 0) and np.all(np.diff(value) > 0)
    )
    fits = not space.log_axis or bool(np.all(value > 0))
    if not rises or not fits or not np.all((level > 0) & (level < 1)):
        mend = f"at least {LEAST_QUANTILES} quantiles whose values rise with their levels"
        if space.log_axis:
            mend += ", all above 0"
        raise ForecastDoesNotFit(question=question, kind="numeric", mend=mend)
    points = np.log(value) if space.log_axis else value
    below = ndtr(_along(space.axis, points, ndtri(level)))
    return _closed_cells(below, closed)


def cdf_cells(
    cdf: Sequence[float],
    space: OutcomeSpace,
    closed: tuple[bool, bool] = (False, False),
    question: str = "The question",
) -> Floats:
    """Give the cells of a number from its CDF at the edges of the inner cells.

    Raises:
        ForecastDoesNotFit: it has another number of points, falls, or leaves [0, 1].

    >>> from forecasts.outcomes import number_space
    >>> cdf_cells(np.linspace(0.1, 0.9, 201), number_space(0, 100))[[0, -1]].round(6)
    array([0.1, 0.1])
    """
    below = np.asarray(cdf, float)
    possible = below.shape == space.edges.shape and np.all((below >= 0) & (below <= 1))
    if not possible or np.any(np.diff(below) < 0):
        mend = f"`cdf` at the {len(space.edges)} edges of the range, from 0 to 1, never falling"
        raise ForecastDoesNotFit(question=question, kind="numeric", mend=mend)
    return _closed_cells(below, closed)


def date_cells(
    instants: Sequence[float],
    chances: Sequence[float],
    space: OutcomeSpace,
    now: float,
    question: str = "The question",
) -> Floats:
    """Give the cells of a date from stated chances that it has come by some instants.

    Between two instants the hazard is constant; after the last it goes on as before it.

    Args:
        instants: days since 1970, rising, each after `now`.
        chances: that it has come by then, in (0, 1), never falling.
        now: nothing has come by then.

    Raises:
        ForecastDoesNotFit: no point, points that do not rise, or one that has passed.

    >>> from datetime import date
    >>> from forecasts.outcomes import date_space
    >>> space = date_space(date(2025, 1, 1), date(2025, 1, 30))
    >>> cells = date_cells([space.edges[10]], [0.5], space, space.edges[0])
    >>> cells[:10].sum().round(6), cells[:20].sum().round(6), cells[-1].round(6)
    (np.float64(0.5), np.float64(0.75), np.float64(0.125))
    """
    when, chance = np.asarray(instants, float), np.asarray(chances, float)
    rises = len(when) > 0 and np.all(np.diff(when) > 0) and np.all(np.diff(chance) >= 0)
    start = max(float(space.edges[0]), now)
    if not rises or not when[0] > start or not np.all((chance > 0) & (chance < 1)):
        mend = "chances that never fall, of days that rise and are yet to come"
        raise ForecastDoesNotFit(question=question, kind="date", mend=mend)
    times, survival = np.append(start, when), np.append(0.0, np.log1p(-chance))
    log_survival = np.minimum(_along(np.maximum(space.edges, start), times, survival), 0.0)
    surviving = np.exp(log_survival)
    return np.append(surviving[:-1] - surviving[1:], surviving[-1])


def _along(places: Floats, points: Floats, values: Floats) -> Floats:
    """Interpolate between points in straight lines, and go on with the outermost beyond them."""
    segment = np.clip(np.searchsorted(points, places) - 1, 0, len(points) - 2)
    slope = np.diff(values) / np.diff(points)
    along: Floats = values[segment] + slope[segment] * (places - points[segment])
    return along


def _closed_cells(below: Floats, closed: tuple[bool, bool]) -> Floats:
    """Give cells from a CDF at the edges; what a closed end forbids is shared by the rest."""
    cells = np.concatenate([below[:1], np.diff(below), 1 - below[-1:]])
    cells[0] *= not closed[0]
    cells[-1] *= not closed[1]
    return np.asarray(cells / cells.sum())

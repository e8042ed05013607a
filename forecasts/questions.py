"""Questions, and the curves that they read their forecasts off."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from forecasts.elicitation import driver_grid
from forecasts.outcomes import Floats, OutcomeSpace, midpoints
from forecasts.priors import CellPrior
from forecasts.refusals import QuestionClosed, QuestionNotOpen
from forecasts.times import moment_of

QuestionType = Literal["binary", "multiple_choice", "numeric", "date"]

#: Pulls are tabulated on this many nodes; between them g is read by linear interpolation.
TABLE_NODES = 128
#: The nodes reach this many standard deviations of the pull either way.
TABLE_REACH = 6.0
NODES = np.linspace(-TABLE_REACH, TABLE_REACH, TABLE_NODES)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One distribution over cells, shared by a question and those derived from it.

    Attributes:
        id: the id of the question that owns it.
        space: its cells.
        prior: log probability of the cells, given the drivers' pull.
        loadings: shape (drivers,), or (options, drivers) for choices.
        opens: instant at which it starts to count.
        closes: instant after which only "later or never" is left.
        reporting_lag: days after which silence about a day is known to be silence.
        as_of: instant up to which everything published is in the prior.
        reference_class: what its prior was taken from, where others share it; else empty.
        cell_instants: the time that each cell is about: its own day, shape (cells,); else the
            close, shape (1,).
        node_cells: prior probability of each cell at each node, (nodes, cells); none for choices.
        opening_cells: prior probability of each cell with the drivers summed out, (cells,).
    """

    id: str
    space: OutcomeSpace
    prior: CellPrior
    loadings: Floats
    opens: float
    closes: float
    reporting_lag: float
    as_of: float
    reference_class: str = ""
    cell_instants: Floats = field(init=False)
    node_cells: Floats = field(init=False)
    opening_cells: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Tabulate the prior once."""
        on_dates = self.space.kind == "date"
        instants = midpoints(self.space) if on_dates else np.array([self.closes])
        object.__setattr__(self, "cell_instants", instants)
        tabulate = _choice_tables if self.space.kind == "choice" else _node_tables
        for name, table in zip(("node_cells", "opening_cells"), tabulate(self), strict=True):
            object.__setattr__(self, name, table)

    @property
    def pull_spread(self) -> float:
        """Standard deviation of the pull: the length of the loadings."""
        return float(np.sqrt(np.sum(self.loadings**2)))

    def pull(self, drivers: Floats) -> Floats:
        """Pull of each draw of the drivers: shape (draws,), or (draws, options) for choices."""
        return np.asarray(drivers @ self.loadings.T)

    @property
    def node_pulls(self) -> Floats:
        """The pulls at which the curve is tabulated, shape (nodes,)."""
        return NODES * self.pull_spread


def _node_tables(curve: Curve) -> tuple[Floats, Floats]:
    """Cells at every node, and their mean over a standard normal."""
    cells = np.exp(curve.prior.log_cells(curve.node_pulls))
    weights = np.exp(-(NODES**2) / 2)
    return cells, np.asarray(weights @ cells / weights.sum())


def _choice_tables(curve: Curve) -> tuple[Floats, Floats]:
    """No nodes, as options are pulled apart by several drivers; the mean by a product rule."""
    drivers = np.flatnonzero(np.any(curve.loadings != 0, axis=0))
    points, weights = driver_grid(len(drivers))
    pulls = points @ curve.loadings[:, drivers].T
    return np.empty((0, curve.space.size)), weights @ np.exp(curve.prior.log_cells(pulls))


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One thing to forecast, as a reading of a curve.

    Attributes:
        id: its slug.
        type: binary, multiple_choice, numeric or date.
        curve: id of the curve that it reads.
        yes: for binary questions the share of each cell that makes it true; else None.
        opens, closes: instants between which it takes evidence.
    """

    id: str
    type: QuestionType
    curve: str
    opens: float
    closes: float
    yes: Floats | None = None

    def probability(self, cells: Floats) -> float | None:
        """Chance of yes under a distribution over the curve's cells; None if not binary."""
        if self.yes is None:
            return None
        return min(max(float(cells @ self.yes), 0.0), 1.0)  # rounding can pass 1 by a last digit


def require_open(question: Question, now: float, ended: float | None) -> None:
    """Refuse what a closed or resolved question cannot take.

    Raises:
        QuestionNotOpen: it has not opened yet.
        QuestionClosed: it closed, or its outcome was fixed, before `now`.
    """
    if now < question.opens:
        raise QuestionNotOpen(question=question.id, opens=f"{moment_of(question.opens):%Y-%m-%d}")
    until = question.closes if ended is None else min(question.closes, ended)
    if now > until:
        raise QuestionClosed(question=question.id, until=f"{moment_of(until):%Y-%m-%d %H:%M} UTC")

"""Online forecasts beside those of NUTS on the same world, side by side."""

from dataclasses import dataclass
from itertools import starmap

import numpy as np
import xarray as xr

from forecasts.distributions import forecast_all
from forecasts.outcomes import Floats
from forecasts.questions import Question
from forecasts.worlds import World
from models.world import cell_chances, world_forecast

#: Where the distributions of dates and numbers are compared: nearest to these levels.
LEVELS = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Difference:
    """One probability, online and by NUTS, with their Monte-Carlo standard errors."""

    question: str
    type: str
    side: int
    online: float
    online_error: float
    nuts: float
    nuts_error: float

    @property
    def z(self) -> float:
        """Difference in standard errors; 0 where both are certain."""
        error = float(np.hypot(self.online_error, self.nuts_error))
        return (self.online - self.nuts) / error if error > 0 else 0.0


def compare(world: World, posterior: xr.Dataset, questions: set[str]) -> list[Difference]:
    """Compare the forecasts of some questions; choices by option, distributions at LEVELS."""
    online = forecast_all(world, questions)
    sides = {q: compared_sides(world.questions[q], f.cells) for q, f in online.items()}
    nuts = world_forecast(posterior, world, sides)
    differences: list[Difference] = []
    for question, forecast in online.items():
        wanted, reference = sides[question], nuts[question]
        errors = _online_errors(world, question, wanted)
        columns = (forecast.cells @ wanted.T, errors, reference.probabilities, reference.errors)
        kind = world.questions[question].type
        rows = enumerate(zip(*columns, strict=True))
        differences += starmap(
            lambda side, row, q=question, t=kind: Difference(q, t, side, *map(float, row)), rows
        )
    return differences


def compared_sides(question: Question, cells: Floats) -> Floats:
    """Give what to compare of a question, as shares of its cells, shape (sides, cells)."""
    if question.yes is not None:
        return question.yes[None]
    if question.type == "multiple_choice":
        return np.eye(len(cells))
    cumulative = np.cumsum(cells)[:-1]
    points = sorted({int(np.argmin(np.abs(cumulative - level))) for level in LEVELS})
    return np.array([np.arange(len(cells)) <= point for point in points], float)


def root_mean_square(differences: list[Difference]) -> float:
    """Root mean square of z; about 1 where the stated errors are honest."""
    return float(np.sqrt(np.mean([difference.z**2 for difference in differences])))


def _online_errors(world: World, question: str, sides: Floats) -> Floats:
    """Monte-Carlo error of each side under the world's own weighted draws."""
    state = world.curves[world.questions[question].curve]
    chances = cell_chances(state, world.draws) @ sides.T
    weights = world.weights
    return np.sqrt(weights**2 @ (chances - weights @ chances) ** 2)

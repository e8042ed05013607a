"""A forecast as JSON: what the history keeps, the API answers and the pages draw."""

import math
from typing import Any

from forecasts.distributions import QUANTILES, Forecast, quantiles
from forecasts.times import moment_of
from forecasts.worlds import World


def summarise(world: World, forecast: Forecast) -> dict[str, Any]:
    """Give a forecast as JSON.

    Binary: `probability` with its 90% interval `low` to `high`. Multiple choice: the same for each
    of `options`. Numeric and date: `quantiles` by level, `low` and `high` the 5 and 95% points,
    `outside` the chance of either tail, or of "later or never".
    """
    question = world.questions[forecast.question]
    space = world.curves[question.curve].curve.space
    summary: dict[str, Any] = {
        "monte_carlo_error": forecast.monte_carlo_error,
        "effective_draws": forecast.effective_draws,
        "pareto_shape": forecast.pareto_shape if math.isfinite(forecast.pareto_shape) else None,
    }
    if forecast.probability is not None:
        ends = {"low": forecast.low, "high": forecast.high}
        return {"probability": forecast.probability, **ends, **summary}
    if space.kind == "choice":
        assert isinstance(forecast.low, tuple) and isinstance(forecast.high, tuple)
        rows = zip(space.labels, forecast.cells, forecast.low, forecast.high, strict=True)
        options = [
            {"option": label, "probability": float(chance), "low": low, "high": high}
            for label, chance, low, high in rows
        ]
        return {"options": options, **summary}
    of_date = space.kind == "date"
    values = [quantile_value(value, of_date=of_date) for value in quantiles(world, forecast)]
    levels = {f"{level:g}": value for level, value in zip(QUANTILES, values, strict=True)}
    outside = (
        [float(forecast.cells[-1])] if of_date else [float(c) for c in forecast.cells[[0, -1]]]
    )
    return {
        "low": values[0],
        "median": levels["0.5"],
        "high": values[-1],
        "quantiles": levels,
        "outside": outside,
        **summary,
    }


def cell_labels(world: World, question_id: str) -> list[str]:
    """Name every cell of a question's forecast: no and yes, options, values, or days."""
    question = world.questions[question_id]
    space = world.curves[question.curve].curve.space
    if space.labels:
        return list(space.labels)
    if space.kind == "date":
        starts = [f"{moment_of(edge):%Y-%m-%d}" for edge in space.edges[:-1]]
        return [*starts, "later or never"]
    low, high = f"below {space.edges[0]:g}", f"above {space.edges[-1]:g}"
    return [low, *(f"{edge:.4g}" for edge in space.edges[:-1]), high]


def quantile_value(value: float, *, of_date: bool) -> float | str | None:
    """A quantile as a number, or as a day; None where it is in a tail, or never."""
    if not math.isfinite(value):
        return None
    return f"{moment_of(value):%Y-%m-%d}" if of_date else value

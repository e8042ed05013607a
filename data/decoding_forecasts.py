"""From a written forecast to the distribution that it states."""

from datetime import date

from data.formats.forecasts import ForecastFormat
from data.formats.questions import QuestionFormat
from forecasts.errors import ForecastDoesNotFit
from forecasts.outcomes import Floats, OutcomeSpace
from forecasts.statements import cdf_cells, date_cells, option_cells, quantile_cells
from forecasts.times import end_of_day

_MENDS = {
    "binary": "`probability`",
    "multiple_choice": "`probabilities`",
    "numeric": "`quantiles` of numbers, or `cdf`",
    "date": "`quantiles` of days, or `by`",
}


def stated_cells(
    written: ForecastFormat, question: QuestionFormat, space: OutcomeSpace, now: float
) -> Floats | None:
    """Give the cells that a forecast states; None for yes or no, where `probability` says all.

    Args:
        space: of the question's curve.
        now: instant of the forecast.

    Raises:
        ForecastDoesNotFit: it says what its question does not have.
    """
    match question.type:
        case "binary" if written.probability is not None:
            return None
        case "multiple_choice" if written.probabilities is not None:
            return option_cells(written.probabilities, space, question.id)
        case "numeric":
            cells = _number_cells(written, question, space)
        case "date":
            cells = _date_cells(written, question, space, now)
        case _:
            cells = None
    if cells is None:
        mend = _MENDS[question.type]
        raise ForecastDoesNotFit(question=question.id, kind=question.type, mend=mend)
    return cells


def _number_cells(
    written: ForecastFormat, question: QuestionFormat, space: OutcomeSpace
) -> Floats | None:
    """Cells of a number, by quantiles or CDF; None where neither is given in numbers."""
    assert question.range is not None
    closed = (question.range.closed_below, question.range.closed_above)
    if written.cdf is not None:
        return cdf_cells(written.cdf, space, closed, question.id)
    levels, values = _points(written)
    if any(isinstance(value, date) for value in values) or not values:
        return None
    numbers = [float(str(value)) for value in values]
    return quantile_cells(levels, numbers, space, closed, question.id)


def _date_cells(
    written: ForecastFormat, question: QuestionFormat, space: OutcomeSpace, now: float
) -> Floats | None:
    """Cells of a date, by quantiles or chances by day; None where neither is given in days."""
    if written.by is not None:
        days, chances = zip(*sorted(written.by.items()), strict=True) if written.by else ((), ())
        return date_cells([end_of_day(day) for day in days], chances, space, now, question.id)
    levels, values = _points(written)
    instants = [end_of_day(value) for value in values if isinstance(value, date)]
    if len(instants) != len(values) or not values:
        return None
    return date_cells(instants, levels, space, now, question.id)


def _points(written: ForecastFormat) -> tuple[list[float], list[float | date]]:
    """Quantiles in the order of their levels, which go from 0 to 1."""
    pairs = sorted(
        (float(level) / 100, value) for level, value in (written.quantiles or {}).items()
    )
    return [level for level, _ in pairs], [value for _, value in pairs]

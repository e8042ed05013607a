"""Whether a forecaster's yes-or-no forecasts come true as often as they say: words, and a chart."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from markupsafe import Markup

from api.language import translate
from api.pages.calibration_charts import SIZES, draw_calibration, measure_calibration
from api.pages.calibration_words import signed
from api.pages.canvas import Look
from api.pages.drawing import Drawings
from forecasts.betting import CalibrationPosterior, calibration_posterior
from forecasts.calibration_reports import FEW, yes_no_of
from forecasts.judged_tables import JudgedTable

_SEED = 20_260


@dataclass(frozen=True, slots=True)
class CalibrationPart:
    """What is said of somebody's calibration.

    Attributes:
        wide, narrow: the chart; None where outcomes are too few for a curve.
    """

    sentences: tuple[str, ...]
    wide: Markup | None = None
    narrow: Markup | None = None


def calibration_part(
    table: JudgedTable, key: tuple[object, ...], drawings: Drawings, language: str
) -> CalibrationPart:
    """Say how well first forecasts came true.

    Args:
        table: the rows of one forecaster.
        key: the same as long as the rows are.
    """
    stated, happened, _ = yes_no_of(table)
    if not len(stated):
        words = translate("No yes-or-no question with an outcome yet.", language)
        return CalibrationPart((words,))
    if len(stated) < FEW:
        return CalibrationPart(_few(calibration_posterior(stated, happened), len(stated), language))
    shown = drawings.get(
        ("calibration", *key),
        lambda: measure_calibration(stated, happened, np.random.default_rng(_SEED)),
    )
    charts: list[Markup] = []
    for width, height in SIZES:
        look = Look(width, height, language)
        name = ("calibration chart", *key, width, language)
        charts.append(drawings.get(name, partial(draw_calibration, shown, look)))
    words = translate(
        "On {count} yes-or-no questions with an outcome, by the first forecast on each. A "
        "calibrated forecaster's line stays near the diagonal, within the band.",
        language,
    )
    return CalibrationPart((words.format(count=len(stated)),), *charts)


def _few(found: CalibrationPosterior, count: int, language: str) -> tuple[str, ...]:
    """Say what few outcomes tell: two numbers and their intervals, and no curve."""
    slope, intercept = found.slope(), found.intercept()
    many = translate(
        "{count} yes-or-no outcomes are fewer than {few}: too few for a curve. What they tell "
        "stands in two numbers.",
        language,
    ).format(count=count, few=FEW)
    sharp = translate(
        "Slope {mean} (90% interval: {low} to {high}): below 1 forecasts are too extreme, above 1 "
        "too cautious. {verdict}",
        language,
    ).format(
        mean=f"{slope.mean:.2f}",
        low=f"{slope.low:.2f}",
        high=f"{slope.high:.2f}",
        verdict=_slope_verdict(slope.low, slope.high, language),
    )
    lean = translate(
        "Lean {mean} (90% interval: {low} to {high}), in log-odds: above 0 things happen more "
        "often than forecast, below 0 less often. {verdict}",
        language,
    ).format(
        mean=signed(intercept.mean),
        low=signed(intercept.low),
        high=signed(intercept.high),
        verdict=_lean_verdict(intercept.low, intercept.high, language),
    )
    return many, sharp, lean


def _slope_verdict(low: float, high: float, language: str) -> str:
    """Say on which side of 1 a slope lies."""
    if high < 1:
        return translate("They are too extreme.", language)
    if low > 1:
        return translate("They are too cautious.", language)
    return translate("Both are still possible.", language)


def _lean_verdict(low: float, high: float, language: str) -> str:
    """Say on which side of 0 a lean lies."""
    if low > 0:
        return translate("They are too low.", language)
    if high < 0:
        return translate("They are too high.", language)
    return translate("Both are still possible.", language)

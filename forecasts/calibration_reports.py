"""Reports on calibration: all that there is to say of some forecasts and what came of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from forecasts.betting import CalibrationPosterior, Curve, calibration_posterior, e_value
from forecasts.calibration import (
    NullComparison,
    compare_to_null,
    consistency_band,
    corp,
    expected_calibration_error,
    null_miscalibration,
    spiegelhalter_z,
)
from forecasts.judged_tables import JudgedTable
from forecasts.outcomes import Floats, Indices
from forecasts.pit import (
    PitHistogram,
    pit_histogram,
    probability_integral_transform,
    uniformity_e_value,
)

#: Below so many resolved questions the posterior of (a, b) is shown, and no curve.
FEW = 30
#: Draws behind the null of MCB and the band: fewer of very many forecasts, at least the second.
_DRAWS, _FEWEST_DRAWS, _DRAWS_OF_ALL = 1_000, 100, 14_000_000
#: The betting test of linked forecasts lays each over its whole grid: 30 s for so many.
MOST_LINKED = 200_000
#: Where the posterior is drawn as a curve.
_SHOWN = np.linspace(0.05, 0.95, 19)
#: Settles all draws, so that nobody can draw again until it fits.
_SEED = 20_260


@dataclass(frozen=True, slots=True, eq=False)
class CorpCurve:
    """How often forecasts came true, and where the curve of calibrated ones lies; all (m,)."""

    probability: Floats
    recalibrated: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True, eq=False)
class YesNoReport:
    """Calibration of yes-or-no forecasts.

    Attributes:
        forecasts, questions: how many.
        brier, ece, miscalibration, discrimination, uncertainty: see `calibration`.
        null: of the miscalibration; forecasts of one question share its outcome in every draw.
        z: Spiegelhalter's; None where forecasts share outcomes, or where it cannot vary.
        e_value: money of the betting test, in the order of resolutions; 20 rejects. None where
            more than MOST_LINKED forecasts share outcomes.
        posterior: of (a, b), where there are fewer than FEW questions.
        curve: by CORP with its band, where there are more; else by the posterior.
    """

    forecasts: int
    questions: int
    brier: float
    ece: float
    miscalibration: float
    null: NullComparison
    discrimination: float
    uncertainty: float
    z: float | None
    e_value: float | None
    posterior: CalibrationPosterior | None
    curve: CorpCurve | Curve


@dataclass(frozen=True, slots=True, eq=False)
class PitReport:
    """Calibration of forecasts of numbers and dates; no e-value where they share outcomes.

    Attributes:
        pits: those behind the histogram, in the order of resolutions, shape (forecasts,).
    """

    forecasts: int
    questions: int
    mean: float
    histogram: PitHistogram
    e_value: float | None
    pits: Floats


def yes_no_report(
    probability: Floats, happened: Floats, question: Indices, known: Floats
) -> YesNoReport | None:
    """Report on forecasts of yes or no; None where there are none.

    Args:
        probability: chance given to yes, shape (n,).
        happened: 1 or 0, shape (n,).
        question: which forecasts share an outcome, shape (n,).
        known: when outcomes could be known, shape (n,).

    Raises:
        ImpossibleProbability, NumbersDoNotFit: see `calibration`.

    >>> both = np.array([0, 1])
    >>> few = yes_no_report(np.array([0.2, 0.8]), np.array([0.0, 1.0]), both, both * 1.0)
    >>> few.questions, round(few.brier, 3), few.posterior is not None
    (2, 0.04, True)
    """
    if not len(probability):
        return None
    order = np.lexsort((question, known))
    stated, came, asked = probability[order], happened[order], question[order]
    questions = len(np.unique(asked))
    is_linked = questions < len(asked)
    parts, rng = corp(stated, came), np.random.default_rng(_SEED)
    draws = int(np.clip(_DRAWS_OF_ALL // len(stated), _FEWEST_DRAWS, _DRAWS))
    blocks = asked if is_linked else None
    null = null_miscalibration(stated, rng, draws, blocks=blocks)
    z = float("nan") if is_linked else spiegelhalter_z(stated, came)
    posterior = calibration_posterior(stated, came) if questions < FEW else None
    curve: CorpCurve | Curve
    if posterior is not None:
        curve = posterior.curve(_SHOWN)
    else:
        curve = _corp_curve(stated, parts.recalibrated, rng, draws)
    return YesNoReport(
        forecasts=len(stated),
        questions=questions,
        brier=parts.mean_score,
        ece=expected_calibration_error(stated, came),
        miscalibration=parts.miscalibration,
        null=compare_to_null(parts.miscalibration, null),
        discrimination=parts.discrimination,
        uncertainty=parts.uncertainty,
        z=None if np.isnan(z) else z,
        e_value=_money(stated, came, blocks),
        posterior=posterior,
        curve=curve,
    )


def pit_report(below: Floats, at: Floats, question: Indices, known: Floats) -> PitReport | None:
    """Report on forecasts of numbers and dates; None where there are none.

    Args:
        below, at: chance given to less than what happened, and to at most that, shape (n,).
        question, known: as in `yes_no_report`.

    Raises:
        ImpossibleProbability, NumbersDoNotFit: see `pit`.
    """
    if not len(below):
        return None
    order = np.lexsort((question, known))
    asked = question[order]
    rng = np.random.default_rng(_SEED)
    pits = probability_integral_transform(below[order], at[order], rng)
    questions = len(np.unique(asked))
    return PitReport(
        forecasts=len(pits),
        questions=questions,
        mean=float(pits.mean()),
        histogram=pit_histogram(pits),
        e_value=uniformity_e_value(pits) if questions == len(pits) else None,
        pits=pits,
    )


def reports_of(
    table: JudgedTable, moment: str = "first"
) -> tuple[YesNoReport | None, PitReport | None]:
    """Report on the rows of a table.

    Args:
        moment: "first", each row's first forecast that stood; or "midway", the one that stood
            halfway through the announced window, where nothing was fixed yet.
    """
    columns, known = table.columns, table.known()
    question = columns["question"]
    probability, happened, told = yes_no_of(table, moment)
    yes_no = yes_no_report(probability, happened, question[told], known[told])
    below, at = columns[f"{moment}_below"], columns[f"{moment}_at"]
    placed = ~np.isnan(below)
    return yes_no, pit_report(below[placed], at[placed], question[placed], known[placed])


def yes_no_of(table: JudgedTable, moment: str = "first") -> tuple[Floats, Floats, Any]:
    """Give the yes-or-no forecasts of a table, what came of them, and which rows they are of."""
    probability, happened = table.columns[f"{moment}_probability"], table.happened()
    told = ~np.isnan(probability) & ~np.isnan(happened)
    return probability[told], happened[told], told


def _money(stated: Floats, came: Floats, blocks: Indices | None) -> float | None:
    """Give the money of the betting test, unless that would take too long."""
    if blocks is not None and len(blocks) > MOST_LINKED:
        return None
    return e_value(stated, came, blocks=blocks)


def _corp_curve(
    stated: Floats, recalibrated: Floats, rng: np.random.Generator, draws: int
) -> CorpCurve:
    """Give the curve at the places of its band."""
    band = consistency_band(stated, rng, replicates=draws)
    places, first = np.unique(stated, return_index=True)
    nearest = np.minimum(np.searchsorted(places, band.probability), len(places) - 1)
    return CorpCurve(band.probability, recalibrated[first[nearest]], band.lower, band.upper)

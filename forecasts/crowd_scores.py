"""How well each way of pooling did: a row for each source, evaluation and method."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from forecasts.betting import e_value
from forecasts.calibration import (
    compare_to_null,
    corp,
    expected_calibration_error,
    null_miscalibration,
)
from forecasts.clusters import clustered_mean
from forecasts.crowds import FLOOR
from forecasts.outcomes import Floats
from forecasts.panels import Panel
from forecasts.scoring import brier_score, log2_loss

#: A method is compared with the first of these that its source and evaluation has.
REFERENCES = ("median", "market")
#: Drawn anew to tell how much miscalibration the best calibrated would show by chance.
_REPLICATES = 1_000


@dataclass(frozen=True, slots=True)
class CrowdRow:
    """What a method's forecasts were worth at one evaluation of one source.

    Standard errors take questions of one group as one draw.

    Attributes:
        source, evaluation, method: what was scored.
        n: questions.
        brier: mean Brier score, 0 to 1, lower is better; with its standard error.
        log2_loss: mean bits, chances taken as at most .001 from 0 and 1; lower is better.
        ece: expected calibration error in ten bins of equal width.
        mcb: miscalibration, the part of the Brier score that recalibration would take away.
        mcb_null: its mean if every forecast were the true chance.
        mcb_limit: its 95% point then.
        dsc: discrimination, the part that telling questions apart earned.
        unc: the Brier score of the base rate: brier = mcb - dsc + unc.
        e_value: evidence against calibration in order of resolution; 20 and more rejects it.
        difference: mean Brier score less that of the reference, on questions that both forecast;
            with its standard error. Below 0 is better than the reference.
        reference: the method compared with: the median, or the market where there is no crowd.
    """

    source: str
    evaluation: str
    method: str
    n: int
    brier: float
    brier_se: float
    log2_loss: float
    ece: float
    mcb: float
    mcb_null: float
    mcb_limit: float
    dsc: float
    unc: float
    e_value: float
    difference: float
    difference_se: float
    reference: str


def score_methods(
    panel: Panel, asked: np.ndarray, said: dict[str, Floats], seed: int
) -> Iterator[CrowdRow]:
    """Score every method at every evaluation of every source.

    Args:
        asked: which points count.
        said: probability by method at each point; NaN where it has none.
        seed: settles the draws behind the null of the miscalibration.
    """
    pairs = zip(panel.source[asked], panel.evaluation[asked], strict=True)
    for source, evaluation in sorted(set(pairs)):
        here = asked & (panel.source == source) & (panel.evaluation == evaluation)
        reference = next(name for name in REFERENCES if _stands(said, name, here))
        for method, chances in said.items():
            if _stands(said, method, here):
                names = (panel.sources[source], panel.evaluations[evaluation], method)
                rng = np.random.default_rng([seed, source, evaluation])
                yield _row(names, panel, here, chances, said[reference], reference, rng)


def _row(
    names: tuple[str, str, str],
    panel: Panel,
    here: np.ndarray,
    said: Floats,
    beside: Floats,
    reference: str,
    rng: np.random.Generator,
) -> CrowdRow:
    """Score one method at the points where it has a forecast, in order of resolution."""
    places = np.flatnonzero(here & ~np.isnan(said))
    places = places[np.lexsort((places, panel.known[places]))]
    chance, outcome, groups = said[places], panel.outcome[places], panel.group[places]
    brier = brier_score(chance, outcome)
    mean, parts = clustered_mean(brier, groups), corp(chance, outcome)
    null = compare_to_null(parts.miscalibration, null_miscalibration(chance, rng, _REPLICATES))
    both = ~np.isnan(beside[places])
    ahead = brier[both] - brier_score(beside[places][both], outcome[both])
    gained = clustered_mean(ahead, groups[both])
    return CrowdRow(
        *names,
        n=len(places),
        brier=mean.mean,
        brier_se=mean.standard_error,
        log2_loss=float(log2_loss(chance, outcome, floor=FLOOR).mean()),
        ece=expected_calibration_error(chance, outcome),
        mcb=parts.miscalibration,
        mcb_null=null.mean,
        mcb_limit=null.upper,
        dsc=parts.discrimination,
        unc=parts.uncertainty,
        e_value=e_value(chance, outcome),
        difference=gained.mean,
        difference_se=gained.standard_error,
        reference=reference,
    )


def _stands(said: dict[str, Floats], method: str, here: np.ndarray) -> bool:
    """Tell whether a method has a forecast at any of some points."""
    return method in said and bool(np.any(~np.isnan(said[method][here])))

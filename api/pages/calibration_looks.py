"""What is looked at of calibration: the forecasts that are asked for, and groups side by side."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from api.judgements import Judged
from api.judging_answers import is_retrospective
from api.pages.calibration_wishes import Wishes
from forecasts.calibration_reports import PitReport, YesNoReport, reports_of
from forecasts.judged_parts import parts_of
from forecasts.judged_tables import JudgedTable
from forecasts.outcomes import Floats
from forecasts.pit import probability_integral_transform

#: Groups that are set side by side, the largest.
_MOST_GROUPS = 30
#: Settles all draws, so that a chart is the same for everybody.
_SEED = 20_260


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What was found about the forecasts that are asked for.

    Attributes:
        part: the rows.
        stated, came, known: of the forecasts of yes or no, by when outcomes could be known.
        pits: of numbers and dates.
        groups: name, forecasts, and report of each group side by side.
    """

    part: JudgedTable
    yes_no: YesNoReport | None
    pit: PitReport | None
    stated: Floats
    came: Floats
    known: Floats
    asked: Any
    pits: Floats
    is_retrospective: bool
    groups: tuple[tuple[str, int, YesNoReport | None], ...]


def look_at(judged: Judged, everybody: Judged, wishes: Wishes) -> Looked:
    """Work out all that the page shows; the slow part, the same in every language."""
    part = wishes.rows.of(judged.table)
    columns, happened, known = part.columns, part.happened(), part.known()
    probability = columns[f"{wishes.moment}_probability"]
    told = ~np.isnan(probability) & ~np.isnan(happened)
    order = np.lexsort((columns["question"][told], known[told]))
    below, at = columns[f"{wishes.moment}_below"], columns[f"{wishes.moment}_at"]
    placed = ~np.isnan(below)
    rng = np.random.default_rng(_SEED)
    yes_no, pit = reports_of(part, wishes.moment)
    return Looked(
        part=part,
        yes_no=yes_no,
        pit=pit,
        stated=probability[told][order],
        came=happened[told][order],
        known=known[told][order],
        asked=columns["question"][told][order],
        pits=probability_integral_transform(below[placed], at[placed], rng),
        is_retrospective=is_retrospective(part),
        groups=_groups(part, wishes.rows_of_all.of(everybody.table), wishes),
    )


def _groups(
    part: JudgedTable, everybody: JudgedTable, wishes: Wishes
) -> tuple[tuple[str, int, YesNoReport | None], ...]:
    """Report on each group: forecasters and kinds among all, the rest of who is asked for."""
    table = everybody if wishes.by in ("kind", "forecaster") else part
    found = [
        (name, rows, reports_of(rows, wishes.moment)[0])
        for name, rows in parts_of(table, wishes.by)
    ]
    told = [(name, report.forecasts, report) for name, _, report in found if report is not None]
    return tuple(sorted(told, key=lambda one: -one[1])[:_MOST_GROUPS])

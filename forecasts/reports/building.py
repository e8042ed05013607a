"""Building a report: from what is known at a checkpoint to its sections."""

from typing import Literal

from forecasts.reports.calibrating import calibration_section, pit_section
from forecasts.reports.calls import calls_section
from forecasts.reports.counting import counting_section
from forecasts.reports.inputs import Inputs
from forecasts.reports.naming import quarter_in_words
from forecasts.reports.outlook import corrections_section, methods_section, open_section
from forecasts.reports.scores import groups_section, scores_section
from forecasts.reports.standings import credit_section, learning_section, skill_section
from forecasts.reports.summary import summary_section
from forecasts.reports.values import Day, Report, told
from forecasts.times import day_of

#: Version of the form of reports.
FORMAT = 1


def build_report(inputs: Inputs) -> Report:
    """Build the report of a quarter.

    The same inputs give the same report, to the last bit.
    """
    quarter = inputs.quarter
    retrospective = retrospective_of(inputs)
    editions = [one for one in inputs.published if one.quarter == quarter]
    sections = (
        summary_section(inputs, retrospective),
        counting_section(inputs),
        scores_section(inputs),
        calibration_section(inputs),
        pit_section(inputs),
        groups_section(inputs),
        skill_section(inputs),
        credit_section(inputs),
        learning_section(inputs),
        calls_section(inputs),
        open_section(inputs),
        corrections_section(inputs),
        methods_section(inputs),
    )
    return Report(
        format=FORMAT,
        quarter=quarter.name,
        first=Day(day_of(quarter.begins).isoformat()),
        last=Day(day_of(quarter.ends - 1).isoformat()),
        first_month=inputs.first_month,
        edition=editions[-1].edition + 1 if editions else 1,
        title=told(
            "Calibration report, {quarter}",
            quarter=quarter_in_words(quarter, inputs.first_month),
        ),
        retrospective=retrospective,
        headline=inputs.headline_of(quarter),
        origin=inputs.origin,
        sections=sections,
    )


def retrospective_of(inputs: Inputs) -> Literal["all", "some", "none"]:
    """Say whether the scored questions were replayed: all of them, some, or none."""
    scored = [one for one in inputs.known_in(inputs.quarter) if one.status == "resolved"]
    replayed = sum(one.is_retrospective for one in scored)
    if not replayed:
        return "none"
    return "all" if replayed == len(scored) else "some"

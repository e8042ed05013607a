"""The sections on calibration: CORP or the posterior for yes and no, PIT for numbers and dates."""

import numpy as np

from forecasts.betting import REJECT_AT
from forecasts.calibration import count_in_bins
from forecasts.calibration_reports import FEW, CorpCurve, YesNoReport, yes_no_of
from forecasts.judged_tables import JudgedTable
from forecasts.outcomes import Floats
from forecasts.reports.inputs import MODEL, PEOPLE, Inputs
from forecasts.reports.methods import CALIBRATION
from forecasts.reports.naming import voice_in_words
from forecasts.reports.values import (
    Block,
    Cell,
    Figure,
    Heading,
    Paragraph,
    Section,
    Sentence,
    Table,
    column,
    told,
)

#: Fewer outcomes of numbers and dates than this make no chart.
FEWEST_DRAWN = 5
#: E-values beyond the first are not written out; beyond the second JSON holds none.
LARGE, _MOST_MONEY = 1e6, 1e308
_PEOPLE = told("People and bots")


def calibration_section(inputs: Inputs) -> Section:
    """Say how often forecasts came true beside what they said."""
    groups = _groups(inputs)
    rows: list[tuple[Cell, ...]] = []
    shown: list[Block] = []
    for name, words, table in groups:
        report, _ = inputs.calibration_of(name, inputs.quarter)
        if report is None:
            continue
        rows.append((name, words, *_cells(report)))
        if name in (MODEL, PEOPLE):
            shown += [Heading(words), Paragraph(tuple(_verdict(report)), is_list=True)]
            shown.append(_figure(f"calibration_{name}", words, report, table))
    title = told("Calibration: does 70% mean 70%?")
    if not rows:
        nothing = told("No yes-or-no forecast got its outcome in this quarter.")
        return Section("calibration", title, (Paragraph((nothing,)),))
    first = Paragraph(CALIBRATION, is_list=True)
    return Section("calibration", title, (first, _table(rows), *shown))


def pit_section(inputs: Inputs) -> Section:
    """Say where outcomes fell in forecasts of numbers and dates."""
    blocks: list[Block] = []
    for name, words, _table in _groups(inputs):
        _, report = inputs.calibration_of(name, inputs.quarter)
        if report is None or name not in (MODEL, PEOPLE):
            continue
        sentences = [
            told(
                "{forecasts} forecasts on {questions} questions; the mean place of the outcome is "
                "{mean:.2f} "
                "(calibrated: 0.50; above: outcomes were higher or later than forecast).",
                forecasts=report.forecasts,
                questions=report.questions,
                mean=report.mean,
            )
        ]
        if report.questions < FEW:
            sentences.append(
                told("With fewer than {few} outcomes, only gross faults could show here.", few=FEW)
            )
        if report.e_value is not None:
            sentences.append(_money_in_words(report.e_value))
        places = tuple(float(one) for one in report.pits)
        caption = told(
            "{voice}: share of outcomes up to each place of their forecast, less the share that "
            "calibrated forecasts would have there, with the band of calibrated ones.",
            voice=words,
        )
        blocks += [Heading(words), Paragraph(tuple(sentences), is_list=True)]
        if report.questions >= FEWEST_DRAWN:
            blocks.append(Figure(f"pit_{name}", "pit", caption, {"places": {"pit": places}}))
    title = told("Numbers and dates: where outcomes fell")
    if not blocks:
        nothing = told("No forecast of a number or a date got its outcome in this quarter.")
        blocks = [Paragraph((nothing,))]
    return Section("pit", title, tuple(blocks))


def money(value: float) -> float:
    """Give an e-value that JSON can hold."""
    return min(value, _MOST_MONEY)


def _groups(inputs: Inputs) -> list[tuple[str, Sentence, JudgedTable]]:
    """Give people, and each voice."""
    quarter = inputs.quarter
    found = [(name, voice_in_words(name)) for name in inputs.voices.forecasters]
    groups = [(name, words, inputs.of_voice(name, quarter)) for name, words in found]
    groups.append((PEOPLE, _PEOPLE, inputs.of_people(quarter)))
    return [(name, words, table) for name, words, table in groups if len(table)]


def _table(rows: list[tuple[Cell, ...]]) -> Table:
    """Give the numbers of every voice."""
    columns = (
        column("group", told("Id"), is_shown=False),
        column("name", told("Voice")),
        column("forecasts", told("Forecasts"), "count"),
        column("questions", told("n"), "count"),
        column("brier", told("Brier"), "score"),
        column("mcb", told("MCB"), "score"),
        column("mcb_null_mean", told("MCB by chance"), "score"),
        column("mcb_null_upper", told("MCB by chance, 95%"), "score", is_shown=False),
        column("dsc", told("DSC"), "score"),
        column("unc", told("UNC"), "score"),
        column("ece", told("ECE"), "score", is_shown=False),
        column("spiegelhalter_z", told("z"), "score"),
        column("e_value", told("E"), "score"),
    )
    return Table("calibration", told("Yes-or-no forecasts, by voice."), columns, tuple(rows))


def _cells(report: YesNoReport) -> tuple[Cell, ...]:
    """Give the row of a voice."""
    return (
        report.forecasts,
        report.questions,
        report.brier,
        report.miscalibration,
        report.null.mean,
        report.null.upper,
        report.discrimination,
        report.uncertainty,
        report.ece,
        report.z,
        None if report.e_value is None else money(report.e_value),
    )


def _verdict(report: YesNoReport) -> list[Sentence]:
    """Say what can be said, and what cannot."""
    sentences = []
    if report.posterior is not None:
        slope, intercept = report.posterior.slope(), report.posterior.intercept()
        sentences = [
            told(
                "With {n} yes-or-no outcomes, fewer than {few}, no calibration curve can be shown: "
                "nobody can say from them whether 70% means 70%.",
                n=report.questions,
                few=FEW,
            ),
            told(
                "What can be said is the posterior of two numbers: a forecast p comes true "
                "logistic(a + b logit p) of the time, with b = {b:.2f} [{b_low:.2f} to "
                "{b_high:.2f}] (below 1: overconfident) and a = {a:.2f} [{a_low:.2f} to "
                "{a_high:.2f}] (above 0: things happen more often than forecast).",
                b=slope.mean,
                b_low=slope.low,
                b_high=slope.high,
                a=intercept.mean,
                a_low=intercept.low,
                a_high=intercept.high,
            ),
        ]
    elif report.miscalibration <= report.null.upper:
        sentences = [
            told(
                "Miscalibration costs {mcb:.4f}, and chance alone up to {upper:.4f} in 95 of 100 "
                "calibrated sets: nothing is shown to be wrong.",
                mcb=report.miscalibration,
                upper=report.null.upper,
            )
        ]
    else:
        sentences = [
            told(
                "Miscalibration costs {mcb:.4f}, more than the {upper:.4f} that chance alone makes "
                "in 95 of 100 calibrated sets: the forecasts are not calibrated.",
                mcb=report.miscalibration,
                upper=report.null.upper,
            )
        ]
    if report.e_value is not None:
        sentences.append(_money_in_words(report.e_value))
    return sentences


def _money_in_words(e_value: float) -> Sentence:
    """Say what the betting test says."""
    if e_value > LARGE:
        return told("The betting test rejects calibration: E is above a million.")
    if e_value >= REJECT_AT:
        return told("The betting test rejects calibration: E = {e:.1f}.", e=money(e_value))
    return told("The betting test does not reject calibration: E = {e:.2f}.", e=e_value)


def _figure(name: str, words: Sentence, report: YesNoReport, table: JudgedTable) -> Figure:
    """Give the numbers of the chart."""
    stated, came, _ = yes_no_of(table)
    bins, curve = count_in_bins(stated, came), report.curve
    observed = curve.recalibrated if isinstance(curve, CorpCurve) else curve.mean
    series = {
        "curve": _columns(
            probability=curve.probability, observed=observed, low=curve.lower, high=curve.upper
        ),
        "tenths": _columns(
            low=bins.edges[:-1],
            high=bins.edges[1:],
            count=bins.count.astype(float),
            yes=bins.yes,
            mean_probability=bins.mean_probability,
            observed=bins.observed,
        ),
    }
    facts = {
        "forecasts": report.forecasts,
        "questions": report.questions,
        "brier": report.brier,
        "mcb": report.miscalibration,
        "dsc": report.discrimination,
        "unc": report.uncertainty,
        "null_mean": report.null.mean,
        "null_upper": report.null.upper,
        "null_p": report.null.p_value,
    }
    caption = told(
        "{voice}: how often forecasts came true, beside what they said. On the dashed line they "
        "are calibrated.",
        voice=words,
    )
    return Figure(name, "calibration", caption, series, facts)


def _columns(**columns: Floats) -> dict[str, tuple[float | str | None, ...]]:
    """Give columns as plain numbers; None for NaN."""
    return {
        name: tuple(None if np.isnan(value) else float(value) for value in column)
        for name, column in columns.items()
    }

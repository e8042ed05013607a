"""The sections of scores: by voice, over the quarters, and by type of question and driver."""

from collections.abc import Iterable

import numpy as np

from forecasts.judged_tables import JudgedTable
from forecasts.reports.inputs import MODEL, PRIOR, TREND, Inputs, Mean, mean_of
from forecasts.reports.methods import SCORING
from forecasts.reports.naming import kind_in_words, quarter_in_words, type_in_words, voice_in_words
from forecasts.reports.values import (
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Paragraph,
    Section,
    Sentence,
    Table,
    column,
    told,
    with_ends,
)

TYPES = ("binary", "multiple_choice", "numeric", "date")


def scores_section(inputs: Inputs) -> Section:
    """Set voices beside each other, and this quarter beside those before it."""
    voices = _by_voice(inputs)
    blocks: list[Block] = [Paragraph(SCORING, is_list=True)]
    if voices.rows:
        blocks.append(voices)
    people = inputs.of_people(inputs.quarter)
    if len(people):
        blocks.append(_people(inputs, people))
    blocks += [Heading(told("Beside the quarters before")), *_trend(inputs)]
    return Section("scores", told("Scores"), tuple(blocks))


def groups_section(inputs: Inputs) -> Section:
    """Part the model's scores by type of question and by driver."""
    table = inputs.of_voice(MODEL, inputs.quarter)
    if not len(table):
        nothing = told("No forecast of the model was scored, so there is nothing to part.")
        return Section("groups", told("By type and driver"), (Paragraph((nothing,)),))
    types = ((type_in_words(name), name, table.select(type_=name)) for name in TYPES)
    topics = sorted({topic for one in table.questions for topic in one.topics})
    drivers = (
        (inputs.drivers[topic], topic, table.select(topic=topic))
        for topic in topics
        if topic in inputs.drivers
    )
    note = told(
        "A question counts for every driver that it loads on. Intervals of single digits of "
        "questions are wide: a group that looks bad may have had bad luck."
    )
    return Section(
        "groups",
        told("By type and driver"),
        (
            Paragraph((note,)),
            _grouped(inputs, "by_type", told("The model by type of question."), types),
            _grouped(inputs, "by_driver", told("The model by driver."), drivers),
        ),
    )


def _score_columns(first: Column, *more: Column) -> tuple[Column, ...]:
    """Give the columns that tables of scores share."""
    return with_ends(
        [
            first,
            *more,
            column("questions", told("n"), "count"),
            column("effective", told("Effective n"), "amount", is_shown=False),
            column("log2_loss", told("Bits lost"), "score", interval=True),
            column("brier", told("Brier"), "score", interval=True),
            column("gain", told("Gain over prior"), "bits", interval=True),
        ]
    )


def _score_cells(inputs: Inputs, table: JudgedTable) -> tuple[Cell, ...]:
    """Give the cells of those columns."""
    loss, brier = inputs.mean_of(table), inputs.mean_of(table, "brier")
    gains = inputs.gains(table)
    is_there = ~np.isnan(gains)
    names = [name for name, kept in zip(inputs.blocks_of(table), is_there, strict=True) if kept]
    gain = mean_of(gains[is_there], names)
    count = len(np.unique(table.columns["question"]))
    return (
        count,
        loss.effective if loss else None,
        *ends_of(loss),
        *ends_of(brier),
        *ends_of(gain),
    )


def ends_of(mean: Mean | None) -> tuple[Cell, Cell, Cell]:
    """Give a mean and the ends of its interval."""
    return (None, None, None) if mean is None else (mean.mean, mean.low, mean.high)


def _by_voice(inputs: Inputs) -> Table:
    """Score every voice."""
    rows = []
    for name in inputs.voices.forecasters:
        table = inputs.of_voice(name, inputs.quarter)
        if len(table):
            rows.append((name, voice_in_words(name), *_score_cells(inputs, table)))
    rows.sort(key=lambda row: row[4] if isinstance(row[4], float) else np.inf)
    first = column("voice", told("Id"), is_shown=False)
    columns = _score_columns(first, column("name", told("Voice")))
    caption = told(
        "Voices on the same questions, the best first. Gain: bits per question over the opening "
        "prior, which knows no evidence."
    )
    return Table("by_voice", caption, columns, tuple(rows))


def _people(inputs: Inputs, people: JudgedTable) -> Table:
    """Score people, all and by kind."""
    found = sorted({people.kinds[place] for place in people.columns["forecaster"].tolist()})
    rows = [
        (kind, kind_in_words(kind), *_score_cells(inputs, people.select(kinds=(kind,))))
        for kind in found
    ]
    first = column("kind", told("Id"), is_shown=False)
    caption = told(
        "Those who forecast, by kind: each forecaster on each question counts once, and linked "
        "ones share their luck."
    )
    columns = _score_columns(first, column("name", told("Kind")))
    return Table("by_kind", caption, columns, tuple(rows))


def _grouped(
    inputs: Inputs,
    name: str,
    caption: Sentence,
    groups: Iterable[tuple[Cell, str, JudgedTable]],
) -> Table:
    """Score the model in groups."""
    rows = tuple(
        (key, words, *_score_cells(inputs, table)) for words, key, table in groups if len(table)
    )
    first = column("group", told("Id"), is_shown=False)
    return Table(name, caption, _score_columns(first, column("name", told("Group"))), rows)


def _trend(inputs: Inputs) -> tuple[Block, ...]:
    """Set the quarters beside each other."""
    quarters = [inputs.quarter.before(back) for back in range(TREND - 1, -1, -1)]
    found = [(quarter, inputs.headline_of(quarter)) for quarter in quarters]
    shown = [(quarter, one) for quarter, one in found if one.questions or one.annulled]
    rows = tuple(
        (
            quarter.name,
            quarter_in_words(quarter, inputs.first_month),
            one.questions,
            one.effective,
            one.log2_loss,
            one.low,
            one.high,
            one.brier,
            one.bits,
        )
        for quarter, one in shown
    )
    columns = with_ends(
        [
            column("quarter", told("Id"), is_shown=False),
            column("name", told("Quarter")),
            column("questions", told("n"), "count"),
            column("effective", told("Effective n"), "amount"),
            column("log2_loss", told("Bits lost"), "score", interval=True),
            column("brier", told("Brier"), "score"),
            column("gain", told("Gain over prior"), "bits"),
        ]
    )
    caption = told(
        "The model's scores by quarter, all from one checkpoint, so that they can be compared; "
        "questions of one quarter may be harder than those of another."
    )
    table = Table("trend", caption, columns, rows)
    scored = [(quarter, one) for quarter, one in shown if one.log2_loss is not None]
    if len(scored) < 2:
        return (table,)
    series = {
        "quarters": {
            "quarter": tuple(quarter.name for quarter, _ in scored),
            "log2_loss": tuple(one.log2_loss for _, one in scored),
            "low": tuple(one.low for _, one in scored),
            "high": tuple(one.high for _, one in scored),
            "questions": tuple(float(one.questions) for _, one in scored),
        }
    }
    words = told("Bits lost per question by quarter, with 90% intervals where there can be one.")
    return (table, Figure("trend", "trend", words, series))


def prior_loss(inputs: Inputs) -> Mean | None:
    """Average what the opening prior lost in the quarter."""
    return inputs.mean_of(inputs.of_voice(PRIOR, inputs.quarter))

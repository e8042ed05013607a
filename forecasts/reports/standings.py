"""The sections of who did how well: skill of forecasters, credit for evidence, learned worth."""

from typing import Literal

from forecasts.credit import Credit
from forecasts.judged_boards import board_of_table, credit_board
from forecasts.reports.inputs import Inputs
from forecasts.reports.methods import CREDIT, SKILL
from forecasts.reports.naming import kind_in_words
from forecasts.reports.values import (
    Block,
    Cell,
    Paragraph,
    Section,
    Sentence,
    Table,
    Text,
    column,
    told,
    with_ends,
)

#: So many rows of a board are shown; files hold all.
SHOWN = 20


def skill_section(inputs: Inputs) -> Section:
    """Rank forecasters by skill, with what is unsure about ranks."""
    title, table = told("Forecasters"), inputs.of_people(inputs.quarter)
    if not len(table):
        nothing = told("Nobody but the voices forecast these questions, so nobody is ranked.")
        return Section("skill", title, (Paragraph((nothing,)),))
    rows: list[tuple[Cell, ...]] = [
        (
            entry.forecaster,
            kind_in_words(str(entry.kind)),
            entry.rank,
            *(entry.rank_interval or (None, None)),
            entry.bits,
            *(entry.interval or (None, None)),
            entry.questions,
            entry.coverage,
            entry.log2_loss,
            entry.brier,
            entry.peer,
        )
        for entry in board_of_table(table).entries
    ]
    columns = with_ends(
        [
            column("forecaster", told("Forecaster")),
            column("kind", told("Kind")),
            column("rank", told("Rank"), "count", interval=True),
            column("bits", told("Skill, bits per question"), "bits", interval=True),
            column("questions", told("n"), "count"),
            column("coverage", told("Coverage"), "score", is_shown=False),
            column("log2_loss", told("Bits lost"), "score"),
            column("brier", told("Brier"), "score"),
            column("peer", told("Peer score"), "score", is_shown=False),
        ]
    )
    caption = told("Forecasters of the quarter's questions, the most skilled first.")
    board = Table("skill", caption, columns, tuple(rows), most=SHOWN)
    return Section("skill", title, (Paragraph(SKILL, is_list=True), board))


def credit_section(inputs: Inputs) -> Section:
    """Say whose evidence moved forecasts towards what happened."""
    known = {one.id for one in inputs.known_in(inputs.quarter)}
    found = [one for one in inputs.credits if one.question in known]
    title = told("Evidence and sources")
    if not any(one.records for one in found):
        nothing = told("No record of evidence bore on these questions.")
        return Section("credit", title, (Paragraph((nothing,)),))
    blocks: tuple[Block, ...] = (
        Paragraph(CREDIT, is_list=True),
        _board(inputs, found, "source", told("Sources, by the bits that their records added.")),
        _board(inputs, found, "submitter", told("Submitters, by the bits that they are paid.")),
    )
    return Section("credit", title, blocks)


def _board(
    inputs: Inputs, found: list[Credit], by: Literal["source", "submitter"], caption: Sentence
) -> Table:
    """Rank sources or submitters."""
    rows: list[tuple[Cell, ...]] = []
    for one in credit_board(found, by):
        name = one.entry.name
        rows.append(
            (
                name,
                inputs.sources.get(name, Text(name)) if by == "source" else Text(name),
                one.entry.rank,
                *one.rank_interval,
                one.entry.bits,
                *(one.interval or (None, None)),
                one.total.withheld,
                one.entry.records,
                one.entry.questions,
            )
        )
    heading = told("Source") if by == "source" else told("Submitter")
    columns = with_ends(
        [
            column(by, told("Id"), is_shown=False),
            column("name", heading),
            column("rank", told("Rank"), "count", interval=True),
            column("bits", told("Bits"), "bits", interval=True),
            column("withheld", told("Withheld"), "bits", is_shown=False),
            column("records", told("Records"), "count"),
            column("questions", told("Questions"), "count"),
        ]
    )
    return Table(f"credit_by_{by}", caption, columns, tuple(rows), most=SHOWN)


def learning_section(inputs: Inputs) -> Section:
    """Say what fits of the quarter learned of sources."""
    title = told("What was learned of sources")
    if not inputs.relearned:
        nothing = told(
            "No fit landed in this quarter: what sources are worth is what it was before."
        )
        return Section("learning", title, (Paragraph((nothing,)),))
    rows = tuple(
        (
            one.world,
            one.source,
            one.grade,
            one.before.median,
            one.before.low,
            one.before.high,
            one.after.median,
            one.after.low,
            one.after.high,
        )
        for one in sorted(
            inputs.relearned, key=lambda one: -abs(one.after.median - one.before.median)
        )
    )
    columns = with_ends(
        [
            column("world", told("Id"), is_shown=False),
            column("source", told("Source")),
            column("grade", told("Grade")),
            column("before", told("Before"), "score", interval=True),
            column("after", told("After"), "score", interval=True),
        ]
    )
    caption = told(
        "What is left of a claim of 3 to 1 by each source, at the beginning and at the end of the "
        "quarter; those that changed most first."
    )
    fits = sum({one.world: one.fits for one in inputs.relearned}.values())
    words = told("Fits that landed in this quarter: {fits}.", fits=fits)
    table = Table("learning", caption, columns, rows, most=SHOWN)
    return Section("learning", title, (Paragraph((words,)), table))

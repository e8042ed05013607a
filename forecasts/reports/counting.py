"""The sections that say what a report is about: how much was resolved, and each outcome."""

import numpy as np

from forecasts.reports.inputs import AskedQuestion, Inputs
from forecasts.reports.methods import MEMBERS
from forecasts.reports.naming import status_in_words
from forecasts.reports.outcomes import outcomes_table
from forecasts.reports.values import (
    Block,
    Day,
    Paragraph,
    Section,
    Sentence,
    Table,
    column,
    told,
)
from forecasts.times import day_of


def counting_section(inputs: Inputs) -> Section:
    """Say how many questions there are, what they are worth, and what was annulled."""
    known = inputs.known_in(inputs.quarter)
    scored = [one for one in known if one.status == "resolved"]
    sentences = [
        *MEMBERS,
        told(
            "Scored: {scored:,} (yes or no {binary:,}, choice {choice}, number {number}, "
            "date {date}). Annulled or ambiguous, and not scored: {void}.",
            scored=len(scored),
            binary=_of_type(scored, "binary"),
            choice=_of_type(scored, "multiple_choice"),
            number=_of_type(scored, "numeric"),
            date=_of_type(scored, "date"),
            void=len(known) - len(scored),
        ),
        *_effective(inputs, scored),
        *_forecasters(inputs),
    ]
    voided = [one for one in known if one.status != "resolved"]
    blocks: list[Block] = [
        Paragraph(tuple(sentences), is_list=True),
        outcomes_table(inputs, scored),
    ]
    if voided:
        blocks.append(_voided(voided))
    return Section("counts", told("What was resolved"), tuple(blocks))


def _of_type(questions: list[AskedQuestion], kind: str) -> int:
    """Count questions of a type."""
    return sum(one.type == kind for one in questions)


def _effective(inputs: Inputs, scored: list[AskedQuestion]) -> list[Sentence]:
    """Say how many unlinked questions the scored ones are worth."""
    effective = inputs.headline_of(inputs.quarter).effective
    blocks = len({one.block for one in scored})
    if not scored:
        return []
    if effective is None:
        return [
            told(
                "Questions that read one outcome count as one block: {blocks:,} blocks, too few to "
                "say how many unlinked questions they are worth.",
                blocks=blocks,
            )
        ]
    return [
        told(
            "Questions that read one outcome count as one block: {blocks:,} blocks. By the spread "
            "of their scores, they are worth {effective:,.1f} unlinked questions.",
            blocks=blocks,
            effective=effective,
        )
    ]


def _forecasters(inputs: Inputs) -> list[Sentence]:
    """Say how many people forecast."""
    table = inputs.of_people(inputs.quarter)
    if not len(table):
        return [told("No person and no bot had a forecast on any of them.")]
    return [
        told(
            "Forecasters with a score: {people:,}; forecasts of theirs that stood: {forecasts:,}.",
            people=len(np.unique(table.columns["forecaster"])),
            forecasts=int(table.columns["forecasts"].sum()),
        )
    ]


def _voided(voided: list[AskedQuestion]) -> Table:
    """List what was annulled."""
    columns = (
        column("question", told("Id"), is_shown=False),
        column("title", told("Question")),
        column("known_by", told("Known by"), "day"),
        column("status", told("State")),
    )
    rows = tuple(
        (one.id, one.title, Day(day_of(one.known or 0.0).isoformat()), status_in_words(one.status))
        for one in voided
    )
    return Table("annulled", told("Annulled or ambiguous: nobody is scored."), columns, rows)

"""The sections that say what a report is about: how much was resolved, and each outcome."""

import numpy as np

from forecasts.credit import Credit
from forecasts.reports.inputs import MODEL, AskedQuestion, Inputs
from forecasts.reports.naming import status_in_words, type_in_words
from forecasts.reports.values import (
    Block,
    Cell,
    Day,
    Paragraph,
    Section,
    Sentence,
    Table,
    column,
    told,
    with_ends,
)
from forecasts.times import day_of


def counting_section(inputs: Inputs) -> Section:
    """Say how many questions there are, what they are worth, and what was annulled."""
    known = inputs.known_in(inputs.quarter)
    scored = [one for one in known if one.status == "resolved"]
    sentences = [
        told(
            "A question belongs to the quarter in which its outcome could first be known "
            "(known_by), whenever it was entered."
        ),
        told(
            "Scored: {scored} (yes or no {binary}, choice {choice}, number {number}, "
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
    blocks: list[Block] = [Paragraph(tuple(sentences), is_list=True), _outcomes(inputs, scored)]
    if voided:
        blocks.append(_voided(voided))
    return Section("counts", told("What was resolved"), tuple(blocks))


def _of_type(questions: list[AskedQuestion], kind: str) -> int:
    """Count questions of a type."""
    return sum(one.type == kind for one in questions)


def _effective(inputs: Inputs, scored: list[AskedQuestion]) -> list[Sentence]:
    """Say how many unlinked questions the scored ones are worth."""
    found = inputs.mean_of(inputs.of_voice(MODEL, inputs.quarter))
    blocks = len({one.block for one in scored})
    if not scored:
        return []
    if found is None or found.effective is None:
        return [
            told(
                "Questions that read one outcome count as one block: {blocks} blocks, too few to "
                "say how many unlinked questions they are worth.",
                blocks=blocks,
            )
        ]
    return [
        told(
            "Questions that read one outcome count as one block: {blocks} blocks. By the spread "
            "of their scores, they are worth {effective:.1f} unlinked questions.",
            blocks=blocks,
            effective=found.effective,
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


def _outcomes(inputs: Inputs, scored: list[AskedQuestion]) -> Table:
    """List the scored questions with what happened and what the model had said."""
    table = inputs.of_voice(MODEL, inputs.quarter)
    places = {table.questions[q].id: row for row, q in enumerate(table.columns["question"])}
    credits_of: dict[str, Credit] = {one.question: one for one in inputs.credits}
    rows: list[tuple[Cell, ...]] = []
    for one in scored:
        row, credit = places.get(one.id), credits_of.get(one.id)
        scores: tuple[Cell, ...] = (None, None)
        if row is not None:
            scores = (
                float(table.columns["log2_loss"][row]),
                float(table.columns["brier"][row]),
            )
        assert one.known is not None
        rows.append(
            (
                one.id,
                one.title,
                type_in_words(one.type),
                Day(day_of(one.known).isoformat()),
                one.outcome,
                one.opening,
                one.closing,
                *scores,
                credit.gain if credit and row is not None else None,
                one.is_retrospective,
            )
        )
    columns = with_ends(
        [
            column("question", told("Id"), is_shown=False),
            column("title", told("Question")),
            column("type", told("Type")),
            column("known_by", told("Known by"), "day"),
            column("outcome", told("Outcome")),
            column("opening", told("Chance given at opening"), "chance"),
            column("closing", told("Chance given last"), "chance"),
            column("log2_loss", told("Bits lost"), "score"),
            column("brier", told("Brier"), "score"),
            column("gain", told("Gain over prior"), "bits"),
            column("retrospective", told("Retrospective"), is_shown=False),
        ]
    )
    caption = told(
        "Each outcome, and what the model had said: the chance that it gave to what happened when "
        "the question opened and before the outcome was fixed, and its scores over that time."
    )
    return Table("outcomes", caption, columns, tuple(rows), most=40)


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

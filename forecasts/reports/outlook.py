"""The sections on what is still open, on methods, and on corrections."""

from forecasts.reports.corrections import changes_of
from forecasts.reports.inputs import Inputs, Published
from forecasts.reports.methods import FEW_OUTCOMES, FROZEN, HINDSIGHT, MAKING, WINDOWS
from forecasts.reports.naming import quarter_in_words, type_in_words
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


def open_section(inputs: Inputs) -> Section:
    """List the questions that were open when the quarter ended, with their forecasts."""
    title = told("Open at the quarter's end")
    if not inputs.open_at_end:
        nothing = told("No question was open when the quarter ended.")
        return Section("open", title, (Paragraph((nothing,)),))
    rows = tuple(
        (
            one.id,
            one.title,
            type_in_words(one.type),
            Day(day_of(one.closes).isoformat()),
            one.forecast,
            one.probability,
            one.before,
        )
        for one in inputs.open_at_end
    )
    columns = (
        column("question", told("Id"), is_shown=False),
        column("title", told("Question")),
        column("type", told("Type")),
        column("closes", told("Closes"), "day"),
        column("forecast", told("Model's forecast")),
        column("probability", told("Chance of yes"), "chance", is_shown=False),
        column("before", told("A quarter before"), "chance"),
    )
    caption = told(
        "What the model forecast when the quarter ended: a chance of yes with its 90% interval, "
        "the likeliest option, or a median with a 90% interval."
    )
    return Section("open", title, (Table("open", caption, columns, rows, most=60),))


def methods_section(inputs: Inputs) -> Section:
    """Say in plain words how all this is computed."""
    sentences = (
        told(
            "Every number is computed from a ledger of inputs to which nothing is ever changed, "
            "only added; this report read its first {entries:,} entries, whose last has the hash "
            "{hash}.",
            entries=inputs.origin.entries,
            hash=inputs.origin.hash,
        ),
        *MAKING,
        *WINDOWS,
        *FEW_OUTCOMES,
        *HINDSIGHT,
        *FROZEN,
    )
    return Section("methods", told("Methods in plain words"), (Paragraph(sentences, is_list=True),))


def corrections_section(inputs: Inputs) -> Section:
    """Say what has changed since earlier editions and reports."""
    blocks: list[Block] = []
    mine = [one for one in inputs.published if one.quarter == inputs.quarter]
    if mine:
        heading = told(
            "This is edition {edition}. Since edition {before}:",
            edition=mine[-1].edition + 1,
            before=mine[-1].edition,
        )
        blocks.append(Paragraph((heading,)))
        blocks.append(Paragraph(_listed(inputs, mine[-1]), is_list=True))
    newest: dict[str, Published] = {one.quarter.name: one for one in inputs.published}
    earlier = [one for name, one in sorted(newest.items()) if one.quarter < inputs.quarter]
    for one in earlier:
        changes = changes_of(inputs, one)
        if changes:
            words = told(
                "The report of {quarter} (edition {edition}) would read otherwise today:",
                quarter=quarter_in_words(one.quarter, inputs.first_month),
                edition=one.edition,
            )
            blocks += [Paragraph((words,)), Paragraph(tuple(changes), is_list=True)]
    if not blocks:
        nothing = told("Nothing in earlier reports has to be corrected.")
        if not inputs.published:
            nothing = told("There is no earlier report.")
        blocks = [Paragraph((nothing,))]
    return Section("corrections", told("Corrections to earlier reports"), tuple(blocks))


def _listed(inputs: Inputs, before: Published) -> tuple[Sentence, ...]:
    """List what has changed since an edition."""
    changes = tuple(changes_of(inputs, before))
    return changes or (told("No outcome and no score of it has changed."),)

"""The section of the best and the worst calls, with the evidence that made them."""

from collections.abc import Sequence

from forecasts.credit import Credit, RecordCredit
from forecasts.reports.inputs import MODEL, AskedQuestion, Inputs
from forecasts.reports.values import (
    Block,
    Cell,
    Heading,
    Paragraph,
    Section,
    Sentence,
    Table,
    Text,
    column,
    told,
)

#: Calls that are told of at either end, and records that are told of each.
TOLD, RECORDS = 3, 3
#: A gain or loss below this many bits is no call.
LEAST_BITS = 0.01

type Call = tuple[AskedQuestion, Credit]


def calls_of(inputs: Inputs) -> tuple[list[Call], list[Call]]:
    """Give the best calls and the worst, each with the largest first.

    A call is as good as the bits by which the model's forecasts were better than its opening prior.
    """
    credits_of = {one.question: one for one in inputs.credits if one.status == "final"}
    known = inputs.known_in(inputs.quarter)
    found = [
        (one, credits_of[one.id])
        for one in known
        if one.status == "resolved" and one.id in credits_of and credits_of[one.id].coverage
    ]
    found.sort(key=lambda call: (-call[1].gain, call[0].id))
    best = [call for call in found if call[1].gain > LEAST_BITS]
    worst = [call for call in reversed(found) if call[1].gain < -LEAST_BITS]
    return best[:TOLD], worst[:TOLD]


def calls_section(inputs: Inputs) -> Section:
    """Say what went wrong, and what went well, and why."""
    best, worst = calls_of(inputs)
    title = told("Worst and best calls")
    if not len(inputs.of_voice(MODEL, inputs.quarter)):
        nothing = told("No forecast of the model was scored, so there is no call to tell of.")
        return Section("calls", title, (Paragraph((nothing,)),))
    blocks: list[Block] = [
        Paragraph(
            (
                told(
                    "A call is measured in bits over the opening prior, averaged over the whole "
                    "announced window (days after the outcome count 0), so that its records' bits "
                    "add up to it: above 0, evidence led towards what happened; below, away."
                ),
            )
        )
    ]
    blocks.append(Heading(told("What we got wrong, and why")))
    if not worst:
        nothing = told("On no scored question was the model worse than its opening prior.")
        blocks.append(Paragraph((nothing,)))
    for call in worst:
        blocks += _told_of(inputs, call, is_worst=True)
    blocks.append(Heading(told("What we got right, and why")))
    if not best:
        nothing = told("On no scored question was the model better than its opening prior.")
        blocks.append(Paragraph((nothing,)))
    for call in best:
        blocks += _told_of(inputs, call, is_worst=False)
    records = _records(inputs, [*worst, *best])
    if records.rows:
        blocks.append(records)
    return Section("calls", title, tuple(blocks))


def _told_of(inputs: Inputs, call: Call, *, is_worst: bool) -> list[Block]:
    """Tell of one call."""
    asked, credit = call
    lead = told(
        "{title} Outcome: {outcome}. {bits:+.2f} bits.",
        title=asked.title,
        outcome=asked.outcome or Text(""),
        bits=credit.gain,
    )
    sentences = []
    if asked.opening is not None and asked.closing is not None:
        sentences.append(
            told(
                "The model gave {opening:.0%} to what happened at first, and {closing:.0%} last.",
                opening=asked.opening,
                closing=asked.closing,
            )
        )
    mine = _pulling(credit, is_worst=is_worst)
    sentences += [_record_in_words(inputs, one) for one in mine]
    if not mine:
        sentences.append(_account_in_words(credit, is_worst=is_worst))
    return [Paragraph((lead,)), Paragraph(tuple(sentences), is_list=True)]


def _pulling(credit: Credit, *, is_worst: bool) -> list[RecordCredit]:
    """Give the records that did most to make a call what it was."""
    side = -1 if is_worst else 1
    found = sorted(credit.records, key=lambda one: (-side * one.bits, one.record))
    return [one for one in found if side * one.bits > LEAST_BITS][:RECORDS]


def _record_in_words(inputs: Inputs, credit: RecordCredit) -> Sentence:
    """Say what a record said, and what it did."""
    record = inputs.records.get(credit.record)
    if record is None:
        return told("{bits:+.2f} bits: record {record}.", bits=credit.bits, record=credit.record)
    return told(
        "{bits:+.2f} bits: {fact} ({source}, {published})",
        bits=credit.bits,
        fact=record.fact,
        source=record.source,
        published=record.published,
    )


def _account_in_words(credit: Credit, *, is_worst: bool) -> Sentence:
    """Say what did it where no record of its own did."""
    side = -1 if is_worst else 1
    name = max(("linked", "time", "averaging"), key=lambda one: side * credit.accounts[one])
    bits = credit.accounts[name]
    if side * bits <= LEAST_BITS:
        return told("No single record moved it by much: it is the sum of small movements.")
    if name == "linked":
        return told(
            "{bits:+.2f} bits: what evidence on other questions said of the drivers.", bits=bits
        )
    if name == "time":
        return told("{bits:+.2f} bits: days that passed without the event.", bits=bits)
    return told("{bits:+.2f} bits: averaging over what sources may be worth.", bits=bits)


def _records(inputs: Inputs, calls: Sequence[Call]) -> Table:
    """Give all records behind these calls, for files and for whoever wants more."""
    rows: list[tuple[Cell, ...]] = []
    for asked, credit in calls:
        for one in sorted(credit.records, key=lambda one: (-abs(one.bits), one.record)):
            record = inputs.records.get(one.record)
            fact = record.fact if record else Text(one.record)
            source = record.source if record else Text(one.source)
            published = record.published if record else ""
            rows.append((asked.id, asked.title, one.record, fact, source, published, one.bits))
    columns = (
        column("question", told("Id"), is_shown=False),
        column("title", told("Question")),
        column("record", told("Record"), is_shown=False),
        column("fact", told("What it said")),
        column("source", told("Source")),
        column("published", told("Published")),
        column("bits", told("Bits"), "bits"),
    )
    caption = told("The records behind these calls, those that moved each most first.")
    return Table("calls", caption, columns, tuple(rows), most=12)

"""What must hold between a bank's records and its questions: references, days, and stances."""

from collections.abc import Iterator
from datetime import date

from data.bank_faults import Fault, Steps
from data.bank_parts import FaultAt, Parts, faults_at
from data.formats.banks import BankEvidence
from data.formats.evidence import StanceFormat
from data.formats.questions import QuestionFormat
from forecasts.times import last_second

_DIRECTIONS = {
    "binary": ("yes", "no"),
    "multiple_choice": ("toward",),
    "numeric": ("higher", "lower"),
    "date": ("sooner", "later"),
}


def record_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault of the records against the rest of the bank."""
    resolved = {one.question: one.resolved_at for one in parts.resolutions.values()}
    for index, record in parts.records.items():
        at = faults_at(parts.sheets["evidence.yaml"], ("records", index))
        if not parts.knows("sources.yaml", "sources", record.source):
            yield at(("source",), "names no source of sources.yaml: mend the id, or add the source")
        yield from _stance_faults(parts, record, resolved, at)
        yield from _withheld_faults(parts, record, at)


def _stance_faults(
    parts: Parts, record: BankEvidence, resolved: dict[str, date], at: FaultAt
) -> Iterator[Fault]:
    for place, stance in enumerate(record.stances):
        if not parts.knows("questions.yaml", "questions", stance.question):
            yield at(("stances", place, "question"), "names no question: mend the id")
        elif question := parts.question(stance.question):
            steps: Steps = ("stances", place)
            for more, message in _stance_misfits(question, stance):
                yield at((*steps, *more), message)
            if late := _untimely(parts, question, record, resolved.get(question.id)):
                yield at(steps, late)


def _withheld_faults(parts: Parts, record: BankEvidence, at: FaultAt) -> Iterator[Fault]:
    stated = {stance.question for stance in record.stances}
    for place, link in enumerate(record.withheld):
        if not parts.knows("questions.yaml", "questions", link.question):
            yield at(("withheld", place, "question"), "names no question: mend the id")
        elif link.question in stated:
            yield at(("withheld", place), "is also a stance of this record: keep it here only")


def _stance_misfits(question: QuestionFormat, stance: StanceFormat) -> Iterator[tuple[Steps, str]]:
    """What the stance says that a question of this type has not."""
    on_dates = (
        question.type == "date"
        or question.event
        or (question.derived_from is not None and question.derived_from.by is not None)
    )
    if stance.window is not None and not on_dates:
        yield ("window",), "is for events and dates: give a direction and strength instead"
    elif stance.window is not None and stance.direction not in ("yes", "no"):
        yield ("direction",), "must be 'yes' or 'no' beside a window"
    elif stance.direction is None:
        if question.type != "numeric":
            message = "measures a number; this question has none: give a direction and strength"
            yield ("measured" if stance.measured else "bound",), message
    elif stance.window is None and stance.direction not in _DIRECTIONS[question.type]:
        allowed = " or ".join(f"'{one}'" for one in _DIRECTIONS[question.type])
        yield ("direction",), f"must be {allowed} for a question of type {question.type}"
    known = {choice.id for choice in question.choices}
    if stance.choice is not None and known and stance.choice not in known:
        yield ("choice",), f"must be one of {', '.join(sorted(known))}"


def _untimely(
    parts: Parts, question: QuestionFormat, record: BankEvidence, resolved_at: date | None
) -> str | None:
    """Why the record's day is too late or too early for a stance on the question, if it is."""
    day = last_second(record.published).date()
    if resolved_at is not None and day >= resolved_at:
        return (
            f"enters at the end of {day}, but the outcome was fixed on {resolved_at}: "
            "move it to `withheld`"
        )
    if day > question.closes:
        return f"enters at the end of {day}, after the close on {question.closes}: withhold it"
    source = question
    if question.derived_from is not None:
        source = parts.question(question.derived_from.question) or question
    if source.prior is not None and day < source.prior.as_of:
        return (
            f"enters at the end of {day} and is already in the prior, as of "
            f"{source.prior.as_of}: leave the stance out, or set `as_of` earlier"
        )
    return None

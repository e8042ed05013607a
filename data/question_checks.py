"""What must hold of a proposed question: all that a bank asks, and that it can open now."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, select

from data.bank_checks import question_faults
from data.bank_faults import Sheet, Steps
from data.bank_parts import Parts
from data.facts import newest_resolutions, read_questions
from data.formats.banks import BankFormat
from data.formats.questions import QuestionFormat
from data.tables import BANKS, WORLDS
from forecasts.errors import Malformed, UnknownWorld

#: Nobody who forecasts now sees the end of a question that stays open for longer.
MOST_YEARS = 100
#: Options of a choice at most: each costs a column of every table of its curve.
MOST_CHOICES = 50
#: Numbers of a range at most, and at least on a log scale; beyond, cells cannot be told apart.
LARGEST, SMALLEST = 1e15, 1e-15
#: Faults that are told at most.
_MOST_FAULTS = 10


class QuestionDoesNotFit(Malformed):
    """A question that is proposed breaks a rule of questions."""

    message = "This question cannot be opened as it is: {faults}."


def require_sound(
    connection: Connection, world: str, question: QuestionFormat, now: datetime
) -> None:
    """Refuse a question that a bank could not hold, or that cannot open now.

    Raises:
        UnknownWorld: there is none of this id.
        QuestionDoesNotFit: it has faults; the message lists them.
    """
    parts = _parts(connection, world)
    found = [*question_faults(parts, question), *_new_faults(question, now)]
    found += _parent_faults(connection, parts, question)
    if found:
        told = [f"{_path(steps)} {message}" for steps, message in found[:_MOST_FAULTS]]
        raise QuestionDoesNotFit(faults="; ".join(told))


def _parts(connection: Connection, world: str) -> Parts:
    """Give what is known of a world as the parts of a bank."""
    query = select(BANKS.c.body).join(WORLDS, WORLDS.c.seq == BANKS.c.seq)
    body = connection.execute(query.where(WORLDS.c.id == world)).scalar()
    if body is None:
        raise UnknownWorld
    content = json.loads(body)
    written = [q for at, q in read_questions(connection).values() if at == world]
    names: list[Any] = [{"id": question.id} for question in written]
    sheets = {
        "claims.yaml": Sheet("claims.yaml", {"claims": content["claims"]}),
        "questions.yaml": Sheet("questions.yaml", {"questions": names}),
    }
    bank = BankFormat.model_validate(content["bank"])
    return Parts(sheets, bank=bank, questions=dict(enumerate(written)))


def _new_faults(question: QuestionFormat, now: datetime) -> Iterator[tuple[Steps, str]]:
    """Faults of what comes new, and not from a bank."""
    today = now.astimezone(UTC).date()
    if question.opens < today:
        yield ("opens",), f"must be {today} or later"
    last = _years_later(today)
    for name in ("closes", "resolves"):
        if getattr(question, name) > last:
            yield (name,), f"must be {last} or earlier"
    if question.prior is not None and question.prior.as_of > today:
        yield ("prior", "as_of"), f"must be {today} or earlier"
    for name in ("hindsight_note", "added"):
        if getattr(question, name) is not None:
            yield (name,), "is for banks: leave it out"
    if len(question.choices) > MOST_CHOICES:
        yield ("choices",), f"are more than {MOST_CHOICES}: put some together"
    yield from _range_faults(question)


def _range_faults(question: QuestionFormat) -> Iterator[tuple[Steps, str]]:
    """Faults of ranges whose cells a computer cannot tell apart."""
    axis = question.range
    if axis is None:
        return
    largest = max(abs(axis.min), abs(axis.max))
    if largest > LARGEST or (axis.scale == "log" and axis.min < SMALLEST):
        yield ("range",), f"must lie within {LARGEST:g}, and a log scale above {SMALLEST:g}"
    elif axis.max - axis.min < 1e-9 * largest:
        yield ("range",), "is too narrow: give another unit, or a wider range"


def _parent_faults(
    connection: Connection, parts: Parts, question: QuestionFormat
) -> Iterator[tuple[Steps, str]]:
    """Faults of a derived question against the one whose curve it reads."""
    derived = question.derived_from
    parent = parts.question(derived.question) if derived else None
    if parent is None:
        return
    if not parent.opens <= question.opens < parent.closes:
        message = f"must lie between {parent.opens} and {parent.closes}, when its parent is open"
        yield ("opens",), message
    if parent.id in newest_resolutions(connection):
        yield ("derived_from", "question"), "has an outcome already: ask about an open question"


def _years_later(today: date) -> date:
    """The last day on which a question may close."""
    return date(today.year + MOST_YEARS, 12, 31)


def _path(steps: Steps) -> str:
    """Steps as people write them, in backticks."""
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return f"`{''.join(parts).removeprefix('.')}`"

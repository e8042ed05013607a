"""The deeds on proposals: propose a question, open it, decline it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from api.workflows.unfolding import unfold
from data.decoding import decode_question
from data.events import find_question
from data.facts import as_body, save_question
from data.formats.proposals import OpeningFormat, ProposalFormat, ProposedFormat
from data.formats.questions import QuestionFormat
from data.ledger import Entry
from data.proposals import decide_proposal, read_proposal, save_proposal
from data.question_checks import require_sound
from data.tables import PROPOSALS, QUESTIONS
from data.writer import Transaction
from forecasts.refusals import AlreadyDecided, NameTaken
from forecasts.times import instant_of, moment_of


def propose_question(
    transaction: Transaction, written: ProposalFormat, author: str, now: datetime
) -> str:
    """Take a proposal into the ledger; nothing is forecast before an admin opens it.

    Raises:
        UnknownWorld, QuestionDoesNotFit, ImpossiblePrior, NameTaken: see there.
    """
    _require_possible(transaction, written.world, written.question, now)
    waiting = select(PROPOSALS.c.body).where(PROPOSALS.c.decision.is_(None))
    for body in transaction.connection.execute(waiting).scalars():
        if ProposedFormat.model_validate_json(body).question.id == written.question.id:
            raise NameTaken(kind="proposed question")
    name = f"pr-{transaction.head.entries + 1}"
    entry = transaction.append("proposal", {"id": name, "author": author, **as_body(written)}, now)
    save_proposal(transaction.connection, entry, instant_of(now))
    return name


def open_proposal(
    transaction: Transaction, proposal: str, opening: OpeningFormat, admin: str, now: datetime
) -> Entry:
    """Open a proposed question, as it stands or mended: it gets its forecast at its time.

    Raises:
        UnknownProposal, AlreadyDecided, QuestionDoesNotFit, ImpossiblePrior, NameTaken: see there.
    """
    row, at = _undecided(transaction, proposal), instant_of(now)
    question = opening.question or ProposedFormat.model_validate_json(row.body).question
    _require_possible(transaction, row.world, question, now)
    body: dict[str, Any] = {"world": row.world, "version": 1, "deadlines": []}
    body |= {"question": as_body(question), "proposal": proposal, "author": row.author}
    entry = transaction.append("question", body | {"admin": admin} | _reason(opening), now)
    save_question(transaction.connection, entry, at, row.author)
    decide_proposal(transaction.connection, proposal, "opened", entry, at)
    unfold(transaction, entry)
    return entry


def decline_proposal(
    transaction: Transaction, proposal: str, reason: str, admin: str, now: datetime
) -> Entry:
    """Decline a proposal, and say why.

    Raises:
        UnknownProposal, AlreadyDecided: see there.
    """
    _undecided(transaction, proposal)
    body = {"proposal": proposal, "decision": "declined", "actor": admin, "reason": reason}
    entry = transaction.append("ruling", body, now)
    decide_proposal(transaction.connection, proposal, "declined", entry, instant_of(now))
    return entry


def _undecided(transaction: Transaction, proposal: str) -> Row[Any]:
    """Read a proposal on which nobody has decided."""
    row = read_proposal(transaction.connection, proposal)
    if row.decision is not None:
        raise AlreadyDecided(kind="proposal", at=f"{moment_of(row.decided_at):%Y-%m-%d %H:%M} UTC")
    return row


def _require_possible(
    transaction: Transaction, world: str, question: QuestionFormat, now: datetime
) -> None:
    """Refuse a question that breaks a rule, or whose prior cannot be met."""
    require_sound(transaction.connection, world, question, now)
    taken = select(QUESTIONS.c.id).where(QUESTIONS.c.id == question.id)
    if transaction.connection.execute(taken).first() is not None:
        raise NameTaken(kind="question")
    derived = question.derived_from
    parent = find_question(transaction.timelines, derived.question)[2] if derived else None
    decode_question(question, transaction.timelines[world].world.drivers, parent=parent)


def _reason(opening: OpeningFormat) -> dict[str, str]:
    """Give the admin's reason, if there is one."""
    return {"reason": opening.reason} if opening.reason else {}

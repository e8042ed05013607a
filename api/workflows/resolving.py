"""The deed of resolving a question: say what happened, or say it anew with a reason."""

from datetime import datetime

from api.workflows.unfolding import unfold
from data.decoding import decode_resolution
from data.events import find_question
from data.facts import as_body, newest_resolutions, save_resolution
from data.formats.resolutions import ResolutionFormat
from data.ledger import Entry
from data.writer import Transaction
from forecasts.questions import Question
from forecasts.refusals import AlreadyResolved, ResolvedOutOfTime
from forecasts.resolutions import possible_cells
from forecasts.times import day_of, has_begun, instant_of, start_of_day


def resolve_question(
    transaction: Transaction, written: ResolutionFormat, resolver: str, now: datetime
) -> Entry:
    """Take an outcome into the ledger; it ends the question's history and informs its world.

    Raises:
        UnknownQuestion, OutcomeDoesNotFit, ResolvedOutOfTime: see there.
        AlreadyResolved: there is an outcome, and no reason is given to supersede it.
    """
    _, question, curve = find_question(transaction.timelines, written.question)
    resolution = decode_resolution(written, question)
    possible_cells(question, curve, resolution)
    _require_timely(written, question, now)
    standing = newest_resolutions(transaction.connection).get(question.id)
    if standing is not None and written.supersedes_reason is None:
        raise AlreadyResolved(question=question.id, at=standing.resolved_at)
    body = {"resolver": resolver, "resolution": as_body(written)}
    entry = transaction.append("resolution", body, now)
    save_resolution(transaction.connection, entry, instant_of(now))
    unfold(transaction, entry)
    return entry


def _require_timely(written: ResolutionFormat, question: Question, now: datetime) -> None:
    """Refuse an outcome from before the opening, from the future, or a yes after the close."""
    first, last = question.opens, instant_of(now)
    if question.yes is not None and written.outcome is True:
        last = min(last, question.closes)
    days_have_begun = has_begun(written.known_by.isoformat(), now)
    if not (first <= start_of_day(written.resolved_at) <= last and days_have_begun):
        raise ResolvedOutOfTime(question=question.id, first=day_of(first), last=day_of(last))

"""The deed of resolving a question: say what happened, or say it anew with a reason."""

from datetime import datetime
from typing import Any

from api.conditions import entry_tag, require_match
from api.workflows.unfolding import unfold
from data.credit import newest_resolution_rows
from data.decoding import decode_resolution
from data.events import find_question
from data.facts import as_body, save_resolution
from data.formats.resolutions import ResolutionFormat
from data.ledger import Entry
from data.stakes import family_of, stake_of, standing_sign_off
from data.writer import Transaction
from forecasts.questions import Question
from forecasts.refusals import AlreadyResolved, ConflictOfInterest, ResolvedOutOfTime
from forecasts.resolutions import possible_cells
from forecasts.times import day_of, has_begun, instant_of, start_of_day


def resolve_question(
    transaction: Transaction,
    written: ResolutionFormat,
    resolver: str,
    now: datetime,
    if_match: str | None = None,
) -> Entry:
    """Take an outcome into the ledger; it ends the question's history and informs its world.

    Args:
        if_match: tag of the outcome that its resolver has seen, as `api.conditions` writes it.

    Raises:
        UnknownQuestion, OutcomeDoesNotFit, ResolvedOutOfTime, SomethingNewer: see there.
        ConflictOfInterest: its resolver holds something on it, and nobody signed that off.
        AlreadyResolved: there is an outcome, and no reason is given to supersede it.
    """
    _, question, curve = find_question(transaction.timelines, written.question)
    resolution = decode_resolution(written, question)
    possible_cells(question, curve, resolution)
    _require_timely(written, question, now)
    _require_seen(transaction, written, if_match)
    signed_off = _require_no_stake(transaction, question.id, resolver)
    body: dict[str, Any] = {"resolver": resolver, "resolution": as_body(written)}
    if signed_off is not None:
        body["signed_off"] = signed_off
    entry = transaction.append("resolution", body, now)
    save_resolution(transaction.connection, entry, instant_of(now))
    unfold(transaction, entry)
    return entry


def _require_seen(
    transaction: Transaction, written: ResolutionFormat, if_match: str | None
) -> None:
    """Refuse a second outcome that gives no reason, or that supersedes another than was seen."""
    row = newest_resolution_rows(transaction.connection).get(written.question)
    require_match(if_match, '"none"' if row is None else entry_tag(row.seq))
    if row is not None and written.supersedes_reason is None:
        raise AlreadyResolved(question=written.question, at=day_of(row.resolved_at))


def _require_no_stake(transaction: Transaction, question: str, resolver: str) -> int | None:
    """Refuse a resolver who holds something; gives the entry that signed it off, if it had to."""
    family = family_of(transaction.timelines, question)
    stake = stake_of(transaction.connection, resolver, family)
    if not stake.newest:
        return None
    signed_off = standing_sign_off(transaction.connection, question, resolver, stake)
    if signed_off is None:
        raise ConflictOfInterest(
            question=question, forecasts=stake.forecasts, records=stake.records
        )
    return signed_off


def _require_timely(written: ResolutionFormat, question: Question, now: datetime) -> None:
    """Refuse an outcome from before the opening, from the future, or a yes after the close."""
    first, last = question.opens, instant_of(now)
    if question.yes is not None and written.outcome is True:
        last = min(last, question.closes)
    days_have_begun = has_begun(written.known_by.isoformat(), now)
    if not (first <= start_of_day(written.resolved_at) <= last and days_have_begun):
        raise ResolvedOutOfTime(question=question.id, first=day_of(first), last=day_of(last))

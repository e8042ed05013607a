"""The deed of amending a question: new words in a new version; what is forecast stays the same."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from api.conditions import require_match
from data.facts import as_body, newest_resolutions
from data.formats.proposals import AmendmentFormat
from data.formats.questions import QuestionFormat
from data.ledger import Entry, canonical_json
from data.proposals import read_versions, save_version
from data.tables import QUESTIONS
from data.writer import Transaction
from forecasts.errors import UnknownQuestion
from forecasts.refusals import (
    AlreadyResolved,
    HidingOnlyGrows,
    NothingAmended,
    NotYoursToAmend,
)
from forecasts.times import instant_of, moment_of


def version_tag(version: int) -> str:
    """Give the entity tag of a version of a question.

    >>> version_tag(2)
    '"v2"'
    """
    return f'"v{version}"'


def amend_question(
    transaction: Transaction,
    question: str,
    written: AmendmentFormat,
    actor: str,
    if_match: str | None,
    now: datetime,
    *,
    is_admin: bool,
) -> Entry:
    """Give a question new words, as a new version that supersedes the one its writer has seen.

    Raises:
        UnknownQuestion, MatchMissing, SomethingNewer, NotYoursToAmend, AlreadyResolved,
        HidingOnlyGrows, NothingAmended: see there.
    """
    row = _amendable(transaction, question, actor, now, is_admin=is_admin)
    require_match(if_match, version_tag(row.version), needed=True)
    before = QuestionFormat.model_validate_json(row.body)
    given = written.model_dump(exclude={"reason"}, exclude_unset=True, exclude_none=True)
    after = QuestionFormat.model_validate(before.model_dump() | given)
    if after == before:
        raise NothingAmended(current=version_tag(row.version))
    _require_longer_hiding(before, after, now)
    words = {k: v for k, v in as_body(after).items() if k in given}
    body = {"question": question, "version": row.version + 1, "actor": actor, "words": words}
    entry = transaction.append("amendment", body | {"reason": written.reason}, now)
    at = instant_of(now)
    save_version(transaction.connection, entry, after, canonical_json(as_body(after)), at)
    return entry


def _amendable(
    transaction: Transaction, question: str, actor: str, now: datetime, *, is_admin: bool
) -> Row[Any]:
    """Read the row of a question that this actor may amend now."""
    query = select(QUESTIONS).where(QUESTIONS.c.id == question)
    row = transaction.connection.execute(query).first()
    if row is None:
        raise UnknownQuestion
    proposer = read_versions(transaction.connection, question)[0].author
    if not is_admin and (actor != proposer or instant_of(now) >= row.opens):
        raise NotYoursToAmend(question=question, opens=f"{moment_of(row.opens):%Y-%m-%d}")
    outcome = newest_resolutions(transaction.connection).get(question)
    if outcome is not None:
        raise AlreadyResolved(question=question, at=outcome.resolved_at)
    return row


def _require_longer_hiding(before: QuestionFormat, after: QuestionFormat, now: datetime) -> None:
    """Refuse to show early what was promised to be hidden, and to hide it once it has shown.

    Raises:
        HidingOnlyGrows: either.
    """
    was, then = before.forecasts_hidden_until, after.forecasts_hidden_until
    sooner = was is not None and (then is None or then < was)
    again = then != was and ((was is not None and was <= now) or (then is None or then <= now))
    shown = before.forecasts_hidden_until_own and not after.forecasts_hidden_until_own
    if sooner or again or shown:
        raise HidingOnlyGrows

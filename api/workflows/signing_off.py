"""The deed of signing off a resolver who holds forecasts or evidence on the question."""

from datetime import datetime

from api.roles import OPERATOR_ID
from data.events import find_question
from data.keys import read_actor
from data.ledger import Entry
from data.stakes import save_sign_off
from data.writer import Transaction
from forecasts.refusals import SignedOffByHimself
from forecasts.times import instant_of


def sign_off(
    transaction: Transaction, question: str, resolver: str, admin: str, reason: str, now: datetime
) -> Entry:
    """Give a resolver leave to resolve one question, once; the ledger says who gave it and why.

    Raises:
        UnknownQuestion, UnknownActor: see there.
        SignedOffByHimself: nobody gives leave to himself.
    """
    find_question(transaction.timelines, question)
    if resolver == admin:
        raise SignedOffByHimself
    if resolver != OPERATOR_ID:
        read_actor(transaction.connection, resolver)
    body = {"question": question, "resolver": resolver, "admin": admin, "reason": reason}
    entry = transaction.append("sign_off", body, now)
    save_sign_off(transaction.connection, entry, instant_of(now))
    return entry

"""The deed of forgetting a person: the profile is erased, the ledger stays as it is."""

from datetime import datetime

from api.roles import OPERATOR_ID
from data.forgetting import forget_actor
from data.keys import UnknownActor
from data.tables import ACTORS
from data.writer import Transaction
from forecasts.refusals import AlreadyForgotten, NotYoursToErase
from forecasts.times import instant_of, moment_of


def forget(
    transaction: Transaction, person: str, actor: str, now: datetime, *, is_admin: bool
) -> None:
    """Erase a profile, for himself or as an admin; forecasts and records stay under the id.

    Raises:
        UnknownActor, NotYoursToErase, AlreadyForgotten: see there.
    """
    query = ACTORS.select().where(ACTORS.c.id == person)
    row = transaction.connection.execute(query).first()
    if row is None or person == OPERATOR_ID:
        raise UnknownActor
    if person != actor and not is_admin:
        raise NotYoursToErase
    if row.forgotten_at is not None:
        raise AlreadyForgotten(at=f"{moment_of(row.forgotten_at):%Y-%m-%d %H:%M} UTC")
    forget_actor(transaction.connection, person, instant_of(now))

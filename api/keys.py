"""API keys: made once, shown once, stored as a hash; narrowed, renewed, and ended."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from api.roles import ROLES, Actor, Role
from api.tokens import hash_secret, key_text, new_secret
from data.facts import save_actor
from data.keys import UnknownKey, change_key, change_role, read_actor, read_key, save_key
from data.writer import Transaction
from forecasts.errors import KizashiError, Refused
from forecasts.refusals import ExpiresInPast
from forecasts.times import instant_of, moment_of

#: A secret that was replaced works for at most so long.
LONGEST_GRACE_HOURS = 24


class BeyondYourOwn(KizashiError):
    """A key would do more than whoever asks for it."""

    message = (
        "A key can give no more than you have yourself: role {role}, scopes {scopes}, until "
        "{until}. Ask for less, or ask an admin."
    )


class RoleAboveHolder(Refused):
    """A key would do more than its holder may."""

    message = (
        "Its holder is {role}, so a key of role {wanted} would do no more. Ask for {role} or "
        "less, or have an admin raise the holder first: `kizashi key role`."
    )


class KeyEnded(Refused):
    """A key that is revoked or has expired cannot be changed."""

    message = "This key ended on {at}. Make a new one."


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """What a key is to be.

    Attributes:
        actor: its holder.
        scopes: what it is for; empty: all that the role may do.
        expires: when it ends; None: never.
    """

    actor: str
    role: Role
    scopes: tuple[str, ...] = ()
    label: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key with its text, which is shown once."""

    id: str
    text: str


def create_key(transaction: Transaction, name: str, role: Role, now: datetime) -> str:
    """Make a key for a new person; the text that is returned is shown once and kept nowhere."""
    actor = new_actor(transaction, name, "person", role, now)
    return make_key(transaction, KeyTerms(actor, role), now).text


def new_actor(transaction: Transaction, name: str, kind: str, role: Role, now: datetime) -> str:
    """Make somebody who may come in; gives the id."""
    actor = f"a-{secrets.token_hex(6)}"
    save_actor(transaction.connection, actor, name, kind, role, instant_of(now))
    return actor


def make_key(transaction: Transaction, terms: KeyTerms, now: datetime) -> MadeKey:
    """Make a key for somebody who is known.

    Raises:
        UnknownActor: nobody is.
        RoleAboveHolder, ExpiresInPast: see there.
    """
    highest = read_actor(transaction.connection, terms.actor).role or "reader"
    if ROLES.index(terms.role) > ROLES.index(highest):
        raise RoleAboveHolder(role=highest, wanted=terms.role)
    if terms.expires is not None and terms.expires <= now:
        raise ExpiresInPast(now=f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    key, secret = secrets.token_hex(4), new_secret()
    save_key(
        transaction.connection,
        id=key,
        actor=terms.actor,
        role=terms.role,
        secret_hash=hash_secret(secret),
        created_at=instant_of(now),
        label=terms.label,
        scopes=" ".join(sorted(terms.scopes)),
        expires_at=None if terms.expires is None else instant_of(terms.expires),
    )
    return MadeKey(key, key_text(key, secret))


def require_within(giver: Actor, terms: KeyTerms) -> None:
    """Refuse a key that could do more, or longer, than whoever asks for it.

    Raises:
        BeyondYourOwn: it would.
    """
    wide = bool(giver.scopes) and not (terms.scopes and giver.scopes.issuperset(terms.scopes))
    high = ROLES.index(terms.role) > ROLES.index(giver.role)
    ends = None if terms.expires is None else instant_of(terms.expires)
    long = giver.expires_at is not None and (ends is None or ends > giver.expires_at)
    if wide or high or (long and giver.key is not None):
        raise BeyondYourOwn(
            role=giver.role,
            scopes=", ".join(sorted(giver.scopes)) or "*",
            until="*" if giver.expires_at is None else f"{moment_of(giver.expires_at):%Y-%m-%d}",
        )


def rotate_key(
    transaction: Transaction, key: str, actor: Actor, grace_hours: float, now: datetime
) -> MadeKey:
    """Give a key a new secret; the old one works for the grace, then ends.

    Raises:
        UnknownKey, KeyEnded: see there.
    """
    row = _own_key(transaction, key, actor)
    at, secret = instant_of(now), new_secret()
    ended = row.revoked_at if row.revoked_at is not None else row.expires_at
    if ended is not None and ended <= at:
        raise KeyEnded(at=f"{moment_of(ended):%Y-%m-%d %H:%M} UTC")
    grace = timedelta(hours=min(grace_hours, LONGEST_GRACE_HOURS))
    change_key(
        transaction.connection,
        key,
        secret_hash=hash_secret(secret),
        previous_hash=row.secret_hash if grace else None,
        previous_until=instant_of(now + grace) if grace else None,
    )
    return MadeKey(key, key_text(key, secret))


def revoke_key(transaction: Transaction, key: str, actor: Actor, now: datetime) -> None:
    """End a key, at once; one that has ended stays as it is.

    Raises:
        UnknownKey: it is not one of the actor's, who is no admin.
    """
    if _own_key(transaction, key, actor).revoked_at is None:
        change_key(transaction.connection, key, revoked_at=instant_of(now))


def _own_key(transaction: Transaction, key: str, actor: Actor) -> Row[Any]:
    """Read a key that an actor may change; somebody else's is not told of."""
    row = read_key(transaction.connection, key)
    if row.actor != actor.id and actor.role != "admin":
        raise UnknownKey
    return row


def grant_role(transaction: Transaction, holder: str, role: Role) -> None:
    """Say what somebody may do at most; his keys do no more, and he signs in anew.

    Raises:
        UnknownActor: nobody has this id.
    """
    if read_actor(transaction.connection, holder).role != role:
        change_role(transaction.connection, holder, role)

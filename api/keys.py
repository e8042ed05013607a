"""API keys: made once, shown once, stored as a hash; and what each role may do."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection, insert, select

from data.access_tables import KEYS
from data.facts import save_actor
from data.writer import Transaction
from forecasts.errors import KizashiError
from forecasts.times import instant_of

Role = Literal["forecaster", "resolver", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
#: Bytes of a secret: 256 bits cannot be guessed, so a fast hash is enough to store it.
SECRET_BYTES = 32
_PREFIX = "kz"


class KeyMissing(KizashiError):
    """A change came without a key."""

    message = (
        "This needs a key: send `Authorization: Bearer KEY`. "
        "An operator makes one with `kizashi key create NAME --role forecaster`."
    )


class KeyRefused(KizashiError):
    """A key is not known."""

    message = "This key is not known here. Check that it was copied whole."


class RoleTooLow(KizashiError):
    """A key may not do this."""

    message = "This needs a key of role {needed}; yours is {role}."


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an id that the ledger may know, and a role."""

    id: str
    role: Role

    def require(self, needed: Role) -> None:
        """Refuse an actor whose role does not reach.

        Raises:
            RoleTooLow: a forecaster submits, a resolver also resolves, an admin may do all.
        """
        if ROLES.index(self.role) < ROLES.index(needed):
            raise RoleTooLow(needed=needed, role=self.role)


def create_key(transaction: Transaction, name: str, role: Role, now: datetime) -> str:
    """Make a key for a new actor; the text that is returned is shown once and kept nowhere."""
    actor, key, secret = f"a-{secrets.token_hex(6)}", secrets.token_hex(4), _new_secret()
    save_actor(transaction.connection, actor, name, "person")
    row = {"id": key, "actor": actor, "role": role, "secret_hash": _hash(secret)}
    transaction.connection.execute(insert(KEYS), {**row, "created_at": instant_of(now)})
    return f"{_PREFIX}_{key}_{secret}"


def find_actor(connection: Connection, presented: str | None) -> Actor:
    """Give the actor behind a key.

    Raises:
        KeyMissing, KeyRefused: see there.
    """
    if not presented:
        raise KeyMissing
    prefix, _, rest = presented.partition("_")
    key, _, secret = rest.partition("_")
    query = select(KEYS.c.actor, KEYS.c.role, KEYS.c.secret_hash).where(KEYS.c.id == key)
    row = connection.execute(query).first() if prefix == _PREFIX else None
    if row is None or not hmac.compare_digest(row.secret_hash, _hash(secret)):
        raise KeyRefused
    return Actor(row.actor, row.role)


def new_operator_token() -> str:
    """Make the token by which the command line on this machine acts through the server."""
    return f"{_PREFIX}op_{_new_secret()}"


def _new_secret() -> str:
    """Give fresh randomness that has no underscore in it."""
    return secrets.token_hex(SECRET_BYTES)


def _hash(secret: str) -> str:
    """Give the hash under which a secret is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()

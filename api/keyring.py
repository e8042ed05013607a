"""The keyring: who is behind a key or a session, known without asking the database each time."""

import hashlib
import hmac
from collections import OrderedDict
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from api.roles import Actor, lower_role
from api.tokens import hash_secret, split_key
from data.access_tables import KEYS, SESSIONS
from data.database import Database
from data.keys import keys_with_holders, note_use
from data.tables import ACTORS
from data.writer import Transaction, Writer, WriterBusy, WriterClosed
from forecasts.errors import KizashiError

#: Keys and sessions that are remembered; the one that was not used for longest goes first.
MOST_KNOWN = 4_096
#: A key's last use is written at most so often, in days: once a minute.
_USE_EVERY = 1 / 1_440


class KeyMissing(KizashiError):
    """A change came without a key."""

    message = (
        "This needs a key: send `Authorization: Bearer KEY`. "
        "An operator makes one with `kizashi key create NAME --role forecaster`."
    )


class KeyRefused(KizashiError):
    """A key is not known."""

    message = "This key is not known here. Check that it was copied whole."


class KeyExpired(KizashiError):
    """A key's time is over."""

    message = "This key has expired. Make a new one."


class KeyRevoked(KizashiError):
    """A key was taken back."""

    message = "This key was revoked. Make a new one."


@dataclass(slots=True)
class _Known:
    """Who came, until when, and the last use that was written."""

    actor: Actor
    until: float | None
    used_at: float


class Keyring:
    """Remembers who is behind a key, until anything about access changes.

    Secrets are looked up by their hash, so that neither time nor memory tells them.
    """

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._of = -1

    def find(self, presented: str | None, now: float) -> Actor:
        """Give the actor behind a key.

        Raises:
            KeyMissing, KeyRefused, KeyExpired, KeyRevoked: see there.
        """
        if not presented:
            raise KeyMissing
        if " " in presented:
            raise KeyRefused
        known = self._remembered(presented, now)
        if known is None:
            version = self._of
            known = self._remember(presented, self._read_key(presented, now), version)
        if now - known.used_at >= _USE_EVERY:
            self._note_use(known, now)
        return known.actor

    def find_session(self, cookie: str, now: float) -> Actor | None:
        """Give the actor whose browser is signed in; None where it is not."""
        name = f"session {cookie}"  # no key has a space in it
        known = self._remembered(name, now)
        if known is None:
            version = self._of
            read = self._read_session(cookie, now)
            if read is None:
                return None
            known = self._remember(name, read, version)
        return known.actor

    def recall(self, presented: str, now: float) -> Actor | None:
        """Give the actor behind a key that came lately; asks no database."""
        known = self._remembered(presented, now)
        return None if known is None else known.actor

    def _remembered(self, presented: str, now: float) -> _Known | None:
        """Look in the memory; it is emptied first if anything has changed."""
        version = self._writer.access_changes
        if version != self._of:
            self._known.clear()
            self._of = version
        name = _name_of(presented)
        known = self._known.get(name)
        if known is None:
            return None
        if known.until is not None and known.until <= now:
            self._known.pop(name, None)
            return None
        self._known.move_to_end(name)
        return known

    def _remember(self, presented: str, known: _Known, version: int) -> _Known:
        """Keep what was read, unless something has changed since the reading began."""
        if version == self._writer.access_changes:
            self._known[_name_of(presented)] = known
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        return known

    def _read_key(self, presented: str, now: float) -> _Known:
        """Look a key up in the database."""
        parts = split_key(presented)
        if parts is None:
            raise KeyRefused
        with self._database.read() as connection:
            row = connection.execute(keys_with_holders().where(KEYS.c.id == parts[0])).first()
        if row is None:
            raise KeyRefused
        until = _end_of(row, hash_secret(parts[1]), now)
        role = lower_role(row.role, row.highest)
        scopes = frozenset(row.scopes.split())
        actor = Actor(row.actor, role, scopes, row.id, row.expires_at)
        return _Known(actor, until, row.last_used_at or 0.0)

    def _read_session(self, cookie: str, now: float) -> _Known | None:
        """Look a session up in the database."""
        query = (
            select(SESSIONS, ACTORS.c.role.label("highest"))
            .join(ACTORS, ACTORS.c.id == SESSIONS.c.actor)
            .where(SESSIONS.c.token_hash == hash_secret(cookie), SESSIONS.c.expires_at > now)
            .where(ACTORS.c.forgotten_at.is_(None), ACTORS.c.role.is_not(None))
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        role = lower_role(row.role, row.highest)
        actor = Actor(row.actor, role, expires_at=row.expires_at)
        return _Known(actor, row.expires_at, now)

    def _note_use(self, known: _Known, now: float) -> None:
        """Have the use of a key written; where the writer is busy, the next use will be."""
        known.used_at = now
        key = known.actor.key
        assert key is not None

        def change(transaction: Transaction) -> None:
            note_use(transaction.connection, key, now)

        with suppress(WriterBusy, WriterClosed):
            Context().run(self._writer.submit, change)  # no request asked for it


def _name_of(presented: str) -> bytes:
    """Give the name under which a key is remembered."""
    return hashlib.sha256(presented.encode(errors="replace")).digest()


def _end_of(row: Row[Any], secret_hash: str, now: float) -> float | None:
    """Give until when a secret opens its key; None: for ever.

    Raises:
        KeyRefused, KeyExpired, KeyRevoked: it does not; only who has the secret learns why.
    """
    is_present = hmac.compare_digest(row.secret_hash, secret_hash)
    is_previous = hmac.compare_digest(row.previous_hash or "", secret_hash)
    if not (is_present or is_previous) or row.forgotten_at is not None or row.highest is None:
        raise KeyRefused
    if row.revoked_at is not None:
        raise KeyRevoked
    ends = [row.expires_at, None if is_present else row.previous_until]
    until = min((end for end in ends if end is not None), default=None)
    if until is not None and until <= now:
        raise KeyExpired
    return until

"""The deeds of signing in: make a link, use it once, open a session, end it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from api.keys import new_actor
from api.sessions import SESSION_DAYS
from api.tokens import hash_secret, new_secret
from data.keys import UnknownActor, read_actor
from data.sign_in import (
    change_contact,
    end_session,
    end_sessions,
    find_by_github,
    find_people,
    save_link,
    save_session,
    use_link,
)
from data.writer import Transaction
from forecasts.errors import Refused, Unknown
from forecasts.times import instant_of

#: A link can be used for so long.
LINK_MINUTES = 15


class SeveralOfThatName(Refused):
    """A name is not enough to tell who is meant."""

    message = "{count} people or bots have this name. Give an id instead: {ids}."


class LinkUsedUp(Unknown):
    """A link signs nobody in."""

    message = (
        "This link was used, is older than {minutes} minutes, or was never made. "
        "Ask for a new one: `kizashi sign-in NAME`."
    )


class NotInvited(Refused):
    """Nobody here has this GitHub account."""

    message = (
        "Nobody here is known by this GitHub account. Ask an operator to let you in: "
        "`kizashi contact ID --github LOGIN`."
    )


class GithubTaken(Refused):
    """A GitHub account is somebody else's already."""

    message = "Somebody is known by this GitHub login already. Check the spelling."


@dataclass(frozen=True, slots=True)
class Link:
    """A link that signs somebody in, once.

    Attributes:
        token: what it proves itself by; stored nowhere.
        email: address of whom it signs in, if known.
    """

    token: str
    email: str | None
    expires: datetime


@dataclass(frozen=True, slots=True)
class GithubUser:
    """Whom GitHub says somebody is; the number stays, the login can be given to another."""

    number: int
    login: str


def make_link(transaction: Transaction, wanted: str, now: datetime) -> Link:
    """Make a link that signs somebody in, by id or name.

    Raises:
        UnknownActor: nobody who may come in has it.
        SeveralOfThatName: more than one have.
    """
    found = find_people(transaction.connection, wanted)
    if not found:
        raise UnknownActor
    if len(found) > 1:
        raise SeveralOfThatName(count=len(found), ids=", ".join(row.id for row in found[:10]))
    token, expires = new_secret(), now + timedelta(minutes=LINK_MINUTES)
    save_link(transaction.connection, hash_secret(token), found[0], instant_of(expires))
    return Link(token, found[0].email, expires)


def sign_in_by_link(transaction: Transaction, token: str, now: datetime) -> str:
    """Use a link up and open a session; gives what the browser keeps.

    Raises:
        LinkUsedUp: it signs nobody in.
    """
    who = use_link(transaction.connection, hash_secret(token), instant_of(now))
    if who is None:
        raise LinkUsedUp(minutes=LINK_MINUTES)
    return _open_session(transaction, who, now)


def sign_in_by_github(
    transaction: Transaction, user: GithubUser, now: datetime, *, is_open: bool
) -> str:
    """Open a session for whom GitHub says somebody is; gives what the browser keeps.

    Args:
        is_open: who is not known yet becomes a forecaster.

    Raises:
        NotInvited: he is not known, and that is needed.
    """
    number, login = f"id:{user.number}", user.login.lower()
    who = find_by_github(transaction.connection, (number, login))
    if who is None and not is_open:
        raise NotInvited
    actor = who.id if who else new_actor(transaction, user.login, "person", "forecaster", now)
    change_contact(transaction.connection, actor, github=number)  # a login may change hands
    return _open_session(transaction, read_actor(transaction.connection, actor), now)


def sign_out(transaction: Transaction, session: str) -> None:
    """End a session."""
    end_session(transaction.connection, hash_secret(session))


def sign_out_everywhere(transaction: Transaction, actor: str) -> None:
    """End all sessions of somebody, and the links that would open another."""
    end_sessions(transaction.connection, actor)


def note_contact(
    transaction: Transaction, actor: str, email: str | None, github: str | None
) -> None:
    """Keep where somebody can be mailed, and by which GitHub login he comes.

    Raises:
        UnknownActor: nobody has this id.
        GithubTaken: somebody else comes by this login.
    """
    read_actor(transaction.connection, actor)
    login = github.lower() if github else None
    if login and find_by_github(transaction.connection, (login,)) is not None:
        raise GithubTaken
    given = {"email": email, "github": login}
    change_contact(transaction.connection, actor, **{k: v for k, v in given.items() if v})


def _open_session(transaction: Transaction, who: Row[Any], now: datetime) -> str:
    """Open a session."""
    text, until = new_secret(), now + timedelta(days=SESSION_DAYS)
    save_session(transaction.connection, hash_secret(text), who, instant_of(now), instant_of(until))
    return text

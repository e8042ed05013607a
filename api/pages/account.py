"""The page of one's own account: record, nudges, drafts, keys, address, profile."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from api.instance import Instance
from api.key_answers import KeyAnswer, key_answer
from api.nudge_answers import nudge_of
from api.pages.credit_lines import CreditSum, credit_sum
from api.pages.forecaster import ForecasterFacts, record_in_words
from api.pages.standing_forecasts import StandingLine, standing_lines
from api.pages.wording import Wording, wording
from api.roles import Actor
from data.drafts import count_drafts, read_drafts
from data.facts import read_questions
from data.keys import read_actor, read_keys
from data.nudges import standing_with_news
from forecasts.times import moment_of

_MOST_KEYS, _MOST_NUDGES, _MOST_DRAFTS = 200, 200, 50


@dataclass(frozen=True, slots=True)
class NudgeLine:
    """A forecast of one's own that is worth a look, and why."""

    question: str
    title: Wording
    words: str


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft, and where it is gone on with."""

    id: str
    kind: str
    question: str
    title: Wording
    at: datetime
    address: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Who is signed in, with all that is his own.

    Attributes:
        made: a key that was just made, shown this once.
        wrong: what is wrong with what was just sent; "" for nothing.
        zone: the time zone that was chosen; "" where the browser tells it.
    """

    name: str
    about: str
    email: str
    actor: str
    role: str
    sentences: tuple[str, ...]
    standing: tuple[StandingLine, ...]
    nudges: tuple[NudgeLine, ...]
    credit: CreditSum | None
    is_waiting: bool
    drafts: int
    keys: tuple[KeyAnswer, ...]
    zone: str = ""
    made: str | None = None
    wrong: str = ""

    def told(self, **said: str) -> "AccountPage":
        """Give the page with something said on it."""
        return replace(self, **said)  # type: ignore[arg-type]  # texts only


@dataclass(frozen=True, slots=True)
class DraftsPage:
    """One's own drafts."""

    drafts: tuple[DraftLine, ...]


def account_page(
    instance: Instance, actor: Actor, facts: ForecasterFacts, language: str, zone: str
) -> AccountPage:
    """Gather what is somebody's own."""
    now = instance.clock_instant()
    with instance.database.read() as connection:
        row = read_actor(connection, actor.id)
        keys = read_keys(connection, actor.id, None, _MOST_KEYS)
        has_evidence = facts.answer.evidence > 0
        return AccountPage(
            name=row.name,
            about=row.about or "",
            email=row.email or "",
            actor=actor.id,
            role=actor.role,
            sentences=record_in_words(facts, language),
            standing=standing_lines(connection, actor.id, actor.id, now, language),
            nudges=_nudges(connection, actor.id, now, language),
            credit=credit_sum(connection, facts.credits, "submitter", actor.id, language)
            if has_evidence and facts.credits is not None
            else None,
            is_waiting=has_evidence and facts.credits is None,
            drafts=count_drafts(connection, actor.id),
            keys=tuple(key_answer(key) for key in keys),
            zone=zone,
        )


def drafts_page(instance: Instance, actor: Actor, language: str) -> DraftsPage:
    """List somebody's drafts, the one changed last first."""
    with instance.database.read() as connection:
        rows = read_drafts(connection, actor.id, None, _MOST_DRAFTS)
        asked = read_questions(connection, [row.question for row in rows])
    return DraftsPage(
        tuple(
            DraftLine(
                id=row.id,
                kind=row.kind,
                question=row.question,
                title=wording(asked[row.question][1].title, language),
                at=moment_of(row.changed_at),
                address=draft_address(row.id, row.kind, row.question),
            )
            for row in rows
        )
    )


def draft_address(draft: str, kind: str, question: str) -> str:
    """Give where a draft is gone on with: the form that it was begun in."""
    place = "submit" if kind == "evidence" else "own-forecast"
    return f"/questions/{question}?draft={draft}#{place}"


def _nudges(connection: Connection, actor: str, now: float, language: str) -> tuple[NudgeLine, ...]:
    """Give forecasts that have gone stale, and why."""
    found = [
        nudge_of(row, now, language)
        for row in standing_with_news(connection, actor, now, None, _MOST_NUDGES)
    ]
    stale = [nudge for nudge in found if nudge.reasons]
    asked = read_questions(connection, [nudge.question for nudge in stale])
    return tuple(
        NudgeLine(nudge.question, wording(asked[nudge.question][1].title, language), nudge.words)
        for nudge in stale
    )

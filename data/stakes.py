"""Stakes: what a resolver holds on a question, and who signed it off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from data.events import Timelines, find_question
from data.ledger import Entry
from data.tables import EVIDENCE, FORECASTS, RESOLUTIONS, SIGN_OFFS, STANCES


@dataclass(frozen=True, slots=True)
class Stake:
    """What somebody has ever said of a question: withdrawn and retracted count too.

    Attributes:
        newest: entry of the ledger; 0 where there is nothing.
    """

    forecasts: int
    records: int
    newest: int


def family_of(timelines: Timelines, question: str) -> tuple[str, ...]:
    """Give the questions that read the same curve: what one comes to, tells on the others.

    Raises:
        UnknownQuestion: no world has it.
    """
    world, _, curve = find_question(timelines, question)
    timeline = timelines[world]
    asked = [*timeline.world.questions.values()]
    asked += [waiting.question for waiting in timeline.registered.values()]
    return tuple(sorted({other.id for other in asked if other.curve == curve.id} | {question}))


def stake_of(connection: Connection, actor: str, questions: Sequence[str]) -> Stake:
    """Count what somebody has said of some questions."""
    said = select(func.count(), func.max(FORECASTS.c.seq)).where(
        FORECASTS.c.forecaster == actor, FORECASTS.c.question.in_(questions)
    )
    bears = select(STANCES.c.evidence).where(STANCES.c.question.in_(questions))
    sent = select(func.count(), func.max(EVIDENCE.c.seq)).where(
        EVIDENCE.c.submitter == actor, EVIDENCE.c.id.in_(bears)
    )
    (forecasts, last_said), (records, last_sent) = (
        connection.execute(query).one() for query in (said, sent)
    )
    return Stake(forecasts, records, max(last_said or 0, last_sent or 0))


def standing_sign_off(
    connection: Connection, question: str, resolver: str, stake: Stake
) -> int | None:
    """Find the sign-off that lets a resolver through, by its entry; each does so once.

    It is newer than all that he holds, and than the outcome that is to be superseded.
    """
    resolved = select(func.max(RESOLUTIONS.c.seq)).where(RESOLUTIONS.c.question == question)
    since = max(stake.newest, connection.execute(resolved).scalar() or 0)
    query = sign_offs_of(question).where(SIGN_OFFS.c.resolver == resolver, SIGN_OFFS.c.seq > since)
    row = connection.execute(query).first()
    return None if row is None else int(row.seq)


def sign_offs_of(question: str) -> Select[Any]:
    """Give the query for the sign-offs of a question, newest first."""
    return (
        select(SIGN_OFFS).where(SIGN_OFFS.c.question == question).order_by(SIGN_OFFS.c.seq.desc())
    )


def save_sign_off(connection: Connection, entry: Entry, at: float) -> None:
    """Keep what an entry signs off."""
    row = {"seq": entry.seq, "recorded_at": at, **entry.content}
    connection.execute(insert(SIGN_OFFS), row)


def read_sign_off(connection: Connection, entry: int) -> Row[Any]:
    """Read the sign-off of an entry."""
    return connection.execute(select(SIGN_OFFS).where(SIGN_OFFS.c.seq == entry)).one()

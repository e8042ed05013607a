"""Hiding: which questions do not show what others forecast, from whom, and until when."""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
)

from data.ledger import Entry
from data.prepared import Prepared
from data.tables import FORECASTS, QUESTIONS, RESOLUTIONS
from forecasts.errors import KizashiError
from forecasts.times import moment_of


class ForecastHidden(KizashiError):
    """What others forecast is not shown yet."""

    message = (
        "{question} hides what others forecast until {until}, or until it is resolved. "
        "Come back then; your own forecasts show with your key."
    )


class ForecastHiddenUntilOwn(ForecastHidden):
    """What others forecast is not shown to who has not forecast."""

    message = (
        "{question} shows what others forecast to who has forecast it. Submit a forecast, and send "
        "your key when you read; or come back when it has closed ({until}) or is resolved."
    )


def hidden_questions(connection: Connection, actor: str | None, now: float) -> set[str]:
    """Give the questions on which a reader may not see what others forecast now.

    His own forecasts always show. The role does not matter: an admin may forecast as well. A
    question that closed or has an outcome hides nothing more.

    Args:
        actor: who reads; None for a stranger.
        now: the real present, also where a past moment is asked for with `as_of`.
    """
    return set(connection.execute(_hiding(actor, now)).scalars())


def shown_forecasts(actor: str | None, now: float) -> ColumnElement[bool]:
    """Give the condition that a reader may see a row of `forecast` now."""
    shown = FORECASTS.c.question.not_in(_hiding(actor, now))
    return shown if actor is None else or_(FORECASTS.c.forecaster == actor, shown)


def require_shown(
    connection: Connection, question: str, forecaster: str, actor: str | None, now: float
) -> None:
    """Refuse to show what somebody forecast on a question that hides it from the reader.

    Raises:
        ForecastHidden: it does so now.
    """
    if forecaster == actor:
        return
    query = _hiding(actor, now, QUESTIONS.c.closes, QUESTIONS.c.hidden_until)
    row = connection.execute(query.where(QUESTIONS.c.id == question)).first()
    if row is None:
        return
    timed = row.hidden_until is not None and row.hidden_until > now
    until = moment_of(min(row.hidden_until, row.closes) if timed else row.closes)
    kind = ForecastHidden if timed else ForecastHiddenUntilOwn
    raise kind(question=question, until=f"{until:%Y-%m-%d %H:%M} UTC")


def hides(connection: Connection, question: str, now: float) -> bool:
    """Tell whether a question hides what others forecast from anybody now."""
    return _HIDES.first(connection, {"question": question, "now": now}) is not None


def is_withheld(entry: Entry, hidden: set[str], actor: str | None) -> bool:
    """Tell whether the body of an entry of the ledger is kept from a reader for now.

    Args:
        hidden: what `hidden_questions` gave for him.
    """
    if entry.kind != "forecast" or not hidden:
        return False
    content = entry.content
    return content["forecast"]["question"] in hidden and content["forecaster"] != actor


def _hiding(actor: str | None, now: float | BindParameter[float], *columns: Any) -> Select[Any]:
    """Select the questions that hide what others forecast from a reader."""
    from_all = and_(QUESTIONS.c.hidden_until.is_not(None), QUESTIONS.c.hidden_until > now)
    from_him = and_(QUESTIONS.c.hidden_until_own.is_not(None), QUESTIONS.c.hidden_until_own > now)
    if actor is not None:
        own = (FORECASTS.c.question == QUESTIONS.c.id) & (FORECASTS.c.forecaster == actor)
        from_him = and_(from_him, ~exists().where(own))
    ended = exists().where(RESOLUTIONS.c.question == QUESTIONS.c.id)
    return select(QUESTIONS.c.id, *columns).where(
        or_(from_all, from_him), QUESTIONS.c.closes > now, ~ended
    )


_HIDES = Prepared(_hiding(None, bindparam("now")).where(QUESTIONS.c.id == bindparam("question")))

"""Submissions: evidence and forecasts as routes and pages take them, durable or only tried."""

from sqlalchemy import Connection

from api.answers import EvidenceMoved, evidence_answer, movement_answer
from api.changes import Changing
from api.conditions import entry_tag, require_match
from api.forecast_answers import ForecastStored, stated_forecast
from api.roles import Actor
from api.workflows.forecasting import submit_forecast, withdraw_forecast
from api.workflows.recording import Recorded, record_evidence
from data.facts import read_evidence_row
from data.forecasts import read_forecast, standing_forecast
from data.formats.evidence import EvidenceFormat
from data.formats.forecasts import ForecastFormat
from data.standing import ALWAYS, movements
from data.writer import Transaction
from forecasts.times import instant_of


async def take_evidence(changing: Changing, record: EvidenceFormat, actor: Actor) -> EvidenceMoved:
    """Take a record: it moves every forecast of its worlds, and the answer says by how much."""
    now = changing.instance.clock()

    def change(transaction: Transaction) -> EvidenceMoved:
        recorded = record_evidence(transaction, record, actor.id, now)
        return moved_by(transaction.connection, recorded)

    return await changing.do(EvidenceMoved, actor.id, change)


async def take_forecast(
    changing: Changing, forecast: ForecastFormat, actor: Actor, if_match: str | None = None
) -> ForecastStored:
    """Take a forecast: it stands in the place of the actor's last one on the question.

    Args:
        if_match: the entity tag of that last one, if it must be just that.
    """
    now = changing.instance.clock()

    def change(transaction: Transaction) -> ForecastStored:
        if if_match is not None:
            at = instant_of(now)
            row = standing_forecast(transaction.connection, forecast.question, actor.id, at)
            require_match(if_match, entry_tag(row.seq) if row else '"none"')
        stored = submit_forecast(transaction, forecast, actor.id, now)
        answer = stated_forecast(stored.row, instant_of(now))
        return ForecastStored(forecast=answer, repeated=stored.repeated)

    return await changing.do(ForecastStored, actor.id, change)


async def take_withdrawal(changing: Changing, forecast: str, actor: Actor) -> ForecastStored:
    """Take a forecast back: from now on its forecaster says nothing on its question."""
    now, is_admin = changing.instance.clock(), actor.role == "admin"

    def change(transaction: Transaction) -> ForecastStored:
        withdraw_forecast(transaction, forecast, actor.id, is_admin=is_admin, now=now)
        row = read_forecast(transaction.connection, forecast)
        return ForecastStored(forecast=stated_forecast(row, instant_of(now)), repeated=False)

    return await changing.do(ForecastStored, actor.id, change)


def moved_by(
    connection: Connection, recorded: Recorded, cause: str = "evidence", at: float = ALWAYS
) -> EvidenceMoved:
    """Read a record with what it, or its retraction, moved by an instant.

    Raises:
        UnknownEvidence: there was none of this id by then.
    """
    row = read_evidence_row(connection, recorded.evidence, at)
    moved = movements(connection, cause, recorded.evidence, at)
    return EvidenceMoved(
        evidence=evidence_answer(row, at=at),
        repeated=recorded.repeated,
        movements=tuple(movement_answer(step) for step in moved),
    )

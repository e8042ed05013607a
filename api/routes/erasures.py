"""Forgetting a person: the profile is erased, the ledger stays."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from api.access import ActorDep, InstanceDep
from api.answers import Answer, iso
from api.changes import durable
from api.errors import problem_responses
from api.workflows.forgetting import forget
from data.writer import Transaction
from forecasts.times import instant_of

router = APIRouter(tags=["actors"])
ForecasterId = Annotated[str, Path(max_length=80, examples=["a-0a1b2c3d4e5f"])]


class Erased(Answer):
    """A person who was forgotten."""

    forecaster: str = Field(description="the id, which stays in the ledger")
    forgotten_at: str


@router.post(
    "/forecasters/{forecaster}/erasure",
    operation_id="forget_forecaster",
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_erasure(forecaster: ForecasterId, actor: ActorDep, instance: InstanceDep) -> Erased:
    """Erase somebody's profile, as himself or as an admin; it cannot be undone.

    Name, words about him, mail address and GitHub account go; keys, sessions, sign-in links and
    webhooks end. His forecasts and records stay under his id, and so does what he wrote in them.
    """
    now, is_admin = instance.clock(), actor.role == "admin"

    def change(transaction: Transaction) -> Erased:
        forget(transaction, forecaster, actor.id, now, is_admin=is_admin)
        return Erased(forecaster=forecaster, forgotten_at=iso(instant_of(now)))

    return await durable(instance, change)

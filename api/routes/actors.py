"""People and bots who may come in: what each may do."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request

from api.access import ActorDep, AdminDep, InstanceDep
from api.answers import iso
from api.changes import durable
from api.errors import problem_responses
from api.key_answers import Limit, MeAnswer, RoleAnswer, RoleWanted
from api.keys import grant_role
from api.quotas import WINDOW_SECONDS, spending_of
from data.keys import read_actor
from data.writer import Transaction

router = APIRouter()
ActorId = Annotated[str, Path(max_length=80, examples=["a-0a1b2c3d4e5f"])]


@router.get("/me", operation_id="get_me", tags=["me"], responses=problem_responses(401))
async def get_me(actor: ActorDep, request: Request, instance: InstanceDep) -> MeAnswer:
    """Get who you are: your id, and what this key may do."""
    name, kind = "operator", "operator"
    if actor.key is not None or actor.expires_at is not None:
        with instance.database.read() as connection:
            row = read_actor(connection, actor.id)
        name, kind = row.name, row.kind
    return MeAnswer(
        actor=actor.id,
        name=name,
        kind=kind,
        role=actor.role,
        scopes=tuple(sorted(actor.scopes)),
        key=actor.key,
        expires_at=None if actor.expires_at is None else iso(actor.expires_at),
        limits=_limit(request),
    )


@router.post(
    "/actors/{actor}/role",
    operation_id="grant_role",
    tags=["actors"],
    responses=problem_responses(401, 403, 404, 503),
)
async def post_role(
    actor: ActorId, wanted: Annotated[RoleWanted, Body()], _admin: AdminDep, instance: InstanceDep
) -> RoleAnswer:
    """Say what somebody may do at most: the keys follow at once, and signed-in browsers end."""

    def change(transaction: Transaction) -> RoleAnswer:
        grant_role(transaction, actor, wanted.role)
        return RoleAnswer(actor=actor, role=wanted.role)

    return await durable(instance, change)


def _limit(request: Request) -> Limit | None:
    """Give how much may be asked."""
    spending = spending_of(request.scope)
    if spending is None:
        return None
    return Limit(quota=spending.quota, left=spending.left, window_seconds=WINDOW_SECONDS)

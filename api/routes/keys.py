"""API keys: make one."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, status
from pydantic import BaseModel, Field

from api.access import InstanceDep, get_admin
from api.changes import durable
from api.errors import problem_responses
from api.keys import Role, create_key
from data.formats.base import Format, Line

router = APIRouter(prefix="/keys", tags=["keys"])


class KeyWanted(Format):
    """For whom a key is, and what it may do."""

    name: Line
    role: Role = "forecaster"


class KeyAnswer(BaseModel):
    """A key, shown this once."""

    key: str = Field(description="send it as `Authorization: Bearer KEY`; it is stored nowhere")


@router.post(
    "",
    operation_id="create_key",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Depends(get_admin)],
    responses=problem_responses(401, 403, 503),
)
async def post_key(wanted: Annotated[KeyWanted, Body()], instance: InstanceDep) -> KeyAnswer:
    """Make a key for a person or bot."""
    now = instance.clock()

    def change(transaction: Any) -> KeyAnswer:
        return KeyAnswer(key=create_key(transaction, wanted.name, wanted.role, now))

    return await durable(instance, change)

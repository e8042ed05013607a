"""API keys: yours, or all for an admin; make, renew, end."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Response, status

from api.access import OPERATOR, ActorDep, InstanceDep
from api.changes import durable
from api.errors import problem_responses
from api.key_answers import KeyAnswer, KeyList, KeyShown, KeyWanted, RotationWanted, key_answer
from api.keys import (
    KeyTerms,
    MadeKey,
    make_key,
    new_actor,
    require_within,
    revoke_key,
    rotate_key,
)
from api.paging import BadCursor, Page, PageDep
from data.keys import UnknownActor, read_key, read_keys
from data.writer import Transaction

router = APIRouter(prefix="/keys", tags=["keys"])
KeyId = Annotated[str, Path(max_length=80, examples=["0a1b2c3d"])]
_EXAMPLES: dict[str, Any] = {
    "bot": {
        "summary": "A bot that only forecasts, for half a year",
        "value": {
            "name": "A bot",
            "kind": "bot",
            "scopes": ["forecasts"],
            "expires": "2027-05-31T00:00:00Z",
        },
    },
    "mine": {"summary": "Another key of your own", "value": {"label": "laptop"}},
}


@router.get("", operation_id="list_keys", responses=problem_responses(401, 403))
async def list_keys(instance: InstanceDep, actor: ActorDep, page: PageDep) -> KeyList:
    """List your keys, newest first; an admin sees all. Secrets are stored nowhere."""
    whose = None if actor.role == "admin" else actor.id
    with instance.database.read() as connection:
        rows = read_keys(connection, whose, _place(page), page.to_read)
    shown, following = page.cut(rows, lambda row: (row.created_at, row.id))
    items = tuple(key_answer(row) for row in shown)
    return KeyList(items=items, next_cursor=following)


@router.post(
    "",
    operation_id="create_key",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_key(
    wanted: Annotated[KeyWanted, Body(openapi_examples=_EXAMPLES)],
    actor: ActorDep,
    instance: InstanceDep,
    response: Response,
) -> KeyShown:
    """Make a key: another one of your own; or, as an admin, for anybody, also somebody new.

    It is shown in this answer only, so that no `Idempotency-Key` is taken here.
    """
    if wanted.name is not None or wanted.actor not in (None, actor.id):
        actor.require("admin")
    now = instance.clock()

    def change(transaction: Transaction) -> KeyShown:
        terms = KeyTerms(
            wanted.actor or actor.id, wanted.role, wanted.scopes, wanted.label, wanted.expires
        )
        require_within(actor, terms)
        if wanted.name is not None:
            holder = new_actor(transaction, wanted.name, wanted.kind, wanted.role, now)
            terms = replace(terms, actor=holder)
        elif terms.actor == OPERATOR.id:
            raise UnknownActor
        return _shown(transaction, make_key(transaction, terms, now))

    response.headers["Cache-Control"] = "no-store"
    return await durable(instance, change)


@router.post(
    "/{key_id}/rotation",
    operation_id="rotate_key",
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_rotation(
    key_id: KeyId,
    actor: ActorDep,
    instance: InstanceDep,
    response: Response,
    wanted: Annotated[RotationWanted | None, Body()] = None,
) -> KeyShown:
    """Give a key a new secret, shown in this answer only; the old one works for the grace."""
    now, grace = instance.clock(), (wanted or RotationWanted()).grace_hours

    def change(transaction: Transaction) -> KeyShown:
        return _shown(transaction, rotate_key(transaction, key_id, actor, grace, now))

    response.headers["Cache-Control"] = "no-store"
    return await durable(instance, change)


@router.post(
    "/{key_id}/revocation",
    operation_id="revoke_key",
    responses=problem_responses(401, 403, 404, 503),
)
async def post_revocation(key_id: KeyId, actor: ActorDep, instance: InstanceDep) -> KeyAnswer:
    """End a key, at once and for good."""
    now = instance.clock()

    def change(transaction: Transaction) -> KeyAnswer:
        revoke_key(transaction, key_id, actor, now)
        return key_answer(read_key(transaction.connection, key_id))

    return await durable(instance, change)


def _shown(transaction: Transaction, made: MadeKey) -> KeyShown:
    """Give a key with its text."""
    row = read_key(transaction.connection, made.id)
    return KeyShown(**dict(key_answer(row)), key=made.text)


def _place(page: Page) -> tuple[float, str] | None:
    """Give where the page before ended.

    Raises:
        BadCursor: the cursor is one of another kind of page.
    """
    match page.after:
        case None:
            return None
        case (float(made), str(key)):
            return made, key
    raise BadCursor

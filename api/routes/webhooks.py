"""Webhooks: make one, look at one's own, try one out, remove one."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Request, status
from sqlalchemy import Connection, Row

from api.access import ForecasterDep, InstanceDep
from api.changes import ChangingDep, durable
from api.errors import problem_responses
from api.paging import PageDep
from api.push.deliveries import Deliveries
from api.push.sending import new_secret
from api.roles import Actor
from api.webhook_answers import (
    WebhookAnswer,
    WebhookList,
    WebhookMade,
    WebhookTried,
    WebhookWanted,
    webhook_answer,
)
from api.workflows.notifying import WebhookWish, create_webhook, remove_webhook
from data.access_tables import WEBHOOKS
from data.webhooks import count_waiting, last_attempts, read_webhook, webhooks_query
from data.writer import Transaction

router = APIRouter(prefix="/webhooks", tags=["webhooks"])
WebhookId = Annotated[str, Path(max_length=80, examples=["wh-0a1b2c3d4e5f"])]
_EXAMPLES: dict[str, Any] = {
    "one": {
        "summary": "Evidence and outcomes of one question",
        "value": {
            "url": "https://example.org/hooks/kizashi",
            "kinds": ["evidence", "resolution"],
            "question": "deepseek-v5-release-date",
        },
    }
}


@router.post(
    "",
    operation_id="create_webhook",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_webhook(
    wanted: Annotated[WebhookWanted, Body(openapi_examples=_EXAMPLES)],
    actor: ForecasterDep,
    changing: ChangingDep,
    request: Request,
) -> WebhookMade:
    """Have every entry from now on posted to an address of yours, signed by Standard Webhooks.

    The secret is shown this once. The server keeps it, for it signs with it.
    """
    await _deliveries(request).addresses.check(wanted.url)
    wish = WebhookWish(wanted.url, new_secret(), wanted.kinds, wanted.question)
    now = changing.instance.clock()

    def change(transaction: Transaction) -> WebhookMade:
        name = create_webhook(transaction, wish, actor.id, now)
        row = read_webhook(transaction.connection, name, None)
        return WebhookMade(webhook=webhook_answer(row, 0, None), secret=wish.secret)

    return await changing.do(WebhookMade, actor.id, change)


@router.get("", operation_id="list_webhooks", responses=problem_responses(401, 403))
async def list_webhooks(instance: InstanceDep, actor: ForecasterDep, page: PageDep) -> WebhookList:
    """List your webhooks; an admin sees all."""
    query = webhooks_query(_whose(actor)).order_by(WEBHOOKS.c.id).limit(page.to_read)
    after = page.after_name()
    if after is not None:
        query = query.where(WEBHOOKS.c.id > after)
    with instance.database.read() as connection:
        rows = connection.execute(query).all()
        shown, following = page.cut(rows, lambda row: (row.id,))
        items = _answers(connection, shown)
    return WebhookList(items=items, next_cursor=following)


@router.get("/{webhook}", operation_id="get_webhook", responses=problem_responses(401, 403, 404))
async def get_webhook(
    webhook: WebhookId, instance: InstanceDep, actor: ForecasterDep
) -> WebhookAnswer:
    """Get one of your webhooks, and how it fares."""
    with instance.database.read() as connection:
        (answer,) = _answers(connection, [read_webhook(connection, webhook, _whose(actor))])
    return answer


@router.delete(
    "/{webhook}", operation_id="remove_webhook", responses=problem_responses(401, 403, 404, 503)
)
async def delete_webhook(
    webhook: WebhookId, instance: InstanceDep, actor: ForecasterDep
) -> WebhookAnswer:
    """Remove a webhook of yours with all that is on its way to it; the answer is what it was."""

    def change(transaction: Transaction) -> WebhookAnswer:
        row = read_webhook(transaction.connection, webhook, _whose(actor))
        (answer,) = _answers(transaction.connection, [row])
        remove_webhook(transaction, webhook, _whose(actor))
        return answer

    return await durable(instance, change)


@router.post(
    "/{webhook}/test", operation_id="test_webhook", responses=problem_responses(401, 403, 404)
)
async def post_test(
    webhook: WebhookId, instance: InstanceDep, actor: ForecasterDep, request: Request
) -> WebhookTried:
    """Send a message of type `test` at once, and tell what the address answered."""
    with instance.database.read() as connection:
        row = read_webhook(connection, webhook, _whose(actor))
    outcome = await _deliveries(request).try_out(row)
    return WebhookTried(delivered=outcome.is_delivered, status=outcome.status)


def _deliveries(request: Request) -> Deliveries:
    """Give what delivers."""
    deliveries: Deliveries = request.app.state.deliveries
    return deliveries


def _whose(actor: Actor) -> str | None:
    """Give whose webhooks somebody may see: his own; None: everybody's."""
    return None if actor.role == "admin" else actor.id


def _answers(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[WebhookAnswer, ...]:
    """Give webhooks with how they fare."""
    waiting = count_waiting(connection)
    last = last_attempts(connection, [row.id for row in rows])
    return tuple(webhook_answer(row, waiting.get(row.id, 0), last.get(row.id)) for row in rows)

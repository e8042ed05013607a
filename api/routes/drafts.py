"""Drafts: all of one's own, one, keep, change, delete."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, status

from api.access import ForecasterDep, InstanceDep
from api.changes import ChangingDep, durable
from api.draft_answers import DraftAnswer, DraftList, DraftWanted, draft_answer
from api.errors import problem_responses
from api.paging import BadCursor, Page, PageDep
from api.workflows.drafting import DraftWish, delete_draft, keep_draft, replace_draft
from data.drafts import read_draft, read_drafts
from data.writer import Transaction

router = APIRouter(prefix="/drafts", tags=["me"])
DraftId = Annotated[str, Path(max_length=80, examples=["dr-0a1b2c3d4e5f"])]
_EXAMPLES: dict[str, Any] = {
    "one": {
        "summary": "A forecast that is not sent yet",
        "value": {
            "kind": "forecast",
            "question": "entity-list-deepseek-2026",
            "fields": {"probability": "62", "rationale": "Look at the docket first."},
        },
    }
}
DraftBody = Annotated[DraftWanted, Body(openapi_examples=_EXAMPLES)]


@router.get("", operation_id="list_drafts", responses=problem_responses(401, 403))
async def list_drafts(instance: InstanceDep, actor: ForecasterDep, page: PageDep) -> DraftList:
    """List your drafts of evidence and forecasts; nobody else sees them."""
    with instance.database.read() as connection:
        rows = read_drafts(connection, actor.id, _after(page), page.to_read)
    shown, following = page.cut(rows, lambda row: (row.changed_at, row.id))
    return DraftList(items=tuple(map(draft_answer, shown)), next_cursor=following)


@router.get("/{draft}", operation_id="get_draft", responses=problem_responses(401, 403, 404))
async def get_draft(draft: DraftId, instance: InstanceDep, actor: ForecasterDep) -> DraftAnswer:
    """Get one of your drafts."""
    with instance.database.read() as connection:
        return draft_answer(read_draft(connection, draft, actor.id))


@router.post(
    "",
    operation_id="create_draft",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_draft(wanted: DraftBody, actor: ForecasterDep, changing: ChangingDep) -> DraftAnswer:
    """Keep what you have begun and will send later: it moves nothing, and the ledger never has it.

    You may have 50 drafts, of 100,000 bytes each.
    """
    now, wish = changing.instance.clock(), DraftWish(wanted.kind, wanted.question, wanted.fields)

    def change(transaction: Transaction) -> DraftAnswer:
        name = keep_draft(transaction, wish, actor.id, now)
        return draft_answer(read_draft(transaction.connection, name, actor.id))

    return await changing.do(DraftAnswer, actor.id, change)


@router.put(
    "/{draft}",
    operation_id="update_draft",
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def put_draft(
    draft: DraftId, wanted: DraftBody, actor: ForecasterDep, changing: ChangingDep
) -> DraftAnswer:
    """Put something else in the place of what a draft of yours holds."""
    now, wish = changing.instance.clock(), DraftWish(wanted.kind, wanted.question, wanted.fields)

    def change(transaction: Transaction) -> DraftAnswer:
        replace_draft(transaction, draft, wish, actor.id, now)
        return draft_answer(read_draft(transaction.connection, draft, actor.id))

    return await changing.do(DraftAnswer, actor.id, change)


@router.delete(
    "/{draft}", operation_id="remove_draft", responses=problem_responses(401, 403, 404, 503)
)
async def remove_draft(draft: DraftId, instance: InstanceDep, actor: ForecasterDep) -> DraftAnswer:
    """Delete a draft of yours; the answer is what it was."""

    def change(transaction: Transaction) -> DraftAnswer:
        answer = draft_answer(read_draft(transaction.connection, draft, actor.id))
        delete_draft(transaction, draft, actor.id)
        return answer

    return await durable(instance, change)


def _after(page: Page) -> tuple[float, str] | None:
    """Read where the page before ended.

    Raises:
        BadCursor: the cursor is one of another kind of page.
    """
    match page.after:
        case None:
            return None
        case (float(changed) | int(changed), str(draft)):
            return float(changed), draft
    raise BadCursor

"""Sign-offs: leave for a resolver who holds forecasts or evidence on the question."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, status
from pydantic import Field
from sqlalchemy import Row

from api.access import AdminDep, InstanceDep
from api.answers import Answer, iso
from api.asking import AsOfDep
from api.changes import ChangingDep
from api.errors import problem_responses
from api.paging import PageDep
from api.workflows.signing_off import sign_off
from data.facts import read_question
from data.formats.base import Format
from data.stakes import read_sign_off, sign_offs_of
from data.tables import SIGN_OFFS
from data.writer import Transaction

router = APIRouter(prefix="/questions/{question}/sign-offs", tags=["sign_offs"])
QuestionId = Annotated[str, Path(max_length=80, examples=["deepseek-v5-release-date"])]
_EXAMPLES: dict[str, Any] = {
    "one": {
        "summary": "A resolver who once sent a record",
        "value": {
            "resolver": "a-0a1b2c3d4e5f",
            "reason": "The change log was read by two others, who agree.",
        },
    }
}


class SignOffWanted(Format):
    """Who may resolve, and why."""

    resolver: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9_-]+$")]
    reason: Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00]*$")]


class SignOffAnswer(Answer):
    """Leave for one resolution of one question."""

    entry: int = Field(description="its number in the ledger; the resolution names it")
    recorded_at: str
    question: str
    resolver: str
    admin: str
    reason: str


class SignOffList(Answer):
    """A page of sign-offs, newest first."""

    items: tuple[SignOffAnswer, ...]
    next_cursor: str | None


@router.get("", operation_id="list_sign_offs", responses=problem_responses(404, 409))
async def list_sign_offs(
    question: QuestionId,
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
) -> SignOffList:
    """List who was given leave to resolve a question on which he holds something, and why."""
    query = sign_offs_of(question).where(as_of.holds(SIGN_OFFS)).limit(page.to_read)
    after = page.after_entry()
    if after is not None:
        query = query.where(SIGN_OFFS.c.seq < after)
    with instance.database.read() as connection:
        read_question(connection, question)
        rows = connection.execute(query).all()
    shown, following = page.cut(rows)
    items = tuple(_answer(row) for row in shown)
    return SignOffList(items=items, next_cursor=following)


@router.post(
    "",
    operation_id="sign_off_resolver",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_sign_off(
    question: QuestionId,
    wanted: Annotated[SignOffWanted, Body(openapi_examples=_EXAMPLES)],
    admin: AdminDep,
    changing: ChangingDep,
) -> SignOffAnswer:
    """Give a resolver leave to resolve a question, once, though he holds something on it."""
    now = changing.instance.clock()

    def change(transaction: Transaction) -> SignOffAnswer:
        entry = sign_off(transaction, question, wanted.resolver, admin.id, wanted.reason, now)
        return _answer(read_sign_off(transaction.connection, entry.seq))

    return await changing.do(SignOffAnswer, admin.id, change)


def _answer(row: Row[Any]) -> SignOffAnswer:
    """Give a row as an answer."""
    return SignOffAnswer(
        entry=row.seq,
        recorded_at=iso(row.recorded_at),
        question=row.question,
        resolver=row.resolver,
        admin=row.admin,
        reason=row.reason,
    )

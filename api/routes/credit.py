"""Credit: the bits that each origin, record, submitter and source added, question by question."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy import Connection, select

from api.access import InstanceDep
from api.asking import AsOfDep
from api.board_answers import CreditDetail, CreditList, credit_detail, credit_summary
from api.errors import problem_responses
from api.judge import JudgeDep
from api.judging_answers import ComputedFrom, from_derived
from api.paging import PageDep
from data.facts import read_question
from data.tables import EVIDENCE, STANCES
from forecasts.credit import CreditStatus
from forecasts.errors import UnknownQuestion

router = APIRouter(tags=["credit"])
QuestionId = Annotated[str, Path(max_length=80, examples=["us-public-ban-2025"])]


@router.get("/credit", operation_id="list_credit", responses=problem_responses(409, 503))
async def list_credit(
    instance: InstanceDep,
    judge: JudgeDep,
    page: PageDep,
    as_of: AsOfDep,
    status: Annotated[CreditStatus | None, Query(description="only of this status")] = None,
) -> CreditList:
    """List the credit of all questions, by question; final once resolved, provisional before.

    It is computed from the whole ledger by a process of its own, and told with its checkpoint.
    """
    after = page.after_name() or ""
    derived = await judge.get("credit", as_of)
    bodies = sorted(derived.body, key=lambda body: body["question"])
    kept = [
        body for body in bodies if body["question"] > after and status in (None, body["status"])
    ]
    shown, following = page.cut(kept, lambda body: (body["question"],))
    with instance.database.read() as connection:
        replayed = _replayed(connection)
    items = tuple(
        credit_summary(body, retrospective=body["question"] in replayed) for body in shown
    )
    computed = from_derived(derived)
    assert isinstance(computed, ComputedFrom)
    return CreditList(items=items, next_cursor=following, computed=computed)


@router.get(
    "/questions/{question}/credit",
    operation_id="get_credit",
    responses=problem_responses(404, 409, 503),
)
async def get_credit(
    question: QuestionId, instance: InstanceDep, judge: JudgeDep, as_of: AsOfDep
) -> CreditDetail:
    """Get who moved a question's forecast towards its outcome: accounts, origins, records."""
    with instance.database.read() as connection:
        read_question(connection, question)
        replayed = _replayed(connection)
    derived = await judge.get("credit", as_of)
    body = next((body for body in derived.body if body["question"] == question), None)
    if body is None:
        raise UnknownQuestion
    computed = from_derived(derived)
    assert isinstance(computed, ComputedFrom)
    return credit_detail(body, computed, retrospective=question in replayed)


def _replayed(connection: Connection) -> set[str]:
    """Read the questions on which a bank put evidence in after the fact."""
    query = select(STANCES.c.question).join(EVIDENCE, EVIDENCE.c.id == STANCES.c.evidence)
    return set(connection.execute(query.where(EVIDENCE.c.replayed).distinct()).scalars())

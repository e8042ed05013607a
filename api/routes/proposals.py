"""Proposals of questions: all, one, propose, open, decline."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query, status
from sqlalchemy import select

from api.access import AdminDep, ForecasterDep, InstanceDep
from api.answers import Movement, forecast_answer
from api.asking import AsOfDep
from api.changes import ChangingDep
from api.errors import problem_responses
from api.paging import PageDep
from api.proposal_answers import (
    ProposalAnswer,
    ProposalList,
    ProposalOpened,
    proposal_answer,
)
from api.workflows.proposing import decline_proposal, open_proposal, propose_question
from data.derived_tables import STEPS
from data.formats.proposals import OpeningFormat, ProposalFormat, ReasonFormat
from data.proposals import read_proposal
from data.tables import PROPOSALS, QUESTIONS
from data.writer import Transaction
from forecasts.errors import UnknownProposal
from forecasts.times import instant_of

router = APIRouter(prefix="/proposals", tags=["proposals"])
ProposalId = Annotated[str, Path(max_length=80, examples=["pr-285"])]
_EXAMPLES: dict[str, Any] = {
    "event": {
        "summary": "Will it happen by a day?",
        "value": {
            "world": "deepseek-r2",
            "reason": "The export rules are on the agenda, and no question asks about them.",
            "question": {
                "id": "deepseek-app-ban-us-by-2028",
                "type": "binary",
                "event": True,
                "title": {"en": "Will a US federal law ban DeepSeek's app for everybody by 2028?"},
                "criteria": {"en": "Yes if such a law is in force; reported by Reuters or AP."},
                "opens": "2026-12-01",
                "closes": "2028-12-31",
                "resolves": "2029-01-15",
                "loadings": [],
                "prior": {
                    "as_of": "2026-11-01",
                    "reference_class": {"en": "Federal laws that ban one named app, 2015-2026"},
                    "reason": {"en": "One of twelve bills passed."},
                    "base_rate": {"happened": 1, "of": 12},
                },
            },
        },
    },
}


@router.get("", operation_id="list_proposals", responses=problem_responses(409))
async def list_proposals(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    world: Annotated[str | None, Query(max_length=80)] = None,
    decision: Annotated[Literal["waiting", "opened", "declined"] | None, Query()] = None,
) -> ProposalList:
    """List proposed questions, newest entry of the ledger first."""
    query = select(PROPOSALS).where(as_of.holds(PROPOSALS))
    if world is not None:
        query = query.where(PROPOSALS.c.world == world)
    known = PROPOSALS.c.decided_at <= as_of.at
    if decision == "waiting":
        query = query.where(PROPOSALS.c.decided_at.is_(None) | ~known)
    elif decision is not None:
        query = query.where(PROPOSALS.c.decision == decision, known)
    with instance.database.read() as connection:
        rows = connection.execute(page.newest(query, PROPOSALS.c.seq)).all()
    shown, following = page.cut(rows)
    items = tuple(proposal_answer(row, as_of.at) for row in shown)
    return ProposalList(items=items, next_cursor=following)


@router.get("/{proposal}", operation_id="get_proposal", responses=problem_responses(404, 409))
async def get_proposal(
    proposal: ProposalId, instance: InstanceDep, as_of: AsOfDep
) -> ProposalAnswer:
    """Get one proposed question, and what became of it."""
    with instance.database.read() as connection:
        row = read_proposal(connection, proposal)
    if row.recorded_at > as_of.at:
        raise UnknownProposal
    return proposal_answer(row, as_of.at)


@router.post(
    "",
    operation_id="propose_question",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_proposal(
    proposal: Annotated[ProposalFormat, Body(openapi_examples=_EXAMPLES)],
    actor: ForecasterDep,
    changing: ChangingDep,
) -> ProposalAnswer:
    """Propose a question for a world; an admin opens or declines it."""
    now = changing.instance.clock()

    def change(transaction: Transaction) -> ProposalAnswer:
        name = propose_question(transaction, proposal, actor.id, now)
        return proposal_answer(read_proposal(transaction.connection, name), instant_of(now))

    return await changing.do(ProposalAnswer, actor.id, change)


@router.post(
    "/{proposal}/opening",
    operation_id="open_proposal",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_opening(
    proposal: ProposalId,
    opening: Annotated[
        OpeningFormat, Body(examples=[{"reason": "Clear, and nobody asks it yet."}])
    ],
    actor: AdminDep,
    changing: ChangingDep,
) -> ProposalOpened:
    """Open a proposed question, as it stands or mended; it is forecast from its opening on."""
    now = changing.instance.clock()

    def change(transaction: Transaction) -> ProposalOpened:
        entry = open_proposal(transaction, proposal, opening, actor.id, now)
        return _opened(transaction, proposal, entry.seq, instant_of(now))

    return await changing.do(ProposalOpened, actor.id, change)


@router.post(
    "/{proposal}/declination",
    operation_id="decline_proposal",
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_declination(
    proposal: ProposalId,
    declination: Annotated[ReasonFormat, Body(examples=[{"reason": "Nobody could settle it."}])],
    actor: AdminDep,
    changing: ChangingDep,
) -> ProposalAnswer:
    """Decline a proposed question, with the reason in the ledger."""
    now = changing.instance.clock()

    def change(transaction: Transaction) -> ProposalAnswer:
        decline_proposal(transaction, proposal, declination.reason, actor.id, now)
        return proposal_answer(read_proposal(transaction.connection, proposal), instant_of(now))

    return await changing.do(ProposalAnswer, actor.id, change)


def _opened(transaction: Transaction, proposal: str, entry: int, at: float) -> ProposalOpened:
    """Read what an opening made: the question, and its first forecast if it is open."""
    read = transaction.connection.execute
    question = read(select(QUESTIONS.c.id).where(QUESTIONS.c.seq == entry)).scalar_one()
    steps = read(select(STEPS).where(STEPS.c.question == question).order_by(STEPS.c.id)).all()
    moved = [
        Movement(
            question=question,
            direct=True,
            bits=step.bits,
            before=None,
            after=forecast_answer(step.at, step.body),
        )
        for step in steps
    ]
    row = read_proposal(transaction.connection, proposal)
    return ProposalOpened(
        proposal=proposal_answer(row, at), question=question, movements=tuple(moved)
    )

"""Links with contracts elsewhere: all, candidates, confirm, decline, remove."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, status
from sqlalchemy import select

from api.access import InstanceDep, ResolverDep
from api.asking import AsOfDep, as_of_moment
from api.candidates import market_candidates, question_candidates
from api.changes import ChangingDep
from api.errors import problem_responses
from api.link_answers import (
    CandidateList,
    LinkState,
    MarketLinkAnswer,
    MarketLinkList,
    candidate_answer,
    link_answer,
)
from api.paging import PageDep
from api.workflows.linking import confirm_link, decline_pair, remove_link
from data.formats.links import DeclinedFormat, LinkFormat
from data.formats.proposals import ReasonFormat
from data.link_tables import MARKET_LINKS
from data.market_links import UnknownLink, read_link
from data.writer import Transaction
from forecasts.errors import Malformed

router = APIRouter(prefix="/market-links", tags=["market_links"])
LinkId = Annotated[str, Path(max_length=80, examples=["li-285"])]
QuestionId = Annotated[str, Query(max_length=80, examples=["deepseek-v5-by-2028-01-31"])]
MarketId = Annotated[str, Query(max_length=241, examples=["polymarket:0xabc123"])]
_EXAMPLES: dict[str, Any] = {
    "same": {
        "summary": "One contract, with another source to settle it",
        "value": {
            "question": "deepseek-v5-by-2028-01-31",
            "market": "polymarket:0xabc123",
            "relation": "same",
            "mismatch": 0.05,
            "reason": "Both count previews; theirs closes at noon in New York.",
        },
    },
}
_DECLINED = {
    "question": "deepseek-v5-by-2028-01-31",
    "market": "polymarket:0xabc123",
    "reason": "Theirs asks for an announcement, ours for the release.",
}


class OneSideNeeded(Malformed):
    """Candidates are asked for both sides, or for none."""

    message = "Give either `question` or `market`: candidates are found for one of them."


@router.get("", operation_id="list_market_links", responses=problem_responses(409))
async def list_market_links(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    question: QuestionId | None = None,
    market: MarketId | None = None,
    state: Annotated[LinkState | None, Query()] = None,
) -> MarketLinkList:
    """List what people decided on pairs of questions and contracts, newest first."""
    query = select(MARKET_LINKS).where(as_of.holds(MARKET_LINKS))
    if question is not None:
        query = query.where(MARKET_LINKS.c.question == question)
    if market is not None:
        query = query.where(MARKET_LINKS.c.market == market)
    removed = MARKET_LINKS.c.removed_at.is_not(None) & (MARKET_LINKS.c.removed_at <= as_of.at)
    if state == "removed":
        query = query.where(removed)
    elif state is not None:
        query = query.where(MARKET_LINKS.c.decision == state, ~removed)
    with instance.database.read() as connection:
        rows = connection.execute(page.newest(query, MARKET_LINKS.c.seq)).all()
    shown, following = page.cut(rows)
    items = tuple(link_answer(row, as_of) for row in shown)
    return MarketLinkList(items=items, next_cursor=following)


@router.get(
    "/candidates", operation_id="propose_market_links", responses=problem_responses(404, 409)
)
def propose_market_links(
    instance: InstanceDep,
    question: QuestionId | None = None,
    market: MarketId | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> CandidateList:
    """Find contracts for a question, or questions for a contract, with what agrees and differs.

    Pairs on which somebody has decided are left out. Nothing is linked by this.
    """
    with instance.database.read() as connection:
        if question is not None and market is None:
            found = question_candidates(connection, question, limit)
        elif market is not None and question is None:
            found = market_candidates(connection, market, limit)
        else:
            raise OneSideNeeded
    return CandidateList(items=tuple(candidate_answer(one) for one in found))


@router.get("/{link}", operation_id="get_market_link", responses=problem_responses(404, 409))
async def get_market_link(link: LinkId, instance: InstanceDep, as_of: AsOfDep) -> MarketLinkAnswer:
    """Get one decision on a pair."""
    with instance.database.read() as connection:
        row = read_link(connection, link)
    if row.recorded_at > as_of.at:
        raise UnknownLink
    return link_answer(row, as_of)


@router.post(
    "",
    operation_id="create_market_link",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_market_link(
    link: Annotated[LinkFormat, Body(openapi_examples=_EXAMPLES)],
    actor: ResolverDep,
    changing: ChangingDep,
) -> MarketLinkAnswer:
    """Link a question with a contract, as a resolver who has read both.

    Prices of the same contract or its complement are read as forecasts; others only bound.
    """
    now = changing.instance.clock()

    def change(transaction: Transaction) -> MarketLinkAnswer:
        name = confirm_link(transaction, link, actor.id, now)
        return link_answer(read_link(transaction.connection, name), as_of_moment(None, now))

    return await changing.do(MarketLinkAnswer, actor.id, change)


@router.post(
    "/declinations",
    operation_id="decline_market_link",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_declination(
    pair: Annotated[DeclinedFormat, Body(examples=[_DECLINED])],
    actor: ResolverDep,
    changing: ChangingDep,
) -> MarketLinkAnswer:
    """Decline a pair, as a resolver who has read both; it is kept, and not proposed again."""
    now = changing.instance.clock()

    def change(transaction: Transaction) -> MarketLinkAnswer:
        name = decline_pair(transaction, pair, actor.id, now)
        return link_answer(read_link(transaction.connection, name), as_of_moment(None, now))

    return await changing.do(MarketLinkAnswer, actor.id, change)


@router.post(
    "/{link}/removal",
    operation_id="remove_market_link",
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_removal(
    link: LinkId,
    removal: Annotated[ReasonFormat, Body(examples=[{"reason": "Their rules were changed."}])],
    actor: ResolverDep,
    changing: ChangingDep,
) -> MarketLinkAnswer:
    """Remove a link, or a no, with the reason in the ledger; until now it stays as it was."""
    now = changing.instance.clock()

    def change(transaction: Transaction) -> MarketLinkAnswer:
        remove_link(transaction, link, removal.reason, actor.id, now)
        return link_answer(read_link(transaction.connection, link), as_of_moment(None, now))

    return await changing.do(MarketLinkAnswer, actor.id, change)

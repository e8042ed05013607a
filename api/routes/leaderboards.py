"""Leaderboards: forecasters by skill, submitters and sources by credit, voices by score."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.asking import AsOfDep
from api.board_answers import (
    CreditBoardAnswer,
    CreditBoardRow,
    ForecasterBoardAnswer,
    VoiceBoardAnswer,
)
from api.boards import Boards, Found, Who
from api.errors import problem_responses
from api.judge import JudgeDep
from api.judgements import JudgementsDep, RowsWantedDep
from api.paging import Page, PageDep, next_cursor

router = APIRouter(prefix="/leaderboards", tags=["leaderboards"])


@router.get(
    "/forecasters", operation_id="get_forecaster_leaderboard", responses=problem_responses(409)
)
async def get_forecaster_leaderboard(
    request: Request,
    response: Response,
    page: PageDep,
    as_of: AsOfDep,
    wanted: RowsWantedDep,
    judgements: JudgementsDep,
    judge: JudgeDep,
    who: Annotated[Who, Query(description="shown; everybody is compared with everybody")] = "all",
    least_coverage: Annotated[
        float,
        Query(ge=0, le=1e6, allow_inf_nan=False, description="summed; below: without a rank"),
    ] = 0.0,
    top: Annotated[int, Query(ge=1, le=1_000, description="for `chance_of_top`")] = 10,
) -> ForecasterBoardAnswer:
    """Rank people and bots by skill: bits per question beside the others at the same times.

    Intervals and rank intervals hold 90%. The others are read 24 hours later, so that being some
    hours ahead with public news earns nothing.
    """
    found = await Boards(judgements, judge, as_of).of_forecasters(wanted, who, least_coverage, top)
    shown, following = _page(found.rows, page, request, response)
    return ForecasterBoardAnswer(items=shown, next_cursor=following, top=top, people=found.computed)


@router.get(
    "/evidence", operation_id="get_evidence_leaderboard", responses=problem_responses(409, 503)
)
async def get_evidence_leaderboard(
    request: Request,
    response: Response,
    page: PageDep,
    as_of: AsOfDep,
    wanted: RowsWantedDep,
    judgements: JudgementsDep,
    judge: JudgeDep,
) -> CreditBoardAnswer:
    """Rank those who submit evidence by the bits that it added; see docs/credit.md."""
    found = await Boards(judgements, judge, as_of).of_credit("submitter", wanted)
    return _credit_answer(found, page, request, response)


@router.get(
    "/sources", operation_id="get_source_leaderboard", responses=problem_responses(409, 503)
)
async def get_source_leaderboard(
    request: Request,
    response: Response,
    page: PageDep,
    as_of: AsOfDep,
    wanted: RowsWantedDep,
    judgements: JudgementsDep,
    judge: JudgeDep,
) -> CreditBoardAnswer:
    """Rank sources by the bits that what they said added; see docs/credit.md."""
    found = await Boards(judgements, judge, as_of).of_credit("source", wanted)
    return _credit_answer(found, page, request, response)


@router.get("/voices", operation_id="get_voice_leaderboard", responses=problem_responses(409, 503))
async def get_voice_leaderboard(
    as_of: AsOfDep, wanted: RowsWantedDep, judgements: JudgementsDep, judge: JudgeDep
) -> VoiceBoardAnswer:
    """Rank model, crowd, markets, house, opening prior and naive sum by their mean log2 loss."""
    found = await Boards(judgements, judge, as_of).of_voices(wanted)
    return VoiceBoardAnswer(
        items=found.rows, retrospective=found.is_replayed, computed=found.computed
    )


def _credit_answer(
    found: Found[CreditBoardRow], page: Page, request: Request, response: Response
) -> CreditBoardAnswer:
    """Give a page of a board of credit."""
    shown, following = _page(found.rows, page, request, response)
    return CreditBoardAnswer(
        items=shown,
        next_cursor=following,
        retrospective=found.is_replayed,
        computed=found.computed,
    )


def _page[Row](
    items: Sequence[Row], page: Page, request: Request, response: Response
) -> tuple[tuple[Row, ...], str | None]:
    """Give the rows of a page of a board, which is paged by place."""
    first = page.after_entry() or 0
    rows = items[first : first + page.limit + 1]
    following = next_cursor(
        list(enumerate(rows, first + 1)), page, lambda row: (row[0],), request, response
    )
    return tuple(rows[: page.limit]), following

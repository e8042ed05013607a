"""Leaderboards: forecasters by skill, submitters and sources by credit, voices by score."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query

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
from api.paging import AnsweredPage, PageDep

router = APIRouter(prefix="/leaderboards", tags=["leaderboards"])


async def get_boards(judgements: JudgementsDep, judge: JudgeDep, as_of: AsOfDep) -> Boards:
    """Give the boards as of the time that a request asks for."""
    return Boards(judgements, judge, as_of)


BoardsDep = Annotated[Boards, Depends(get_boards)]


@router.get(
    "/forecasters", operation_id="get_forecaster_leaderboard", responses=problem_responses(409)
)
async def get_forecaster_leaderboard(
    page: PageDep,
    wanted: RowsWantedDep,
    boards: BoardsDep,
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
    found = await boards.of_forecasters(wanted, who, least_coverage, top)
    shown, following = _page(found.rows, page)
    return ForecasterBoardAnswer(items=shown, next_cursor=following, top=top, people=found.computed)


@router.get(
    "/evidence", operation_id="get_evidence_leaderboard", responses=problem_responses(409, 503)
)
async def get_evidence_leaderboard(
    page: PageDep,
    wanted: RowsWantedDep,
    boards: BoardsDep,
) -> CreditBoardAnswer:
    """Rank those who submit evidence by the bits that it added; see docs/credit.md."""
    found = await boards.of_credit("submitter", wanted)
    return _credit_answer(found, page)


@router.get(
    "/sources", operation_id="get_source_leaderboard", responses=problem_responses(409, 503)
)
async def get_source_leaderboard(
    page: PageDep,
    wanted: RowsWantedDep,
    boards: BoardsDep,
) -> CreditBoardAnswer:
    """Rank sources by the bits that what they said added; see docs/credit.md."""
    found = await boards.of_credit("source", wanted)
    return _credit_answer(found, page)


@router.get("/voices", operation_id="get_voice_leaderboard", responses=problem_responses(409, 503))
async def get_voice_leaderboard(wanted: RowsWantedDep, boards: BoardsDep) -> VoiceBoardAnswer:
    """Rank model, crowd, markets, house, opening prior and naive sum by their mean log2 loss."""
    found = await boards.of_voices(wanted)
    return VoiceBoardAnswer(
        items=found.rows, retrospective=found.is_replayed, computed=found.computed
    )


def _credit_answer(found: Found[CreditBoardRow], page: AnsweredPage) -> CreditBoardAnswer:
    """Give a page of a board of credit."""
    shown, following = _page(found.rows, page)
    return CreditBoardAnswer(
        items=shown,
        next_cursor=following,
        retrospective=found.is_replayed,
        computed=found.computed,
    )


def _page[Row](items: Sequence[Row], page: AnsweredPage) -> tuple[tuple[Row, ...], str | None]:
    """Give the rows of a page of a board, which is paged by place."""
    first = page.after_entry() or 0
    shown, following = page.cut(list(enumerate(items[first:], first + 1)), lambda row: (row[0],))
    return tuple(row for _, row in shown), following

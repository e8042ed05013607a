"""The addresses of leaderboards: pages, the streams behind them, and their rows as CSV."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response

from api.access import InstanceDep, LanguageDep, reader_of
from api.asking import AsOfDep
from api.boards import Boards
from api.judge import JudgeDep
from api.judgements import JudgementsDep
from api.pages.board import board_page, board_table, find_board, present
from api.pages.board_data import board_csv
from api.pages.board_streams import board_chunks
from api.pages.board_wishes import Board, read_wish
from api.pages.rendering import render, render_part
from api.push.streams import EventStream, Streams

router = APIRouter(include_in_schema=False, default_response_class=Response)
Digest = Annotated[str, Query(max_length=64)]


@router.get("/leaderboard")
async def show_forecasters_board(
    request: Request,
    instance: InstanceDep,
    language: LanguageDep,
    judgements: JudgementsDep,
    judge: JudgeDep,
    as_of: AsOfDep,
) -> Response:
    """Show who forecasts best."""
    return await show_board("forecasters", request, instance, language, judgements, judge, as_of)


@router.get("/leaderboard.csv")
async def give_forecasters_board(
    request: Request, judgements: JudgementsDep, judge: JudgeDep, as_of: AsOfDep
) -> Response:
    """Give who forecasts best as CSV."""
    return await give_board("forecasters", request, judgements, judge, as_of)


@router.get("/leaderboard/{board}.csv")
async def give_board(
    board: Board, request: Request, judgements: JudgementsDep, judge: JudgeDep, as_of: AsOfDep
) -> Response:
    """Give any board as CSV, with the filters of its page.

    Raises:
        StillComputing, JudgingFailed: there is nothing yet.
    """
    wish = read_wish(board, request.query_params)
    found = await find_board(Boards(judgements, judge, as_of), wish)
    headers = {"Content-Disposition": f'attachment; filename="leaderboard-{board}.csv"'}
    return Response(board_csv(board, found), media_type="text/csv", headers=headers)


@router.get("/leaderboard/{board}")
async def show_board(
    board: Board,
    request: Request,
    instance: InstanceDep,
    language: LanguageDep,
    judgements: JudgementsDep,
    judge: JudgeDep,
    as_of: AsOfDep,
) -> Response:
    """Show any board."""
    wish = read_wish(board, request.query_params)
    reader = reader_of(request, instance)
    page = await board_page(Boards(judgements, judge, as_of), instance, wish, language, reader)
    return render(request, "leaderboard.html", page, language)


@router.get("/leaderboard/{board}/live")
async def follow_board(
    board: Board,
    request: Request,
    instance: InstanceDep,
    language: LanguageDep,
    judgements: JudgementsDep,
    judge: JudgeDep,
    have: Digest = "",
    last_seen: Annotated[str | None, Header(alias="Last-Event-ID", max_length=64)] = None,
) -> EventStream:
    """Follow a board: it comes anew whenever it changes.

    Raises:
        TooManyStreams: see there.
    """
    streams: Streams = request.app.state.streams
    streams.require_room()
    streams.news.start()
    wish, reader = read_wish(board, request.query_params), reader_of(request, instance)

    async def show(known: str) -> tuple[str, str]:
        boards = Boards(judgements, judge, present(instance))
        table = await board_table(boards, instance, wish, language, reader)
        state = table.digest
        if state == known:
            return state, ""
        return state, render_part("leaderboard_table.html", language, table=table)

    return EventStream(streams, board_chunks(streams.news, show, last_seen or have))

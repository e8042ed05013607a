"""The address of a forecaster's page."""

import asyncio
import contextlib
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.access import InstanceDep, LanguageDep, signed_in
from api.asking import AsOf
from api.board_answers import ForecasterStanding
from api.boards import Boards
from api.forecaster_records import forecaster_record
from api.instance import Instance
from api.judge import Judge, JudgeDep, JudgingFailed, StillComputing
from api.judgements import Judged, Judgements, JudgementsDep, RowsWanted
from api.pages.board import present
from api.pages.forecaster import ForecasterFacts, forecaster_page
from api.pages.rendering import render
from forecasts.voice_histories import VOICE_KINDS

router = APIRouter(include_in_schema=False, default_response_class=Response)
ForecasterId = Annotated[str, Path(max_length=80)]
_ALL = RowsWanted(None, None, None, None, None, "all")


@router.get("/forecasters/{forecaster}")
async def show_forecaster(
    forecaster: ForecasterId,
    request: Request,
    instance: InstanceDep,
    language: LanguageDep,
    judgements: JudgementsDep,
    judge: JudgeDep,
) -> Response:
    """Show one forecaster.

    Raises:
        UnknownForecaster: there is none of this id.
    """
    actor = signed_in(request, instance)
    reader = actor.id if actor else None
    facts = await forecaster_facts(instance, judgements, judge, forecaster, reader)
    page = await asyncio.to_thread(
        forecaster_page, instance, request.app.state.drawings, facts, language
    )
    return render(request, "forecaster.html", page, language)


async def forecaster_facts(
    instance: Instance, judgements: Judgements, judge: Judge, forecaster: str, reader: str | None
) -> ForecasterFacts:
    """Gather what is known of somebody, as far as it has been computed.

    Raises:
        UnknownForecaster: there is none of this id.
    """
    as_of = present(instance)
    answer = await forecaster_record(forecaster, instance, judgements, as_of)
    board = await Boards(judgements, judge, as_of).of_forecasters(_ALL, "all", 0.0, 1)
    place: ForecasterStanding | None = next(
        (row for row in board.rows if row.forecaster == forecaster), None
    )
    return ForecasterFacts(
        answer=answer,
        place=place,
        ranked=sum(row.rank is not None for row in board.rows),
        judged=await _judged(judgements, as_of, forecaster),
        credits=await credits_of_all(judge, as_of),
        reader=reader,
    )


async def credits_of_all(judge: Judge, as_of: AsOf) -> list[dict[str, Any]] | None:
    """Give the credit of all questions; None where it is still being computed."""
    with contextlib.suppress(StillComputing, JudgingFailed):
        found: list[dict[str, Any]] = (await judge.get("credit", as_of)).body
        return found
    return None


async def _judged(judgements: Judgements, as_of: AsOf, forecaster: str) -> Judged | None:
    """Give the scores of somebody; None where those of voices are still being computed."""
    if forecaster not in VOICE_KINDS:
        return await judgements.of_people(as_of)
    of_voice = RowsWanted(None, forecaster, None, None, None, "all")
    with contextlib.suppress(StillComputing, JudgingFailed):
        return await judgements.scores(as_of, of_voice)
    return None

"""The addresses of calibration: the page, and its charts alive."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from api.access import InstanceDep, LanguageDep
from api.asking import AsOf, AsOfDep
from api.instance import Instance
from api.judge import JudgingFailed, StillComputing
from api.judgements import Judged, Judgements, JudgementsDep
from api.judging_answers import calibration_answer
from api.pages.calibration import VOICES, calibration_page
from api.pages.calibration_looks import Looked, look_at
from api.pages.calibration_pictures import picture_specification
from api.pages.calibration_wishes import PEOPLE, Wishes, read_wishes
from api.pages.rendering import render
from api.pages.tables import csv_answer
from api.words import in_language
from data.facts import read_world
from forecasts.times import day_of

router = APIRouter(include_in_schema=False, default_response_class=Response)
Name = Literal["corp", "posterior", "money", "pit"]
#: A page that waits asks again after so many seconds, or where something failed after more.
_AGAIN, _AGAIN_AFTER_FAILURE = 5, 60


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """What is still being computed, and when the page asks again."""

    seconds: int
    has_failed: bool


@router.get("/calibration")
async def show_calibration(
    request: Request,
    instance: InstanceDep,
    judgements: JudgementsDep,
    as_of: AsOfDep,
    language: LanguageDep,
) -> Response:
    """Show whether forecasts come true as often as they say."""
    wishes = read_wishes(request.query_params)
    try:
        looked, everybody, key = await _look(judgements, as_of, wishes)
    except (StillComputing, JudgingFailed) as error:
        failed = isinstance(error, JudgingFailed)
        waiting = WaitingPage(_AGAIN_AFTER_FAILURE if failed else _AGAIN, failed)
        return render(request, "calibration_waiting.html", waiting, language)
    page = await run_in_threadpool(
        calibration_page,
        looked,
        everybody.table,
        wishes,
        request.app.state.drawings,
        key,
        _titles(instance, language),
        language,
    )
    return render(request, "calibration.html", page, language)


@router.get("/calibration.json")
async def show_calibration_data(
    request: Request, judgements: JudgementsDep, as_of: AsOfDep
) -> Response:
    """Give the numbers of the page, in the API's own form."""
    wishes = read_wishes(request.query_params)
    looked, _, _ = await _look(judgements, as_of, wishes)
    answer = calibration_answer(None, looked.part, looked.yes_no, looked.pit)
    return JSONResponse(answer.model_dump(mode="json"))


@router.get("/calibration.csv")
async def show_calibration_table(
    request: Request, judgements: JudgementsDep, as_of: AsOfDep
) -> Response:
    """Give every forecast of yes or no that counts, with what came of it."""
    looked, _, _ = await _look(judgements, as_of, read_wishes(request.query_params))
    columns = (looked.asked, looked.stated, looked.came, looked.known)
    rows = [
        {
            "question": looked.part.questions[question].id,
            "probability": stated,
            "outcome": int(came),
            "known_by": day_of(known).isoformat(),
        }
        for question, stated, came, known in zip(*(c.tolist() for c in columns), strict=True)
    ]
    return csv_answer("calibration", rows)


@router.get("/calibration/{name}.vl.json")
async def show_calibration_chart(
    name: Name,
    request: Request,
    judgements: JudgementsDep,
    as_of: AsOfDep,
    language: LanguageDep,
    size: Annotated[Literal["wide", "narrow"], Query()] = "wide",
) -> Response:
    """Give a chart as Vega-Lite, for who points at it."""
    wishes = read_wishes(request.query_params)
    looked, _, _ = await _look(judgements, as_of, wishes)
    drawn = await run_in_threadpool(picture_specification, looked, name, size, language)
    if drawn is None:
        return Response(status_code=404)
    return JSONResponse(drawn, headers={"Cache-Control": "private, no-cache"})


async def _look(
    judgements: Judgements, as_of: AsOf, wishes: Wishes
) -> tuple[Looked, Judged, tuple[Any, ...]]:
    """Look at what is asked for, once as long as scores stay.

    Raises:
        StillComputing, JudgingFailed: it is of voices, and there is nothing yet.
    """
    everybody = await judgements.scores(as_of, wishes.rows_of_all)
    is_voice = wishes.who in VOICES and wishes.who not in (PEOPLE, "person", "bot", "curator")
    judged = await judgements.scores(as_of, wishes.rows) if is_voice else everybody
    if wishes.who == PEOPLE:
        judged = await judgements.of_people(as_of)
    name = ("calibration page", wishes)
    looked: Looked = await judgements.result(
        judged, name, lambda: look_at(judged, everybody, wishes)
    )
    return looked, everybody, ("calibration", *judged.key, *everybody.key, wishes)


def _titles(instance: Instance, language: str) -> dict[str, str]:
    """Give the titles of worlds and their drivers, by id."""
    with instance.database.read() as connection:
        worlds = [read_world(connection, name) for name in instance.writer.timelines]
    titles = {world.id: in_language(world.title, language) for world in worlds}
    for world in worlds:
        titles |= {one.id: in_language(one.title, language) for one in world.drivers}
    return titles

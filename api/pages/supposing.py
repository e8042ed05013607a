"""The addresses of what-ifs and scenarios."""

import hashlib
import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import QueryParams

from api.access import ForecasterDep, InstanceDep, LanguageDep
from api.asking import AsOfDep
from api.changes import durable
from api.pages.rendering import render
from api.pages.scenario import scenario_page
from api.pages.scenario_charts import live_scenario, read_scenario_history
from api.pages.scenarios import scenarios_page
from api.pages.tables import csv_answer
from api.pages.what_if import what_if_page, world_asked
from api.pages.what_if_addresses import is_form, read_what_if
from api.past import TimelinesDep
from api.sessions import read_form
from api.what_ifs import answer_what_if
from api.workflows.supposing import store_scenario
from data.formats.scenarios import ScenarioFormat
from forecasts.errors import Malformed, UnknownScenario

router = APIRouter(include_in_schema=False, default_response_class=Response)
ScenarioId = Annotated[str, Path(max_length=80)]
_SEE_OTHER = 303
_NO_SLUG = re.compile(r"[^a-z0-9]+")
#: Length of the id that is made of a title, and of the mark that keeps ids apart.
_LONGEST_ID, _MARK = 60, 6


class NamelessScenario(Malformed):
    """A scenario is to be kept that has no title, or supposes nothing."""

    message = "A scenario needs an English title, and something that it supposes."


@router.get("/what-if")
def show_what_if(
    request: Request, instance: InstanceDep, timelines: TimelinesDep, language: LanguageDep
) -> Response:
    """Show what would be if something were learned, or made so."""
    drawings = request.app.state.drawings
    page = what_if_page(instance, drawings, timelines, request.query_params, language)
    by_htmx = request.headers.get("hx-request") == "true"
    if is_form(request.query_params) and not by_htmx:
        return RedirectResponse(page.address, _SEE_OTHER)
    answer = render(request, "what_if.html", page, language)
    if by_htmx:
        answer.headers["HX-Replace-Url"] = page.address
    return answer


@router.get("/what-if.json")
def show_what_if_data(
    request: Request, instance: InstanceDep, timelines: TimelinesDep, language: LanguageDep
) -> Response:
    """Give the same as the API does.

    Raises:
        ConditionUnreadable, ImpossibleScenario: see there, and what else a what-if may raise.
    """
    _, timeline = world_asked(instance, timelines, request.query_params)
    written = read_what_if(request.query_params, timeline.world.drivers)
    answer = answer_what_if(timeline, written, language)
    return JSONResponse(answer.model_dump(mode="json"))


@router.get("/what-if.csv")
def show_what_if_table(
    request: Request, instance: InstanceDep, timelines: TimelinesDep, language: LanguageDep
) -> Response:
    """Give every question before and under it, as a table."""
    drawings = request.app.state.drawings
    page = what_if_page(instance, drawings, timelines, request.query_params, language)
    rows = [
        {
            "question": line.id,
            "title": line.title.text,
            "event": line.of,
            "before": line.chances[0],
            "after": line.chances[1],
            "points": 100 * (line.chances[1] - line.chances[0]),
            "supposed": line.is_supposed,
        }
        for line in page.moved
    ]
    return csv_answer("what-if", rows)


@router.post("/what-if/scenarios")
async def keep_scenario(
    request: Request, actor: ForecasterDep, instance: InstanceDep, timelines: TimelinesDep
) -> Response:
    """Store a what-if under a name, and show it.

    Raises:
        NamelessScenario: it has no title, or supposes nothing.
        UnknownWorld, NameTaken, ImpossibleScenario: see there.
    """
    form, now = await read_form(request), instance.clock()
    query = QueryParams(form.get("what_if", "").partition("?")[2])
    world, timeline = world_asked(instance, timelines, query)
    written = read_what_if(query, timeline.world.drivers)
    body: dict[str, Any] = {
        "id": _id_of(form.get("title", ""), form.get("what_if", "")),
        "world": world.id,
        "title": {"en": form.get("title", ""), "ja": form.get("title_ja") or None},
        "learn": written.learn,
        "make": written.make,
    }
    try:
        scenario = ScenarioFormat.model_validate(body)
    except ValidationError:
        raise NamelessScenario from None
    await durable(instance, lambda change: store_scenario(change, scenario, actor.id, now))
    return RedirectResponse(f"/scenarios/{scenario.id}", _SEE_OTHER)


@router.get("/scenarios")
def show_scenarios(
    request: Request,
    instance: InstanceDep,
    timelines: TimelinesDep,
    as_of: AsOfDep,
    language: LanguageDep,
) -> Response:
    """Show all scenarios."""
    page = scenarios_page(instance, request.app.state.drawings, timelines, as_of, language)
    return render(request, "scenarios.html", page, language)


@router.get("/scenarios/{scenario}")
def show_scenario(
    scenario: ScenarioId,
    request: Request,
    instance: InstanceDep,
    timelines: TimelinesDep,
    as_of: AsOfDep,
    language: LanguageDep,
) -> Response:
    """Show one scenario."""
    drawings = request.app.state.drawings
    page = scenario_page(instance, drawings, timelines, scenario, as_of, language)
    return render(request, "scenario.html", page, language)


@router.get("/scenarios/{scenario}/history.vl.json")
def show_scenario_history(
    scenario: ScenarioId,
    request: Request,
    instance: InstanceDep,
    as_of: AsOfDep,
    language: LanguageDep,
    size: Annotated[Literal["wide", "narrow"], Query()] = "wide",
) -> Response:
    """Give how a scenario's chance moved as Vega-Lite, with words under the pointer.

    Raises:
        UnknownScenario: there was none of this id, or it has no history yet.
    """
    with instance.database.read() as connection:
        history = read_scenario_history(connection, scenario, as_of, language)
    found = live_scenario(request.app.state.drawings, history, size)
    if found is None:
        raise UnknownScenario
    return JSONResponse(found, headers={"Cache-Control": "private, no-cache"})


def _id_of(title: str, address: str) -> str:
    """Make an id of a title, and of what is supposed, so that two of one title stay apart."""
    mark = hashlib.sha256(address.encode()).hexdigest()[:_MARK]
    plain = _NO_SLUG.sub("-", title.lower()).strip("-")[:_LONGEST_ID].strip("-")
    return f"{plain}-{mark}" if plain else f"scenario-{mark}"

"""Scenarios: all, one with its numbers and history, and store."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, status

from api.access import ForecasterDep, InstanceDep, LanguageDep
from api.asking import AsOfDep, SlugQuery
from api.changes import ChangingDep
from api.errors import problem_responses
from api.paging import PageDep
from api.past import TimelinesDep
from api.scenario_answers import ScenarioAnswer, ScenarioDetail, ScenarioList
from api.what_ifs import answer_what_if, scenario_answer, scenario_step_answer
from api.workflows.supposing import store_scenario
from data.formats.scenarios import ScenarioFormat, WhatIfFormat
from data.scenarios import read_scenario, read_scenarios, scenario_history

router = APIRouter(prefix="/scenarios", tags=["scenarios"])
ScenarioId = Annotated[str, Path(max_length=80, examples=["us-bans-and-chips-are-cut"])]
_EXAMPLES: dict[str, Any] = {
    "both": {
        "summary": "Chips are cut off, and then the next model comes all the same",
        "value": {
            "id": "v5-without-chips",
            "world": "deepseek-r2",
            "title": {"en": "V5 comes by the end of 2027, though chips are cut off"},
            "make": [{"driver": "chip_access", "value": -1.5}],
            "learn": [{"question": "deepseek-v5-release-date", "by": "2027-12-31"}],
        },
    },
}


@router.get("", operation_id="list_scenarios", responses=problem_responses(409, 503))
async def list_scenarios(
    instance: InstanceDep,
    page: PageDep,
    as_of: AsOfDep,
    timelines: TimelinesDep,
    *,
    world: SlugQuery = None,
) -> ScenarioList:
    """List stored scenarios and how likely each is, in the order in which they were stored."""
    after, limit = page.after_entry() or 0, page.to_read
    with instance.database.read() as connection:
        rows = read_scenarios(connection, world, at=as_of.until, after=after, limit=limit)
    shown, following = page.cut(rows)
    items = tuple(scenario_answer(row, timelines[row.world]) for row in shown)
    return ScenarioList(items=items, next_cursor=following)


@router.get("/{scenario}", operation_id="get_scenario", responses=problem_responses(404, 409, 503))
def get_scenario(
    scenario: ScenarioId,
    instance: InstanceDep,
    language: LanguageDep,
    as_of: AsOfDep,
    timelines: TimelinesDep,
    limit: Annotated[int, Query(ge=1, le=10_000, description="newest steps")] = 10_000,
) -> ScenarioDetail:
    """Get one scenario: every open question under it, and how its probability came about."""
    with instance.database.read() as connection:
        row = read_scenario(connection, scenario, as_of.until)
        steps = scenario_history(connection, scenario, limit, as_of.until)
    timeline = timelines[row.world]
    answer = scenario_answer(row, timeline)
    found = None
    if answer.chance.probability > 0:
        asked = WhatIfFormat(learn=answer.scenario.learn, make=answer.scenario.make)
        found = answer_what_if(timeline, asked, language)
    told = tuple(scenario_step_answer(step) for step in steps)
    return ScenarioDetail(**dict(answer), what_if=found, steps=told)


@router.post(
    "",
    operation_id="store_scenario",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_scenario(
    scenario: Annotated[ScenarioFormat, Body(openapi_examples=_EXAMPLES)],
    actor: ForecasterDep,
    changing: ChangingDep,
) -> ScenarioAnswer:
    """Store a scenario under a name; from now on every event tells how likely it is."""
    now = changing.instance.clock()

    def change(transaction: Any) -> ScenarioAnswer:
        store_scenario(transaction, scenario, actor.id, now)
        row = read_scenario(transaction.connection, scenario.id)
        return scenario_answer(row, transaction.timelines[scenario.world])

    return await changing.do(ScenarioAnswer, actor.id, change)

"""The page of one scenario: how likely it is, how that moved, and every forecast under it."""

from dataclasses import dataclass

from starlette.datastructures import QueryParams

from api.asking import AsOf
from api.instance import Instance
from api.language import translate
from api.pages.assumptions import Assumptions, assumptions_of
from api.pages.drawing import Drawings
from api.pages.movements import MovedLine, moved_lines, points_in_words
from api.pages.pictures import Pictures
from api.pages.scenario_causes import CauseLine
from api.pages.scenario_charts import draw_scenario, read_scenario_history
from api.pages.scenarios import change_of_a_week, sign_of
from api.pages.visits import chart_suffix
from api.pages.what_if import ChancePart, chance_part, questions_of
from api.pages.what_if_addresses import address_of
from api.pages.wording import Wording, wording
from api.past import Timelines
from api.what_ifs import answer_under, put_under
from api.words import day_in_words, percent
from data.facts import read_world
from data.formats.scenarios import NamedScenario, WhatIfFormat
from data.scenarios import read_scenario
from forecasts.times import day_of


@dataclass(frozen=True, slots=True)
class ScenarioPage:
    """All that is known of one scenario.

    Attributes:
        suffix: what addresses of its chart end in, so that it is in this language, of this moment.
    """

    id: str
    title: Wording
    author: str
    stored: str
    as_of: str
    large: str
    change: str
    change_sign: str
    chance: ChancePart | None
    supposed: Assumptions
    address: str
    history: Pictures | None
    suffix: str
    causes: tuple[CauseLine, ...]
    moved: tuple[MovedLine, ...]


def scenario_page(
    instance: Instance,
    drawings: Drawings,
    timelines: Timelines,
    scenario: str,
    as_of: AsOf,
    language: str,
) -> ScenarioPage:
    """Gather the page of one scenario.

    Raises:
        UnknownScenario: there was none of this id by then.
    """
    with instance.database.read() as connection:
        row = read_scenario(connection, scenario, as_of.until)
        history = read_scenario_history(connection, scenario, as_of, language)
        world = read_world(connection, row.world)
    written = NamedScenario.model_validate_json(row.body)
    timeline, questions = timelines[row.world], questions_of(instance, drawings, row.world)
    chance = timeline.followed.standing[scenario].probability
    asked = WhatIfFormat(learn=written.learn, make=written.make)
    under = put_under(timeline, asked) if chance > 0 else None
    points = change_of_a_week(history.steps, as_of.at) if history.steps else None
    moved: tuple[MovedLine, ...] = ()
    if under is not None:
        answer = answer_under(timeline, under, asked, language)
        moved = moved_lines(answer.questions, questions, under.scenario.questions, language)
    return ScenarioPage(
        id=scenario,
        title=wording(written.title, language),
        author=row.author,
        stored=day_in_words(day_of(row.stored_at).isoformat(), language),
        as_of=day_in_words(day_of(as_of.at).isoformat(), language) if as_of.is_past else "",
        large=_large(written, chance, language),
        change=points_in_words(points, language) if points is not None and written.learn else "",
        change_sign=sign_of(points),
        chance=chance_part(under, asked, language) if under else None,
        supposed=assumptions_of(written, world, questions, language),
        address=address_of(row.world, asked, QueryParams()),
        history=draw_scenario(drawings, history),
        suffix=chart_suffix(as_of, language),
        causes=history.causes,
        moved=moved,
    )


def _large(written: NamedScenario, chance: float, language: str) -> str:
    """Say how likely a scenario is, as large as it deserves."""
    if not written.learn:
        return translate("made, not learned", language)
    return percent(chance, language) if chance > 0 else "0%"

"""The page of all scenarios: how likely each is now, and how that moved."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from api.asking import AsOf
from api.instance import Instance
from api.language import translate
from api.pages.assumptions import Assumptions, assumptions_of
from api.pages.drawing import Drawings
from api.pages.movements import points_in_words
from api.pages.sparklines import Sparkline, line_of_chances
from api.pages.what_if import questions_of
from api.pages.wording import Wording, wording
from api.past import Timelines
from api.words import day_in_words, percent
from data.facts import read_world
from data.formats.scenarios import NamedScenario
from data.scenarios import read_scenarios, scenario_history
from forecasts.times import day_of

#: A change is told over so many days.
_WEEK = 7.0
#: Steps of a history that a sparkline shows.
_SPARK_STEPS = 2_000


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """A stored scenario: what it supposes, how likely it is, and how that moved."""

    id: str
    title: Wording
    world: Wording | None
    supposed: Assumptions
    chance: str
    is_over: bool
    followed: str
    sparkline: Sparkline | None
    change: str
    change_sign: str
    stored: str


@dataclass(frozen=True, slots=True)
class ScenariosPage:
    """All scenarios, those that can still be first."""

    scenarios: tuple[ScenarioLine, ...]
    over: tuple[ScenarioLine, ...]
    as_of: str


def scenarios_page(
    instance: Instance, drawings: Drawings, timelines: Timelines, as_of: AsOf, language: str
) -> ScenariosPage:
    """List the stored scenarios."""
    with instance.database.read() as connection:
        rows = read_scenarios(connection, at=as_of.until)
        lines = [
            _line(connection, row, instance, drawings, timelines, as_of, language)
            for row in rows
            if row.id in timelines[row.world].followed.standing
        ]
    return ScenariosPage(
        scenarios=tuple(line for line in lines if not line.is_over),
        over=tuple(line for line in lines if line.is_over),
        as_of=day_in_words(day_of(as_of.at).isoformat(), language) if as_of.is_past else "",
    )


def change_of_a_week(steps: list[Row[Any]], now: float) -> float | None:
    """Give how far a scenario's chance moved in a week, in points; None where it is younger."""
    before = [step for step in steps if step.at <= now - _WEEK]
    return 100 * (steps[-1].probability - before[-1].probability) if before else None


def sign_of(points: float | None) -> str:
    """Say which way a chance moved, as far as it is written."""
    if points is None or abs(points) < 0.05:
        return "none"
    return "up" if points > 0 else "down"


def _line(
    connection: Connection,
    row: Row[Any],
    instance: Instance,
    drawings: Drawings,
    timelines: Timelines,
    as_of: AsOf,
    language: str,
) -> ScenarioLine:
    """Give one scenario's line."""
    written = NamedScenario.model_validate_json(row.body)
    chance = timelines[row.world].followed.standing[row.id].probability
    steps = scenario_history(connection, row.id, _SPARK_STEPS, as_of.until)
    points = change_of_a_week(steps, as_of.at) if steps else None
    questions = questions_of(instance, drawings, row.world)
    world = read_world(connection, row.world)
    times, chances = [step.at for step in steps], [step.probability for step in steps]
    return ScenarioLine(
        id=row.id,
        title=wording(written.title, language),
        world=wording(world.title, language) if len(timelines) > 1 else None,
        supposed=assumptions_of(written, world, questions, language),
        chance=percent(chance, language) if chance > 0 else "0%",
        is_over=chance == 0,
        followed=translate("chance of what is learned", language),
        sparkline=line_of_chances(times, chances) if steps else None,
        change=points_in_words(points, language)
        if points is not None
        else translate("kept for less than 7 days", language),
        change_sign=sign_of(points),
        stored=day_in_words(day_of(row.stored_at).isoformat(), language),
    )

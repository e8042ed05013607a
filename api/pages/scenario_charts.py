"""The chart of a scenario: how likely it was over time, and what moved it; still, or live."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row

from api.asking import AsOf
from api.language import translate
from api.pages.canvas import Look
from api.pages.charts import history_chart
from api.pages.drawing import Drawings, to_svg
from api.pages.pictures import Pictures
from api.pages.scenario_causes import CauseLine, causes_of
from api.pages.series import Fan, Line, Marker, chance_axis
from api.words import day_in_words
from data.scenarios import read_scenario, scenario_history
from forecasts.times import day_of

#: Width, height and prefix of markers' ids, for a desk and for a hand.
_SIZES = {"wide": (1000, 300, "m-"), "narrow": (358, 250, "n-")}
#: A chart shows at least so many days.
_LEAST_DAYS = 7.0
#: A single step is no history; so many are read at most.
_LEAST_STEPS, _MOST_STEPS = 2, 10_000


@dataclass(frozen=True, slots=True)
class ScenarioHistory:
    """How a scenario's chance moved.

    Attributes:
        steps: oldest first.
        causes: those that are told and marked.
    """

    scenario: str
    steps: list[Row[Any]]
    causes: tuple[CauseLine, ...]
    as_of: AsOf
    language: str

    @property
    def key(self) -> tuple[Any, ...]:
        """What a drawing of it depends on."""
        today = day_of(self.as_of.at)
        return self.scenario, self.steps[-1].id, len(self.steps), today, self.language


def read_scenario_history(
    connection: Connection, scenario: str, as_of: AsOf, language: str
) -> ScenarioHistory:
    """Read how a scenario's chance moved, and why.

    Raises:
        UnknownScenario: there was none of this id by then.
    """
    read_scenario(connection, scenario, as_of.until)
    steps = scenario_history(connection, scenario, _MOST_STEPS, as_of.until)
    return ScenarioHistory(scenario, steps, causes_of(connection, steps, language), as_of, language)


def draw_scenario(drawings: Drawings, history: ScenarioHistory) -> Pictures | None:
    """Draw how a scenario's chance moved; where nothing has moved yet, there is none."""
    if len(history.steps) < _LEAST_STEPS:
        return None
    language = history.language

    def draw() -> Pictures:
        fan = _fan(history)
        label = translate("Chart: how likely this scenario was, from {first} to {last}.", language)
        words = label.format(
            first=day_in_words(day_of(fan.first).isoformat(), language),
            last=day_in_words(day_of(fan.last).isoformat(), language),
        )
        records = {line.id: f"{line.bits} bits: {line.what.text}" for line in history.causes}
        wide, narrow = (
            to_svg(history_chart(fan, Look(width, height, language)), words, prefix, records)
            for width, height, prefix in _SIZES.values()
        )
        caption = translate("Chance of what is learned in it, day by day.", language)
        return Pictures(wide, narrow, caption)

    return drawings.get(("scenario", *history.key), draw)


def live_scenario(
    drawings: Drawings, history: ScenarioHistory, size: Literal["wide", "narrow"]
) -> dict[str, Any] | None:
    """Give the same as a specification that speaks under the pointer."""
    if len(history.steps) < _LEAST_STEPS:
        return None

    def draw() -> dict[str, Any]:
        width, height, _ = _SIZES[size]
        told = {line.id: _told(line, history.language) for line in history.causes}
        look = Look(width, height, history.language, told=told)
        return history_chart(_fan(history), look)

    return drawings.get(("live scenario", size, *history.key), draw)


def _told(line: CauseLine, language: str) -> dict[str, str]:
    """Say what a marker is, line by line."""
    return {
        translate("Day", language): line.day,
        translate("What happened", language): line.what.text,
        translate("Before", language): line.before,
        translate("After", language): line.after,
        translate("Bits", language): line.bits,
    }


def _fan(history: ScenarioHistory) -> Fan:
    """Give a scenario's history as a line with markers; of each day the last step."""
    steps = history.steps
    last_of_day = {int(step.at): step for step in steps}
    points = [(step.at, float(step.probability)) for step in last_of_day.values()]
    points.append((max(history.as_of.at, points[-1][0]), points[-1][1]))
    told = {line.id for line in history.causes}
    return Fan(
        axis=chance_axis([chance for _, chance in points]),
        first=points[0][0],
        last=max(points[-1][0], points[0][0] + _LEAST_DAYS),
        lines=(Line("", tuple(points)),),
        bands=(),
        markers=tuple(
            Marker(str(step.id), step.at, float(step.probability), step.bits)
            for step in steps
            if str(step.id) in told
        ),
        outcome=None,
    )

"""The page of one scenario: how likely it is, how that moved, and every forecast under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row
from starlette.datastructures import QueryParams

from api.asking import AsOf
from api.instance import Instance
from api.language import translate
from api.pages.assumptions import Assumptions, assumptions_of
from api.pages.canvas import Look
from api.pages.charts import history_chart
from api.pages.drawing import Drawings, to_svg
from api.pages.movements import MovedLine, moved_lines, points_in_words
from api.pages.pictures import Pictures
from api.pages.scenarios import change_of_a_week, sign_of
from api.pages.series import Axis, Fan, Line, Marker
from api.pages.what_if import ChancePart, chance_part, questions_of
from api.pages.what_if_addresses import address_of
from api.pages.wording import Wording, wording
from api.past import Timelines
from api.what_ifs import answer_under, put_under
from api.words import bits_in_words, day_in_words, percent
from data.facts import read_evidence_row, read_question, read_world, written_record
from data.formats.scenarios import NamedScenario, WhatIfFormat
from data.scenarios import read_scenario, scenario_history
from forecasts.times import day_of

#: Steps that are read, and causes that are told: the largest.
_MOST_STEPS, _MOST_CAUSES = 10_000, 12
#: Below so many bits a cause is not worth a line.
_WORTH_A_LINE = 0.02
#: Width, height and prefix of markers' ids, for a desk and for a hand.
_SIZES = ((1000, 300, "m-"), (358, 250, "n-"))
#: The scale ends at the first of these that leaves room above.
_TOPS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_LEAST_DAYS = 7.0


@dataclass(frozen=True, slots=True)
class CauseLine:
    """What moved a scenario: a record, or an outcome that became known."""

    id: str
    day: str
    what: Wording
    cause: str
    address: str
    before: str
    after: str
    bits: str
    sign: str


@dataclass(frozen=True, slots=True)
class ScenarioPage:
    """All that is known of one scenario."""

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
    causes: tuple[CauseLine, ...]
    moved: tuple[MovedLine, ...]


@dataclass(frozen=True, slots=True)
class _Cause:
    """A step that is worth a line, and the chance before it."""

    step: Row[Any]
    before: float


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
        steps = scenario_history(connection, scenario, _MOST_STEPS, as_of.until)
        world = read_world(connection, row.world)
        causes = _causes(connection, steps, language)
    written = NamedScenario.model_validate_json(row.body)
    timeline, questions = timelines[row.world], questions_of(instance, drawings, row.world)
    chance = timeline.followed.standing[scenario].probability
    asked = WhatIfFormat(learn=written.learn, make=written.make)
    under = put_under(timeline, asked) if chance > 0 else None
    points = change_of_a_week(steps, as_of.at) if steps else None
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
        history=_history(drawings, scenario, steps, causes, as_of.at, language),
        causes=causes,
        moved=moved,
    )


def _large(written: NamedScenario, chance: float, language: str) -> str:
    """Say how likely a scenario is, as large as it deserves."""
    if not written.learn:
        return translate("made, not learned", language)
    return percent(chance, language) if chance > 0 else "0%"


def _causes(
    connection: Connection, steps: Sequence[Row[Any]], language: str
) -> tuple[CauseLine, ...]:
    """Give what moved a scenario most, newest first."""
    pairs = [
        _Cause(step, before.probability)
        for before, step in pairwise(steps)
        if step.cause in ("evidence", "retraction", "resolution")
        and abs(step.bits) >= _WORTH_A_LINE
    ]
    largest = sorted(pairs, key=lambda one: -abs(one.step.bits))[:_MOST_CAUSES]
    newest = sorted(largest, key=lambda one: -one.step.id)
    return tuple(_cause_line(connection, one, language) for one in newest)


def _cause_line(connection: Connection, one: _Cause, language: str) -> CauseLine:
    """Say what moved a scenario."""
    step = one.step
    if step.cause == "resolution":
        _, other = read_question(connection, step.cause_id)
        what, address = wording(other.title, language), f"/questions/{step.cause_id}"
    else:
        record = written_record(read_evidence_row(connection, step.cause_id))
        asked = record.stances[0].question
        what, address = wording(record.fact, language), f"/questions/{asked}#ev-{step.cause_id}"
    causes = {
        "evidence": "a record of evidence",
        "retraction": "a record that was taken back",
        "resolution": "an outcome that became known",
    }
    return CauseLine(
        id=str(step.id),
        day=day_in_words(day_of(step.at).isoformat(), language),
        what=what,
        cause=translate(causes[step.cause], language),
        address=address,
        before=percent(one.before, language),
        after=percent(step.probability, language),
        bits=bits_in_words(max(min(step.bits, 40.0), -40.0)),
        sign="up" if step.bits >= 0 else "down",
    )


def _history(
    drawings: Drawings,
    scenario: str,
    steps: Sequence[Row[Any]],
    causes: Sequence[CauseLine],
    now: float,
    language: str,
) -> Pictures | None:
    """Draw how a scenario's chance moved; where nothing has moved yet, there is none."""
    if len(steps) < 2:
        return None

    def draw() -> Pictures:
        fan = _fan(steps, causes, now)
        label = translate("Chart: how likely this scenario was, from {first} to {last}.", language)
        words = label.format(
            first=day_in_words(day_of(fan.first).isoformat(), language),
            last=day_in_words(day_of(fan.last).isoformat(), language),
        )
        records = {line.id: f"{line.bits} bits: {line.what.text}" for line in causes}
        wide, narrow = (
            to_svg(history_chart(fan, Look(width, height, language)), words, prefix, records)
            for width, height, prefix in _SIZES
        )
        caption = translate("Chance of what is learned in it, day by day.", language)
        return Pictures(wide, narrow, caption)

    key = ("scenario", scenario, steps[-1].id, len(steps), day_of(now), language)
    return drawings.get(key, draw)


def _fan(steps: Sequence[Row[Any]], causes: Sequence[CauseLine], now: float) -> Fan:
    """Give a scenario's history as a line with markers; of each day the last step."""
    last_of_day = {int(step.at): step for step in steps}
    points = [(step.at, float(step.probability)) for step in last_of_day.values()]
    points.append((max(now, points[-1][0]), points[-1][1]))
    told = {line.id for line in causes}
    highest = max(chance for _, chance in points)
    return Fan(
        axis=Axis("chance", 0.0, next(top for top in _TOPS if highest <= 0.97 * top or top == 1.0)),
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

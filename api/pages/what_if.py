"""The page of what-ifs: sliders and switches, and what they do to every forecast."""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.numbers import format_decimal
from starlette.datastructures import QueryParams

from api.answers import QuestionAnswer
from api.instance import Instance
from api.language import say, translate
from api.pages.assumptions import Assumptions, assumptions_of
from api.pages.controls import (
    Beside,
    DriverControl,
    OutcomeControl,
    beside_controls,
    driver_controls,
    outcome_controls,
)
from api.pages.drawing import Drawings
from api.pages.joint_tables import JointPart, joint_part
from api.pages.movements import SMALL, MovedLine, moved_lines
from api.pages.picking import Picked, pickers, picks, worlds_to_pick
from api.pages.watching import WatchPart, watch_part
from api.pages.what_if_addresses import address_of, read_what_if
from api.pages.wording import Wording, wording
from api.past import Timelines
from api.standings import question_answers
from api.suppositions import ConditionUnreadable
from api.what_ifs import answer_under, asked_table, put_under
from api.words import percent
from data.facts import read_world
from data.formats.banks import WorldFormat
from data.formats.scenarios import WhatIfFormat
from data.ledger import read_checkpoint
from forecasts.conditions import Scenario
from forecasts.errors import (
    ConditionDoesNotFit,
    ImpossibleScenario,
    KizashiError,
    UnknownDriver,
    UnknownQuestion,
    UnknownWorld,
)
from forecasts.refusals import QuestionNotOpen
from forecasts.scenarios import FEW_DRAWS, Supposition, suppose
from forecasts.timeline import Timeline
from forecasts.times import day_of

#: What a reader may ask for that cannot be: told on the page, beside what he asked.
_TOLD = (
    ConditionUnreadable,
    ConditionDoesNotFit,
    ImpossibleScenario,
    UnknownDriver,
    UnknownQuestion,
    QuestionNotOpen,
)


#: So many of the questions that move most stand beside the sliders.
_MOST = 3


@dataclass(frozen=True, slots=True)
class ChancePart:
    """How likely what is learned is, and whether enough draws are left to say anything."""

    sentence: str
    meter: str
    draws: str
    is_unsure: bool


@dataclass(frozen=True, slots=True)
class WhatIfPage:
    """A what-if: what is supposed, and what follows.

    Attributes:
        address: at which the same is found again.
        problem: why it cannot be, if it cannot.
        store: what is sent to store it as a scenario.
    """

    world: str
    title: Wording
    worlds: tuple[Picked, ...]
    address: str
    as_of: str
    drivers: tuple[DriverControl, ...]
    outcomes: tuple[OutcomeControl, ...]
    beside: tuple[Beside, ...]
    supposed: Assumptions
    is_empty: bool
    problem: str
    chance: ChancePart | None
    most: tuple[MovedLine, ...]
    little: str
    moved: tuple[MovedLine, ...]
    targets: tuple[Picked, ...]
    watched: WatchPart | None
    pickers: tuple[tuple[str, tuple[Picked, ...]], ...]
    joint: tuple[JointPart, ...]


def what_if_page(
    instance: Instance,
    drawings: Drawings,
    timelines: Timelines,
    query: QueryParams,
    language: str,
) -> WhatIfPage:
    """Answer a what-if as a page.

    Raises:
        UnknownWorld: there is none of this id.
    """
    world, timeline = world_asked(instance, timelines, query)
    questions = questions_of(instance, drawings, world.id)
    written, problem, supposition = _supposed(timeline, query, questions, language)
    followed = supposition or suppose(timeline.world, Scenario(""))
    outcomes = outcome_controls(timeline, written, questions, language)
    moved = _moved(timeline, supposition, written, questions, language)
    standing = [name for name in timeline.standing if name in questions]
    has_target = supposition is not None and written.target is not None
    return WhatIfPage(
        world=world.id,
        title=wording(world.title, language),
        worlds=worlds_to_pick(instance, timelines, world.id, language),
        address=address_of(world.id, written, query),
        as_of=query.get("as_of", ""),
        drivers=driver_controls(world, written, followed, language),
        outcomes=outcomes,
        beside=beside_controls(written, outcomes, world, questions, language),
        supposed=assumptions_of(written, world, questions, language),
        is_empty=not (written.learn or written.make),
        problem=problem,
        chance=chance_part(supposition, written, language) if supposition else None,
        most=most_moved(moved),
        little=_why_little(most_moved(moved), written, language),
        moved=moved,
        targets=picks(standing, questions, written.target, language),
        watched=watch_part(followed, written.target, standing, world, questions, language)
        if has_target and written.target
        else None,
        pickers=pickers(standing, questions, written, language),
        joint=tuple(
            joint_part(asked_table(supposition, axes), questions, language)
            for axes in written.tables
        )
        if supposition
        else (),
    )


def world_asked(
    instance: Instance, timelines: Timelines, query: QueryParams
) -> tuple[WorldFormat, Timeline]:
    """Give the world that a query names; without a name the first.

    Raises:
        UnknownWorld: there is none of this id.
    """
    name = query.get("world") or next(iter(timelines), "")
    if name not in timelines:
        raise UnknownWorld
    with instance.database.read() as connection:
        return read_world(connection, name), timelines[name]


def questions_of(
    instance: Instance, drawings: Drawings, world: str
) -> Mapping[str, QuestionAnswer]:
    """Give the questions of a world by id; they are read once for each entry and day."""
    now = instance.clock_instant()

    with instance.database.read() as connection:
        entries = read_checkpoint(connection).entries

        def read() -> Mapping[str, QuestionAnswer]:
            answers = question_answers(connection, now)
            return {one.id: one for one in answers if one.world == world}

        return drawings.get(("questions", world, entries, day_of(now)), read)


def chance_part(supposition: Supposition, written: WhatIfFormat, language: str) -> ChancePart:
    """Say how likely a what-if is, and how sure that is."""
    chance = supposition.chance
    words = "What is learned here has a chance of {chance} today."
    if not written.learn:
        words = "What is made so has no chance of its own: nobody knows whether it will be made so."
    elif written.make:
        words = "Once it is made so, what is learned here has a chance of {chance}."
    draws = (
        "Of {all:,} simulated worlds those that fit count as much as {count:,}: "
        "few, so take these numbers as a guess."
    )
    if chance.effective_draws >= FEW_DRAWS:
        draws = (
            "Computed from {all:,} simulated worlds; those that fit count as much as {count:,}, "
            "which is enough to trust the whole percents."
        )
    return ChancePart(
        sentence=translate(words, language).format(chance=percent(chance.probability, language)),
        meter=f"{chance.probability:.4f}" if written.learn else "",
        draws=translate(draws, language).format(
            count=round(chance.effective_draws), all=len(supposition.weights)
        ),
        is_unsure=chance.effective_draws < FEW_DRAWS,
    )


def most_moved(moved: tuple[MovedLine, ...]) -> tuple[MovedLine, ...]:
    """Give what moves most, of what nothing was supposed of."""
    others = [line for line in moved if not line.is_supposed and line.points]
    return tuple(others[:_MOST])


def _why_little(most: tuple[MovedLine, ...], written: WhatIfFormat, language: str) -> str:
    """Say why nothing moves by a point; nothing where something does, or nothing moves at all."""
    if not most or abs(most[0].points) >= SMALL:
        return ""
    words = "The other forecasts hang little on this: the largest change is {points} points."
    if not written.make:
        words = (
            "Learning this tells little about the drivers that the others hang on: the largest "
            "change is {points} points."
        )
    points = format_decimal(abs(most[0].points), "0.0", locale=language)
    return translate(words, language).format(points=points)


def _supposed(
    timeline: Timeline,
    query: QueryParams,
    questions: Mapping[str, QuestionAnswer],
    language: str,
) -> tuple[WhatIfFormat, str, Supposition | None]:
    """Read what is supposed, and put the world under it; or say why that cannot be."""
    written = WhatIfFormat()
    try:
        written = read_what_if(query, timeline.world.drivers)
        return written, "", put_under(timeline, written)
    except _TOLD as error:
        return written, _why_not(error, questions, language), None


def _why_not(error: KizashiError, questions: Mapping[str, QuestionAnswer], language: str) -> str:
    """Say why a what-if cannot be; questions by their titles."""
    if not isinstance(error, ImpossibleScenario):
        return say(error, language)
    names = str(error.facts["conditions"]).split(", ")
    titles = [wording(questions[n].question.title, language).text for n in names if n in questions]
    words = "This cannot be, given what is known. What cannot come out so: {titles}. Leave it open."
    if len(titles) > 1:
        words = (
            "This cannot be, given what is known. These cannot all come out so: {titles}. "
            "Leave one of them open."
        )
    return translate(words, language).format(titles="; ".join(titles))


def _moved(
    timeline: Timeline,
    supposition: Supposition | None,
    written: WhatIfFormat,
    questions: Mapping[str, QuestionAnswer],
    language: str,
) -> tuple[MovedLine, ...]:
    """Give every question before and under the what-if."""
    if supposition is None:
        return ()
    plain = written.model_copy(update={"target": None, "tables": ()})
    answer = answer_under(timeline, supposition, plain, language)
    known = [one for one in answer.questions if one.question in questions]
    supposed = supposition.scenario.questions
    return moved_lines(known, questions, supposed, language)

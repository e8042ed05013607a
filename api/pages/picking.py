"""Lists from which a page of what-ifs has its world and its questions picked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.answers import QuestionAnswer
from api.instance import Instance
from api.pages.what_if_addresses import TOGETHER
from api.pages.wording import wording
from api.past import Timelines
from data.facts import read_world
from data.formats.scenarios import Cut, WhatIfFormat


@dataclass(frozen=True, slots=True)
class Picked:
    """A question that a list can pick."""

    id: str
    title: str
    is_picked: bool


def worlds_to_pick(
    instance: Instance, timelines: Timelines, shown: str, language: str
) -> tuple[Picked, ...]:
    """Give the worlds that can be chosen, where there are several."""
    if len(timelines) < 2:
        return ()
    with instance.database.read() as connection:
        return tuple(
            Picked(name, wording(read_world(connection, name).title, language).text, name == shown)
            for name in timelines
        )


def picks(
    names: Sequence[str],
    questions: Mapping[str, QuestionAnswer],
    picked: str | None,
    language: str,
) -> tuple[Picked, ...]:
    """Give questions as a list to pick from."""
    return tuple(
        Picked(name, wording(questions[name].question.title, language).text, name == picked)
        for name in names
    )


def pickers(
    names: Sequence[str],
    questions: Mapping[str, QuestionAnswer],
    written: WhatIfFormat,
    language: str,
) -> tuple[tuple[str, tuple[Picked, ...]], ...]:
    """Give the lists from which the questions of a joint table are picked."""
    axes = written.tables[-1] if written.tables else ()
    chosen = [axis.question if isinstance(axis, Cut) else axis for axis in axes]
    return tuple(
        (name, picks(names, questions, (*chosen, "", "", "")[place], language))
        for place, name in enumerate(TOGETHER)
    )

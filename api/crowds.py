"""Crowds as they stand: from rows of forecasts to the API's answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection

from api.answers import iso
from api.crowd_answers import (
    CrowdAnswer,
    CrowdDetail,
    crowd_moment,
)
from data.crowds import members_of
from data.events import find_question
from data.facts import read_question, resolution_instants
from data.formats.questions import QuestionFormat
from forecasts.crowd_histories import crowd_history, moments_of_change
from forecasts.questions import Curve, Question
from forecasts.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A question and the moment at which its crowd is asked for.

    Attributes:
        timeline: of its world.
        at: the moment: no later than the close, and than when the outcome became fixed.
        is_past: a past moment was asked for, or the question has ended.
    """

    asked: QuestionFormat
    question: Question
    curve: Curve
    timeline: Timeline
    at: float
    is_past: bool


def place_of(
    connection: Connection,
    timelines: Mapping[str, Timeline],
    name: str,
    at: float,
    *,
    is_past: bool,
) -> Place:
    """Find a question, and the moment that is asked for.

    Raises:
        UnknownQuestion: there is none of this id.
    """
    _, asked = read_question(connection, name)
    world, question, curve = find_question(timelines, name)
    end = resolution_instants(connection, [name]).get(name, np.inf)
    last = min(question.closes, end)
    return Place(asked, question, curve, timelines[world], min(at, last), is_past or last < at)


def crowd_answer(place: Place, rows: Sequence[Any]) -> CrowdAnswer:
    """Give the crowd of a question at its moment, from its standing forecasts."""
    members = members_of(rows, place.asked, place.question, place.curve)
    history = crowd_history(members, np.array([place.at]))
    moment = crowd_moment(place.curve.space, history, 0)
    return CrowdAnswer(
        **names_of(place),
        withheld=False,
        forecasters=moment.forecasters,
        aggregates=moment.aggregates,
    )


def withheld_crowd(place: Place) -> CrowdAnswer:
    """Give the crowd of a question that hides it."""
    return CrowdAnswer(**names_of(place), withheld=True, forecasters=None, aggregates=None)


def crowd_detail(place: Place, rows: Sequence[Any], most: int) -> CrowdDetail:
    """Give the crowd of a question with its newest changes."""
    members = members_of(rows, place.asked, place.question, place.curve)
    now = crowd_history(members, np.array([place.at]))
    moment = crowd_moment(place.curve.space, now, 0)
    history = crowd_history(members, moments_of_change(members, place.at, most))
    return CrowdDetail(
        **names_of(place),
        withheld=False,
        forecasters=moment.forecasters,
        aggregates=moment.aggregates,
        history=tuple(
            crowd_moment(place.curve.space, history, row) for row in range(len(history.times))
        ),
    )


def names_of(place: Place) -> dict[str, str]:
    """Give what every answer begins with."""
    return {"question": place.question.id, "type": place.question.type, "at": iso(place.at)}

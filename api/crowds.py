"""Crowds and the house as they stand: from rows of forecasts to the API's answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from api.answers import iso
from api.crowd_answers import (
    CrowdAnswer,
    CrowdDetail,
    HouseAnswer,
    HouseVoice,
    crowd_moment,
    pooled_forecast,
)
from api.language import translate
from data.crowds import member_rows, members_of
from data.derived_tables import STEPS
from data.events import find_question
from data.facts import read_question, resolution_instants
from data.formats.questions import QuestionFormat
from forecasts.cell_crowds import VOICE
from forecasts.crowd_histories import crowd_history, moments_of_change
from forecasts.house import house_cells, house_probability, house_weights
from forecasts.outcomes import Floats
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
        **_names(place),
        withheld=False,
        forecasters=moment.forecasters,
        aggregates=moment.aggregates,
    )


def withheld_crowd(place: Place) -> CrowdAnswer:
    """Give the crowd of a question that hides it."""
    return CrowdAnswer(**_names(place), withheld=True, forecasters=None, aggregates=None)


def crowd_detail(place: Place, rows: Sequence[Any], most: int) -> CrowdDetail:
    """Give the crowd of a question with its newest changes."""
    members = members_of(rows, place.asked, place.question, place.curve)
    now = crowd_history(members, np.array([place.at]))
    moment = crowd_moment(place.curve.space, now, 0)
    history = crowd_history(members, moments_of_change(members, place.at, most))
    return CrowdDetail(
        **_names(place),
        withheld=False,
        forecasters=moment.forecasters,
        aggregates=moment.aggregates,
        history=tuple(
            crowd_moment(place.curve.space, history, row) for row in range(len(history.times))
        ),
    )


def house_answer(connection: Connection, place: Place, language: str) -> HouseAnswer:
    """Give the house forecast of a question at its moment."""
    name = place.question.id
    rows = member_rows(connection, [name], place.at, standing=True)[name]
    members = members_of(rows, place.asked, place.question, place.curve)
    history = crowd_history(members, np.array([place.at]))
    count, crowd = int(history.forecasters[0]), history.said[VOICE][0]
    model = _model(connection, place)
    space, weight = place.curve.space, float(house_weights(count).crowd)
    because: str | None = None
    said: Floats | float = np.nan
    if model is not None and place.question.yes is not None:
        said = float(house_probability(model, crowd if count else 0.5, count))
    elif model is not None:
        said = house_cells(model, crowd if count else model, count)
    elif place.question.yes is None and place.is_past:
        because = translate(
            "The model's distribution at a past moment is not kept for questions of this type.",
            language,
        )
    else:
        because = translate("The question had not opened then.", language)
    return HouseAnswer(
        **_names(place),
        forecast=pooled_forecast(space, said),
        because=because,
        voices=(
            HouseVoice(
                voice="model",
                weight=1 - weight,
                forecast=None if model is None else pooled_forecast(space, model),
            ),
            HouseVoice(voice="crowd", weight=weight, forecast=pooled_forecast(space, crowd)),
            HouseVoice(voice="market", weight=0.0, forecast=None),
        ),
    )


def _model(connection: Connection, place: Place) -> Floats | float | None:
    """Give what the model says: chance of yes, or cells; None where that is not known."""
    standing = place.timeline.standing.get(place.question.id)
    if standing is not None and not place.is_past:
        if place.question.yes is None:
            return standing.cells
        return place.question.probability(standing.cells)
    query = (
        select(STEPS.c.probability)
        .where(STEPS.c.question == place.question.id, STEPS.c.at <= place.at)
        .order_by(STEPS.c.id.desc())
        .limit(1)
    )
    found: float | None = connection.execute(query).scalar()
    return found


def _names(place: Place) -> dict[str, str]:
    """Give what every answer begins with."""
    return {"question": place.question.id, "type": place.question.type, "at": iso(place.at)}

"""Crowds and the house: what those who forecast a question say together, now and over time."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy import select

from api.access import InstanceDep, LanguageDep, OptionalActorDep
from api.asking import AsOfDep
from api.crowd_answers import CrowdDetail, CrowdList, HouseAnswer
from api.crowds import (
    crowd_answer,
    crowd_detail,
    place_of,
    withheld_crowd,
)
from api.errors import problem_responses
from api.hiding import hidden_questions, require_shown
from api.house import house_answer
from api.judgements import entries_of
from api.paging import PageDep
from data.crowds import member_rows
from data.facts import read_question
from data.tables import FORECASTS, QUESTIONS

router = APIRouter(tags=["crowds"])
QuestionId = Annotated[str, Path(max_length=80, examples=["deepseek-v5-release-date"])]
#: Changes of a crowd in one answer, unless told.
_USUAL_CHANGES, _MOST_CHANGES = 100, 500


@router.get("/crowds", operation_id="list_crowds", responses=problem_responses(401, 409))
def list_crowds(
    instance: InstanceDep,
    reader: OptionalActorDep,
    page: PageDep,
    as_of: AsOfDep,
) -> CrowdList:
    """List the crowds of all questions that somebody has forecast, by question.

    What a question hides is withheld, and says so.
    """
    after = page.after_name()
    with instance.database.read() as connection:
        entries = entries_of(connection, as_of)
        said = select(FORECASTS.c.question).where(FORECASTS.c.question == QUESTIONS.c.id)
        query = select(QUESTIONS.c.id).where(said.where(as_of.holds(FORECASTS)).exists())
        if after is not None:
            query = query.where(QUESTIONS.c.id > after)
        ordered = query.order_by(QUESTIONS.c.id).limit(page.to_read)
        names = [str(name) for name in connection.execute(ordered).scalars()]
        shown, following = page.cut(names, lambda name: (name,))
        hidden = hidden_questions(
            connection, reader.id if reader else None, instance.clock_instant()
        )
        places = {
            name: place_of(
                connection, instance.writer.timelines, name, as_of.at, is_past=as_of.is_past
            )
            for name in shown
        }
        items = []
        for name, place in places.items():
            if name in hidden:
                items.append(withheld_crowd(place))
                continue
            rows = member_rows(connection, [name], place.at, entries, standing=True)[name]
            items.append(crowd_answer(place, rows))
    return CrowdList(items=tuple(items), next_cursor=following)


@router.get(
    "/questions/{question}/crowd",
    operation_id="get_crowd",
    responses=problem_responses(401, 403, 404, 409),
)
def get_crowd(
    question: QuestionId,
    instance: InstanceDep,
    reader: OptionalActorDep,
    as_of: AsOfDep,
    changes: Annotated[
        int, Query(ge=0, le=_MOST_CHANGES, description="of the crowd, the newest so many")
    ] = _USUAL_CHANGES,
) -> CrowdDetail:
    """Get what those who forecast a question say together, by every aggregate, and how it moved.

    Once a question has closed, or has its outcome, this is the crowd at its end.
    """
    with instance.database.read() as connection:
        read_question(connection, question)
        require_shown(
            connection, question, "", reader.id if reader else None, instance.clock_instant()
        )
        entries = entries_of(connection, as_of)
        timelines = instance.writer.timelines
        place = place_of(connection, timelines, question, as_of.at, is_past=as_of.is_past)
        rows = member_rows(connection, [question], place.at, entries)[question]
    return crowd_detail(place, rows, changes)


@router.get(
    "/questions/{question}/house",
    operation_id="get_house",
    responses=problem_responses(401, 403, 404, 409),
)
def get_house(
    question: QuestionId,
    instance: InstanceDep,
    reader: OptionalActorDep,
    as_of: AsOfDep,
    language: LanguageDep,
    changes: Annotated[
        int, Query(ge=0, le=_MOST_CHANGES, description="of the house, the newest so many")
    ] = _USUAL_CHANGES,
) -> HouseAnswer:
    """Get the house forecast: model, crowd and linked markets pooled, with their weights.

    Of questions of yes or no, with how it moved.
    """
    with instance.database.read() as connection:
        read_question(connection, question)
        require_shown(
            connection, question, "", reader.id if reader else None, instance.clock_instant()
        )
        timelines = instance.writer.timelines
        place = place_of(connection, timelines, question, as_of.at, is_past=as_of.is_past)
        return house_answer(connection, place, language, changes)

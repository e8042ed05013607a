"""Feeds of what happened (Atom), and a calendar of what is to come (iCalendar)."""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection, select

from api.access import InstanceDep, LanguageDep
from api.divergences import divergence_stories
from api.errors import problem_responses
from api.language import translate
from api.push.atom import Channel, write_atom
from api.push.calendars import Dated, write_calendar
from api.push.stories import Story, feed_id, newest_stories
from api.words import in_language
from data.facts import newest_resolutions, read_question, read_questions, read_world
from data.formats.questions import QuestionType
from data.tables import LEDGER, QUESTIONS

router = APIRouter(tags=["push"])
QuestionId = Annotated[str, Path(max_length=80, examples=["deepseek-v5-release-date"])]
_ATOM, _CALENDAR = "application/atom+xml", "text/calendar"


def _document(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Declare an answer that is no JSON."""
    content = {media_type: {"schema": {"type": "string"}}}
    return {
        200: {"description": "The document", "content": content},
        304: {"description": "The same as you have, by `ETag` or `Last-Modified`"},
    }


@router.get(
    "/feed.atom",
    operation_id="get_feed",
    response_class=Response,
    responses={**_document(_ATOM), **problem_responses()},
)
async def get_feed(request: Request, instance: InstanceDep, language: LanguageDep) -> Response:
    """Get what opened, moved or ended questions as an Atom feed: the newest 50, with reasons."""
    with instance.database.read() as connection:
        stories = newest_stories(connection, None, instance.clock_instant(), language)
        name = feed_id(connection, "")
    title = translate("Kizashi: what moved forecasts", language)
    return _atom(request, name, title, "/questions", stories, language)


@router.get(
    "/questions/{question}/feed.atom",
    operation_id="get_question_feed",
    response_class=Response,
    responses={**_document(_ATOM), **problem_responses(404)},
)
async def get_question_feed(
    question: QuestionId, request: Request, instance: InstanceDep, language: LanguageDep
) -> Response:
    """Get what opened, moved or ended one question as an Atom feed."""
    with instance.database.read() as connection:
        _, asked = read_question(connection, question)
        stories = newest_stories(connection, question, instance.clock_instant(), language)
        name = feed_id(connection, question)
    title = f"Kizashi: {in_language(asked.title, language)}"
    return _atom(request, name, title, f"/questions/{question}", stories, language)


@router.get(
    "/divergences.atom",
    operation_id="get_divergence_feed",
    response_class=Response,
    responses={**_document(_ATOM), **problem_responses()},
)
def get_divergence_feed(request: Request, instance: InstanceDep, language: LanguageDep) -> Response:
    """Get where we differ from linked markets by more than noise, and why, as an Atom feed."""
    with instance.database.read() as connection:
        stories = divergence_stories(connection, instance.clock_instant(), language)
        name = feed_id(connection, "divergences")
    title = f"Kizashi: {translate('Where we and the markets differ', language)}"
    return _atom(request, name, title, "/markets/candidates", stories, language)


@router.get(
    "/calendar.ics",
    operation_id="get_calendar",
    response_class=Response,
    responses={**_document(_CALENDAR), **problem_responses(404)},
)
async def get_calendar(
    request: Request,
    instance: InstanceDep,
    language: LanguageDep,
    *,
    world: Annotated[str | None, Query(max_length=80)] = None,
    type_: Annotated[
        QuestionType | None, Query(alias="type", description="only questions of this type")
    ] = None,
) -> Response:
    """Get when questions close and when their outcomes are expected, to subscribe to."""
    with instance.database.read() as connection:
        if world is not None:
            read_world(connection, world)
        asked = [
            dated
            for dated in _open_questions(connection)
            if world in (None, dated.world) and type_ in (None, dated.written.type)
        ]
    today = instance.clock().astimezone(UTC).date()
    body = write_calendar(asked, today, _base(request), language)
    return _answer(request, body, _CALENDAR, None, language)


def _open_questions(connection: Connection) -> list[Dated]:
    """Read the questions that have no outcome yet."""
    ended = newest_resolutions(connection)
    query = select(QUESTIONS.c.id, LEDGER.c.recorded_at)
    rows = connection.execute(query.join(LEDGER, LEDGER.c.seq == QUESTIONS.c.seq))
    stored = {row.id: datetime.fromisoformat(row.recorded_at) for row in rows}
    return [
        Dated(written, world, stored[name])
        for name, (world, written) in read_questions(connection).items()
        if name not in ended
    ]


def _atom(
    request: Request, name: str, title: str, page: str, stories: list[Story], language: str
) -> Response:
    """Answer with a feed."""
    base = _base(request)
    address = f"{base}{request.url.path}?lang={language}"
    channel = Channel(name, title, address, f"{base}{page}?lang={language}", base, language)
    newest = max((datetime.fromisoformat(story.at) for story in stories), default=None)
    return _answer(request, write_atom(channel, stories), _ATOM, newest, language)


def _answer(
    request: Request, body: bytes, media_type: str, newest: datetime | None, language: str
) -> Response:
    """Answer with a document; 304 where the reader has it already."""
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Content-Language": language,
        "Vary": "Accept-Language, Cookie",
    }
    if newest is not None:
        headers["Last-Modified"] = format_datetime(newest.astimezone(UTC), usegmt=True)
    if _is_known(request, tag, newest):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=f"{media_type}; charset=utf-8", headers=headers)


def _is_known(request: Request, tag: str, newest: datetime | None) -> bool:
    """Tell whether a reader has the document; where he sends a tag, his date does not count."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tag in tags or tags.strip() == "*"
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    return newest is not None and newest.replace(microsecond=0) <= since


def _base(request: Request) -> str:
    """Give where the pages are, as the reader reaches them."""
    return f"{request.url.scheme}://{request.url.netloc}"

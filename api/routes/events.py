"""Events as they happen: Server-Sent Events, resumed where a client was."""

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from api.access import InstanceDep
from api.errors import problem_responses
from api.push.streams import MOVED, EventStream, Streams, Wanted, chunks_of
from data.facts import read_question, read_world
from data.ledger import EntryKind
from forecasts.errors import UnknownEntry

router = APIRouter(prefix="/events", tags=["push"])
KINDS: tuple[str, ...] = get_args(EntryKind)
_ONE_KIND = f"({'|'.join((*KINDS, MOVED))})"
_NUMBER = r"^(0|[1-9][0-9]{0,8})$"
KindsQuery = Annotated[
    str | None,
    Query(
        max_length=200,
        pattern=f"^{_ONE_KIND}(,{_ONE_KIND})*$",
        description="kinds of entries, with commas between; `moved`: what time alone moved",
        examples=["forecast,evidence,resolution"],
    ),
]
_EXAMPLE = {
    "id": "285",
    "event": "evidence",
    "data": '{"entry":285,"kind":"evidence","recorded_at":"2026-11-23T18:00:00.000000Z"}',
}
#: Of each event, as generators of clients and of tests read it.
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "id": {"type": "string", "description": "number of the entry"},
        "event": {"type": "string", "description": "kind of the entry, or `moved`"},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "retry": {"type": ["integer", "string"], "description": "milliseconds"},
    },
}
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events: `id` is the entry, `event` the kind, `data` JSON as in `Event`.",
        "content": {"text/event-stream": {"schema": _SCHEMA, "example": _EXAMPLE}},
    }
}


@router.get(
    "",
    operation_id="follow_events",
    response_class=StreamingResponse,
    responses={**_STREAM, **problem_responses(404, 503)},
)
async def follow_events(
    request: Request,
    instance: InstanceDep,
    kinds: KindsQuery = None,
    question: Annotated[str | None, Query(max_length=80, description="names or moves it")] = None,
    world: Annotated[str | None, Query(max_length=80)] = None,
    last_event_id: Annotated[
        str | None,
        Query(pattern=_NUMBER, description="as the header `Last-Event-ID`, which goes before it"),
    ] = None,
    last_seen: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            pattern=_NUMBER,
            description="the entry of the ledger that you had last: all after it follows",
        ),
    ] = None,
    *,
    follow: Annotated[bool, Query(description="false: end after what is there already")] = True,
) -> EventStream:
    """Follow what happens, as it happens. Without `Last-Event-ID` it begins now.

    Every entry of the ledger that you want comes once, in order. `moved` has no id: it tells what
    time alone moved while you listen, and is not repeated.
    """
    streams: Streams = request.app.state.streams
    streams.require_room()
    with instance.database.read() as connection:
        if question is not None:
            read_question(connection, question)
        if world is not None:
            read_world(connection, world)
    news = streams.news
    news.start()
    told = last_seen or last_event_id
    after = None if told is None else int(told)
    if after is not None and after > news.head:
        raise UnknownEntry(newest=news.head)
    wanted = Wanted(frozenset(kinds.split(",")) if kinds else None, question, world)
    return EventStream(streams, chunks_of(news, wanted, after, follow=follow))

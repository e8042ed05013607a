"""Who looks at a page, in which language, and as of which moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from api.access import InstanceDep, LanguageDep, signed_in
from api.answers import iso
from api.asking import AsOf, as_of_moment
from api.instance import Instance
from api.pages.drawing import Drawings
from api.pages.moments import reader_zone, told_zone
from api.past import Past
from api.roles import Actor
from data.formats.base import Day, Moment
from forecasts.timeline import Timeline

_MOMENT: TypeAdapter[datetime | date] = TypeAdapter(Moment | Day)


@dataclass(frozen=True, slots=True)
class Visit:
    """A look at a page.

    Attributes:
        timelines: every world as it stands, or stood at the moment that is asked for.
        zone: the reader's time zone, as IANA names it.
        actor: who is signed in; None for a stranger.
    """

    instance: Instance
    drawings: Drawings
    timelines: Mapping[str, Timeline]
    as_of: AsOf
    language: str
    zone: str
    actor: Actor | None

    @property
    def reader(self) -> str | None:
        """The id of who reads."""
        return self.actor.id if self.actor else None


async def get_visit(
    request: Request,
    instance: InstanceDep,
    language: LanguageDep,
    as_of: Annotated[str, Query(max_length=40)] = "",
) -> Visit:
    """Give who looks, and at which moment; a date field that was left empty asks for now.

    Raises:
        AsOfInFuture: the moment has not come.
        RequestValidationError: it is no moment.
        PastBusy: too many past moments are being computed.
    """
    moment = as_of_moment(_asked(as_of), instance.clock())
    timelines: Mapping[str, Timeline] = instance.writer.timelines
    if moment.is_past:
        past: Past = request.app.state.past
        timelines = await run_in_threadpool(past.timelines, moment)
    return Visit(
        instance=instance,
        drawings=request.app.state.drawings,
        timelines=timelines,
        as_of=moment,
        language=language,
        zone=reader_zone(told_zone(request.cookies), language),
        actor=signed_in(request, instance),
    )


def chart_suffix(as_of: AsOf, language: str) -> str:
    """Give what addresses of charts end in, so that they are in a language, of a moment."""
    moment = f"&as_of={iso(as_of.at)}" if as_of.is_past else ""
    return f"&lang={language}{moment}"


def _asked(text: str) -> datetime | date | None:
    """Read the moment that is asked for; None for now."""
    if not text:
        return None
    try:
        asked: datetime | date = _MOMENT.validate_python(text)
    except ValidationError as error:
        place = {"loc": ("query", "as_of")}
        raise RequestValidationError([{**one, **place} for one in error.errors()]) from error
    return asked


VisitDep = Annotated[Visit, Depends(get_visit)]

"""From errors to HTTP: the only place that knows both. RFC 9457 problem details."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.access import get_language
from api.changes import KeyReused
from api.conditions import MatchMissing, SomethingNewer
from api.current import request_id
from api.hiding import ForecastHidden
from api.judge import JudgingFailed, StillComputing
from api.keyring import KeyExpired, KeyMissing, KeyRefused, KeyRevoked
from api.keys import BeyondYourOwn
from api.language import say, translate
from api.paging import BadCursor
from api.push.streams import TooManyStreams
from api.quotas import TooManyRequests
from api.roles import RoleTooLow, ScopeTooNarrow
from data.writer import StorageFailed, WriterBusy, WriterClosed
from forecasts.errors import (
    ConditionDoesNotFit,
    FitDoesNotFit,
    FitTooLarge,
    ImpossibleScenario,
    KizashiError,
    Malformed,
    PoorDiagnostics,
    Refused,
    Unknown,
)
from forecasts.refusals import ConflictOfInterest, NotYours

#: The first class that fits decides; 422 is for bodies that are no such thing at all.
_STATUS: tuple[tuple[type[KizashiError], HTTPStatus], ...] = (
    (KeyMissing, HTTPStatus.UNAUTHORIZED),
    (KeyRefused, HTTPStatus.UNAUTHORIZED),
    (KeyExpired, HTTPStatus.UNAUTHORIZED),
    (KeyRevoked, HTTPStatus.UNAUTHORIZED),
    (RoleTooLow, HTTPStatus.FORBIDDEN),
    (ScopeTooNarrow, HTTPStatus.FORBIDDEN),
    (BeyondYourOwn, HTTPStatus.FORBIDDEN),
    (NotYours, HTTPStatus.FORBIDDEN),
    (ConflictOfInterest, HTTPStatus.FORBIDDEN),
    (ForecastHidden, HTTPStatus.FORBIDDEN),
    (TooManyRequests, HTTPStatus.TOO_MANY_REQUESTS),
    (WriterBusy, HTTPStatus.SERVICE_UNAVAILABLE),
    (WriterClosed, HTTPStatus.SERVICE_UNAVAILABLE),
    (StorageFailed, HTTPStatus.SERVICE_UNAVAILABLE),
    (StillComputing, HTTPStatus.SERVICE_UNAVAILABLE),
    (JudgingFailed, HTTPStatus.SERVICE_UNAVAILABLE),
    (TooManyStreams, HTTPStatus.SERVICE_UNAVAILABLE),
    (SomethingNewer, HTTPStatus.PRECONDITION_FAILED),
    (MatchMissing, HTTPStatus.PRECONDITION_REQUIRED),
    (KeyReused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (BadCursor, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Unknown, HTTPStatus.NOT_FOUND),
    (ConditionDoesNotFit, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ImpossibleScenario, HTTPStatus.UNPROCESSABLE_ENTITY),
    (FitDoesNotFit, HTTPStatus.UNPROCESSABLE_ENTITY),
    (PoorDiagnostics, HTTPStatus.UNPROCESSABLE_ENTITY),
    (FitTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (Refused, HTTPStatus.CONFLICT),
    (Malformed, HTTPStatus.CONFLICT),
)
#: Seconds after which a busy or failing writer may be asked again.
_RETRY_AFTER = "1"
#: Faults of a body that are listed at most.
_MOST_FAULTS = 20


class Fault(BaseModel):
    """One field that is wrong."""

    pointer: str = Field(description="JSON pointer to the field")
    message: str


class Problem(BaseModel):
    """What went wrong and how to mend it (RFC 9457, application/problem+json)."""

    type: str = Field(
        description="names the kind of problem", examples=["/problems/question-closed"]
    )
    title: str
    status: int
    detail: str
    errors: tuple[Fault, ...] = ()
    request_id: str | None = Field(
        default_factory=request_id, description="as in X-Request-ID: by it the log tells more"
    )


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare the problems that a route can answer with, for OpenAPI."""
    content = {"application/problem+json": {"schema": Problem.model_json_schema()}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in (*statuses, 422)
    }


def add_error_handlers(app: FastAPI) -> None:
    """Teach an app to answer every error as a problem."""
    app.add_exception_handler(KizashiError, _broken_rule)
    app.add_exception_handler(RequestValidationError, _malformed_request)
    app.add_exception_handler(HTTPException, _http_error)


def problem_of(error: KizashiError, language: str) -> Problem:
    """Give a broken rule as a problem."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    return _problem(type(error).__name__, HTTPStatus(status), say(error, language), language)


async def _broken_rule(request: Request, error: Exception) -> JSONResponse:
    """A rule of Kizashi was broken."""
    assert isinstance(error, KizashiError)
    language = _language(request)
    response = _respond(problem_of(error, language), language)
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(error.facts.get("retry_after", _RETRY_AFTER))
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.seconds)
    return response


async def _malformed_request(request: Request, error: Exception) -> JSONResponse:
    """A body or parameter is no such thing. The input is never echoed: it may not be text."""
    assert isinstance(error, RequestValidationError)
    language = _language(request)
    faults = tuple(_fault(found, language) for found in error.errors()[:_MOST_FAULTS])
    detail = translate("Some fields are missing or wrong; `errors` says which.", language)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _respond(_problem("MalformedRequest", status, detail, language, faults), language)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    """An error of the framework: no such page, no such method."""
    assert isinstance(error, HTTPException)
    language = _language(request)
    status = HTTPStatus(error.status_code)
    detail = translate("There is nothing at this address, or not by this method.", language)
    name = status.phrase.title().replace(" ", "")
    response = _respond(_problem(name, status, detail, language), language)
    response.headers.update(error.headers or {})
    return response


def _problem(
    name: str, status: HTTPStatus, detail: str, language: str, faults: Sequence[Fault] = ()
) -> Problem:
    """Put a problem together."""
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", name)
    return Problem(
        type=f"/problems/{words.lower().replace(' ', '-')}",
        title=translate(words.capitalize(), language),
        status=status,
        detail=detail,
        errors=tuple(faults),
    )


def _respond(problem: Problem, language: str) -> JSONResponse:
    """Write a problem."""
    return JSONResponse(
        problem.model_dump(mode="json"),
        status_code=problem.status,
        media_type="application/problem+json",
        headers={"Content-Language": language},
    )


def _fault(found: dict[str, Any], language: str) -> Fault:
    """Give one of Pydantic's findings; its message names rules and never the input."""
    place = [str(part).replace("~", "~0").replace("/", "~1") for part in found["loc"]]
    if found["type"] == "extra_forbidden":
        place[-1] = place[-1][:80].encode(errors="replace").decode()
    message = found["msg"].removeprefix("Value error, ")
    return Fault(pointer="/" + "/".join(place), message=translate(message, language))


def _language(request: Request) -> str:
    """Give the reader's language without failing."""
    wanted = request.headers.get("accept-language")
    return get_language(request, request.query_params.get("lang"), wanted)

"""From errors to HTTP: the only place that knows both. RFC 9457 problem details."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.access import get_language
from api.addresses import (
    Addresses,
    AddressTooLong,
    MethodNotAllowed,
    UnreadableAddress,
    options_answer,
)
from api.bodies import BodyTooLarge, UnreadableBody, WrongContentType
from api.conditions import MatchMissing, SomethingNewer
from api.current import request_id
from api.faults import Fault, are_of_meaning, faults_of
from api.github import GithubFailed
from api.hiding import ForecastHidden
from api.judge import JudgingFailed, StillComputing
from api.keyring import KeyExpired, KeyMissing, KeyRefused, KeyRevoked
from api.keys import BeyondYourOwn
from api.language import say, translate
from api.mailing import MailFailed, MailNotSet
from api.parameters import UnknownParameter
from api.past import PastBusy
from api.push.streams import TooManyStreams
from api.quotas import TooManyRequests
from api.roles import RoleTooLow, ScopeTooNarrow
from api.sessions import CrossSite, FormTooLarge
from api.workflows.publishing import ReportFailed
from data.writer import StorageFailed, WriterBusy, WriterClosed
from forecasts.errors import (
    FitTooLarge,
    KizashiError,
    Malformed,
    PoorDiagnostics,
    Refused,
    Unknown,
)
from forecasts.refusals import (
    ConflictOfInterest,
    NotImpartial,
    NotYours,
    NotYoursToAmend,
)

#: The first class that fits decides; 422 is for bodies that are no such thing at all.
_STATUS: tuple[tuple[type[KizashiError], HTTPStatus], ...] = (
    (KeyMissing, HTTPStatus.UNAUTHORIZED),
    (KeyRefused, HTTPStatus.UNAUTHORIZED),
    (KeyExpired, HTTPStatus.UNAUTHORIZED),
    (KeyRevoked, HTTPStatus.UNAUTHORIZED),
    (RoleTooLow, HTTPStatus.FORBIDDEN),
    (ScopeTooNarrow, HTTPStatus.FORBIDDEN),
    (BeyondYourOwn, HTTPStatus.FORBIDDEN),
    (CrossSite, HTTPStatus.FORBIDDEN),
    (FormTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (MailNotSet, HTTPStatus.CONFLICT),
    (MailFailed, HTTPStatus.BAD_GATEWAY),
    (GithubFailed, HTTPStatus.BAD_GATEWAY),
    (NotYours, HTTPStatus.FORBIDDEN),
    (ConflictOfInterest, HTTPStatus.FORBIDDEN),
    (ForecastHidden, HTTPStatus.FORBIDDEN),
    (TooManyRequests, HTTPStatus.TOO_MANY_REQUESTS),
    (NotYoursToAmend, HTTPStatus.FORBIDDEN),
    (NotImpartial, HTTPStatus.FORBIDDEN),
    (WriterBusy, HTTPStatus.SERVICE_UNAVAILABLE),
    (WriterClosed, HTTPStatus.SERVICE_UNAVAILABLE),
    (StorageFailed, HTTPStatus.SERVICE_UNAVAILABLE),
    (StillComputing, HTTPStatus.CONFLICT),
    (JudgingFailed, HTTPStatus.SERVICE_UNAVAILABLE),
    (ReportFailed, HTTPStatus.SERVICE_UNAVAILABLE),
    (TooManyStreams, HTTPStatus.SERVICE_UNAVAILABLE),
    (SomethingNewer, HTTPStatus.PRECONDITION_FAILED),
    (MatchMissing, HTTPStatus.CONFLICT),
    (UnreadableAddress, HTTPStatus.BAD_REQUEST),
    (AddressTooLong, HTTPStatus.REQUEST_URI_TOO_LONG),
    (MethodNotAllowed, HTTPStatus.METHOD_NOT_ALLOWED),
    (WrongContentType, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (BodyTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (PastBusy, HTTPStatus.SERVICE_UNAVAILABLE),
    (FitTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (UnreadableBody, HTTPStatus.UNPROCESSABLE_ENTITY),
    (UnknownParameter, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Unknown, HTTPStatus.NOT_FOUND),
    (PoorDiagnostics, HTTPStatus.CONFLICT),
    (Refused, HTTPStatus.CONFLICT),
    (Malformed, HTTPStatus.CONFLICT),
)
#: Seconds after which a busy or failing writer may be asked again.
_RETRY_AFTER = "1"
#: Bytes of a problem.
_MOST_BYTES = 4_000


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
    """Declare the problems of a route that `api.openapi` cannot tell by itself."""
    return {status: {"description": HTTPStatus(status).phrase} for status in statuses}


def add_error_handlers(app: FastAPI) -> None:
    """Teach an app to answer every error as a problem."""
    app.add_exception_handler(KizashiError, _broken_rule)
    app.add_exception_handler(RequestValidationError, _malformed_request)
    app.add_exception_handler(HTTPException, _http_error)


def respond_to(request: Request, error: KizashiError) -> JSONResponse:
    """Answer a broken rule outside of any route."""
    language = _language(request)
    problem = problem_of(error, language)
    headers = {}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE or "retry_after" in error.facts:
        headers["Retry-After"] = str(error.facts.get("retry_after", _RETRY_AFTER))
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.seconds)
    if problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _allowed(request)
    return _respond(problem, language, headers)


def problem_of(error: KizashiError, language: str) -> Problem:
    """Give a broken rule as a problem."""
    return _problem(type(error).__name__, status_of(type(error)), say(error, language), language)


def status_of(rule: type[KizashiError]) -> HTTPStatus:
    """Give the status by which a broken rule is told."""
    known = (code for kind, code in _STATUS if issubclass(rule, kind))
    return next(known, HTTPStatus.INTERNAL_SERVER_ERROR)


async def _broken_rule(request: Request, error: Exception) -> JSONResponse:
    """A rule of Kizashi was broken."""
    assert isinstance(error, KizashiError)
    return respond_to(request, error)


async def _malformed_request(request: Request, error: Exception) -> JSONResponse:
    """A body or parameter is no such thing. The input is never echoed: it may not be text.

    Where each field is what the schema says, and only together they say nothing, it is a conflict.
    """
    assert isinstance(error, RequestValidationError)
    language = _language(request)
    found = error.errors()
    if all(one["loc"][0] == "path" for one in found):  # what cannot be an id names nothing
        return _respond(
            _problem("NotFound", HTTPStatus.NOT_FOUND, _nothing(language), language), language
        )
    faults = faults_of(found, error.body, language)
    if are_of_meaning(found, error.body):
        detail = translate("Some fields do not fit together; `errors` says which.", language)
        problem = _problem("FieldsDoNotFit", HTTPStatus.CONFLICT, detail, language, faults)
        return _respond(problem, language)
    detail = translate("Some fields are missing or wrong; `errors` says which.", language)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _respond(_problem("MalformedRequest", status, detail, language, faults), language)


async def _http_error(request: Request, error: Exception) -> Response:
    """An error of the framework: no such page, no such method."""
    assert isinstance(error, HTTPException)
    language = _language(request)
    status = HTTPStatus(error.status_code)
    headers = dict(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _allowed(request) or headers.get("Allow", "")
        if request.method == "OPTIONS":
            return options_answer(headers["Allow"])
    detail = _nothing(language)
    name = status.phrase.title().replace(" ", "")
    return _respond(_problem(name, status, detail, language), language, headers)


def _nothing(language: str) -> str:
    """Say that an address leads nowhere."""
    return translate("There is nothing at this address, or not by this method.", language)


def _allowed(request: Request) -> str:
    """Give what an address of the API takes; empty elsewhere."""
    addresses: Addresses = request.app.state.addresses
    return ", ".join(addresses.allowed(request.url.path))


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


def _respond(
    problem: Problem, language: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Write a problem, in so few bytes that nobody fills memory with them."""
    while problem.errors and len(problem.model_dump_json().encode()) > _MOST_BYTES:
        problem = problem.model_copy(update={"errors": problem.errors[: len(problem.errors) // 2]})
    return JSONResponse(
        problem.model_dump(mode="json"),
        status_code=problem.status,
        media_type="application/problem+json",
        headers={"Content-Language": language, **(headers or {})},
    )


def _language(request: Request) -> str:
    """Give the reader's language without failing."""
    wanted = request.headers.get("accept-language")
    return get_language(request, request.query_params.get("lang"), wanted)

"""The addresses of the pages, and errors as pages for who asked for a page."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from api.access import InstanceDep, LanguageDep, get_language
from api.errors import problem_of
from api.files import shipped_file
from api.judge import JudgeDep
from api.language import translate
from api.pages.account_routes import router as account
from api.pages.accounts import router as accounts
from api.pages.board import present
from api.pages.board_routes import router as boards
from api.pages.browsing import router as browsing
from api.pages.calibrating import router as calibrating
from api.pages.candidate_routes import router as candidates
from api.pages.drawing import Drawings, charts_script
from api.pages.forecaster_routes import credits_of_all
from api.pages.forecaster_routes import router as forecasters
from api.pages.guides import docs_page, llms_text
from api.pages.ledger_addresses import router as ledger
from api.pages.markets import router as markets
from api.pages.problems import problem_page, problems_page
from api.pages.question_routes import router as questions
from api.pages.rendering import render
from api.pages.report_routes import router as reports
from api.pages.sharing import router as sharing
from api.pages.source import source_page
from api.pages.sources import sources_page
from api.pages.submitting import router as submitting
from api.pages.supposing import router as supposing
from forecasts.errors import KizashiError

router = APIRouter(include_in_schema=False, default_response_class=Response)


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong, in the reader's language."""

    title: str
    detail: str


@router.get("/sources")
def show_sources(request: Request, instance: InstanceDep, language: LanguageDep) -> Response:
    """Show what every source's word is worth."""
    return render(request, "sources.html", sources_page(instance, language), language)


@router.get("/sources/{source}")
async def show_source(
    source: str, request: Request, instance: InstanceDep, language: LanguageDep, judge: JudgeDep
) -> Response:
    """Show what one source's word is worth, and what it has earned."""
    found = await credits_of_all(judge, present(instance))
    page = await asyncio.to_thread(source_page, instance, source, language, found)
    return render(request, "source.html", page, language)


@router.get("/docs")
async def show_docs(request: Request, language: LanguageDep) -> Response:
    """Show every operation of the API; nothing on the page comes from elsewhere."""
    return render(request, "docs.html", docs_page(), language)


@router.get("/problems")
def show_problems(request: Request, language: LanguageDep) -> Response:
    """Show every kind of problem."""
    return render(request, "problems.html", problems_page(language), language)


@router.get("/problems/{problem}")
def show_problem(problem: str, request: Request, language: LanguageDep) -> Response:
    """Show what one kind of problem means."""
    return render(request, "problem.html", problem_page(problem, language), language)


@router.get("/charts.js")
def show_charts_script() -> Response:
    """Give what draws charts in a browser: the same libraries that draw them here."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(charts_script(), media_type="text/javascript", headers=headers)


@router.get("/llms.txt")
def show_llms_text(request: Request) -> Response:
    """Tell agents what this is, and how to use it."""
    return PlainTextResponse(llms_text(request.app, str(request.base_url).rstrip("/")))


def add_pages(app: FastAPI) -> None:
    """Add the pages and their files to an app whose errors are problems already."""
    app.state.drawings = Drawings()
    app.include_router(browsing)
    app.include_router(ledger)
    app.include_router(sharing)
    app.include_router(router)
    app.include_router(questions)
    app.include_router(submitting)
    app.include_router(reports)
    app.include_router(accounts)
    app.include_router(account)
    app.include_router(boards)
    app.include_router(candidates)  # before the page of a platform, whose name it is not
    app.include_router(markets)
    app.include_router(supposing)
    app.include_router(forecasters)
    app.include_router(calibrating)
    app.mount("/static", StaticFiles(directory=shipped_file("static")), name="static")
    for kind in (KizashiError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _page_or(app.exception_handlers[kind]))


def _page_or(problem: Callable[..., Any]) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Answer an error with a page where a browser asked for one, else as before."""

    async def answer(request: Request, error: Exception) -> Response:
        response: Response = await problem(request, error)
        wants_page = "text/html" in request.headers.get("accept", "")
        if not wants_page or request.url.path.startswith("/api/"):
            return response
        language = get_language(
            request, request.query_params.get("lang"), request.headers.get("accept-language")
        )
        page = _error_page(response.status_code, error, language)
        return render(request, "error.html", page, language, response.status_code)

    return answer


def _error_page(status: int, error: Exception, language: str) -> ErrorPage:
    """Say what went wrong."""
    if status == HTTPStatus.NOT_FOUND:
        return ErrorPage(
            translate("Not found", language),
            translate("There is no page at this address.", language),
        )
    if isinstance(error, KizashiError):
        problem = problem_of(error, language)
        return ErrorPage(problem.title, problem.detail)
    return ErrorPage(
        translate("Something is wrong.", language),
        translate("The page cannot be shown now. Try it again in a moment.", language),
    )

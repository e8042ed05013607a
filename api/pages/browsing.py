"""The addresses of the first page, the list of questions and the search, and the list as CSV."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import InstanceDep, LanguageDep
from api.asking import AsOfDep
from api.pages.asked_questions import AskedQuestionsDep
from api.pages.findings import findings_page
from api.pages.home import home_page
from api.pages.list_tables import LISTED, listed_rows
from api.pages.listing import questions_page
from api.pages.rendering import render
from api.paging import BadCursor, decode_cursor
from api.standings import question_answer
from data.exports.writing import MEDIA_TYPES, write_table
from data.search import Kind

router = APIRouter(include_in_schema=False, default_response_class=Response)


@router.get("/")
def show_home(request: Request, instance: InstanceDep, language: LanguageDep) -> Response:
    """Show the first page."""
    page = home_page(instance, request.app.state.drawings, language)
    return render(request, "home.html", page, language)


@router.get("/questions")
def show_questions(
    request: Request, instance: InstanceDep, language: LanguageDep, asked: AskedQuestionsDep
) -> Response:
    """Show the questions that are asked for."""
    query = _query(request)
    page = questions_page(instance, request.app.state.drawings, asked, query, language)
    return render(request, "questions.html", page, language)


@router.get("/questions.csv")
def give_questions(instance: InstanceDep, asked: AskedQuestionsDep) -> Response:
    """Give the questions that are asked for as a table, all pages of them."""
    with instance.database.read() as connection:
        rows = listed_rows(map(question_answer, asked.every(connection)))
        body = b"".join(write_table(LISTED, rows, "csv", {}))
    headers = {"Content-Disposition": 'inline; filename="questions.csv"'}
    return Response(body, media_type=MEDIA_TYPES["csv"], headers=headers)


@router.get("/search")
def show_findings(
    request: Request,
    instance: InstanceDep,
    language: LanguageDep,
    as_of: AsOfDep,
    q: Annotated[str, Query(max_length=200)] = "",
    kinds: Kind | None = None,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """Show what has all the words."""
    after = _found_place(cursor)
    page = findings_page(instance, q, kinds, as_of.until, after, _query(request), language)
    return render(request, "search.html", page, language)


def _query(request: Request) -> dict[str, str]:
    """Give the query of a page without its language, which a cookie keeps."""
    return {name: value for name, value in request.query_params.items() if name != "lang"}


def _found_place(cursor: str | None) -> tuple[float, int] | None:
    """Read where the page before ended.

    Raises:
        BadCursor: it is none that a page gave.
    """
    match decode_cursor(cursor) if cursor else None:
        case None:
            return None
        case (float(rank), int(entry)) if 0 <= entry < 2**31:
            return rank, entry
    raise BadCursor

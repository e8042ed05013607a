"""The addresses of one question's page: itself, and its charts as specifications."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api.pages.distributions import Kind, live_distribution
from api.pages.drafting import draft_of
from api.pages.pictures import SIZES, live_history
from api.pages.question import question_page
from api.pages.rendering import render
from api.pages.story import read_story
from api.pages.visits import VisitDep
from forecasts.errors import UnknownQuestion

router = APIRouter(include_in_schema=False, default_response_class=Response)
QuestionId = Annotated[str, Path(max_length=80)]
Size = Annotated[Literal["wide", "narrow"], Query()]
_SIZES = dict(zip(("wide", "narrow"), SIZES, strict=True))


@router.get("/questions/{question}")
def show_question(
    question: QuestionId,
    request: Request,
    visit: VisitDep,
    sent: Annotated[str | None, Query(max_length=80)] = None,
    draft: Annotated[str | None, Query(max_length=80)] = None,
) -> Response:
    """Show one question, what a record moved that was just sent from it, a draft to go on with."""
    begun = draft_of(visit, draft, question) if draft else None
    page = question_page(visit, question, begun, stored=sent)
    answer = render(request, "question.html", page, visit.language)
    if begun is not None:
        answer.headers["Cache-Control"] = "no-store"
    return answer


@router.get("/questions/{question}/history.vl.json")
def show_history(question: QuestionId, visit: VisitDep, size: Size = "wide") -> Response:
    """Give the history of a question as Vega-Lite, with words under the pointer.

    Raises:
        UnknownQuestion: there is none of this id, or it has no history yet.
    """
    with visit.instance.database.read() as connection:
        story = read_story(connection, visit, question)
    return _specification(live_history(visit, story, _SIZES[size]))


@router.get("/questions/{question}/distribution.vl.json")
def show_distribution(
    question: QuestionId, visit: VisitDep, size: Size = "wide", kind: Kind = "density"
) -> Response:
    """Give what a question's day or number may be as Vega-Lite, with words under the pointer.

    Raises:
        UnknownQuestion: there is none of this id, or it has no such distribution.
    """
    with visit.instance.database.read() as connection:
        story = read_story(connection, visit, question)
    return _specification(live_distribution(visit, story, kind, _SIZES[size]))


def _specification(found: dict[str, object] | None) -> Response:
    """Answer with a specification."""
    if found is None:
        raise UnknownQuestion
    return JSONResponse(found, headers={"Cache-Control": "private, no-cache"})

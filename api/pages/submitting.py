"""What is sent from a question's page: evidence and one's own forecast, tried or for good."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from api.access import ForecasterDep
from api.answers import EvidenceMoved
from api.changes import Changing
from api.errors import status_of
from api.forecast_answers import ForecastStored
from api.language import say
from api.pages.drafting import drop_sent, keep_typed
from api.pages.evidence_forms import LARGEST_FORM, MOST_FIELDS, mark_refusal, record_of
from api.pages.fields import Typed
from api.pages.forecast_forms import LARGEST_FORM as LARGEST_FORECAST
from api.pages.forecast_forms import MOST_FIELDS as MOST_FORECAST_FIELDS
from api.pages.forecast_forms import forecast_of
from api.pages.previews import Moves, moves_of
from api.pages.question import question_page
from api.pages.question_forms import Sent
from api.pages.rendering import render
from api.pages.stated import stated_in_words
from api.pages.visits import Visit, VisitDep
from api.roles import Actor
from api.sessions import read_form
from api.submissions import take_evidence, take_forecast, take_withdrawal
from data.facts import read_question
from forecasts.errors import KizashiError

router = APIRouter(include_in_schema=False, default_response_class=Response)
QuestionId = Annotated[str, Path(max_length=80)]
ForecastId = Annotated[str, Path(max_length=80)]
_SEE_OTHER, _UNPROCESSABLE = 303, 422


@router.post("/questions/{question}/evidence")
async def send_evidence(
    question: QuestionId, request: Request, actor: ForecasterDep, visit: VisitDep
) -> Response:
    """Submit a record, or show what it would do; what is wrong is said beside its field."""
    typed = Typed(await read_form(request, LARGEST_FORM, MOST_FIELDS), visit.language)
    if typed.text("do") == "draft":
        kept = await keep_typed(visit, actor, "evidence", question, typed)
        return kept or _page(request, visit, question, Sent(evidence=typed), is_wrong=True)
    is_tried = typed.text("do") != "submit"
    moved = await _submitted(visit, actor, typed, question, is_tried=is_tried)
    if moved is not None and not is_tried:
        await drop_sent(visit, actor, typed.texts)
        name = moved.evidence.id
        return RedirectResponse(f"/questions/{question}?sent={name}#sent", _SEE_OTHER)
    sent = Sent(evidence=typed, would_move=_would(visit, moved, question))
    return _page(request, visit, question, sent, is_wrong=bool(typed.errors))


@router.post("/questions/{question}/evidence/preview")
async def preview_evidence(
    question: QuestionId, request: Request, actor: ForecasterDep, visit: VisitDep
) -> Response:
    """Show what a record would do, while it is being typed."""
    typed = Typed(await read_form(request, LARGEST_FORM, MOST_FIELDS), visit.language)
    moved = await _submitted(visit, actor, typed, question, is_tried=True)
    page = Sent(evidence=typed, would_move=_would(visit, moved, question))
    return render(request, "question/preview.html", page, visit.language)


@router.post("/questions/{question}/forecast")
async def send_forecast(
    question: QuestionId, request: Request, actor: ForecasterDep, visit: VisitDep
) -> Response:
    """Submit one's own forecast, or check it; what is wrong is said beside its field."""
    texts = await read_form(request, LARGEST_FORECAST, MOST_FORECAST_FIELDS)
    typed, is_tried = Typed(texts, visit.language), texts.get("do") != "submit"
    if texts.get("do") == "draft":
        kept = await keep_typed(visit, actor, "forecast", question, typed)
        return kept or _page(request, visit, question, Sent(forecast=typed), is_wrong=True)
    with visit.instance.database.read() as connection:
        _, asked = read_question(connection, question)
    forecast, stored = forecast_of(typed, asked), None
    if forecast is not None:
        changing = _changing(visit, is_tried=is_tried)
        stored = await _tried(typed, lambda: take_forecast(changing, forecast, actor), _on_top)
    if stored is not None and not is_tried:
        await drop_sent(visit, actor, texts)
        return RedirectResponse(f"/questions/{question}#own-forecast", _SEE_OTHER)
    said = stated_in_words(stored.forecast.forecast, asked, visit.language) if stored else ""
    sent = Sent(forecast=typed, would_say=said)
    return _page(request, visit, question, sent, is_wrong=bool(typed.errors))


@router.post("/questions/{question}/forecast/{forecast}/withdrawal")
async def withdraw_own_forecast(
    question: QuestionId, forecast: ForecastId, actor: ForecasterDep, visit: VisitDep
) -> Response:
    """Withdraw one's own forecast."""
    await take_withdrawal(_changing(visit, is_tried=False), forecast, actor)
    return RedirectResponse(f"/questions/{question}#own-forecast", _SEE_OTHER)


async def _submitted(
    visit: Visit, actor: Actor, typed: Typed, question: str, *, is_tried: bool
) -> EvidenceMoved | None:
    """Do what `POST /api/v1/evidence` does; None where something is wrong, which is marked."""
    record = record_of(typed, question)
    if record is None:
        return None
    changing = _changing(visit, is_tried=is_tried)
    return await _tried(typed, lambda: take_evidence(changing, record, actor), mark_refusal)


async def _tried[Answer: EvidenceMoved | ForecastStored](
    typed: Typed,
    deed: Callable[[], Awaitable[Answer]],
    mark: Callable[[Typed, str, str], None],
) -> Answer | None:
    """Do something; a rule that it breaks is said in the form, as the form is still there."""
    try:
        return await deed()
    except KizashiError as error:
        if status_of(type(error)) >= 500:
            raise
        mark(typed, type(error).__name__, say(error, typed.language))
        return None


def _on_top(typed: Typed, _rule: str, words: str) -> None:
    """Say above the fields what is wrong."""
    typed.errors[""] = words


def _changing(visit: Visit, *, is_tried: bool) -> Changing:
    """Ask for a change as the API's routes do."""
    return Changing(visit.instance, Response(), once=None, fingerprint="", dry_run=is_tried)


def _would(visit: Visit, moved: EvidenceMoved | None, question: str) -> Moves | None:
    """Say what a record would do."""
    if moved is None:
        return None
    with visit.instance.database.read() as connection:
        return moves_of(connection, moved, question, visit.language, is_tried=True)


def _page(request: Request, visit: Visit, question: str, sent: Sent, *, is_wrong: bool) -> Response:
    """Show the page again, with what was typed still there."""
    page = question_page(visit, question, sent)
    status = _UNPROCESSABLE if is_wrong else 200
    answer = render(request, "question.html", page, visit.language, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer

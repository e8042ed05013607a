"""Forecasts by people, bots, models and markets: all, one, submit, submit many, withdraw."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response, status
from pydantic import Field
from sqlalchemy import select

from api.access import ForecasterDep, InstanceDep, LanguageDep, OptionalActorDep
from api.asking import AsOfDep, SlugQuery
from api.batches import MOST_ITEMS, BatchAnswer, ModeQuery, batch_of
from api.changes import ChangingDep
from api.conditions import IfMatch, entry_tag
from api.errors import problem_responses
from api.forecast_answers import (
    ForecastStored,
    StatedForecast,
    StatedForecastList,
    stated_forecast,
)
from api.hiding import require_shown, shown_forecasts
from api.paging import PageDep
from api.quotas import spend
from api.submissions import take_forecast, take_withdrawal
from api.workflows.forecasting import submit_forecast
from data.facts import read_question
from data.forecasts import read_forecast, stands
from data.formats.base import Format
from data.formats.forecasts import ForecastFormat
from data.tables import FORECASTS
from data.writer import Transaction
from forecasts.errors import UnknownForecast

router = APIRouter(prefix="/forecasts", tags=["forecasts"])
of_question = APIRouter(prefix="/questions", tags=["questions"])
ForecastId = Annotated[str, Path(max_length=80, examples=["fc-285"])]
_BINARY = {
    "question": "deepseek-v5-by-2028-01-31",
    "probability": 0.72,
    "rationale": "Two releases a year since 2024.",
}
_DATE = {
    "question": "deepseek-v5-release-date",
    "quantiles": {"10": "2026-12-20", "50": "2027-04-15", "90": "2027-11-30"},
}
_EXAMPLES: dict[str, Any] = {
    "binary": {"summary": "A probability of yes", "value": _BINARY},
    "date": {"summary": "Quantiles of a day", "value": _DATE},
    "number": {
        "summary": "Quantiles of a number",
        "value": {
            "question": "deepseek-output-price-2028",
            "quantiles": {"10": 0.4, "50": 1.1, "90": 3.0},
        },
    },
}
_BATCH_EXAMPLES: dict[str, Any] = {
    "two": {"summary": "Two forecasts", "value": {"items": [_BINARY, _DATE]}}
}


class ForecastBatch(Format):
    """Up to 1,000 forecasts."""

    items: Annotated[tuple[ForecastFormat, ...], Field(min_length=1, max_length=MOST_ITEMS)]


@router.get("", operation_id="list_forecasts", responses=problem_responses(401, 409))
async def list_forecasts(
    instance: InstanceDep,
    reader: OptionalActorDep,
    page: PageDep,
    as_of: AsOfDep,
    *,
    question: SlugQuery = None,
    forecaster: SlugQuery = None,
    standing: Annotated[bool, Query(description="only those that stand")] = False,
) -> StatedForecastList:
    """List forecasts, newest entry of the ledger first.

    What a question hides (`forecasts_hidden_until`, `forecasts_hidden_until_own`) is left out until
    it shows; your own are there if you send your key.
    """
    query = select(FORECASTS).where(as_of.holds(FORECASTS))
    query = query.where(shown_forecasts(reader.id if reader else None, instance.clock_instant()))
    if question is not None:
        query = query.where(FORECASTS.c.question == question)
    if forecaster is not None:
        query = query.where(FORECASTS.c.forecaster == forecaster)
    if standing:
        query = query.where(stands(as_of.at))
    with instance.database.read() as connection:
        rows = connection.execute(page.newest(query, FORECASTS.c.seq)).all()
    shown, following = page.cut(rows)
    items = tuple(stated_forecast(row, as_of.at) for row in shown)
    return StatedForecastList(items=items, next_cursor=following)


@of_question.get(
    "/{question}/forecasts",
    operation_id="list_question_forecasts",
    responses=problem_responses(401, 404, 409),
)
async def list_question_forecasts(
    question: Annotated[str, Path(max_length=80, examples=["deepseek-v5-release-date"])],
    instance: InstanceDep,
    reader: OptionalActorDep,
    page: PageDep,
    as_of: AsOfDep,
    *,
    forecaster: SlugQuery = None,
    standing: Annotated[bool, Query(description="only those that stand")] = False,
) -> StatedForecastList:
    """List the forecasts of one question, newest entry of the ledger first."""
    with instance.database.read() as connection:
        read_question(connection, question, as_of.until)
    return await list_forecasts(
        instance,
        reader,
        page,
        as_of,
        question=question,
        forecaster=forecaster,
        standing=standing,
    )


@router.get(
    "/{forecast}", operation_id="get_forecast", responses=problem_responses(401, 403, 404, 409)
)
async def get_forecast(
    forecast: ForecastId,
    response: Response,
    instance: InstanceDep,
    reader: OptionalActorDep,
    as_of: AsOfDep,
) -> StatedForecast:
    """Get one forecast; its `ETag` is what a conditional update or withdrawal names."""
    now = instance.clock_instant()
    with instance.database.read() as connection:
        row = read_forecast(connection, forecast)
        require_shown(connection, row.question, row.forecaster, reader.id if reader else None, now)
    if row.recorded_at > as_of.at:
        raise UnknownForecast
    answer = stated_forecast(row, as_of.at)
    response.headers["ETag"] = entry_tag(row.seq) if answer.until is None else '"ended"'
    return answer


@router.post(
    "",
    operation_id="submit_forecast",
    status_code=status.HTTP_201_CREATED,
    responses={
        200: {"model": ForecastStored, "description": "It stood already, or a dry run"},
        **problem_responses(401, 403, 404, 409, 412, 503),
    },
)
async def post_forecast(
    forecast: Annotated[ForecastFormat, Body(openapi_examples=_EXAMPLES)],
    actor: ForecasterDep,
    changing: ChangingDep,
    response: Response,
    if_match: IfMatch = None,
) -> ForecastStored:
    """Submit a forecast: it stands until your next one on the question, or its withdrawal.

    With `If-Match` it is stored only if your forecast that stands is the one you name.
    """
    answer = await take_forecast(changing, forecast, actor, if_match)
    if answer.repeated:
        response.status_code = status.HTTP_200_OK
    return answer


@router.post(
    "/batch", operation_id="submit_forecasts", responses=problem_responses(401, 403, 409, 503)
)
async def post_forecasts(
    batch: Annotated[ForecastBatch, Body(openapi_examples=_BATCH_EXAMPLES)],
    request: Request,
    actor: ForecasterDep,
    changing: ChangingDep,
    language: LanguageDep,
    mode: ModeQuery = "all_or_nothing",
) -> BatchAnswer:
    """Submit up to 1,000 forecasts in one change; the answer says what became of each."""
    now = changing.instance.clock()

    def store(transaction: Transaction, item: ForecastFormat) -> tuple[str, bool]:
        stored = submit_forecast(transaction, item, actor.id, now)
        return stored.row.id, stored.repeated

    spend(request.scope, len(batch.items) - 1)
    change = batch_of(batch.items, mode, language, store)
    return await changing.do(BatchAnswer, actor.id, change)


@router.post(
    "/{forecast}/withdrawal",
    operation_id="withdraw_forecast",
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def post_withdrawal(
    forecast: ForecastId, actor: ForecasterDep, changing: ChangingDep
) -> ForecastStored:
    """Withdraw a forecast: from now on you say nothing on its question. The ledger keeps both."""
    return await take_withdrawal(changing, forecast, actor)

"""The shapes of the API's answers on forecasts by people, bots, models and markets."""

from typing import Any

from pydantic import Field

from api.answers import Answer, PageAnswer, iso
from data.formats.forecasts import ForecastFormat


class StatedForecast(Answer):
    """A forecast as the ledger holds it."""

    id: str
    entry: int = Field(description="its number in the ledger")
    question: str
    forecaster: str
    recorded_at: str
    until: str | None = Field(description="when it stopped standing, or will expire; null: open")
    ended_by: str | None = Field(description="superseded, withdrawn or expired")
    forecast: ForecastFormat


class StatedForecastList(PageAnswer):
    """A page of forecasts, newest entry first."""

    items: tuple[StatedForecast, ...]


class ForecastStored(Answer):
    """A forecast that was submitted or withdrawn."""

    forecast: StatedForecast
    repeated: bool = Field(description="the very same stood already; nothing was stored twice")


def stated_forecast(row: Any, at: float) -> StatedForecast:
    """Give a row as an answer, as it stood at an instant: a later end is not known then."""
    known = row.until is not None and (row.until <= at or row.ended_by == "expired")
    return StatedForecast(
        id=row.id,
        entry=row.seq,
        question=row.question,
        forecaster=row.forecaster,
        recorded_at=iso(row.recorded_at),
        until=iso(row.until) if known else None,
        ended_by=row.ended_by if known else None,
        forecast=ForecastFormat.model_validate_json(row.body),
    )

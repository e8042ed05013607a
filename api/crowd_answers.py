"""The shapes of the API's answers on crowds and the house forecast."""

import math

import numpy as np
from pydantic import Field

from api.answers import Answer, iso
from data.summaries import quantile_value
from forecasts.crowd_histories import CrowdHistory
from forecasts.distributions import QUANTILES, quantiles_of_cells
from forecasts.outcomes import Floats, OutcomeSpace

_RUNG = (
    "how pooling is learned: `fixed` below 60 resolved questions and until a learned pool is "
    "served; see docs/crowds.md"
)


class PooledForecast(Answer):
    """A forecast by a crowd or the house; which fields are filled depends on the question."""

    probability: float | None = Field(None, description="of yes, for binary questions")
    options: dict[str, float] | None = Field(None, description="for multiple choice")
    quantiles: dict[str, float | str | None] | None = Field(
        None, description="for numbers and days; null: in a tail, or never"
    )
    outside: tuple[float, ...] | None = Field(
        None, description="chance of each tail (numbers), or of later or never (days)"
    )


class Aggregates(Answer):
    """What a crowd says, by every way of pooling; all null where nobody stands."""

    recency_weighted_log_odds: PooledForecast | None = Field(
        description="the crowd's own voice while nothing is learned"
    )
    recency_weighted_median: PooledForecast | None = Field(
        description="Metaculus' community prediction; of numbers and days the mean of the CDFs"
    )
    mean: PooledForecast | None
    median: PooledForecast | None


class CrowdMoment(Answer):
    """What a crowd said from a moment on, until its next change."""

    at: str
    forecasters: int
    aggregates: Aggregates


class CrowdAnswer(Answer):
    """The crowd of a question: the forecasts of people and bots that stand, as one."""

    question: str
    type: str
    at: str = Field(description="the moment that it is of: now, `as_of`, or the question's end")
    withheld: bool = Field(description="the question hides what others forecast from you")
    forecasters: int | None = Field(description="who stand; null where it is withheld")
    aggregates: Aggregates | None = Field(description="null where it is withheld")
    rung: str = Field("fixed", description=_RUNG)


class CrowdDetail(CrowdAnswer):
    """The crowd of a question, with its history."""

    history: tuple[CrowdMoment, ...] = Field(description="at each change, oldest first")


class CrowdList(Answer):
    """A page of crowds, by question."""

    items: tuple[CrowdAnswer, ...]
    next_cursor: str | None


class HouseVoice(Answer):
    """One of the voices that the house pools."""

    voice: str
    weight: float
    forecast: PooledForecast | None
    updated: PooledForecast | None = Field(
        None,
        description="of markets: with what moved the model and no price holds yet; this is pooled",
    )


class HouseQuote(Answer):
    """The latest price of a contract that is linked to the question, as the house reads it."""

    market: str = Field(examples=["kalshi:KXDEMO-26DEC31-T5"])
    platform: str
    relation: str = Field(description="same, or complement: its no is the question's yes")
    at: str = Field(description="when this price was last seen to stand")
    probability: float = Field(description="of the question's yes, by this price")
    noise: float | None = Field(
        description="squared nats by which it may be off: its platform, spread, volume, age, and "
        "that it may be another contract; null: it says nothing"
    )
    news: float = Field(description="nats that moved the model and are not in this price yet")


class HouseMoment(Answer):
    """What the house and its voices said of yes from a moment on; null: that voice said nothing."""

    at: str
    probability: float | None
    model: float | None
    crowd: float | None
    market: float | None = Field(description="as quoted, without news")


class HouseAnswer(Answer):
    """The house forecast: model, crowd and markets pooled by precision."""

    question: str
    type: str
    at: str
    forecast: PooledForecast | None
    because: str | None = Field(description="why there is none")
    voices: tuple[HouseVoice, ...]
    quotes: tuple[HouseQuote, ...] = Field((), description="of linked contracts, by contract")
    history: tuple[HouseMoment, ...] = Field(
        (), description="at each change, oldest first; of questions of yes or no"
    )
    rung: str = Field("fixed", description=_RUNG)


def pooled_forecast(space: OutcomeSpace, said: Floats | float) -> PooledForecast | None:
    """Give a chance of yes, or a distribution over cells, as an answer; None where it is NaN."""
    values = np.asarray(said, float)
    if np.isnan(values).any():
        return None
    if values.ndim == 0:
        return PooledForecast(probability=float(values))
    if space.labels:
        return PooledForecast(options=dict(zip(space.labels, values.tolist(), strict=True)))
    of_date = space.kind == "date"
    told = [
        quantile_value(value, of_date=of_date) if math.isfinite(value) else None
        for value in quantiles_of_cells(space, values)
    ]
    levels = {f"{level:g}": value for level, value in zip(QUANTILES, told, strict=True)}
    outside = values[[-1]] if of_date else values[[0, -1]]
    return PooledForecast(quantiles=levels, outside=tuple(outside.tolist()))


def crowd_moment(space: OutcomeSpace, history: CrowdHistory, row: int) -> CrowdMoment:
    """Give what a crowd said at one of its moments."""
    said = {name: pooled_forecast(space, values[row]) for name, values in history.said.items()}
    return CrowdMoment(
        at=iso(float(history.times[row])),
        forecasters=int(history.forecasters[row]),
        aggregates=Aggregates(**said),
    )

"""The house as it stands, and how it moved: model, crowd and linked markets as the API's answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from api.answers import iso
from api.crowd_answers import HouseAnswer, HouseMoment, HouseQuote, HouseVoice, pooled_forecast
from api.crowds import Place, names_of
from api.language import translate
from data.crowds import member_rows, members_of
from data.derived_tables import STEPS
from data.linked_quotes import linked_markets
from data.question_news import read_news
from forecasts.cell_crowds import VOICE
from forecasts.crowd_histories import (
    CrowdHistory,
    CrowdMembers,
    crowd_history,
    moments_of_change,
)
from forecasts.house import house_cells, house_probability, house_weights
from forecasts.market_histories import LinkedMarket, market_history, standing_quotes
from forecasts.news import News
from forecasts.outcomes import Floats
from forecasts.voice_histories import VoiceHistory, house_history


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """All that the house of a question hears, up to its moment.

    Attributes:
        members: of the crowd.
        markets: that are linked; none where the question is not one of yes or no.
        news: how the model moved; None without a market.
    """

    members: CrowdMembers
    markets: list[LinkedMarket]
    news: News | None


def house_answer(connection: Connection, place: Place, language: str, changes: int) -> HouseAnswer:
    """Give the house forecast of a question at its moment, and its newest changes."""
    heard, now = _hear(connection, place), np.array([place.at])
    crowd = crowd_history(heard.members, now)
    count, said_by_crowd = int(crowd.forecasters[0]), crowd.said[VOICE][0]
    markets = market_history(heard.markets, now, heard.news)
    model, weights = _model(connection, place), house_weights(count, markets.precision[0])
    said: Floats | float = np.nan
    if model is not None and place.question.yes is not None:
        told = (said_by_crowd, count, markets.updated[0], markets.precision[0])
        said = float(house_probability(model, *told))
    elif model is not None:
        said = house_cells(model, said_by_crowd if count else model, count)

    def voice(name: str, weight: Any, forecast: Any, updated: Any = np.nan) -> HouseVoice:
        pooled = [pooled_forecast(place.curve.space, value) for value in (forecast, updated)]
        return HouseVoice(voice=name, weight=weight, forecast=pooled[0], updated=pooled[1])

    return HouseAnswer(
        **names_of(place),
        forecast=pooled_forecast(place.curve.space, said),
        because=_why_not(place, language) if model is None else None,
        voices=(
            voice("model", weights.model, np.nan if model is None else model),
            voice("crowd", weights.crowd, said_by_crowd),
            voice("market", weights.market, markets.said[0], markets.brought[0]),
        ),
        quotes=_quotes(heard, now),
        history=_history(connection, place, heard, changes),
    )


def _hear(connection: Connection, place: Place) -> _Heard:
    """Read what is known by the moment."""
    name = place.question.id
    rows = member_rows(connection, [name], place.at)[name]
    members = members_of(rows, place.asked, place.question, place.curve)
    markets = []
    if place.question.yes is not None:
        markets = linked_markets(connection, name, place.at)
    news = read_news(connection, name, place.at) if markets else None
    return _Heard(members, markets, news)


def _why_not(place: Place, language: str) -> str:
    """Say why there is no house forecast."""
    if place.question.yes is None and place.is_past:
        return translate(
            "The model's distribution at a past moment is not kept for questions of this type.",
            language,
        )
    return translate("The question had not opened then.", language)


def _quotes(heard: _Heard, now: Floats) -> tuple[HouseQuote, ...]:
    """Give the latest quote of each linked contract."""
    standing = standing_quotes(heard.markets, now, heard.news)
    found = []
    for row, number in enumerate(standing.market.tolist()):
        market, noise = heard.markets[number], float(standing.noise[row])
        found.append(
            HouseQuote(
                market=market.id,
                platform=market.platform,
                relation="same" if market.sign > 0 else "complement",
                at=iso(float(standing.at[row])),
                probability=float(1 / (1 + np.exp(-standing.log_odds[row]))),
                noise=noise if np.isfinite(noise) else None,
                news=float(standing.news[row]),
            )
        )
    return tuple(found)


def _history(
    connection: Connection, place: Place, heard: _Heard, most: int
) -> tuple[HouseMoment, ...]:
    """Give the newest moments at which a house moved; of yes or no, as no other past is kept."""
    model = _model_history(connection, place)
    if place.question.yes is None or not len(model.times) or not most:
        return ()
    changes = moments_of_change(heard.members, place.at)
    crowd = crowd_history(heard.members, changes) if len(changes) else None
    house = house_history(model, crowd, heard.markets, heard.news, of_yes=True)
    times = house.times[-most:]
    markets = market_history(heard.markets, times, heard.news)
    columns = (house.said[-most:], _at(model, times), _crowd_at(crowd, times), markets.said)
    return tuple(
        HouseMoment(at=iso(at), probability=of_house, model=of_model, crowd=of_crowd, market=quoted)
        for at, of_house, of_model, of_crowd, quoted in zip(
            times.tolist(), *(_known(column) for column in columns), strict=True
        )
    )


def _model_history(connection: Connection, place: Place) -> VoiceHistory:
    """Read what the model said of yes from each of its steps."""
    query = select(STEPS.c.at, STEPS.c.probability).where(
        STEPS.c.question == place.question.id,
        STEPS.c.probability.is_not(None),
        STEPS.c.at <= place.at,
    )
    rows = np.array(connection.execute(query.order_by(STEPS.c.id)).all(), float).reshape(-1, 2)
    is_last = np.append(rows[1:, 0] != rows[:-1, 0], [True] * bool(len(rows)))
    return VoiceHistory(*rows[is_last.astype(bool)].T)


def _at(voice: VoiceHistory, times: Floats) -> Floats:
    """What a voice said at some moments; NaN before it spoke."""
    place = np.searchsorted(voice.times, times, "right") - 1
    return np.where(place >= 0, voice.said[place], np.nan)


def _crowd_at(crowd: CrowdHistory | None, times: Floats) -> Floats:
    """What a crowd said at some moments; NaN where nobody stood."""
    if crowd is None:
        return np.full(len(times), np.nan)
    return _at(VoiceHistory(crowd.times, crowd.said[VOICE]), times)


def _known(column: Floats) -> Sequence[float | None]:
    """Give numbers, with None for each that is NaN."""
    return [None if np.isnan(value) else value for value in column.tolist()]


def _model(connection: Connection, place: Place) -> Floats | float | None:
    """Give what the model says: chance of yes, or cells; None where that is not known."""
    standing = place.timeline.standing.get(place.question.id)
    if standing is not None and not place.is_past:
        if place.question.yes is None:
            return standing.cells
        return place.question.probability(standing.cells)
    query = (
        select(STEPS.c.probability)
        .where(STEPS.c.question == place.question.id, STEPS.c.at <= place.at)
        .order_by(STEPS.c.id.desc())
        .limit(1)
    )
    found: float | None = connection.execute(query).scalar()
    return found

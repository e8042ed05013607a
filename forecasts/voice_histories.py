"""What each voice said of a question over time: model, crowd, markets, house, prior, naive sum."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasts.cell_crowds import VOICE
from forecasts.credit_accounts import Moment
from forecasts.crowd_histories import CrowdHistory
from forecasts.house import house_cells, house_probability
from forecasts.market_histories import (
    LinkedMarket,
    MarketHistory,
    market_history,
    quote_moments,
)
from forecasts.news import News
from forecasts.outcomes import Floats
from forecasts.questions import Curve, Question
from forecasts.voices import naive_cells

#: Voices that forecast without being a person or a bot, and what kind of forecaster each is.
VOICE_KINDS = {
    "model": "model",
    "crowd": "crowd",
    "markets": "market",
    "house": "house",
    "opening-prior": "prior",
    "naive-sum": "naive",
}


@dataclass(frozen=True, slots=True, eq=False)
class VoiceHistory:
    """What a voice said from each of some moments until the next.

    Attributes:
        times: rising, shape (m,).
        said: chance of yes, shape (m,), or distributions over cells, shape (m, cells); NaN where
            it said nothing.
    """

    times: Floats
    said: Floats


def voice_histories(
    question: Question,
    curve: Curve,
    moments: list[Moment],
    crowd: CrowdHistory | None,
    markets: Sequence[LinkedMarket] = (),
    news: News | None = None,
) -> dict[str, VoiceHistory]:
    """Give what every voice said of a question, in chances of yes where it is one of yes or no.

    Args:
        moments: what the model served, in the order of time; at least one.
        crowd: None where nobody forecast.
        markets: that are linked to a question of yes or no.
        news: how the model moved, for bringing quotes up to date.
    """
    times = np.array([moment.at for moment in moments])
    model = _read(question, np.stack([moment.served for moment in moments]))
    naive = _read(question, np.stack([naive_cells(curve, moment) for moment in moments]))
    prior = _read(question, curve.opening_cells[None])
    quoted = quote_moments(markets, np.inf)
    found = {
        "model": VoiceHistory(times, model),
        "opening-prior": VoiceHistory(times[:1], prior),
        "naive-sum": VoiceHistory(times, naive),
    }
    if crowd is not None:
        found["crowd"] = VoiceHistory(crowd.times, crowd.said[VOICE])
    if len(quoted):
        found["markets"] = VoiceHistory(quoted, market_history(markets, quoted).said)
    found["house"] = house_history(
        found["model"], crowd, markets, news, of_yes=question.yes is not None
    )
    return found


def house_history(
    model: VoiceHistory,
    crowd: CrowdHistory | None,
    markets: Sequence[LinkedMarket],
    news: News | None,
    *,
    of_yes: bool,
) -> VoiceHistory:
    """Pool model, crowd and markets from each change of any of them.

    Args:
        of_yes: they say chances of yes, not distributions over cells.
    """
    times = model.times if crowd is None else np.union1d(model.times, crowd.times)
    times = np.union1d(times, quote_moments(markets, np.inf))
    quoted = market_history(markets, times, news)
    return VoiceHistory(times, _house(model, crowd, quoted, of_yes=of_yes))


def _house(
    model: VoiceHistory, crowd: CrowdHistory | None, markets: MarketHistory, *, of_yes: bool
) -> Floats:
    """Pool all voices at the moments of the markets' history, which hold every change of any."""
    times = markets.times
    of_model = np.searchsorted(model.times, times, "right") - 1
    known = model.said[of_model]
    count, said = np.zeros(len(times)), known
    if crowd is not None:
        of_crowd = np.searchsorted(crowd.times, times, "right") - 1
        count = np.where(of_crowd >= 0, crowd.forecasters[of_crowd], 0)
        said = crowd.said[VOICE][of_crowd]
        said = np.where((count > 0).reshape(-1, *[1] * (said.ndim - 1)), said, known)
    alone = np.where((count > 0).reshape(-1, *[1] * (said.ndim - 1)), said, np.nan)
    if of_yes:
        pooled = house_probability(known, said, count, markets.updated, markets.precision)
        alone = np.where(count > 0, alone, markets.said)
    else:
        pooled = house_cells(known, said, count)
    before = (of_model < 0).reshape(-1, *[1] * (pooled.ndim - 1))
    return np.asarray(np.where(before, alone, pooled))


def _read(question: Question, cells: Floats) -> Floats:
    """Chances of yes where there are such, else the cells as they are."""
    if question.yes is None:
        return cells
    return np.clip(cells @ question.yes, 0.0, 1.0)

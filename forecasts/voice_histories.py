"""What each voice said of a question over time: model, crowd, house, opening prior, naive sum."""

from dataclasses import dataclass

import numpy as np

from forecasts.cell_crowds import VOICE
from forecasts.credit_accounts import Moment
from forecasts.crowd_histories import CrowdHistory
from forecasts.house import house_cells, house_probability
from forecasts.outcomes import Floats
from forecasts.questions import Curve, Question
from forecasts.voices import naive_cells

#: Voices that forecast without being a person or a bot, and what kind of forecaster each is.
VOICE_KINDS = {
    "model": "model",
    "crowd": "crowd",
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
    question: Question, curve: Curve, moments: list[Moment], crowd: CrowdHistory | None
) -> dict[str, VoiceHistory]:
    """Give what every voice said of a question, in chances of yes where it is one of yes or no.

    Args:
        moments: what the model served, in the order of time; at least one.
        crowd: None where nobody forecast.
    """
    times = np.array([moment.at for moment in moments])
    model = _read(question, np.stack([moment.served for moment in moments]))
    naive = _read(question, np.stack([naive_cells(curve, moment) for moment in moments]))
    prior = _read(question, curve.opening_cells[None])
    found = {
        "model": VoiceHistory(times, model),
        "opening-prior": VoiceHistory(times[:1], prior),
        "naive-sum": VoiceHistory(times, naive),
        "house": VoiceHistory(times, model),
    }
    if crowd is not None:
        found["crowd"] = VoiceHistory(crowd.times, crowd.said[VOICE])
        found["house"] = _house(question, found["model"], crowd)
    return found


def _house(question: Question, model: VoiceHistory, crowd: CrowdHistory) -> VoiceHistory:
    """Pool model and crowd from each change of either."""
    times = np.union1d(model.times, crowd.times)
    of_model = np.searchsorted(model.times, times, "right") - 1
    of_crowd = np.searchsorted(crowd.times, times, "right") - 1
    count = np.where(of_crowd >= 0, crowd.forecasters[of_crowd], 0)
    said = crowd.said[VOICE][of_crowd]
    known = model.said[of_model]
    said = np.where((count > 0).reshape(-1, *[1] * (said.ndim - 1)), said, known)
    if question.yes is not None:
        pooled = house_probability(known, said, count)
    else:
        pooled = house_cells(known, said, count)
    before = (of_model < 0).reshape(-1, *[1] * (pooled.ndim - 1))
    return VoiceHistory(times, np.where(before, said, pooled))


def _read(question: Question, cells: Floats) -> Floats:
    """Chances of yes where there are such, else the cells as they are."""
    if question.yes is None:
        return cells
    return np.clip(cells @ question.yes, 0.0, 1.0)

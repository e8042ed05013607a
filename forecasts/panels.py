"""Panels: who stood where on which question when a forecast was called for, without look-ahead."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecasts.crowds import recency_ranks
from forecasts.outcomes import Floats, Indices

#: A chance of what happened counts as at least this, so that one "never" does not settle a record.
SKILL_FLOOR = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Points, at each of which a question is forecast, and the forecasts that stand there.

    Attributes:
        sources, strands, evaluations: names that `source`, `strand` and `evaluation` number.
        source, evaluation, question, group: of each point; questions that share a group are linked.
        strand: of each point: its source, or the part of it whose calibration is its own.
        outcome: of each point, 1 for yes and 0 for no.
        made: when each point lies, in days since 1970; NaN where no clock is known.
        known: when its outcome was known, likewise; NaN where no clock is known.
        point: of each forecast, ascending.
        forecaster: of each forecast, a number.
        probability: of each forecast, in [0, 1].
        time: of each forecast, in days since 1970 or NaN; never after its point's.
        is_market: of each forecast, whether a market or a platform's own aggregate states it.
    """

    sources: tuple[str, ...]
    strands: tuple[str, ...]
    evaluations: tuple[str, ...]
    source: Indices
    strand: Indices
    evaluation: Indices
    question: Indices
    group: Indices
    outcome: Floats
    made: Floats
    known: Floats
    point: Indices
    forecaster: Indices
    probability: Floats
    time: Floats
    is_market: NDArray[np.bool_]

    @property
    def points(self) -> int:
        """Number of points."""
        return len(self.outcome)

    def at(self, points: NDArray[np.bool_]) -> "Panel":
        """Only some of the points, numbered anew, with the forecasts that stand there."""
        kept = points[self.point]
        place = np.cumsum(points) - 1
        rows = ("forecaster", "probability", "time", "is_market")
        columns = (
            "source",
            "strand",
            "evaluation",
            "question",
            "group",
            "outcome",
            "made",
            "known",
        )
        return replace(
            self,
            point=place[self.point[kept]],
            **{name: getattr(self, name)[kept] for name in rows},
            **{name: getattr(self, name)[points] for name in columns},
        )

    def said_by(self, kept: NDArray[np.bool_]) -> "Panel":
        """Only some of the forecasts, and the points that any of them stands at."""
        rows = ("point", "forecaster", "probability", "time", "is_market")
        fewer = replace(self, **{name: getattr(self, name)[kept] for name in rows})
        return fewer.at(np.bincount(fewer.point, minlength=self.points) > 0)

    @property
    def ranks(self) -> Floats:
        """Recency rank of each forecast at its point, see `recency_ranks`."""
        return recency_ranks(self.time, self.point)


def skills(record: Panel, panel: Panel, prior_questions: float = 20.0) -> tuple[Floats, Floats]:
    """How many bits a question each forecaster has been ahead of the others, on other questions.

    At each point of the record, a forecaster's log2 score is compared with the mean of the others'
    there. Points of one question count as one. The sum is divided by the number of questions and
    `prior_questions`, so that who has forecast little is taken as no better than others.

    Args:
        record: points whose outcomes are known, with more than one forecaster to count; markets and
            aggregates must have been left out.
        panel: whose forecasts are asked for; a question that is in the record as well does not
            count for its own forecasts.
        prior_questions: equal questions that everyone starts with.

    Gives the skill in bits and the number of questions that it rests on, of each forecast.
    """
    width = int(max(record.forecaster.max(initial=0), panel.forecaster.max(initial=0))) + 1
    pairs, bits = _bits_ahead(record, width)
    total = np.bincount(pairs % width, bits, width)
    count = np.bincount(pairs % width, minlength=width)
    asked = panel.question[panel.point] * width + panel.forecaster
    place = np.searchsorted(pairs, asked)
    is_own = np.append(pairs, -1)[place] == asked
    questions = count[panel.forecaster] - is_own
    others = total[panel.forecaster] - is_own * np.append(bits, 0.0)[place]
    return others / (questions + prior_questions), questions.astype(float)


def _bits_ahead(record: Panel, width: int) -> tuple[Indices, Floats]:
    """Mean bits ahead of the others by pair question * width + forecaster, ascending."""
    size = np.bincount(record.point, minlength=record.points)[record.point]
    told = np.where(record.outcome[record.point] == 1, record.probability, 1 - record.probability)
    bits = np.log2(np.maximum(told, SKILL_FLOOR))
    others = np.bincount(record.point, bits, record.points)[record.point] - bits
    ahead = np.where(size > 1, bits - others / np.maximum(size - 1, 1), 0.0)
    key = record.question[record.point] * width + record.forecaster
    pairs, place = np.unique(key, return_inverse=True)
    return pairs, np.bincount(place, ahead, len(pairs)) / np.bincount(place, minlength=len(pairs))

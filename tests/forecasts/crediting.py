"""Histories with their credit, for tests."""

from dataclasses import dataclass

import numpy as np

from forecasts.credit import Credit, Ending, credit_of
from forecasts.credit_accounts import Moment, MomentReader
from forecasts.questions import Curve, Question
from forecasts.timeline import Event, Timeline, play


@dataclass(frozen=True)
class History:
    question: Question
    curve: Curve
    moments: list[Moment]
    now: float

    def credit(self, ending: Ending | None = None) -> Credit:
        rng = np.random.default_rng(1)
        return credit_of(self.question, self.curve, self.moments, ending or Ending(self.now), rng)


def history(start: Timeline, events: list[tuple[Event, float]], name: str) -> History:
    reader, moments, line = MomentReader(), [], start
    for event, at in [(None, start.world.now), *events]:
        if event is not None:
            line, _ = play(line, event, at)
        if name in line.standing:
            world, question = line.world, line.world.questions[name]
            moments.append(reader.moment(world, question, line.standing[name].cells))
    question = line.world.questions[name]
    return History(question, line.world.curves[question.curve].curve, moments, line.world.now)

"""The shapes of the API's answers on what-ifs and scenarios."""

from typing import Any, Literal

from pydantic import Field

from api.answers import CAUSES, Answer, Movement, PageAnswer
from data.formats.scenarios import NamedScenario

Reading = Literal["learn", "make", "make_then_learn"]
READINGS = (
    "learn: if we learn it, what does it tell of the rest; make: if we make it so, what follows; "
    "make_then_learn: both, in this order"
)


class ChanceAnswer(Answer):
    """How likely what is learned is, after what is made so."""

    probability: float
    monte_carlo_error: float = Field(description="standard error of the probability")
    effective_draws: float = Field(description="draws that are left under the conditions")


class TargetValueAnswer(Answer):
    """Where the target stands."""

    probability: float = Field(description="of its headline outcome")
    median: float | str | None = Field(
        description="for numbers and days; null for others, and where it lies beyond the range"
    )


class OutcomeAnswer(Answer):
    """One outcome of a question that is watched, and where it would leave the target."""

    outcome: str
    probability: float
    target: TargetValueAnswer | None = Field(description="null where the outcome cannot be")


class WatchAnswer(Answer):
    """What learning a question's outcome would tell of the target."""

    question: str
    information: float = Field(description="I(T; Q) in bits: what log score is expected to gain")
    outcomes: tuple[OutcomeAnswer, ...]


class SwingAnswer(Answer):
    """Where the target would stand if a driver were set to its 5 and its 95% point."""

    driver: str
    reading: Reading = Field(description=READINGS)
    low_value: float = Field(description="in standard deviations of the driver's prior")
    high_value: float
    low: TargetValueAnswer
    high: TargetValueAnswer
    bits: float = Field(description="change of log2 odds of the headline from low to high")


class TargetAnswer(Answer):
    """What the conditions leave to be learned of one question."""

    question: str
    headline: str = Field(description="the outcome by which movements of the target are told")
    value: TargetValueAnswer
    watch: tuple[WatchAnswer, ...] = Field(description="all other open questions, most first")
    tornado: tuple[SwingAnswer, ...] = Field(description="every driver, widest swing first")


class TableAxisAnswer(Answer):
    """One question of a joint table."""

    question: str
    outcomes: tuple[str, ...]


class TableAnswer(Answer):
    """How likely the outcomes of several questions are together, under the conditions."""

    axes: tuple[TableAxisAnswer, ...]
    probabilities: Any = Field(description="lists in lists, one level a question")
    monte_carlo_errors: Any = Field(description="standard errors, of the same shape")


class WhatIfAnswer(Answer):
    """A what-if: how likely it is, and every open question before and under it."""

    world: str
    at: str = Field(description="as of when, UTC")
    reading: Reading = Field(description=READINGS)
    chance: ChanceAnswer
    warning: str | None = Field(description="says if too few draws are left to trust the numbers")
    questions: tuple[Movement, ...] = Field(
        description="every open question, what moves most first; `direct`: a condition is on its "
        "own curve"
    )
    target: TargetAnswer | None
    tables: tuple[TableAnswer, ...]


class ScenarioAnswer(Answer):
    """A stored scenario and how likely it is now."""

    id: str
    world: str
    author: str
    entry: int = Field(description="its number in the ledger")
    stored_at: str
    reading: Reading = Field(description=READINGS)
    scenario: NamedScenario
    chance: ChanceAnswer


class ScenarioStepAnswer(Answer):
    """One step of a scenario's history."""

    at: str
    cause: str = Field(description=CAUSES)
    cause_id: str
    bits: float = Field(description="change of log2 odds of the scenario")
    probability: float
    monte_carlo_error: float
    effective_draws: float


class ScenarioDetail(ScenarioAnswer):
    """A scenario with what it means for every open question, and its history, oldest first."""

    what_if: WhatIfAnswer | None = Field(description="null once the scenario cannot be any more")
    steps: tuple[ScenarioStepAnswer, ...]


class ScenarioList(PageAnswer):
    """A page of scenarios, in the order in which they were stored."""

    items: tuple[ScenarioAnswer, ...]

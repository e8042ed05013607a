"""The written form of a question, its opening prior and its loadings on drivers."""

from datetime import UTC, date
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from data.formats.base import (
    Bilingual,
    Day,
    Flag,
    Format,
    Moment,
    Number,
    OnlyWhole,
    Probability,
    Slug,
    Text,
)

QuestionType = Literal["binary", "multiple_choice", "numeric", "date"]
#: Cases of a reference class; more are a slip of the keyboard.
MOST_CASES = 1_000_000_000


class Choice(Format):
    """One option of a multiple-choice question."""

    id: Slug
    title: Bilingual


class AxisRange(Format):
    """Where the 200 inner cells of a numeric question lie; what is outside falls in two tails."""

    min: Number
    max: Number
    scale: Literal["linear", "log"] = "linear"
    unit: Bilingual
    closed_below: Flag = False  # nothing below `min` can happen, as with a count and 0
    closed_above: Flag = False  # nothing above `max` can happen, as with a percentage and 100

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if not self.min < self.max:
            raise ValueError(f"min {self.min} must be below max {self.max}")
        if self.scale == "log" and self.min <= 0:
            raise ValueError(f"a log scale needs min above 0, not {self.min}")
        return self


class Window(Format):
    """A stretch of days in which an event is more likely, such as the signing of a yearly act."""

    first: Day
    last: Day
    weight: Probability  # share of the whole hazard up to the close; the rest is spread evenly


class Loading(Format):
    """How a question hangs on one driver, in log-odds (log hazard, or prior spreads) per sd."""

    driver: Slug
    weight: Annotated[Number, Field(ge=-3, le=3)]
    reason: Bilingual
    choice: Slug | None = None  # multiple choice only: the option whose log-odds it moves


class BaseRate(Format):
    """How often it happened in the reference class: counts of cases."""

    happened: Annotated[int, Field(ge=0, le=MOST_CASES), OnlyWhole]
    of: Annotated[int, Field(gt=0, le=MOST_CASES), OnlyWhole]

    @model_validator(mode="after")
    def _is_a_share(self) -> Self:
        if self.happened > self.of:
            raise ValueError("`happened` may be at most `of`: mend either")
        return self

    @property
    def probability(self) -> float:
        """Mean of the Jeffreys posterior, Beta(happened + .5, of - happened + .5).

        >>> BaseRate(happened=0, of=2).probability  # Beta(0.5, 2.5)
        0.16666666666666666
        """
        return (self.happened + 0.5) / (self.of + 1)


class Prior(Format):
    """What a forecaster would say from the reference class alone, before any record of evidence.

    Binary and event: `probability`, or `base_rate` in its place. Multiple choice: `probabilities`,
    one an option, summing to 1. Numeric: `quantiles` at 10, 50 and 90. Date: at least two of the
    quantiles and `after_close`, and optionally `never`.
    """

    as_of: Day  # records published before it are already in the prior and do not count again
    reference_class: Bilingual
    reference_class_id: Slug | None = None  # shared where a class is: what is learned of it counts
    reason: Bilingual
    probability: Probability | None = None
    base_rate: BaseRate | None = None
    probabilities: dict[Slug, Probability] | None = None
    quantiles: dict[Literal["10", "50", "90"], Number | Day] | None = None
    after_close: Probability | None = None  # dates: chance of "later or never"
    never: Annotated[Number, Field(ge=0, lt=1)] = 0.0  # dates and events: chance of never at all
    windows: tuple[Window, ...] = ()  # events and dates that ride on dated occasions

    @property
    def opening_probability(self) -> float | None:
        """Chance of yes, given or from the base rate; None where a prior says more than that."""
        return self.base_rate.probability if self.base_rate else self.probability


class Derived(Format):
    """A binary question that is a threshold on the outcome of another question."""

    question: Slug
    by: Day | None = None  # yes if the other's date is on or before this day
    at_least: Number | None = None  # yes if the other's number is at least this

    @model_validator(mode="after")
    def _has_one_threshold(self) -> Self:
        if (self.by is None) == (self.at_least is None):
            raise ValueError("give exactly one of `by` and `at_least`")
        return self


class QuestionFormat(Format):
    """One thing to forecast."""

    id: Slug
    type: QuestionType
    event: Flag = False  # binary "by the close" questions that live on dates
    derived_from: Derived | None = None
    title: Bilingual
    background: Bilingual | None = None
    criteria: Bilingual
    fine_print: Bilingual | None = None
    resolution_sources: tuple[Text, ...] = ()
    opens: Day
    closes: Day
    resolves: Day
    added: Day | None = None  # set where the question came later than its document
    reporting_lag_days: Annotated[int, Field(ge=0, le=400), OnlyWhole] = 1
    choices: tuple[Choice, ...] = ()
    range: AxisRange | None = None
    claims: tuple[Slug, ...] = ()
    loadings: tuple[Loading, ...] = ()
    prior: Prior | None = None  # none where the question is derived from another
    forecasts_hidden_until: Moment | None = None  # nobody sees others' forecasts before
    forecasts_hidden_until_own: Flag = False  # who has not forecast does not see others' forecasts
    hindsight_note: Text | None = None  # facts from after the opening; never leaves the bank's file

    @model_validator(mode="after")
    def _times_are_in_order(self) -> Self:
        if not self.opens < self.closes <= self.resolves:
            days = f"{self.opens}, {self.closes}, {self.resolves}"
            raise ValueError(f"needs opens < closes <= resolves, not {days}")
        hidden = self.forecasts_hidden_until
        if hidden is not None and hidden.astimezone(UTC).date() > self.closes:
            raise ValueError("`forecasts_hidden_until` must not lie after the close")
        return self

    @model_validator(mode="after")
    def _parts_fit_the_type(self) -> Self:
        if (self.type == "multiple_choice") != (len(self.choices) >= 2):
            raise ValueError(
                "`choices` (two or more) belong to type multiple_choice, and only there"
            )
        if (self.type == "numeric") != (self.range is not None):
            raise ValueError("`range` belongs to type numeric, and only there")
        if (self.event or self.derived_from) and self.type != "binary":
            raise ValueError("`event` and `derived_from` are for type binary")
        if (self.derived_from is None) == (self.prior is None):
            raise ValueError("give `prior`, or `derived_from`, and not both")
        return self

    @model_validator(mode="after")
    def _prior_fits_the_type(self) -> Self:
        if self.prior is not None:
            fault = _prior_fault(self, self.prior)
            if fault:
                raise ValueError(fault)
        return self

    @model_validator(mode="after")
    def _loadings_name_choices(self) -> Self:
        known = {choice.id for choice in self.choices}
        for loading in self.loadings:
            if self.type == "multiple_choice" and loading.choice not in known:
                raise ValueError(
                    f"loading on {loading.driver}: `choice` must be one of {sorted(known)}"
                )
            if self.type != "multiple_choice" and loading.choice is not None:
                raise ValueError(
                    f"loading on {loading.driver}: `choice` is for multiple choice only"
                )
        return self


#: The ways to give a prior, by the type of the question: one of them, and no other.
_PRIORS: dict[QuestionType, tuple[str, ...]] = {
    "binary": ("probability", "base_rate"),
    "multiple_choice": ("probabilities",),
    "numeric": ("quantiles",),
    "date": ("quantiles",),
}


def _prior_fault(question: QuestionFormat, prior: Prior) -> str | None:
    """Say what the prior lacks or has too much for the question's type."""
    if prior.windows and not question.event:
        return "`windows` are for events: leave them out"
    if prior.reference_class_id and question.type not in ("binary", "date"):
        return f"`reference_class_id` is not for type {question.type}: leave it out"
    ways = {name for names in _PRIORS.values() for name in names}
    given = [name for name in ways if getattr(prior, name) is not None]
    wanted = _PRIORS[question.type]
    if len(given) != 1 or given[0] not in wanted:
        names = " or ".join(f"`{name}`" for name in wanted)
        return f"a prior for type {question.type} gives {names}: keep one, and leave the rest out"
    if prior.probabilities is not None:
        return _probabilities_fault(question, prior.probabilities)
    return _quantile_fault(question, prior) if prior.quantiles is not None else None


def _probabilities_fault(question: QuestionFormat, given: dict[str, float]) -> str | None:
    """Say what is wrong with the probabilities of a multiple-choice prior."""
    if set(given) != {choice.id for choice in question.choices}:
        return "`probabilities` must name every choice once"
    total = sum(given.values())
    return f"`probabilities` sum to {total:.6g}, not 1" if abs(total - 1) > 1e-6 else None


def _quantile_fault(question: QuestionFormat, prior: Prior) -> str | None:
    """Say what is wrong with the quantiles of a numeric or date prior."""
    assert prior.quantiles is not None
    of_dates = question.type == "date"
    if any(isinstance(value, date) != of_dates for value in prior.quantiles.values()):
        return f"`quantiles` of type {question.type} must be {'days' if of_dates else 'numbers'}"
    if question.type == "numeric" and set(prior.quantiles) != {"10", "50", "90"}:
        return "`quantiles` must be given at 10, 50 and 90"
    if of_dates and len(prior.quantiles) + (prior.after_close is not None) < 2:
        return "a date needs at least two of: quantiles 10, 50, 90, and `after_close`"
    ordered = [prior.quantiles[level] for level in ("10", "50", "90") if level in prior.quantiles]
    if any(not low < high for low, high in pairwise(ordered)):  # type: ignore[operator]
        return f"`quantiles` must rise: {', '.join(map(str, ordered))}"
    return None

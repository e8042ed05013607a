"""The written form of a question, its opening prior and its loadings on drivers."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from data.formats.base import Bilingual, Format, Number, Probability, Slug, Text

QuestionType = Literal["binary", "multiple_choice", "numeric", "date"]


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
    closed_below: bool = False  # nothing below `min` can happen, as with a count and 0
    closed_above: bool = False  # nothing above `max` can happen, as with a percentage and 100

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if not self.min < self.max:
            raise ValueError(f"min {self.min} must be below max {self.max}")
        if self.scale == "log" and self.min <= 0:
            raise ValueError(f"a log scale needs min above 0, not {self.min}")
        return self


class Window(Format):
    """A stretch of days in which an event is more likely, such as the signing of a yearly act."""

    first: date
    last: date
    weight: Probability  # share of the whole hazard up to the close; the rest is spread evenly


class Loading(Format):
    """How a question hangs on one driver, in log-odds (log hazard, or prior spreads) per sd."""

    driver: Slug
    weight: Annotated[Number, Field(ge=-3, le=3)]
    reason: Bilingual
    choice: Slug | None = None  # multiple choice only: the option whose log-odds it moves


class Prior(Format):
    """What a forecaster would say from the reference class alone, before any record of evidence.

    Binary and event: `probability`. Multiple choice: `probabilities`, one an option, summing to 1.
    Numeric: `quantiles` at 10, 50 and 90. Date: at least two of the quantiles and `after_close`,
    and optionally `never`.
    """

    as_of: date  # records published before it are already in the prior and do not count again
    reference_class: Bilingual
    reason: Bilingual
    probability: Probability | None = None
    probabilities: dict[Slug, Probability] | None = None
    quantiles: dict[Literal["10", "50", "90"], Number | date] | None = None
    after_close: Probability | None = None  # dates: chance of "later or never"
    never: Annotated[Number, Field(ge=0, lt=1)] = 0.0  # dates and events: chance of never at all
    windows: tuple[Window, ...] = ()  # events and dates that ride on dated occasions


class Derived(Format):
    """A binary question that is a threshold on the outcome of another question."""

    question: Slug
    by: date | None = None  # yes if the other's date is on or before this day
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
    event: bool = False  # binary "by the close" questions that live on dates
    derived_from: Derived | None = None
    title: Bilingual
    background: Bilingual | None = None
    criteria: Bilingual
    fine_print: Bilingual | None = None
    resolution_sources: tuple[Text, ...] = ()
    opens: date
    closes: date
    resolves: date
    added: date | None = None  # set where the question came later than its document
    reporting_lag_days: Annotated[int, Field(ge=0, le=400)] = 1
    choices: tuple[Choice, ...] = ()
    range: AxisRange | None = None
    claims: tuple[Slug, ...] = ()
    loadings: tuple[Loading, ...] = ()
    prior: Prior | None = None  # none where the question is derived from another
    hindsight_note: Text | None = None  # facts from after the opening; never leaves the bank's file

    @model_validator(mode="after")
    def _times_are_in_order(self) -> Self:
        if not self.opens < self.closes <= self.resolves:
            days = f"{self.opens}, {self.closes}, {self.resolves}"
            raise ValueError(f"needs opens < closes <= resolves, not {days}")
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


def _prior_fault(question: QuestionFormat, prior: Prior) -> str | None:
    """Say what the prior lacks or has too much for the question's type."""
    if prior.windows and not question.event:
        return "`windows` are for events: leave them out"
    given = {name for name in ("probability", "probabilities", "quantiles") if getattr(prior, name)}
    wanted = {"binary": "probability", "multiple_choice": "probabilities"}.get(
        question.type, "quantiles"
    )
    if given != {wanted}:
        return f"a prior for type {question.type} gives `{wanted}`, and of the three only that"
    if prior.probabilities is not None:
        if set(prior.probabilities) != {choice.id for choice in question.choices}:
            return "`probabilities` must name every choice once"
        if abs(sum(prior.probabilities.values()) - 1) > 1e-6:
            return f"`probabilities` sum to {sum(prior.probabilities.values()):.6g}, not 1"
    if prior.quantiles is not None:
        return _quantile_fault(question, prior)
    return None


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

"""The written form of an evidence record: a dated, sourced fact and what it says of questions."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from data.formats.base import Bilingual, Day, DayOrMonth, Format, Number, Probability, Slug, Url

Direction = Literal["yes", "no", "toward", "higher", "lower", "sooner", "later"]
EvidenceKind = Literal["fact", "report", "rumour"]
Strength = Literal["negligible", "weak", "moderate", "strong", "decisive"]
Grade = Annotated[str, StringConstraints(pattern=r"^[A-F][1-6]$")]


class SourceProbability(Format):
    """A probability that the source itself states, and the one it started from."""

    stated: Probability
    before: Probability  # without it the base rate would count twice


class MeasuredValue(Format):
    """A measurement of the quantity that the question asks for, with its spread (1 sd)."""

    value: Number
    spread: Annotated[Number, Field(gt=0)]


class Bound(Format):
    """The highest (or lowest) value so far of a quantity that can only rise (or fall)."""

    at_least: Number | None = None
    at_most: Number | None = None

    @model_validator(mode="after")
    def _has_one_side(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give exactly one of `at_least` and `at_most`")
        return self


class DateWindow(Format):
    """The days in which, the source says, the event will happen."""

    first: Day
    last: Day

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError(f"the window ends on {self.last}, before it begins on {self.first}")
        return self


_ROUTES = ("strength", "likelihood_ratio", "source_probability", "measured", "bound")


class StanceFormat(Format):
    """What a record says of one question: a direction and how strongly, or a value.

    Directions are `yes` and `no` for binary questions; `toward` with a `choice` for multiple
    choice (a likelihood ratio below 1 speaks against it); `higher` and `lower` for numbers;
    `sooner` and `later` for dates. A `window` of dates takes `yes` or `no`.
    """

    question: Slug
    direction: Direction | None = None
    choice: Slug | None = None
    window: DateWindow | None = None
    strength: Strength | None = None
    likelihood_ratio: Annotated[Number, Field(gt=0, le=1e6)] | None = None
    source_probability: SourceProbability | None = None
    measured: MeasuredValue | None = None
    bound: Bound | None = None

    @model_validator(mode="after")
    def _has_one_route(self) -> Self:
        given = [name for name in _ROUTES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(_ROUTES)}")
        if (given[0] in ("measured", "bound")) != (self.direction is None):
            raise ValueError("`direction` goes with strength, likelihood_ratio, source_probability")
        if (self.direction == "toward") != (self.choice is not None):
            raise ValueError("`choice` goes with direction toward, and only there")
        return self


class EvidenceFormat(Format):
    """A dated, sourced fact with one stance for each question that it bears on."""

    id: Slug | None = None  # given by the ledger where it is left out
    published: DayOrMonth
    observed: Day | None = None
    source: Slug
    grade: Grade = "F6"  # Admiralty: reliability A-F of the source, credibility 1-6 of the report
    kind: EvidenceKind = "report"
    origin: Slug | None = None  # records that repeat one report share it
    url: Url | None = None
    fact: Bilingual
    note: Bilingual | None = None
    stances: Annotated[tuple[StanceFormat, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _has_one_stance_a_question(self) -> Self:
        seen: set[tuple[str, str | None]] = set()
        for stance in self.stances:
            key = (stance.question, stance.choice)
            if key in seen:
                raise ValueError("two stances on one question: give one a question (and choice)")
            seen.add(key)
        return self

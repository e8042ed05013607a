"""The written form of what-ifs: conditions, tables, and scenarios with a name."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from data.formats.base import Bilingual, Day, Flag, Format, Number, Slug

#: Conditions of one scenario, learned and made together.
MOST_CONDITIONS = 32
#: Joint tables that one request may ask for, and questions of each.
MOST_TABLES, MOST_AXES = 8, 3
_SAYS = ("outcome", "at_least", "at_most", "by", "after", "value")
_Deviations = Annotated[Number, Field(ge=-6, le=6)]


class ConditionFormat(Format):
    """One thing that is supposed, of a question or of a driver.

    Of a question: `outcome` true or false, a choice's id, or "never" (dates); `at_least` or
    `at_most` (numbers); `by` or `after` a day (dates). Of a driver, in standard deviations of its
    prior: `at_least` or `at_most` where it is learned, `value` where it is made.
    """

    question: Slug | None = None
    driver: Slug | None = None
    outcome: Flag | Slug | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    by: Day | None = None
    after: Day | None = None
    value: _Deviations | None = None

    @model_validator(mode="after")
    def _says_one_thing_of_one_subject(self) -> Self:
        if (self.question is None) == (self.driver is None):
            raise ValueError("give exactly one of `question` and `driver`")
        given = [name for name in _SAYS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(_SAYS)}")
        allowed = ("at_least", "at_most", "value") if self.driver else _SAYS[:-1]
        if given[0] not in allowed:
            raise ValueError(
                "a question has no `value`; a driver has `at_least`, `at_most` or `value`"
            )
        return self


class Conditions(Format):
    """What is supposed: first what is made so, then what is learned."""

    learn: tuple[ConditionFormat, ...] = ()
    make: tuple[ConditionFormat, ...] = ()

    @model_validator(mode="after")
    def _are_few_and_drivers_fit(self) -> Self:
        if len(self.learn) + len(self.make) > MOST_CONDITIONS:
            raise ValueError(f"has more than {MOST_CONDITIONS} conditions")
        if any(one.value is not None for one in self.learn):
            raise ValueError("a driver's `value` can only be made; learn `at_least` or `at_most`")
        if any(one.driver and one.value is None for one in self.make):
            raise ValueError("a driver that is made so needs its `value`")
        return self


class Cut(Format):
    """A question of a table, with where its dates or numbers are cut in two."""

    question: Slug
    by: Day | None = None
    at_least: Number | None = None

    @model_validator(mode="after")
    def _has_one_cut(self) -> Self:
        if (self.by is None) == (self.at_least is None):
            raise ValueError("give exactly one of `by` and `at_least`")
        return self


class WhatIfFormat(Conditions):
    """A what-if, and what to tell of it.

    With a `target`: which questions to watch, and how far each driver swings it. Of each of
    `tables`: how likely the outcomes of two or three questions are together.
    """

    target: Slug | None = None
    tables: Annotated[
        tuple[Annotated[tuple[Slug | Cut, ...], Field(min_length=2, max_length=MOST_AXES)], ...],
        Field(max_length=MOST_TABLES),
    ] = ()


class NamedScenario(Conditions):
    """A what-if that is kept under a name, and followed from then on."""

    id: Slug
    title: Bilingual

    @model_validator(mode="after")
    def _supposes_something(self) -> Self:
        if not self.learn and not self.make:
            raise ValueError("give at least one condition, to `learn` or to `make`")
        return self


class ScenarioFormat(NamedScenario):
    """A scenario as it is submitted: in which world it is."""

    world: Slug


class BankScenario(NamedScenario):
    """A scenario of a bank, and the day from whose beginning it is followed."""

    added: Day

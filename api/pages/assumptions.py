"""What a scenario supposes, in words: of questions how they come out, of drivers where they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import erf, sqrt

from babel.numbers import format_decimal

from api.answers import QuestionAnswer
from api.language import translate
from api.pages.wording import Wording, wording
from api.words import day_in_words, in_language, outcome_in_words, percent, value
from data.formats.banks import WorldFormat
from data.formats.questions import QuestionFormat
from data.formats.scenarios import ConditionFormat, Conditions


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing that is supposed.

    Attributes:
        subject: the question, or the driver.
        address: of the question's page; empty for drivers.
        said: how it comes out, or where it is.
        known: what came of the question, where that is known.
    """

    subject: Wording
    address: str
    said: str
    known: str


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All that is supposed: what is made so first, then what is learned."""

    make: tuple[Assumption, ...]
    learn: tuple[Assumption, ...]


def assumptions_of(
    written: Conditions,
    world: WorldFormat,
    questions: Mapping[str, QuestionAnswer],
    language: str,
) -> Assumptions:
    """Say what is supposed; of questions that this world has."""
    make, learn = (
        tuple(
            assumption(one, world, questions, language)
            for one in part
            if one.driver or one.question in questions
        )
        for part in (written.make, written.learn)
    )
    return Assumptions(make, learn)


def assumption(
    written: ConditionFormat,
    world: WorldFormat,
    questions: Mapping[str, QuestionAnswer],
    language: str,
) -> Assumption:
    """Say one condition in words."""
    if written.driver is not None:
        titles = {driver.id: driver.title for driver in world.drivers}
        title = titles.get(written.driver)
        named = wording(title, language) if title else Wording(written.driver, "en")
        return Assumption(named, "", _driver_words(written, language), "")
    assert written.question is not None
    answer = questions[written.question]
    return Assumption(
        subject=wording(answer.question.title, language),
        address=f"/questions/{answer.id}",
        said=_outcome_words(written, answer.question, language),
        known=_known(answer, language),
    )


def deviations(amount: float, language: str) -> str:
    """Write a driver's value with its sign.

    >>> deviations(-1.5, "en"), deviations(0.04, "en")
    ('−1.5', '0.0')
    """
    if abs(amount) < 0.05:
        return format_decimal(0, "0.0", locale=language)
    return format_decimal(amount, "+0.0;\N{MINUS SIGN}0.0", locale=language)


def place_in_words(amount: float, language: str) -> str:
    """Say how unusual a driver's value is, among what was thought possible at first."""
    below = (1 + erf(amount / sqrt(2))) / 2
    words = "higher than {share} of its prior" if amount >= 0 else "lower than {share} of its prior"
    return translate(words, language).format(share=percent(max(below, 1 - below), language))


def _driver_words(written: ConditionFormat, language: str) -> str:
    """Say where a driver is."""
    if written.value is not None:
        words = translate("set to {value} ({place})", language)
        return words.format(
            value=deviations(written.value, language), place=place_in_words(written.value, language)
        )
    at_least = written.at_least is not None
    amount = written.at_least if written.at_least is not None else written.at_most
    assert amount is not None
    words = translate("at least {value}" if at_least else "at most {value}", language)
    return words.format(value=deviations(amount, language))


def _outcome_words(written: ConditionFormat, question: QuestionFormat, language: str) -> str:
    """Say how a question comes out."""
    if written.by is not None or written.after is not None:
        day = written.by or written.after
        assert day is not None
        words = translate("by {day}" if written.by else "after {day}, or never", language)
        return words.format(day=day_in_words(day.isoformat(), language))
    if written.outcome is True or written.outcome is False:
        return translate("Yes" if written.outcome else "No", language)
    if written.outcome is not None:
        titles = {choice.id: in_language(choice.title, language) for choice in question.choices}
        return titles.get(written.outcome) or translate("never", language)
    at_least = written.at_least is not None
    amount = written.at_least if written.at_least is not None else written.at_most
    unit = in_language(question.range.unit, language) if question.range else ""
    words = translate("at least {value}" if at_least else "at most {value}", language)
    return words.format(value=f"{value(amount, language)} {unit}".strip())


def _known(answer: QuestionAnswer, language: str) -> str:
    """Say what came of a question, where that is known."""
    if answer.resolution is None:
        return ""
    words = translate("Known by now: {outcome}", language)
    return words.format(outcome=outcome_in_words(answer.resolution, answer.question, language))

"""What must hold between a bank's scenarios and its questions: references, days, and conditions."""

from collections.abc import Iterator
from datetime import date

from data.bank_faults import Fault, Steps
from data.bank_parts import Parts, faults_at
from data.formats.questions import QuestionFormat
from data.formats.scenarios import BankScenario, ConditionFormat


def scenario_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault of the scenarios against the rest of the bank."""
    known = {one.question: one.known_by for one in parts.resolutions.values()}
    for index, scenario in parts.scenarios.items():
        at = faults_at(parts.sheets["scenarios.yaml"], ("scenarios", index))
        for part, conditions in (("learn", scenario.learn), ("make", scenario.make)):
            for place, condition in enumerate(conditions):
                for steps, message in _condition_faults(parts, scenario, condition, known):
                    yield at((part, place, *steps), message)


def _condition_faults(
    parts: Parts, scenario: BankScenario, condition: ConditionFormat, known: dict[str, date]
) -> Iterator[tuple[Steps, str]]:
    """What is wrong with one condition."""
    if condition.driver is not None:
        drivers = {one.id for one in parts.bank.world.drivers} if parts.bank else set()
        if parts.bank and condition.driver not in drivers:
            yield ("driver",), f"must be one of {', '.join(sorted(drivers))}"
        return
    assert condition.question is not None
    question = parts.question(condition.question)
    if question is None:
        if not parts.knows("questions.yaml", "questions", condition.question):
            yield ("question",), "names no question: mend the id"
        return
    begins = max(question.opens, question.added or question.opens)
    if scenario.added < begins:
        yield ("question",), f"opens on {begins}, after the scenario was added: set `added` later"
    if question.id in known and known[question.id] < scenario.added:
        message = f"had an outcome on {known[question.id]}, before the scenario: leave it out"
        yield ("question",), message
    if wanted := _misfit(question, condition):
        yield (), f"cannot be said of a question of type {question.type}: give {wanted}"


def _misfit(question: QuestionFormat, condition: ConditionFormat) -> str | None:
    """What should have been said of the question, if this does not fit."""
    if question.type == "binary":
        return None if isinstance(condition.outcome, bool) else "`outcome` true or false"
    if question.type == "multiple_choice":
        options = sorted(choice.id for choice in question.choices)
        fits = condition.outcome in options
        return None if fits else f"`outcome` one of {', '.join(options)}"
    if question.range is not None:
        low, high = question.range.min, question.range.max
        value = condition.at_least if condition.at_most is None else condition.at_most
        fits = value is not None and low <= value <= high
        return None if fits else f"`at_least` or `at_most` from {low:g} to {high:g}"
    day = condition.by or condition.after
    fits = condition.outcome == "never" or (
        day is not None and question.opens <= day <= question.closes
    )
    days = f"{question.opens} to {question.closes}"
    return None if fits else f'`by` or `after` a day from {days}, or `outcome` "never"'

"""What to watch for one question, in bits, and how far each driver swings it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal

from api.answers import QuestionAnswer
from api.language import translate
from api.pages.assumptions import deviations
from api.pages.joint_tables import outcome_words
from api.pages.wording import Wording, wording
from api.words import bits_in_words, percent
from data.formats.banks import WorldFormat
from forecasts.information import (
    Swing,
    TargetValue,
    Watched,
    headline,
    target_value,
    tornado,
    watch_list,
)
from forecasts.joint import Axis, axis_of
from forecasts.scenarios import Supposition

#: Below so many bits there is nothing to be learned.
_NOTHING = 0.0005
#: Width of the drawn chances, in its own units.
_WIDTH = 200.0
#: How bits are written that move nothing.
_NO_BITS = "0.00"


@dataclass(frozen=True, slots=True)
class WatchedOutcome:
    """One outcome of a watched question: how likely, and where it would leave the target."""

    outcome: str
    chance: str
    target: str


@dataclass(frozen=True, slots=True)
class WatchedLine:
    """A question to watch."""

    id: str
    title: Wording
    bits: str
    width: float
    outcomes: tuple[WatchedOutcome, ...]


@dataclass(frozen=True, slots=True)
class SwingLine:
    """Where the target would be if a driver were made low, and high; ends of a bar, 0 to 200."""

    driver: Wording
    low_value: str
    high_value: str
    low: str
    high: str
    bits: str
    start: float
    width: float
    is_up: bool


@dataclass(frozen=True, slots=True)
class WatchPart:
    """All that is told of a target."""

    id: str
    title: Wording
    of: str
    now: str
    place: float
    watch: tuple[WatchedLine, ...]
    nothing: int
    swings: tuple[SwingLine, ...]
    still: tuple[Wording, ...]


def watch_part(
    supposition: Supposition,
    target: str,
    standing: Sequence[str],
    world: WorldFormat,
    questions: Mapping[str, QuestionAnswer],
    language: str,
) -> WatchPart:
    """Say what to watch for a target, and how far each driver swings it.

    Raises:
        UnknownQuestion: the world has no such question.
    """
    main = headline(supposition, target)
    watched = watch_list(supposition, target, [name for name in standing if name in questions])
    telling = [one for one in watched if one.information >= _NOTHING]
    most = max((one.information for one in telling), default=1.0)
    written = questions[target].question
    swings = [_swing(one, world, language) for one in tornado(supposition, target)]
    now = target_value(supposition, main).probability
    return WatchPart(
        id=target,
        title=wording(written.title, language),
        of=_event(supposition, main, questions[target], language),
        now=percent(now, language),
        place=_place(now),
        watch=tuple(_watched(one, most, questions, language) for one in telling),
        nothing=len(watched) - len(telling),
        swings=tuple(line for line in swings if line.bits != _NO_BITS),
        still=tuple(line.driver for line in swings if line.bits == _NO_BITS),
    )


def _event(supposition: Supposition, main: Axis, answer: QuestionAnswer, language: str) -> str:
    """Name the outcome by which movements of the target are told."""
    if main.labels == ("yes",):
        return translate("Yes", language)
    if main.labels:
        return outcome_words(main, answer.question, language)[0]
    named = outcome_words(axis_of(supposition, answer.id), answer.question, language)
    return named[0 if answer.question.type == "date" else -1]


def _watched(
    one: Watched, most: float, questions: Mapping[str, QuestionAnswer], language: str
) -> WatchedLine:
    """Give one question to watch."""
    answer = questions[one.axis.question]
    rows = zip(
        outcome_words(one.axis, answer.question, language),
        one.probabilities,
        one.targets,
        strict=True,
    )
    return WatchedLine(
        id=answer.id,
        title=wording(answer.question.title, language),
        bits=format_decimal(one.information, "0.000", locale=language),
        width=round(_WIDTH * one.information / most, 1),
        outcomes=tuple(
            WatchedOutcome(outcome, percent(chance, language), _target(after, language))
            for outcome, chance, after in rows
        ),
    )


def _target(after: TargetValue | None, language: str) -> str:
    """Write where an outcome would leave the target."""
    return percent(after.probability, language) if after else "–"


def _swing(one: Swing, world: WorldFormat, language: str) -> SwingLine:
    """Give how far one driver swings the target."""
    titles = {driver.id: driver.title for driver in world.drivers}
    ends = sorted((_place(one.low.probability), _place(one.high.probability)))
    return SwingLine(
        driver=wording(titles[one.driver], language),
        low_value=deviations(one.values[0], language),
        high_value=deviations(one.values[1], language),
        low=percent(one.low.probability, language),
        high=percent(one.high.probability, language),
        bits=bits_in_words(one.bits),
        start=ends[0],
        width=max(round(ends[1] - ends[0], 1), 1.0),
        is_up=one.bits >= 0,
    )


def _place(chance: float) -> float:
    """Give where a chance lies."""
    return round(_WIDTH * chance, 1)

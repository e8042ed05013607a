"""How far a yes-or-no question moved since it opened, by what moved it, so that it adds up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.comparisons import chances_apart
from api.language import translate
from api.pages.ledgers import sign_of
from api.pages.series import Moved
from api.words import bits_in_words
from data.formats.questions import QuestionFormat

#: Kinds of movement in the order in which they are told, and their words.
_KINDS = {
    "direct": "The records above",
    "evidence": "Records on other questions, through what they share",
    "time": "Time that passed without the event",
    "resolution": "Outcomes of other questions",
    "retraction": "Records that were taken back",
    "other": "The worth of sources and submitters, learned anew",
}


@dataclass(frozen=True, slots=True)
class SumLine:
    """What one kind of movement brought."""

    label: str
    bits: str
    sign: str


@dataclass(frozen=True, slots=True)
class MovementSum:
    """All movement since the opening, by kind."""

    lines: tuple[SumLine, ...]
    total: SumLine


def movement_sum(
    moves: Sequence[Moved], written: QuestionFormat, language: str
) -> MovementSum | None:
    """Add up the bits by kind; None where bits do not add up, or nothing moved.

    Only the log2 odds of yes can be added: those of other types are of another event at each step.
    """
    if written.type != "binary" or not moves or moves[0].step.cause != "opening":
        return None
    shown = _shown(_added(moves))
    if not any(shown.values()):
        return None
    before, after = chances_apart(_chance(moves[0]), _chance(moves[-1]), language)
    words = translate("In all, from {before} when it opened to {after}", language)
    return MovementSum(
        lines=tuple(
            _line(translate(_KINDS[kind], language), hundredths)
            for kind, hundredths in shown.items()
            if hundredths
        ),
        total=_line(words.format(before=before, after=after), sum(shown.values())),
    )


def kind_of(step: Any) -> str:
    """Tell to which kind of movement a step belongs."""
    if step.cause == "evidence" and step.direct:
        return "direct"
    return str(step.cause) if step.cause in _KINDS else "other"


def _added(moves: Sequence[Moved]) -> dict[str, float]:
    """Add up the bits of each kind."""
    total = dict.fromkeys(_KINDS, 0.0)
    for move in moves:
        total[kind_of(move.step)] += move.step.bits
    return total


def _shown(bits: dict[str, float]) -> dict[str, int]:
    """Round to hundredths so that what is shown adds up to the rounded whole.

    >>> _shown({"a": 0.004, "b": 0.004, "c": -1.0})
    {'a': 0, 'b': 1, 'c': -100}
    """
    reached, told, found = 0.0, 0, {}
    for kind, amount in bits.items():
        reached += amount
        found[kind] = round(100 * reached) - told
        told += found[kind]
    return found


def _line(label: str, hundredths: int) -> SumLine:
    """Give a line."""
    return SumLine(label, bits_in_words(hundredths / 100), sign_of(hundredths / 100))


def _chance(move: Moved) -> float:
    """Give the chance of yes after a step."""
    return float(move.body["probability"])

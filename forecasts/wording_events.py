"""What a question's wording says should happen, and whether it asks for it or for its absence."""

import re
from dataclasses import dataclass
from typing import Literal

from forecasts.wording_lexicon import CONCEPTS

EventContrast = Literal["same", "alternatives", "different", "unclear"]
_PATTERNS = tuple(
    (name, re.compile(yes, re.IGNORECASE), re.compile(no, re.IGNORECASE) if no else None)
    for name, yes, no in CONCEPTS
)
#: Two of one set exclude each other; neither is the absence of the other.
_ALTERNATIVES = (frozenset({"cut rates", "raise rates"}), frozenset({"lower", "raise"}))
#: Only one of several can do it.
_ONLY_ONE = frozenset({"win", "largest", "become", "hottest"})
#: Delayed is not launched.
_DELAYS = frozenset({"launch", "release"})
_NEGATION = re.compile(
    r"\bnot\b|n['’]t\b|\bnever\b|\bfail(?:s|ed)? to\b|\bwithout\b|\bno\b(?! (?:more|less|fewer|later) than)|"
    r"(?<!少)(?<!しか)ない(?=か|で|まま|と|\s|\?|$)|せず|見送",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Event:
    """What should happen; `negated`: the question asks whether it does not."""

    concepts: frozenset[str]
    opposites: frozenset[str]
    negated: bool

    @property
    def words(self) -> str:
        """The event as a person reads it."""
        named = ", ".join(sorted(self.concepts | {f"not {one}" for one in self.opposites}))
        return f"not ({named})" if self.negated else named


def read_event(text: str) -> Event:
    """Read what should happen from a wording.

    >>> read_event("Will Musk remain CEO?").opposites
    frozenset({'leave'})
    >>> read_event("R2は公開されないか").negated
    True
    """
    opposites = {name for name, _, no in _PATTERNS if no is not None and no.search(text)}
    concepts = {name for name, yes, _ in _PATTERNS if yes.search(text)} - opposites
    negations = len(_NEGATION.findall(text))
    return Event(frozenset(concepts), frozenset(opposites), negations % 2 == 1)


@dataclass(frozen=True, slots=True)
class EventComparison:
    """Whether two wordings ask for the same, and which of them asks for its absence."""

    contrast: EventContrast
    left_absent: bool
    right_absent: bool


def compare_events(left: Event, right: Event) -> EventComparison:
    """Say whether two wordings ask for the same, and which of them asks for its absence.

    >>> compare_events(read_event("Will she resign?"), read_event("Will she remain as CEO?"))
    EventComparison(contrast='same', left_absent=False, right_absent=True)
    """
    named = sorted((left.concepts | left.opposites) & (right.concepts | right.opposites))
    if named:
        left_absent, right_absent = (
            one.negated != (named[0] in one.opposites) for one in (left, right)
        )
        return EventComparison("same", left_absent, right_absent)
    left_late, right_late = ("delay" in one.concepts for one in (left, right))
    if (left_late and right.concepts & _DELAYS) or (right_late and left.concepts & _DELAYS):
        return EventComparison("same", left.negated != left_late, right.negated != right_late)
    if any(left.concepts & kinds and right.concepts & kinds for kinds in _ALTERNATIVES):
        return EventComparison("alternatives", left.negated, right.negated)
    if _holds(left, right) or _holds(right, left):
        return EventComparison("alternatives", left_absent=False, right_absent=False)
    nameless = not (left.concepts | left.opposites) or not (right.concepts | right.opposites)
    return EventComparison("unclear" if nameless else "different", left.negated, right.negated)


def _holds(one: Event, other: Event) -> bool:
    """Tell whether one asks for unchanged rates, and the other for a change of them."""
    unchanged = "change rates" in one.opposites or (one.negated and "change rates" in one.concepts)
    return unchanged and bool(other.concepts & {"cut rates", "raise rates"})


def only_one_can(left: Event, right: Event) -> bool:
    """Tell whether the event is one that only one of several can bring about."""
    return bool(left.concepts & right.concepts & _ONLY_ONE) and not (left.negated or right.negated)

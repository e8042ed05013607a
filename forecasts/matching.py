"""Whether two questions ask the same: what in their wordings agrees, what differs, and how sure.

Similar words are no proof: of thirty look-alikes that were read by hand, three were one contract.
So wordings are taken apart, and a person decides.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from forecasts.wording_amounts import Amount, Contrast, compare_amounts, read_amounts
from forecasts.wording_dates import read_period
from forecasts.wording_events import (
    Event,
    EventContrast,
    compare_events,
    only_one_can,
    read_event,
)
from forecasts.wording_names import (
    COUNTRIES,
    KNOWN_NAMES,
    NameContrast,
    Names,
    compare_names,
    read_names,
)
from forecasts.wording_periods import Overlap, Period, compare_periods

#: What the left question is to the right one.
Relation = Literal["same", "complement", "implies", "implied_by", "excludes", "overlaps"]
RELATIONS: tuple[Relation, ...] = get_args(Relation)
_NGRAM = 3
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
_DASHES = re.compile(r"[‐‑‒–—−]")


@dataclass(frozen=True, slots=True)
class Wording:
    """A question as its platform words it, and when it closes."""

    title: str
    closes: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A wording taken apart; `plain` is what is left of it without dates and amounts."""

    plain: str
    grams: Mapping[str, int]
    japanese: bool
    period: Period | None
    amounts: tuple[Amount, ...]
    names: Names
    event: Event


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two wordings, part by part.

    Attributes:
        similarity: cosine of their letters, three at a time, in [0, 1].
        meaning: cosine of their embeddings, in [-1, 1]; None: there is no model.
        left_absent: the left one asks whether it stays away; `right_absent`: the right one does.
        exclusive: only one of several can do what both ask for.
    """

    similarity: float
    meaning: float | None
    crossing: bool
    names: NameContrast
    periods: Overlap
    amounts: Contrast
    events: EventContrast
    left_absent: bool
    right_absent: bool
    exclusive: bool


def read_wording(wording: Wording) -> Facts:
    """Take a wording apart.

    >>> facts = read_wording(Wording("Will BTC hit $150k in 2026?"))
    >>> facts.plain, facts.period.words, facts.amounts[0].words
    ('Will BTC hit ?', '2026-01-01/2026-12-31', '≥ 150,000 usd')
    """
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", wording.title)).strip()
    period, undated = read_period(text, wording.closes)
    amounts, plain = read_amounts(undated)
    plain = re.sub(r"\s+", " ", plain).strip()
    return Facts(
        plain=plain,
        grams=_grams(plain),
        japanese=bool(_JAPANESE.search(text)),
        period=period,
        amounts=amounts,
        names=read_names(plain),
        event=read_event(plain),
    )


def similarity(left: Mapping[str, int], right: Mapping[str, int]) -> float:
    """Give the cosine of two texts as counts of their three-letter pieces, in [0, 1]."""
    together = sum(count * right.get(gram, 0) for gram, count in left.items())
    lengths = math.hypot(*left.values()) * math.hypot(*right.values())
    return together / lengths if lengths else 0.0


def _grams(text: str) -> Counter[str]:
    """Count the three-letter pieces of a text."""
    padded = f" {text.casefold()} "
    return Counter(padded[at : at + _NGRAM] for at in range(len(padded) - _NGRAM + 1))


def plain_similarity(left: str, right: str) -> float:
    """Give how similar two texts are by their letters alone: what everything else must beat.

    >>> round(plain_similarity("Will BTC hit $150k?", "Will BTC hit $150k?"), 6)
    1.0
    """
    normal = (unicodedata.normalize("NFKC", text) for text in (left, right))
    return similarity(*(_grams(text) for text in normal))


def compare(left: Facts, right: Facts, meaning: float | None = None) -> Comparison:
    """Compare two wordings part by part."""
    events = compare_events(left.event, right.event)
    return Comparison(
        similarity=similarity(left.grams, right.grams),
        meaning=meaning,
        crossing=left.japanese != right.japanese,
        names=compare_names(left.names, right.names),
        periods=compare_periods(left.period, right.period),
        amounts=compare_amounts(left.amounts, right.amounts),
        events=events.contrast,
        left_absent=events.left_absent,
        right_absent=events.right_absent,
        exclusive=only_one_can(left.event, right.event),
    )


def names_conflict(names: NameContrast) -> bool:
    """Tell whether each names somebody whom the other does not."""
    return names.versions_differ or bool(names.left and names.right)


#: What a relation becomes when the left event is turned into its absence; the right one; both.
_LEFT_TURNED: Mapping[Relation, Relation] = {
    "same": "complement",
    "complement": "same",
    "implies": "overlaps",  # one of the two must be, and both may
    "implied_by": "excludes",
    "excludes": "implied_by",
    "overlaps": "overlaps",
}
_RIGHT_TURNED: Mapping[Relation, Relation] = {
    **_LEFT_TURNED,
    "implies": "excludes",
    "implied_by": "overlaps",
    "excludes": "implies",
}
_BOTH_TURNED: Mapping[Relation, Relation] = {
    "same": "same",
    "complement": "complement",
    "implies": "implied_by",
    "implied_by": "implies",
    "excludes": "overlaps",
    "overlaps": "overlaps",
}


def relation_of(found: Comparison) -> Relation:
    """Propose what the left question is to the right one, from the parts that can be compared.

    Each asks for an event or for its absence: first the events are related, then turned over.
    """
    if found.names.versions_differ or found.events == "different":
        return "overlaps"
    if found.names.left and found.names.right:
        return "excludes" if _are_rivals(found) else "overlaps"
    if found.events == "alternatives":
        related: Relation = "excludes" if found.periods == "same" else "overlaps"
    else:
        related = _related(found.periods, found.amounts)
    if found.left_absent and found.right_absent:
        return _BOTH_TURNED[related]
    if found.left_absent:
        return _LEFT_TURNED[related]
    return _RIGHT_TURNED[related] if found.right_absent else related


def _are_rivals(found: Comparison) -> bool:
    """Tell whether the two differ only in who does what only one can do."""
    is_alike = found.periods == "same" and found.amounts in ("same", "none")
    others = (found.names.left | found.names.right) - COUNTRIES
    return found.exclusive and is_alike and bool(found.names.shared) and not others & KNOWN_NAMES


def _related(periods: Overlap, amounts: Contrast) -> Relation:
    """Relate two events by their periods and thresholds."""
    if amounts in ("opposite", "apart"):
        if amounts == "opposite" and periods in ("same", "unclear"):
            return "complement"
        return "excludes" if periods in ("same", "unclear") else "overlaps"
    if periods == "apart" or amounts in ("other", "open", "one_sided"):
        return "overlaps"
    steps = {
        {"earlier": 1, "later": -1}.get(periods, 0),
        {"inside": 1, "around": -1}.get(amounts, 0),
    } - {0}
    if not steps:
        return "same"
    if len(steps) == 2:
        return "overlaps"
    return "implies" if steps == {1} else "implied_by"

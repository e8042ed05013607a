"""Why two questions may be one: each part of their wordings side by side, to be judged."""

from dataclasses import dataclass
from typing import Literal

from forecasts.matching import (
    Comparison,
    Facts,
    Relation,
    compare,
    names_conflict,
    relation_of,
)
from forecasts.matching_scores import is_proposed, match_score

Part = Literal["period", "threshold", "names", "event", "direction", "letters", "meaning"]
Verdict = Literal["agrees", "differs", "one_sided", "unclear"]
#: From this likeness on, letters or meaning are said to agree.
_ALIKE = 0.6
#: A suggestion is never surer than this: criteria hold what titles leave out.
_LEAST_MISMATCH, _MOST_MISMATCH = 0.05, 0.5
_MISMATCH_OF_BOUNDS = 0.1


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of two wordings: what each says of it, and whether they agree."""

    part: Part
    verdict: Verdict
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Match:
    """A pair for a person to judge: how near, what it seems to be, and why.

    Attributes:
        score: chance that it is one contract or its complement, on pairs like those learned from.
        mismatch: suggested chance that both come out differently than the relation says.
        proposed: near enough to be shown unasked.
    """

    score: float
    relation: Relation
    mismatch: float
    proposed: bool
    reasons: tuple[Reason, ...]


def match(left: Facts, right: Facts, meaning: float | None = None) -> Match:
    """Compare two wordings, and say what they seem to be to each other, and why.

    >>> from forecasts.matching import Wording, read_wording
    >>> early, late = (read_wording(Wording(f"Will R2 be released by {month} 2026?"))
    ...                for month in ("March", "June"))
    >>> match(early, late).relation
    'implies'
    """
    found = compare(left, right, meaning)
    score, relation = match_score(found), relation_of(found)
    return Match(
        score=score,
        relation=relation,
        mismatch=_mismatch(relation, score),
        proposed=is_proposed(found),
        reasons=reasons(left, right, found),
    )


def _mismatch(relation: Relation, score: float) -> float:
    """Suggest a chance of mismatch: of a bound a usual one, as the score is not about bounds."""
    if relation not in ("same", "complement"):
        return _MISMATCH_OF_BOUNDS
    return round(min(max(1.0 - score, _LEAST_MISMATCH), _MOST_MISMATCH), 2)


def reasons(left: Facts, right: Facts, found: Comparison) -> tuple[Reason, ...]:
    """Say part by part what agrees and what differs."""
    said = [
        Reason(
            "period",
            _of_periods(found),
            *(one.period.words if one.period else "" for one in (left, right)),
        ),
        Reason("threshold", _of_amounts(found), _amounts(left), _amounts(right)),
        Reason("names", _of_names(found), _only(found, "left"), _only(found, "right")),
        Reason("event", _of_events(found), left.event.words, right.event.words),
    ]
    if found.left_absent != found.right_absent:
        said.append(Reason("direction", "differs", left.event.words, right.event.words))
    if not found.crossing:
        said.append(_likeness("letters", found.similarity))
    if found.meaning is not None:
        said.append(_likeness("meaning", found.meaning))
    return tuple(one for one in said if one.left or one.right)


def _of_periods(found: Comparison) -> Verdict:
    if found.periods == "unclear":
        return "unclear"
    return "agrees" if found.periods == "same" else "differs"


def _of_amounts(found: Comparison) -> Verdict:
    if found.amounts == "one_sided":
        return "one_sided"
    return "agrees" if found.amounts in ("same", "none") else "differs"


def _of_names(found: Comparison) -> Verdict:
    if names_conflict(found.names):
        return "differs"
    if found.names.left or found.names.right:
        return "one_sided"
    return "agrees" if found.names.shared else "unclear"


def _of_events(found: Comparison) -> Verdict:
    if found.events == "unclear":
        return "unclear"
    return "agrees" if found.events == "same" else "differs"


def _likeness(part: Part, value: float) -> Reason:
    """Tell how alike letters or meaning are."""
    return Reason(part, "agrees" if value >= _ALIKE else "unclear", f"{value:.2f}", f"{value:.2f}")


def _amounts(facts: Facts) -> str:
    return ", ".join(amount.words for amount in facts.amounts)


def _only(found: Comparison, side: Literal["left", "right"]) -> str:
    """Give names that both have, then those of one side."""
    own = found.names.left if side == "left" else found.names.right
    return ", ".join([*sorted(found.names.shared), *sorted(own)])

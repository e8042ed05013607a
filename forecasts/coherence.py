"""Whether prices of linked contracts can all be right: bounds on a question, and where they cross.

A contract M with a price between `low` and `high` (after fees, spread and cost of capital: where
nobody gains by trading), linked to a question Q with a chance m that both come out otherwise than
the relation says, bounds P(Q), as P(Q and not M) and the like are at most m (Fréchet):

    same        low - m <= P(Q) <= high + m
    complement  1 - high - m <= P(Q) <= 1 - low + m
    implies     P(Q) <= high + m
    implied_by  P(Q) >= low - m
    excludes    P(Q) <= 1 - low + m
    overlaps    nothing

If a question implies another one (an earlier deadline of the same event), what bounds it from below
bounds the other from below, and the other way round. Where a lower bound lies above an upper one of
another contract, both prices cannot be right; by the difference, whatever the joint distribution.
Pairs are enough: the bounds are those of one number, so all hold together if each two do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from forecasts.errors import NumbersDoNotFit
from forecasts.matching import Relation

#: Differences below this are rounding, and nobody's gain.
SMALLEST_GAP = 0.005


@dataclass(frozen=True, slots=True)
class PricedLink:
    """A linked contract, and between what its chance lies after costs.

    Raises:
        NumbersDoNotFit: low and high are not ordered in [0, 1], or the mismatch is not in [0, 1].
    """

    question: str
    market: str
    relation: Relation
    mismatch: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse what no price can be; written so that NaN fails too."""
        if not (0 <= self.low <= self.high <= 1 and 0 <= self.mismatch <= 1):
            what = f"a price from {self.low} to {self.high} with a mismatch of {self.mismatch}"
            raise NumbersDoNotFit(what=what, mend="an ordered pair and a mismatch, all in [0, 1]")


@dataclass(frozen=True, slots=True)
class Bound:
    """What one contract says of a question at least, or at most.

    Attributes:
        through: the question that the contract is linked to, where it is another one.
    """

    side: Literal["lower", "upper"]
    value: float
    link: PricedLink
    through: str | None = None


@dataclass(frozen=True, slots=True)
class Incoherence:
    """Two contracts whose prices cannot both be right, by at least `gap`."""

    question: str
    lower: Bound
    upper: Bound

    @property
    def gap(self) -> float:
        """How far the lower bound lies above the upper one."""
        return self.lower.value - self.upper.value


def bounds_of(link: PricedLink) -> tuple[Bound, ...]:
    """Give what a linked contract says of its question, at least and at most.

    >>> [(b.side, round(b.value, 2))
    ...  for b in bounds_of(PricedLink("q", "m", "complement", 0.02, 0.30, 0.34))]
    [('lower', 0.64), ('upper', 0.72)]
    """
    slack = link.mismatch
    lower = {
        "same": link.low - slack,
        "complement": 1 - link.high - slack,
        "implied_by": link.low - slack,
    }.get(link.relation, 0.0)
    upper = {
        "same": link.high + slack,
        "complement": 1 - link.low + slack,
        "implies": link.high + slack,
        "excludes": 1 - link.low + slack,
    }.get(link.relation, 1.0)
    found = []
    if lower > 0:
        found.append(Bound("lower", lower, link))
    if upper < 1:
        found.append(Bound("upper", upper, link))
    return tuple(found)


def all_bounds(
    links: Iterable[PricedLink], implied: Iterable[tuple[str, str]] = ()
) -> dict[str, list[Bound]]:
    """Give the bounds on each question, those that come through other questions too.

    Args:
        implied: pairs of questions, the first of which implies the second; of a chain every pair.
    """
    own: dict[str, list[Bound]] = {}
    for link in links:
        own.setdefault(link.question, []).extend(bounds_of(link))
    found = {question: list(bounds) for question, bounds in own.items()}
    for earlier, later in implied:
        for bound in own.get(earlier, ()):
            if bound.side == "lower":
                found.setdefault(later, []).append(replace(bound, through=earlier))
        for bound in own.get(later, ()):
            if bound.side == "upper":
                found.setdefault(earlier, []).append(replace(bound, through=later))
    return found


def allowed(bounds: Sequence[Bound]) -> tuple[float, float]:
    """Give between what all bounds let a chance lie; crossed where they cannot all hold.

    >>> allowed(bounds_of(PricedLink("q", "m", "implies", 0.0, 0.30, 0.34)))
    (0.0, 0.34)
    """
    lower = max((bound.value for bound in bounds if bound.side == "lower"), default=0.0)
    upper = min((bound.value for bound in bounds if bound.side == "upper"), default=1.0)
    return lower, upper


def incoherences(bounds: Mapping[str, Sequence[Bound]]) -> list[Incoherence]:
    """Find every two contracts whose bounds cross, once, on the question where they do most."""
    worst: dict[tuple[str, str], Incoherence] = {}
    for question, found in bounds.items():
        uppers = [bound for bound in found if bound.side == "upper"]
        for lower in (bound for bound in found if bound.side == "lower"):
            for upper in uppers:
                crossed = Incoherence(question, lower, upper)
                pair = (lower.link.market, upper.link.market)
                if lower.link.market == upper.link.market or crossed.gap < SMALLEST_GAP:
                    continue
                if pair not in worst or crossed.gap > worst[pair].gap:
                    worst[pair] = crossed
    return sorted(worst.values(), key=lambda one: (-one.gap, one.question, one.lower.link.market))

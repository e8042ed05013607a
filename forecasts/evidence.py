"""Evidence records as values, and what each one says on a curve: a signal."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from forecasts.errors import StanceDoesNotFit
from forecasts.outcomes import Floats, share_at_least, share_before
from forecasts.priors import t_log_density
from forecasts.questions import Curve, Question

Direction = Literal["yes", "no", "toward", "higher", "lower", "sooner", "later"]
EvidenceKind = Literal["fact", "report", "rumour"]

#: Strength words as likelihood ratios.
STRENGTHS = {"negligible": 1.1, "weak": 1.5, "moderate": 3.0, "strong": 10.0, "decisive": 100.0}
#: News almost never exceeds a likelihood ratio of 90 once error in reporting is counted.
LARGEST_WEIGHT = 4.5
#: Days after which what a record says has lost half its weight; a fact stays true.
HALF_LIFE_DAYS: dict[EvidenceKind, float] = {"fact": np.inf, "report": 365.0, "rumour": 90.0}
#: From the best to the worst prior slope: 1, .9, .7, .5 (unknown), .4, .1.
_GRADES_BEST_FIRST = "ABCFDE"


@dataclass(frozen=True, slots=True)
class Stance:
    """What a record says of one question.

    Attributes:
        question: id of the question.
        direction: yes, no, toward, higher, lower, sooner, later; None for a value or bound.
        weight: nats, not negative except "toward" (negative: away from the option).
        choice: index of the option, for toward.
        window: instants (start, end) that "yes" means, for dates.
        measured: (value, spread) of the quantity.
        bound: (lowest, highest) value that is still possible.
    """

    question: str
    direction: Direction | None = None
    weight: float = 0.0
    choice: int | None = None
    window: tuple[float, float] | None = None
    measured: tuple[float, float] | None = None
    bound: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A dated, sourced fact with its stances.

    Attributes:
        id: given by the ledger.
        published: instant at which the fact counts as public (end of its day).
        source, submitter: ids.
        grade: the worse of Admiralty letter and digit, as a letter A-F.
        kind: fact, report or rumour.
        origin: records that repeat one report share it.
        fingerprint: equal for exact copies.
    """

    id: str
    published: float
    source: str
    submitter: str
    grade: str
    kind: EvidenceKind
    origin: str
    fingerprint: str
    stances: tuple[Stance, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """One record's stance laid over the cells of a curve.

    Attributes:
        record: the record.
        weight: nats; its sign says which side of the profile it supports.
        subject: records of one origin on one subject are read together.
        profile: s(k) in [-1/2, 1/2]; or, for a value or bound, its log-likelihood on each cell
            (then weight is 1).
        instants: the time that each cell is about, shape (cells,), or (1,) where it is the same.
        measure: reference distribution m(k) under which the reading changes nothing on average.
        is_value: the profile is a log-likelihood, which takes no slope.
        freshness: usual decay to the close, for ranking.
    """

    record: Record
    weight: float
    subject: str
    profile: Floats
    instants: Floats
    measure: Floats
    is_value: bool
    freshness: float

    @property
    def age(self) -> Floats:
        """Days from publication to what each cell is about; 0 for what does not age."""
        if self.is_value or self.record.kind == "fact":
            return np.zeros(1)
        return np.maximum(self.instants - self.record.published, 0.0)


def worse_grade(admiralty: str) -> str:
    """Give the worse of reliability (A-F) and credibility (1-6, where 6 cannot be judged).

    >>> worse_grade("B1"), worse_grade("A5"), worse_grade("C6")
    ('B', 'E', 'F')
    """
    letter, digit = admiralty[0], "ABCDEF"[int(admiralty[1]) - 1]
    return max(letter, digit, key=_GRADES_BEST_FIRST.index)


def weight_of_ratio(likelihood_ratio: float) -> float:
    """Nats of a likelihood ratio, clipped to +-4.5.

    >>> round(weight_of_ratio(3.0), 4), weight_of_ratio(1e9)
    (1.0986, 4.5)
    """
    return float(np.clip(np.log(likelihood_ratio), -LARGEST_WEIGHT, LARGEST_WEIGHT))


def weight_of_probability(stated: float, before: float) -> float:
    """Nats by which a source moved from the probability that it started from."""
    odds = stated / (1 - stated) * (1 - before) / before
    return weight_of_ratio(odds)


def decay(age: Any, half_life: Any) -> Any:
    """Share of its weight that evidence keeps after some days.

    >>> decay(365.0, 365.0), decay(90.0, np.inf)
    (0.5, 1.0)
    """
    return 2.0 ** (-age / half_life)


def signal_on(curve: Curve, question: Question, record: Record, stance: Stance) -> Signal:
    """Lay a stance over the cells of the curve that its question reads.

    Raises:
        StanceDoesNotFit: the question has nothing that the stance speaks of.
    """
    if stance.measured is not None or stance.bound is not None:
        return _value_signal(curve, question, record, stance)
    sign, subject, profile, measure = _directed(curve, question, record, stance)
    age = max(float(curve.cell_instants[-1]) - record.published, 0.0)
    return Signal(
        record=record,
        weight=sign * stance.weight,
        subject=subject,
        profile=profile,
        instants=curve.cell_instants,
        measure=measure,
        is_value=False,
        freshness=decay(age, HALF_LIFE_DAYS[record.kind]),
    )


def _directed(
    curve: Curve, question: Question, record: Record, stance: Stance
) -> tuple[float, str, Floats, Floats]:
    """Sign, subject, profile and measure of a stance with a direction."""
    said, opening = stance.direction, curve.opening_cells
    if said in ("yes", "no") and question.yes is not None:
        subject = f"yes {question.id}"
        profile, measure = _asked(curve, question)
    elif said in ("yes", "no") and stance.window is not None and curve.space.kind == "date":
        subject = f"window {stance.window[0]} {stance.window[1]}"
        profile, measure = _within(curve, *stance.window)
    elif said == "toward" and curve.space.kind == "choice" and stance.choice is not None:
        return 1.0, f"toward {stance.choice}", *_toward(curve, stance.choice)
    elif said in ("higher", "lower") and curve.space.kind == "number":
        return (1.0 if said == "higher" else -1.0), "higher", ridit(opening), opening
    elif said in ("sooner", "later") and question.type == "date":
        remaining = opening * (1 - share_before(curve.space, record.published))
        remaining = remaining / remaining.sum()
        return (1.0 if said == "sooner" else -1.0), "sooner", -ridit(remaining), remaining
    else:
        raise _misfit(question, said)
    return (1.0 if said == "yes" else -1.0), subject, profile, measure


@lru_cache(maxsize=1_024)
def _asked(curve: Curve, question: Question) -> tuple[Floats, Floats]:
    """Profile and measure of "yes" to a question; every record on it shares them."""
    assert question.yes is not None
    return question.yes - 0.5, _two_sided(curve.opening_cells, question.yes)


@lru_cache(maxsize=1_024)
def _within(curve: Curve, start: float, end: float) -> tuple[Floats, Floats]:
    """Profile and measure of "within these days"."""
    side = share_before(curve.space, end) - share_before(curve.space, start)
    return side - 0.5, _two_sided(curve.opening_cells, side)


@lru_cache(maxsize=1_024)
def _toward(curve: Curve, choice: int) -> tuple[Floats, Floats]:
    """Profile and measure of "this option"."""
    side = np.eye(curve.space.size)[choice]
    return side - 0.5, _two_sided(np.ones_like(side), side)


def _value_signal(curve: Curve, question: Question, record: Record, stance: Stance) -> Signal:
    """A measured value (Student-t around it), or a bound (cells beyond it are impossible)."""
    if curve.space.kind != "number" or question.type != "numeric":
        raise _misfit(question, "a value")
    if stance.measured is not None:
        value, spread = stance.measured
        profile = t_log_density((_cell_values(curve) - value) / spread)
        subject = "value"
    else:
        assert stance.bound is not None
        lowest, highest = stance.bound
        possible = np.ones(curve.space.size)
        if np.isfinite(lowest):
            possible = possible * share_at_least(curve.space, lowest)
        if np.isfinite(highest):
            possible = possible * (1 - share_at_least(curve.space, highest))
        profile = np.log(np.maximum(possible, np.exp(-50.0)))
        subject = "bound"
    return Signal(
        record=record,
        weight=1.0,
        subject=subject,
        profile=profile,
        instants=curve.cell_instants,
        measure=curve.opening_cells,
        is_value=True,
        freshness=1.0,
    )


def _cell_values(curve: Curve) -> Floats:
    """The quantity at the middle of each cell; the tails count at the outermost edges."""
    edges = curve.space.edges
    return np.concatenate([edges[:1], (edges[:-1] + edges[1:]) / 2, edges[-1:]])


def ridit(distribution: Floats) -> Floats:
    """Probability below each cell plus half of its own, minus 1/2: from -1/2 to 1/2.

    >>> ridit(np.array([0.5, 0.25, 0.25]))
    array([-0.25 ,  0.125,  0.375])
    """
    return np.asarray(np.cumsum(distribution) - distribution / 2 - 0.5)


def _two_sided(spread: Floats, side: Floats) -> Floats:
    """Half of the measure on a side, half on the other, each spread as given."""
    within, beyond = spread * side, spread * (1 - side)
    return np.asarray(within / within.sum() / 2 + beyond / beyond.sum() / 2)


def _misfit(question: Question, said: object) -> StanceDoesNotFit:
    """Say which stances a question takes."""
    mend = {
        "binary": "yes or no",
        "multiple_choice": "toward with a choice",
        "numeric": "higher, lower, measured or bound",
        "date": "sooner, later, or a window with yes or no",
    }[question.type]
    return StanceDoesNotFit(question=question.id, kind=question.type, said=said, mend=mend)

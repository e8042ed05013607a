"""Simulated evidence: records drawn forward from an outcome, or from nothing at all.

The model reads P(record | outcome) up to a factor that no outcome changes. It is a distribution
over records where those of a report and of its opposite have likelihoods that can be mixed to one:

    a exp(L(k)) + (1 - a) exp(L'(k)) = 1 for every cell k

So it is with stances that tell two sides apart (yes, a window, an option, a bound), whatever their
number and sources, as long as what they say ages alike on all cells; and with measured values,
which with trust r lie around the truth, else around another draw from the prior. It cannot be with
graded stances (higher, sooner): exp(c s) is convex in s for either sign of c, so that any mixture
of them favours the ends. Nor with reports that age along a date curve, likewise. Those are covered
by drawing records from nothing, and the truth given them (`draw_from_posterior`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from forecasts.evidence import STRENGTHS, EvidenceKind, Record, Stance, signal_on
from forecasts.origins import ranked
from forecasts.outcomes import Floats, midpoints
from forecasts.questions import Curve, Question
from forecasts.reading import read_origin
from forecasts.reliability import GRADES, Reliability
from forecasts.worlds import World
from models.simulation import CLOSES, OPENS, Truth

#: Claimed nats; a negligible one could be less than the bias of claims, and then has no opposite.
WEIGHTS = tuple(np.log([STRENGTHS[word] for word in ("weak", "moderate", "strong", "decisive")]))
SOURCES = ("agency", "court", "paper", "blog", "forum")
SUBMITTERS = ("curator", "editor", "visitor")
KINDS: tuple[EvidenceKind, ...] = ("fact", "report", "rumour")
#: Reports hold up to so many records.
LARGEST_REPORT = 3
#: Degrees of freedom of the error of measured values.
_DEGREES = 4
_DAYS_BEFORE = 60.0

type Rng = np.random.Generator
type Report = tuple[Record, ...]


def draw_records(world: World, truth: Truth, count: int, rng: Rng) -> list[Record]:
    """Draw at least so many records from P(record | outcome), in any order; no report is cut."""
    found: list[Record] = []
    questions = list(world.questions.values())
    while len(found) < count:
        question = questions[int(rng.integers(len(questions)))]
        curve = world.curves[question.curve].curve
        cell, name = truth.cells[curve.id], f"record-{len(found)}"
        if question.type == "numeric" and rng.random() < 0.5:
            value = draw_value(curve, cell, world.reliability, rng)
            found.append(_record(name, Stance(question.id, measured=value), "fact", rng))
            continue
        report, opposite, chance = opposites(curve, question, name, world.reliability, rng)
        found += report if rng.random() < chance[cell] else opposite
    return [found[place] for place in rng.permutation(len(found))]


def opposites(
    curve: Curve, question: Question, name: str, theta: Reliability, rng: Rng
) -> tuple[Report, Report, Floats]:
    """Draw a report and its opposite, and the chance of the first in every cell, shape (cells,).

    What they are hangs on nothing but theta, of which one draw is read.
    """
    while True:
        report = tuple(_two_sided_report(curve, question, name, rng))
        opposite = tuple(replace(r, stances=(_opposite(r.stances[0]),)) for r in report)
        said, unsaid = (lift(curve, question, some, theta) for some in (report, opposite))
        share = balance(said, unsaid)
        if 0 <= share <= 1:
            return report, opposite, share * said


def lift(curve: Curve, question: Question, report: Report, theta: Reliability) -> Floats:
    """Exp(L) of a report whose records share origin and subject, for one theta, shape (cells,)."""
    signals = [signal_on(curve, question, record, record.stances[0]) for record in report]
    group = ranked((report[0].origin, signals[0].subject), signals)
    assert group is not None
    return np.asarray(np.exp(read_origin(group, theta)[0]))


def balance(said: Floats, unsaid: Floats) -> float:
    """Share a of a report with which a exp(L) + (1 - a) exp(L') comes nearest to 1 everywhere.

    NaN where neither says anything.

    >>> balance(np.array([0.5, 1.5]), np.array([1.25, 0.75]))
    0.3333333333333333
    """
    apart = unsaid - said
    if not apart.any():
        return np.nan
    return float((unsaid - 1) @ apart / (apart @ apart))


def draw_value(curve: Curve, cell: int, theta: Reliability, rng: Rng) -> tuple[float, float]:
    """Draw a measured value and its spread: around the truth with trust r, else around another."""
    values = midpoints(curve.space)
    centre = values @ curve.opening_cells
    usual = float(np.sqrt((values - centre) ** 2 @ curve.opening_cells))
    spread = usual * float(rng.uniform(0.3, 1.5))
    if rng.random() >= theta.trust[0]:
        cell = int(rng.choice(len(values), p=curve.opening_cells / curve.opening_cells.sum()))
    return float(values[cell] + spread * rng.standard_t(_DEGREES)), spread


def any_records(world: World, count: int, rng: Rng) -> list[Record]:
    """Draw records of every stance on all questions that hang on no outcome."""
    questions = list(world.questions.values())
    found: list[Record] = []
    for place in range(count):
        asked = questions[int(rng.integers(len(questions)))]
        curve = world.curves[asked.curve].curve
        found.append(any_record(curve, asked, f"record-{place}", found, rng))
    return found


def any_record(
    curve: Curve, question: Question, name: str, before: Sequence[Record], rng: Rng
) -> Record:
    """Draw a record of any stance, grade, kind, source and submitter, newcomers among them.

    A third of them share their origin with the last of those `before`.
    """
    choices = [_two_sided, *_GRADED.get(question.type, ())]
    stance = choices[int(rng.integers(len(choices)))](curve, question, rng)
    record = _record(name, stance, KINDS[int(rng.integers(len(KINDS)))], rng, SUBMITTERS)
    if before and rng.random() < 1 / 3:
        return replace(record, origin=before[-1].origin)
    return record


def _two_sided_report(curve: Curve, question: Question, name: str, rng: Rng) -> Iterator[Record]:
    """One to LARGEST_REPORT records of one origin for either side; one for a bound."""
    kind: EvidenceKind = "fact" if curve.space.kind == "date" else KINDS[int(rng.integers(3))]
    first = _two_sided(curve, question, rng)
    size = 1 if first.bound else int(rng.integers(1, LARGEST_REPORT + 1))
    for place in range(size):
        stance = replace(first, weight=float(rng.choice(WEIGHTS)))
        if rng.random() < 1 / 2:
            stance = _opposite(stance)
        yield replace(_record(f"{name}-{place}", stance, kind, rng), origin=name)


def _two_sided(curve: Curve, question: Question, rng: Rng) -> Stance:
    """A stance that tells two sides apart."""
    weight, edges = float(rng.choice(WEIGHTS)), curve.space.edges
    if question.type == "multiple_choice":
        choice = int(rng.integers(curve.space.size))
        return Stance(question.id, "toward", weight * rng.choice([-1, 1]), choice=choice)
    if question.type == "numeric":
        edge = float(edges[rng.integers(20, len(edges) - 20)])
        return Stance(question.id, bound=(edge, np.inf))
    if question.type == "date":
        start, end = np.sort(rng.choice(len(edges), size=2, replace=False))
        return Stance(question.id, "yes", weight, window=(float(edges[start]), float(edges[end])))
    return Stance(question.id, "yes" if rng.random() < 1 / 2 else "no", weight)


def _opposite(stance: Stance) -> Stance:
    """The stance for the other side."""
    if stance.bound is not None:
        low, high = stance.bound
        return replace(stance, bound=(-np.inf, low) if np.isinf(high) else (high, np.inf))
    if stance.direction == "toward":
        return replace(stance, weight=-stance.weight)
    return replace(stance, direction="no" if stance.direction == "yes" else "yes")


def _graded(*directions: str) -> Callable[[Curve, Question, Rng], Stance]:
    """Make stances of a direction that tells all cells apart."""

    def stance(_: Curve, question: Question, rng: Rng) -> Stance:
        said = directions[int(rng.integers(len(directions)))]
        return Stance(question.id, said, float(rng.choice(WEIGHTS)))  # type: ignore[arg-type]

    return stance


def _value(curve: Curve, question: Question, rng: Rng) -> Stance:
    """A value from the middle half of the axis."""
    low, high = curve.space.edges[0], curve.space.edges[-1]
    value = float(rng.uniform(low + (high - low) / 4, high - (high - low) / 4))
    return Stance(question.id, measured=(value, float(high - low) * rng.uniform(0.05, 0.3)))


_GRADED = {
    "numeric": (_graded("higher", "lower"), _value),
    "date": (_graded("sooner", "later"),),
}


def _record(
    name: str,
    stance: Stance,
    kind: EvidenceKind,
    rng: Rng,
    submitters: tuple[str, ...] = SUBMITTERS[:2],
) -> Record:
    """A record of an origin of its own, from anyone, published at any time before the close."""
    return Record(
        id=name,
        published=float(rng.uniform(OPENS - _DAYS_BEFORE, CLOSES - _DAYS_BEFORE)),
        source=SOURCES[int(rng.integers(len(SOURCES)))],
        submitter=submitters[int(rng.integers(len(submitters)))],
        grade=GRADES[int(rng.integers(len(GRADES)))],
        kind=kind,
        origin=name,
        fingerprint=name,
        stances=(stance,),
    )

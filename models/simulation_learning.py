"""Simulated learning: theta from its priors, evidence from nothing, outcomes from both.

The model of theta reads P(outcome | evidence) and no more, so that any evidence will do; outcomes
are drawn through the domain's own reading of it. Dates are asked before and after half of their
window; the two are drawn apart, so that which evidence there is hangs on no outcome.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from forecasts.curves import read_curve
from forecasts.evidence import Record, signal_on
from forecasts.outcomes import Floats
from forecasts.questions import Curve, Question
from forecasts.reliability import AGEING, GRADES, PRIORS, Reliability
from models.readings import Reading
from models.reliability import ReliabilityData, build, loudness_of, reliability_data
from models.sampling import sample
from models.simulation import COMMON, ESTABLISHED, simulated_question
from models.simulation_evidence import SOURCES, SUBMITTERS, Rng, any_record
from models.simulation_ranks import parameter_ranks, short_chain

#: Readings by the type of their question: enough that cancellation is learned.
READINGS = {"binary": 84, "choice": 12, "numeric": 6, "date": 6, "event": 6}
CLASSES = ("bans", "releases", "lawsuits")
LARGEST_EVIDENCE = 4


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedLearning:
    """What theta is, and the outcomes that came of it.

    Attributes:
        truth: values of the parameters of the model, by name, each of the shape it has there.
        data: outcomes beside their evidence.
    """

    truth: Mapping[str, Floats]
    data: ReliabilityData


def learning_replicate(seed: int) -> dict[str, float]:
    """Rank each parameter of theta under what NUTS learns from simulated outcomes."""
    rng = np.random.default_rng(seed)
    simulated = simulate_learning(rng)
    model, shape = build(simulated.data), simulated.data.shape
    posterior, _ = sample(model, short_chain(rng), shape=shape, cores=1)
    return parameter_ranks(posterior, simulated.truth, rng)


def simulate_learning(rng: Rng) -> SimulatedLearning:
    """Draw theta, evidence, and an outcome of every question."""
    truth, open_readings = draw_parameters(rng), draw_evidence(rng)
    loudness = loudness_of([s for reading in open_readings for s in reading.signals])
    theta = _reliability(truth, loudness)
    readings = [drawn_outcome(reading, theta, rng) for reading in open_readings]
    return SimulatedLearning(truth, reliability_data(readings, ESTABLISHED))


def draw_parameters(rng: Rng) -> dict[str, Floats]:
    """Draw the parameters of the model from PRIORS, by name; names in their order."""
    normal, beta = rng.standard_normal, rng.beta
    drawn = {
        "base": PRIORS.base[0] + PRIORS.base[1] * normal(),
        "grades": np.array(PRIORS.grades) + PRIORS.grade_spread * normal(len(GRADES)),
        "source_spread": PRIORS.source_spread * np.abs(normal()),
        "correlation": beta(*PRIORS.correlation),
        "trust": beta(*PRIORS.trust),
        "submitter_spread": PRIORS.submitter_spread * np.abs(normal()),
        "claim_bias": PRIORS.claim_bias * normal(),
        "log_half_lives": np.log(PRIORS.half_lives) + PRIORS.half_life_spread * normal(len(AGEING)),
        "cancellation": beta(*PRIORS.cancellation),
        "damping": PRIORS.damping[0] + PRIORS.damping[1] * normal(),
        "source_deviation": normal(len(SOURCES)),
        "submitter_deviation": normal(len(SUBMITTERS)),
        "class_centre": PRIORS.class_centre * normal(),
        "class_spread": PRIORS.class_spread * np.abs(normal()),
        "class_deviation": normal(len(CLASSES)),
    }
    return {name: np.asarray(value) for name, value in drawn.items()}


def draw_evidence(rng: Rng) -> list[Reading]:
    """Draw evidence on questions of every type; their outcomes are open."""
    readings = []
    for kind, count in READINGS.items():
        asked, curve = simulated_question(kind, kind, COMMON)
        of_class = [replace(curve, reference_class=name) for name in CLASSES]
        for place in range(count):
            curve = of_class[int(rng.integers(len(of_class)))]
            records: list[Record] = []
            for number in range(int(rng.integers(1, LARGEST_EVIDENCE + 1))):
                records.append(any_record(curve, asked, f"{kind}-{place}-{number}", records, rng))
            readings.append(_open(curve, asked, records, second_half=bool(place % 2)))
    return readings


def drawn_outcome(reading: Reading, theta: Reliability, rng: Rng) -> Reading:
    """Draw an outcome of an open reading by what the domain makes of its evidence.

    Args:
        reading: its outcome says how finely it is asked: cells that it allows count as one.
        theta: one draw.
    """
    known = read_curve(reading.curve, reading.signals, reading.alive, theta, ESTABLISHED)
    chances = reading.curve.opening_cells * reading.alive * known.likelihood
    cell = int(rng.choice(len(chances), p=chances / chances.sum()))
    if reading.outcome[cell]:
        return reading
    return replace(reading, outcome=np.eye(len(chances))[cell])


def _open(curve: Curve, asked: Question, records: list[Record], *, second_half: bool) -> Reading:
    """Ask a date before or after half of its window, and all else of every cell."""
    signals = tuple(signal_on(curve, asked, record, record.stances[0]) for record in records)
    cells = np.arange(curve.space.size)
    nothing: Floats = np.zeros(len(cells))
    anything: Floats = np.ones(len(cells))
    if curve.space.kind != "date":
        return Reading(curve, signals, anything, nothing)
    later = (cells >= np.searchsorted(curve.space.edges, (curve.opens + curve.closes) / 2)).astype(
        float
    )
    if second_half:
        return Reading(curve, signals, later, nothing)
    return Reading(curve, signals, anything, later)


def _reliability(truth: Mapping[str, Floats], loudness: Mapping[str, float]) -> Reliability:
    """One draw of theta as the domain holds it."""
    classes = truth["class_centre"] + truth["class_spread"] * truth["class_deviation"]
    submitters = truth["submitter_spread"] * truth["submitter_deviation"]
    own = ("base", "grades", "source_spread", "correlation", "trust", "submitter_spread")
    rest = ("claim_bias", "cancellation", "damping")
    return Reliability(
        **{name: truth[name][None] for name in (*own, *rest)},
        half_lives=np.exp(truth["log_half_lives"])[None],
        seed=0,
        sources=_named(SOURCES, truth["source_deviation"]),
        submitters=_named(SUBMITTERS, submitters),
        classes=_named(CLASSES, classes),
        loudness=loudness,
    )


def _named(names: tuple[str, ...], values: Floats) -> dict[str, Floats]:
    """Values by name, each as one draw; those of the model stand in the order of names."""
    return {name: value[None] for name, value in zip(sorted(names), values, strict=True)}

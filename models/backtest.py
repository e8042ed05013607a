"""Backtest of the evidence model: learn what sources are worth, then forecast questions unseen.

The road is the one that every forecast takes: the same records, curves, readings and theta.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from forecasts.curves import read_curve
from forecasts.evidence import Record, Signal, Stance, signal_on
from forecasts.outcomes import Floats, binary_space
from forecasts.priors import LogOddsPrior
from forecasts.questions import Curve, Question
from forecasts.reliability import GRADES, Reliability
from forecasts.suites import (
    ATTACKER,
    CURATOR,
    EvidenceSuite,
    ScoreRow,
    Suite,
    attacked,
    brier_scores,
    class_log_odds,
    design_effect,
    first_questions,
    fixed_weights,
    log2_losses,
    naive_sum,
)
from models.diagnostics import Diagnostics, SamplingSettings, require_good
from models.readings import Reading
from models.reliability import build, reliability_data, reliability_of
from models.sampling import sample

#: The records of a suite come from submitters who have shown what they are worth.
ESTABLISHED = frozenset({CURATOR})


def backtest(
    suite: EvidenceSuite, sizes: Iterable[int], settings: SamplingSettings, *, attack: bool
) -> Iterator[ScoreRow]:
    """Learn from the first questions, and score every method on the test questions.

    Args:
        sizes: how many questions to learn from, one after the other.
        attack: let one new submitter flood the test questions with claims for the wrong side.

    Raises:
        PoorDiagnostics: the draws are not to be trusted, even when asked for twice as many.
    """
    test = attacked(suite.test, settings.seed) if attack else suite.test
    for size in sizes:
        training = first_questions(suite.training, size)
        rates = class_log_odds(training, test.classes)
        theta, _ = learn(training, class_log_odds(training, training.classes), settings)
        log_odds = {
            "base-rate": rates,
            "naive-sum": rates + naive_sum(test),
            "design-effect": rates + design_effect(test),
            "fixed": rates + fixed_weights(test),
            "learned": forecast(test, rates, theta),
        }
        for method, said in log_odds.items():
            losses, brier = log2_losses(said, test.outcomes), brier_scores(said, test.outcomes)
            yield ScoreRow(
                resolved=len(training.outcomes),
                method=method,
                attack=attack,
                log2_loss=float(losses.mean()),
                standard_error=float(losses.std(ddof=1) / np.sqrt(len(losses))),
                brier=float(brier.mean()),
                n=len(losses),
            )


def learn(
    training: Suite, openings: Floats, settings: SamplingSettings
) -> tuple[Reliability, Diagnostics]:
    """Learn theta from questions with outcomes, by NUTS.

    Gives theta, and how good its draws are.

    Args:
        openings: log-odds of yes that each question starts from, shape (questions,).

    Raises:
        PoorDiagnostics: the draws are not to be trusted.
    """
    readings = [
        Reading(curve, signals, np.ones(2), np.eye(2)[int(outcome)])
        for (curve, signals), outcome in zip(
            _questions(training, openings), training.outcomes, strict=True
        )
    ]
    data = reliability_data(readings, ESTABLISHED)
    model = build(data)
    posterior, diagnostics = sample(model, settings, shape=data.shape)
    if diagnostics.faults:
        posterior, diagnostics = sample(model, settings.longer, shape=data.shape)
    require_good(diagnostics, "reliability")
    return reliability_of(posterior, data, settings.seed), diagnostics


def forecast(suite: Suite, openings: Floats, reliability: Reliability) -> Floats:
    """Log-odds of yes for every question of a suite, shape (questions,)."""
    log_odds = []
    for curve, signals in _questions(suite, openings):
        state = read_curve(curve, signals, np.ones(2), reliability, ESTABLISHED)
        no, yes = np.log(curve.opening_cells * state.likelihood)
        log_odds.append(yes - no)
    return np.array(log_odds)


def _questions(suite: Suite, openings: Floats) -> Iterator[tuple[Curve, tuple[Signal, ...]]]:
    """Give every question as a curve with its evidence."""
    claims = defaultdict(list)
    for place, question in enumerate(suite.question):
        claims[int(question)].append(place)
    for place, reference_class in enumerate(suite.classes):
        name = f"q{place}"
        curve = Curve(
            id=name,
            space=binary_space(),
            prior=LogOddsPrior(float(openings[place])),
            loadings=np.zeros(1),
            opens=0.0,
            closes=1.0,
            reporting_lag=0.0,
            as_of=0.0,
            reference_class=f"class-{reference_class}",
        )
        asked = Question(name, "binary", name, 0.0, 1.0, np.array([0.0, 1.0]))
        yield curve, tuple(_signal(suite, claim, asked, curve) for claim in claims[place])


def _signal(suite: Suite, claim: int, asked: Question, curve: Curve) -> Signal:
    """Give one claim as a record on its question; what is claimed stays true."""
    nats = float(suite.claim[claim])
    stance = Stance(asked.id, "yes" if nats >= 0 else "no", abs(nats))
    record = Record(
        id=str(claim),
        published=0.0,
        source=str(suite.source[claim]),
        submitter=ATTACKER if suite.is_attack[claim] else CURATOR,
        grade=GRADES[suite.grade[claim]],
        kind="fact",
        origin=str(suite.origin[claim]),
        fingerprint=str(claim),
        stances=(stance,),
    )
    return signal_on(curve, asked, record, stance)

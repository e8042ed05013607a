"""Suites of evidence with known outcomes: the claims as arrays, an attack, and simple ways to read.

The simple ways are what any other reading of evidence has to beat. All give log-odds of yes.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecasts.outcomes import Floats, Indices
from forecasts.reliability import GRADES, PRIORS

#: Records that an attacker adds to a question, and the strength that each claims, in nats.
ATTACK_RECORDS, ATTACK_CLAIM = 20, 4.5
#: Who submitted the records of a suite, and who attacks it.
CURATOR, ATTACKER = "suite", "attacker"
#: What fixed weights take for granted: correlation within an origin, trust, worth of a claimed nat.
FIXED_CORRELATION, FIXED_TRUST, FIXED_SLOPE = 0.7, 0.9, 0.5
#: Questions at the overall rate that stand beside those of a class.
_CLASS_PSEUDO_COUNT = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Suite:
    """Yes-or-no questions with outcomes, and what sources claimed about them.

    Attributes:
        classes: reference class of each question, shape (questions,).
        outcomes: 1 for yes, shape (questions,).
        question: of which question each claim is, as an index, shape (claims,).
        origin: claims that repeat one report share it, as an index, shape (claims,).
        source: ids, shape (claims,).
        grade: index in GRADES, shape (claims,).
        claim: nats for yes, shape (claims,).
        is_attack: whether the attacker made it up, shape (claims,).
    """

    classes: Indices
    outcomes: Floats
    question: Indices
    origin: Indices
    source: NDArray[np.str_]
    grade: Indices
    claim: Floats
    is_attack: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceSuite:
    """A suite as it stands in its files.

    Attributes:
        training: questions to learn from, in the order of the file.
        test: questions to be judged on.
        oracle: mean log2 loss of one who knows everything, if the suite tells it.
    """

    training: Suite
    test: Suite
    oracle: float | None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """How one way to read evidence did on the test questions.

    Attributes:
        resolved: number of training questions with outcomes that it had.
        method: base-rate, naive-sum, design-effect, fixed or learned.
        attack: whether the test questions were attacked.
        log2_loss: mean, in bits.
        standard_error: of that mean, over the test questions.
        brier: mean squared error, from 0 to 1.
        n: number of test questions.
    """

    resolved: int
    method: str
    attack: bool
    log2_loss: float
    standard_error: float
    brier: float
    n: int


def first_questions(suite: Suite, count: int) -> Suite:
    """Keep the first questions of a suite and what was claimed about them."""
    kept = suite.question < count
    _, origin = np.unique(suite.origin[kept], return_inverse=True)
    return Suite(
        classes=suite.classes[:count],
        outcomes=suite.outcomes[:count],
        question=suite.question[kept],
        origin=origin,
        source=suite.source[kept],
        grade=suite.grade[kept],
        claim=suite.claim[kept],
        is_attack=suite.is_attack[kept],
    )


def attacked(suite: Suite, seed: int) -> Suite:
    """Let one new submitter add claims for the wrong side of every question.

    Each poses as an origin of its own and cites a source of grade A.
    """
    rng = np.random.default_rng(seed)
    questions = np.repeat(np.arange(len(suite.outcomes)), ATTACK_RECORDS)
    count = len(questions)
    best = np.unique(suite.source[suite.grade == 0])
    first_free = suite.origin.max(initial=-1) + 1
    wrong = np.where(suite.outcomes[questions] == 1, -ATTACK_CLAIM, ATTACK_CLAIM)
    return replace(
        suite,
        question=np.concatenate([suite.question, questions]),
        origin=np.concatenate([suite.origin, first_free + np.arange(count)]),
        source=np.concatenate([suite.source, rng.choice(best, count)]),
        grade=np.concatenate([suite.grade, np.zeros(count, np.int64)]),
        claim=np.concatenate([suite.claim, wrong]),
        is_attack=np.concatenate([suite.is_attack, np.ones(count, np.bool_)]),
    )


def class_log_odds(training: Suite, classes: Indices) -> Floats:
    """Log-odds of yes from how often the training questions of a class came out so."""
    overall = (training.outcomes.sum() + 1) / (len(training.outcomes) + 2)
    size = int(max(classes.max(), training.classes.max(initial=0))) + 1
    happened = np.bincount(training.classes, training.outcomes, size)
    count = np.bincount(training.classes, minlength=size)
    rate = (happened + _CLASS_PSEUDO_COUNT * overall) / (count + _CLASS_PSEUDO_COUNT)
    return np.asarray(np.log(rate / (1 - rate))[classes])


def naive_sum(suite: Suite) -> Floats:
    """Add all claims up, as if every source were right about itself and on its own."""
    return np.bincount(suite.question, suite.claim, len(suite.outcomes))


def design_effect(suite: Suite) -> Floats:
    """Add up, but divide each origin by the design effect of its size."""
    return _by_question(suite, _by_origin(suite, suite.claim))


def fixed_weights(suite: Suite) -> Floats:
    """Weights by grade, the design effect, and a bound on each origin, all set in advance."""
    worth = FIXED_SLOPE * np.array(PRIORS.grades)[suite.grade]
    support = 1 / (1 + np.exp(-_by_origin(suite, worth * suite.claim)))
    floor = (1 - FIXED_TRUST) / 2
    bounded = np.log(FIXED_TRUST * support + floor) - np.log(FIXED_TRUST * (1 - support) + floor)
    return _by_question(suite, bounded)


def log2_losses(log_odds: Floats, outcomes: Floats) -> Floats:
    """Bits of surprise at each outcome, also where a forecast is nearly certain.

    >>> log2_losses(np.array([0.0, 2000.0]), np.array([1.0, 0.0])).round().tolist()
    [1.0, 2885.0]
    """
    return np.asarray(np.logaddexp(0.0, np.where(outcomes == 1, -log_odds, log_odds)) / np.log(2))


def brier_scores(log_odds: Floats, outcomes: Floats) -> Floats:
    """Squared error of the probability of yes, from 0 to 1."""
    return np.asarray((np.exp(-np.logaddexp(0.0, -log_odds)) - outcomes) ** 2)


def grade_indices(letters: NDArray[np.str_]) -> Indices:
    """Places of grade letters in GRADES."""
    return np.array([GRADES.index(letter) for letter in letters], np.int64)


def _by_origin(suite: Suite, nats: Floats) -> Floats:
    """Sum by origin, divided by the design effect; shape (origins,)."""
    size = np.bincount(suite.origin)
    return np.bincount(suite.origin, nats) / (1 + np.maximum(size - 1, 0) * FIXED_CORRELATION)


def _by_question(suite: Suite, nats: Floats) -> Floats:
    """Sum what origins come to by question."""
    question = np.zeros(len(nats), np.int64)
    question[suite.origin] = suite.question
    return np.bincount(question, nats, len(suite.outcomes))

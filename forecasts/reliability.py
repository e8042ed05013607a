"""What sources, grades and submitters are worth: draws of theta, from the priors or from a fit."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from forecasts.evidence import HALF_LIFE_DAYS, EvidenceKind
from forecasts.outcomes import Floats

#: Draws of theta over which every reading is averaged.
RELIABILITY_DRAWS = 1_000
GRADES = "ABCDEF"
#: Kinds of evidence that age; a fact stays true.
AGEING: tuple[EvidenceKind, ...] = ("report", "rumour")


@dataclass(frozen=True, slots=True)
class ReliabilityPriors:
    """Priors of theta, as (centre, spread) or (a, b); the PyMC model reads the same numbers."""

    base: tuple[float, float] = (float(np.log(0.5)), 0.35)  # ln of the slope of a perfect source
    grades: tuple[float, ...] = (1.0, 0.9, 0.7, 0.4, 0.1, 0.5)  # A to F
    grade_spread: float = 0.25
    source_spread: float = 0.35  # half-normal
    correlation: tuple[float, float] = (7.0, 3.0)  # beta: within an origin
    trust: tuple[float, float] = (18.0, 2.0)  # beta: a report is what it seems
    submitter_spread: float = 0.3  # half-normal
    claim_bias: float = 0.2  # normal: nats by which claims lean towards what they name
    half_lives: tuple[float, ...] = tuple(HALF_LIFE_DAYS[kind] for kind in AGEING)  # days
    half_life_spread: float = 0.5  # of ln days
    cancellation: tuple[float, float] = (1.0, 3.0)  # beta: how far like reports share their error
    damping: tuple[float, float] = (0.5, 0.35)  # slope falls as loudness ** -damping
    class_centre: float = 0.5  # normal: how far opening priors are off on the whole, log-odds
    class_spread: float = 0.5  # half-normal: and by reference class


PRIORS = ReliabilityPriors()


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """Draws of theta; every array has one entry a draw.

    Attributes:
        base: ln of the slope of a source of grade multiplier 1.
        grades: multiplier of each grade, shape (draws, 6).
        source_spread: spread of sources around their grade.
        correlation: correlation of signals of one origin.
        trust: chance that an origin's report is what it seems.
        submitter_spread: spread of submitters' log slopes.
        claim_bias: nats to take off every claim before it is weighed.
        half_lives: days in which a report and a rumour lose half of their weight, (draws, 2).
        cancellation: 0: reports of one origin are ranked, so that corroboration never weakens; 1:
            they are read as signals with one shared error, which agreement can reveal.
        damping: by what power of its loudness a source's slope is cut.
        loudness: size of a source's claims, as a multiple of what is usual; 1 where unknown.
        classes: learned shift of the opening log-odds by reference class.
        sources: learned standardised deviations by source id.
        submitters: learned log slopes by submitter id.
        seed: settles the draws of sources and submitters that no fit has met.
    """

    base: Floats
    grades: Floats
    source_spread: Floats
    correlation: Floats
    trust: Floats
    submitter_spread: Floats
    claim_bias: Floats
    half_lives: Floats
    cancellation: Floats
    damping: Floats
    seed: int
    sources: Mapping[str, Floats] = field(default_factory=dict)
    submitters: Mapping[str, Floats] = field(default_factory=dict)
    loudness: Mapping[str, float] = field(default_factory=dict)
    classes: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.base)

    def grade_slope(self, grade: str) -> Floats:
        """Multiplier of a grade, A to F."""
        return np.asarray(self.grades[:, GRADES.index(grade)])

    def source_deviation(self, source: str) -> Floats:
        """Standardised deviation of a source: learned, or the prior's for an unknown one."""
        if source in self.sources:
            return self.sources[source]
        return self._unknown("source", source)

    def submitter_deviation(self, submitter: str) -> Floats:
        """Log slope of a submitter: learned, or the prior's for an unknown one."""
        if submitter in self.submitters:
            return self.submitters[submitter]
        return self.submitter_spread * self._unknown("submitter", submitter)

    def half_life(self, kind: EvidenceKind) -> Floats:
        """Days in which evidence of a kind that ages loses half of its weight."""
        return np.asarray(self.half_lives[:, AGEING.index(kind)])

    def _unknown(self, kind: str, name: str) -> Floats:
        """Standard normal draws that are the same whenever this name is asked for."""
        digest = hashlib.sha256(f"{self.seed} {kind} {name}".encode()).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(digest))).standard_normal(
            self.draws
        )


def draw_from_priors(seed: int, draws: int = RELIABILITY_DRAWS) -> Reliability:
    """Draw theta from the priors; it serves until the first fit on resolved questions.

    Whether like reports share their error, and whether loud sources are worth less, only outcomes
    can tell: until then neither is assumed.

    >>> draw_from_priors(seed=1, draws=8).grades.shape
    (8, 6)
    """
    rng = np.random.default_rng(seed)
    normal = rng.standard_normal
    return Reliability(
        base=PRIORS.base[0] + PRIORS.base[1] * normal(draws),
        grades=np.array(PRIORS.grades) + PRIORS.grade_spread * normal((draws, len(GRADES))),
        source_spread=PRIORS.source_spread * np.abs(normal(draws)),
        correlation=rng.beta(*PRIORS.correlation, size=draws),
        trust=rng.beta(*PRIORS.trust, size=draws),
        submitter_spread=PRIORS.submitter_spread * np.abs(normal(draws)),
        claim_bias=PRIORS.claim_bias * normal(draws),
        half_lives=np.array(PRIORS.half_lives)
        * np.exp(PRIORS.half_life_spread * normal((draws, len(AGEING)))),
        cancellation=np.zeros(draws),
        damping=np.zeros(draws),
        seed=seed,
    )

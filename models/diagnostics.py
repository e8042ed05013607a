"""How good a run of NUTS was, and when it is not good enough; imports nothing slow."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from forecasts.errors import PoorDiagnostics

#: Above this the chains disagree (Vehtari et al. 2021, Bayesian Analysis 16(2)).
LARGEST_R_HAT = 1.01
#: Below this effective sample, means, tails and r-hat itself are not to be trusted (likewise).
SMALLEST_EFFECTIVE_SAMPLE = 400.0
#: A stray divergence is numerical; a larger share means that a part of the posterior is missed.
LARGEST_DIVERGENT_SHARE = 0.001

#: Far from the seeds that people choose, which are neighbours.
_ANOTHER_SEED = 0x9E3779B9


@dataclass(frozen=True, slots=True)
class SamplingSettings:
    """How to run NUTS.

    Attributes:
        seed: settles the draws to the last bit, on one machine and with the same versions.
        draws: kept draws a chain.
        tune: tuning steps a chain, thrown away.
        chains: independent chains.
        target_accept: mean acceptance that the step size aims at; higher takes smaller steps.
    """

    seed: int
    draws: int = 1_000
    tune: int = 1_000
    chains: int = 4
    target_accept: float = 0.9

    @property
    def longer(self) -> "SamplingSettings":
        """The same seed, and twice the tuning and draws."""
        return replace(self, tune=2 * self.tune, draws=2 * self.draws)

    @property
    def again(self) -> "SamplingSettings":
        """Another seed, and twice the tuning and draws: for a run whose diagnostics were poor."""
        return replace(self.longer, seed=(self.seed + _ANOTHER_SEED) % 2**32)


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """What a run of NUTS says about itself.

    Attributes:
        r_hat: the largest rank-normalised r-hat of any parameter.
        bulk_sample, tail_sample: the smallest effective samples of any parameter.
        divergences: number of divergent transitions after tuning.
        draws, tune, chains, seed: as in the settings.
        seconds: for compiling and sampling, on the wall.
        versions: of Python and of the packages that settle the draws.
    """

    r_hat: float
    bulk_sample: float
    tail_sample: float
    divergences: int
    draws: int
    tune: int
    chains: int
    seed: int
    seconds: float
    versions: dict[str, str]

    @property
    def faults(self) -> list[str]:
        """What is wrong, with numbers; empty if nothing is."""
        faults = []
        if not self.r_hat < LARGEST_R_HAT:  # written so that NaN fails too
            faults.append(f"r-hat {self.r_hat:.3f}, not below {LARGEST_R_HAT}")
        for name, size in (("bulk", self.bulk_sample), ("tail", self.tail_sample)):
            if not size >= SMALLEST_EFFECTIVE_SAMPLE:
                least = f"{SMALLEST_EFFECTIVE_SAMPLE:.0f}"
                faults.append(f"effective sample ({name}) {size:.0f}, below {least}")
        if self.divergences > LARGEST_DIVERGENT_SHARE * self.draws * self.chains:
            faults.append(f"{self.divergences} divergences in {self.draws * self.chains} draws")
        return faults

    @property
    def as_body(self) -> dict[str, Any]:
        """Give all as JSON values, for the ledger."""
        return asdict(self)


def require_good(diagnostics: Diagnostics, model: str) -> None:
    """Let only a run through that can be trusted.

    Raises:
        PoorDiagnostics: chains disagree, diverge, or have too small an effective sample.
    """
    if diagnostics.faults:
        raise PoorDiagnostics(model=model, faults="; ".join(diagnostics.faults))

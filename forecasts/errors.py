"""Every rule that can be broken, as one tree of errors.

KizashiError
├── Malformed                   a value that cannot mean anything
│   ├── ImpossibleProbability
│   ├── NumbersDoNotFit
│   ├── ImpossiblePrior
│   ├── StanceDoesNotFit
│   ├── OutcomeDoesNotFit
│   ├── ConditionDoesNotFit
│   ├── ForecastDoesNotFit
│   ├── ImpossibleScenario
│   ├── FitDoesNotFit
│   └── FitTooLarge
├── Unknown                     something is named that does not exist
│   ├── UnknownQuestion
│   ├── UnknownResolution
│   ├── UnknownWorld
│   ├── UnknownDocument
│   ├── UnknownClaim
│   ├── UnknownEvidence
│   ├── UnknownForecast
│   ├── UnknownProposal
│   ├── UnknownVersion
│   ├── UnknownDispute
│   ├── UnknownOrigin
│   ├── UnknownScenario
│   ├── UnknownDriver
│   ├── UnknownForecaster
│   ├── UnknownSource
│   ├── UnknownFit
│   └── UnknownEntry
├── Refused                     it means something, but not now or not here: see `refusals`
├── LedgerBroken
├── PoorDiagnostics
├── FitBroke
├── ClusterNotInstalled         nowhere to run many fits
├── SchedulerUnreachable
├── NoWorkers
└── WorkersDied

An error carries its facts beside its message, so that the shell can say it in any language.
"""

from functools import partial
from typing import ClassVar


class KizashiError(Exception):
    """A rule of Kizashi was broken; `message` says which, with numbers, and how to mend it."""

    message: ClassVar[str] = "Something is wrong."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message.format(**facts))

    def __reduce__(self) -> tuple[partial["KizashiError"], tuple[()]]:
        """Let an error travel between processes with its facts."""
        return partial(type(self), **self.facts), ()


class Malformed(KizashiError):
    """A value that cannot mean anything."""


class ImpossibleProbability(Malformed):
    """A number that should be a probability is not one."""

    message = "A probability must lie in [0, 1]: {count} of {total} do not."


class NumbersDoNotFit(Malformed):
    """Arrays or settings that cannot be used together."""

    message = "These numbers do not fit: {what}. Give {mend}."


class ImpossiblePrior(Malformed):
    """What an author gave as a prior cannot all hold at once."""

    message = (
        "The prior of {question} cannot be met: {what} asks for {wanted:.3f}, the nearest curve "
        "gives {reached:.3f}. Bring the numbers closer together, or leave one out."
    )


class StanceDoesNotFit(Malformed):
    """A stance speaks of something that its question does not have."""

    message = "A stance on {question} (type {kind}) cannot say {said}: use {mend}."


class OutcomeDoesNotFit(Malformed):
    """A resolution names an outcome that its question does not have."""

    message = "{question} (type {kind}) cannot resolve to that: give {mend}."


class ForecastDoesNotFit(Malformed):
    """A forecast says something that its question does not have."""

    message = "A forecast of {question} (type {kind}) cannot say that: give {mend}."


class ConditionDoesNotFit(Malformed):
    """A scenario supposes something that its question or driver does not have."""

    message = "A condition on {subject} (type {kind}) cannot say that: give {mend}."


class ImpossibleScenario(Malformed):
    """What is supposed cannot be, given what is known."""

    message = (
        "These conditions cannot all hold, given what is known: {conditions}. Leave one out, or "
        "change it."
    )


class FitDoesNotFit(Malformed):
    """A fit was made for another world, from another ledger, or its draws are damaged."""

    message = (
        "This fit does not fit the world {world}: {what}. Nothing was stored. Make it again from "
        "this database with `kizashi fit {world}`, and send it unchanged."
    )


class FitTooLarge(Malformed):
    """A fit has more bytes than are taken."""

    message = (
        "A fit may have {most} MiB, its draws included; this one has more. Nothing was stored. "
        "Send draws as `kizashi fit` does: 1,000 of theta and 4,000 of the drivers."
    )


class Unknown(KizashiError):
    """Something is named that does not exist."""


class UnknownQuestion(Unknown):
    """No question has this id."""

    message = "There is no question with this id. GET /api/v1/questions lists them."


class UnknownResolution(Unknown):
    """A question has no outcome."""

    message = "This question has no outcome. GET /api/v1/resolutions lists those that have one."


class UnknownDocument(Unknown):
    """No document has this id."""

    message = "There is no document with this id. GET /api/v1/documents lists them."


class UnknownClaim(Unknown):
    """A document has no claim of this id."""

    message = "This document has no claim with this id. GET /api/v1/claims lists them."


class UnknownWorld(Unknown):
    """No world has this id."""

    message = "There is no world with this id. GET /api/v1/worlds lists them."


class UnknownEvidence(Unknown):
    """No evidence record has this id."""

    message = "There is no evidence record with this id. GET /api/v1/evidence lists them."


class UnknownForecast(Unknown):
    """No forecast has this id."""

    message = "There is no forecast with this id. GET /api/v1/forecasts lists them."


class UnknownForecaster(Unknown):
    """A forecaster is named that does not exist."""

    message = "There is no such forecaster. See `GET /api/v1/forecasters`."


class UnknownSource(Unknown):
    """No source has this id."""

    message = "There is no source with this id. GET /api/v1/sources lists them."


class UnknownProposal(Unknown):
    """No proposal has this id."""

    message = "There is no proposal with this id. GET /api/v1/proposals lists them."


class UnknownVersion(Unknown):
    """A question has no version of this number."""

    message = "This question has no version of this number; the newest is {newest}."


class UnknownDispute(Unknown):
    """No dispute has this id."""

    message = "There is no dispute with this id. GET /api/v1/disputes lists them."


class UnknownOrigin(Unknown):
    """No record, and no origin of records, has this id."""

    message = (
        "There is no evidence record, and no origin of any, with this id. Give the id of the "
        "record that this one copies, or its own id if it copies none."
    )


class UnknownScenario(Unknown):
    """No stored scenario has this id."""

    message = "There is no scenario with this id. GET /api/v1/scenarios lists them."


class UnknownDriver(Unknown):
    """A world has no driver of this id."""

    message = "This world has no such driver; it has {drivers}."


class UnknownFit(Unknown):
    """No fit that landed has this id."""

    message = "There is no fit with this id. GET /api/v1/fits lists them."


class UnknownEntry(Unknown):
    """The ledger has no entry with this number."""

    message = "The ledger has no entry with this number; the newest is {newest}."


class Refused(KizashiError):
    """It means something, but it is not allowed now or here."""


class LedgerBroken(KizashiError):
    """The ledger's chain does not hold."""

    message = "The ledger is broken at entry {seq}: {what}."


class PoorDiagnostics(KizashiError):
    """A fit is not to be trusted, so nothing was changed."""

    message = (
        "The fit of {model} is not to be trusted: {faults}. Nothing was changed. "
        "Run it again with more tuning (--tune) or another --seed."
    )


class FitBroke(KizashiError):
    """A fit ended in an error that no rule foresees."""

    message = "The fit broke off: {what}."


class ClusterNotInstalled(KizashiError):
    """Dask is not part of every installation."""

    message = "To spread work over machines, install Dask: pip install 'kizashi[cluster]'."


class SchedulerUnreachable(KizashiError):
    """No Dask scheduler answers."""

    message = (
        "No Dask scheduler answers at {url}. Start one with `dask scheduler`, and mend --scheduler."
    )


class NoWorkers(KizashiError):
    """A scheduler without workers never begins."""

    message = "The scheduler at {url} has no workers. Start one with `dask worker {url}`."


class WorkersDied(KizashiError):
    """Some calls kill whoever does them, mostly for want of memory."""

    message = (
        "{left} fits could not be done: their workers died {deaths} times. "
        "Give them more memory, or use fewer --workers."
    )

"""Credit: the bits of log score that each origin, record, submitter and source added.

At every moment of a question's window the gain of the served forecast over the opening prior,
log2 p_t(outcome) - log2 p_0(outcome), is parted without rest:

    linked      what other questions' evidence and outcomes said of the drivers, or of this curve
    time        days that passed in silence
    prior       what its reference class has taught since
    market      0 until there are markets
    origins     Shapley values of v(A) = log2 P(outcome | the above, origins in A)
    averaging   the served forecast less that of the plug-in with all origins

and integrated over the window as it was scheduled: (1/T) sum of bits x days. Nothing is earned
after the outcome was fixed. See `credit_accounts` for the plug-in, `games` for v.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

import numpy as np

from forecasts.credit_accounts import Moment, Player
from forecasts.evidence import Record
from forecasts.games import Shares, Truth, expected_truth, known_truth, shares
from forecasts.outcomes import Floats
from forecasts.questions import Curve, Question
from forecasts.resolutions import Resolution

#: Final once resolved; provisional before; void where annulled or ambiguous: nobody earns.
CreditStatus = Literal["final", "provisional", "void"]
ACCOUNTS = ("prior", "market", "linked", "time", "averaging")


@dataclass(frozen=True, slots=True)
class RecordCredit:
    """What one record added to the forecast of one question.

    Attributes:
        record, origin, source, submitter: ids.
        bits: time-averaged log2 score that it added; negative where it misled.
        withheld: its submitter resolved the question, and is not paid for it.
    """

    record: str
    origin: str
    source: str
    submitter: str
    bits: float
    withheld: bool


@dataclass(frozen=True, slots=True)
class Credit:
    """Who moved a question's forecast towards its outcome, and by how much.

    Attributes:
        question: its id.
        status: final, provisional or void.
        gain: time-averaged log2 score of the served forecasts, less that of the opening prior;
            bits; higher is better. It is the sum of `accounts` and `origins`.
        coverage: share of the scheduled window in which a forecast stood.
        accounts: bits by ACCOUNTS.
        origins: bits by origin; "newcomers" is the pool of those without a record of their own.
        records: one for each record, in the order in which they came.
        standard_error: Monte-Carlo error of the least sure origin; 0 where sums are exact.
    """

    question: str
    status: CreditStatus
    gain: float = 0.0
    coverage: float = 0.0
    accounts: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(ACCOUNTS, 0.0))
    origins: Mapping[str, float] = field(default_factory=dict)
    records: tuple[RecordCredit, ...] = ()
    standard_error: float = 0.0

    @property
    def withheld(self) -> float:
        """Bits of the origins that are paid to nobody, as their submitter resolved the question."""
        return sum(record.bits for record in self.records if record.withheld)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a question ended, or how far it has come.

    Attributes:
        until: instant at which its own history ends: the outcome became fixed, or now.
        resolution: the newest; None while it is open.
        resolver: who said so; empty while it is open.
    """

    until: float
    resolution: Resolution | None = None
    resolver: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """What a submitter or a source added over all questions.

    Attributes:
        name: its id.
        final, provisional: bits on resolved and on open questions.
        withheld: bits on questions that the submitter resolved; not paid.
        records, questions: how many it bears on.
    """

    name: str
    final: float
    provisional: float
    withheld: float
    records: int
    questions: int


def credit_of(
    question: Question,
    curve: Curve,
    moments: Sequence[Moment],
    ending: Ending,
    rng: np.random.Generator,
) -> Credit:
    """Share out the gain of a question's forecasts over its opening prior.

    It depends on nothing but the history and the newest resolution, so that a superseded outcome
    is undone by asking again.

    Args:
        moments: what stood when, in the order of time; each stands until the next.
        rng: for random orders where more than 18 origins speak at once.

    Raises:
        OutcomeDoesNotFit: the question has no such outcome.
    """
    resolution = ending.resolution
    if resolution is not None and (resolution.status != "resolved" or resolution.outcome is None):
        return Credit(question.id, "void")
    durations = durations_of(question, moments, ending.until)
    stood = [moment for moment, days in zip(moments, durations, strict=True) if days > 0]
    durations = durations[durations > 0]
    if not stood:
        return Credit(question.id, "provisional" if resolution is None else "final")
    if resolution is None:
        newest = [moment for moment in moments if moment.at <= ending.until][-1]
        truth = expected_truth(question, newest.served)
    else:
        truth = known_truth(question, curve, resolution)
    return _Ledger(question, curve, truth, ending).closed(stood, durations, rng)


def durations_of(question: Question, moments: Sequence[Moment], until: float) -> Floats:
    """Share of the scheduled window for which each moment stood, shape (moments,)."""
    ends = min(until, question.closes)
    edges = np.clip([*(moment.at for moment in moments), ends], question.opens, ends)
    return np.asarray(np.diff(edges) / (question.closes - question.opens))


def totals(credits_of_all: Iterable[Credit], by: Literal["submitter", "source"]) -> list[Total]:
    """Sum credit over questions, the largest first.

    Withheld bits pay no submitter. A source's sums hold them, for it did not resolve anything.
    """
    rows: dict[str, list[tuple[Credit, RecordCredit]]] = defaultdict(list)
    for credit in credits_of_all:
        for record in credit.records:
            rows[getattr(record, by)].append((credit, record))
    found = [_total(name, mine, pays_all=by == "source") for name, mine in rows.items()]
    return sorted(found, key=lambda total: (-(total.final + total.provisional), total.name))


def _total(name: str, rows: list[tuple[Credit, RecordCredit]], *, pays_all: bool) -> Total:
    """Sum what one submitter or source added."""
    sums = {"final": 0.0, "provisional": 0.0, "void": 0.0, "withheld": 0.0}
    for credit, record in rows:
        sums["withheld" if record.withheld and not pays_all else credit.status] += record.bits
    return Total(
        name=name,
        final=sums["final"],
        provisional=sums["provisional"],
        withheld=sums["withheld"],
        records=len({record.record for _, record in rows}),
        questions=len({credit.question for credit, _ in rows}),
    )


@dataclass(slots=True, eq=False)
class _Ledger:
    """Bits booked so far on one question."""

    question: Question
    curve: Curve
    truth: Truth
    ending: Ending
    accounts: dict[str, float] = field(default_factory=lambda: dict.fromkeys(ACCOUNTS, 0.0))
    origins: dict[str, float] = field(default_factory=dict)
    bits: dict[str, float] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    variances: dict[str, float] = field(default_factory=dict)

    def closed(self, moments: list[Moment], durations: Floats, rng: np.random.Generator) -> Credit:
        """Book all moments, run by run of unchanged origins."""
        places = range(len(moments))
        for _, run in groupby(places, key=lambda place: id(moments[place].players)):
            rows = list(run)
            self._book([moments[row] for row in rows], durations[rows], rng)
        opening = self.truth.bits(self.curve.opening_cells)
        served = np.array([self.truth.bits(moment.served) for moment in moments])
        return Credit(
            question=self.question.id,
            status="provisional" if self.ending.resolution is None else "final",
            gain=float(durations @ (served - opening)),
            coverage=float(durations.sum()),
            accounts=self.accounts,
            origins=self.origins,
            records=tuple(self._record(name) for name in self.bits),
            standard_error=float(np.sqrt(max(self.variances.values(), default=0.0))),
        )

    def _book(self, run: list[Moment], durations: Floats, rng: np.random.Generator) -> None:
        """Book moments in which no origin changed."""
        tilted = np.stack([_tilted(moment) for moment in run])
        players = [p for p in run[0].players if np.ptp(p.readings, axis=1).any()]
        shared = shares(tilted, durations, players, self.truth, rng)
        bits = self.truth.bits
        opening = bits(self.curve.opening_cells)
        for moment, prior, days in zip(run, tilted, durations, strict=True):
            linked, base, start = bits(moment.linked), bits(moment.base), bits(prior)
            self.accounts["linked"] += float(days) * (linked - opening)
            self.accounts["time"] += float(days) * (base - linked)
            self.accounts["prior"] += float(days) * (start - base)
            self.accounts["averaging"] += float(days) * (bits(moment.served) - start)
        self.accounts["averaging"] -= shared.gain
        for moment in run:
            self._note_silent(moment)
        self._book_players(players, shared)

    def _book_players(self, players: list[Player], shared: Shares) -> None:
        """Book what origins and their records added."""
        for player, value, error, added in zip(
            players, shared.players, shared.errors, shared.records, strict=True
        ):
            name = player.origin
            self.origins[name] = self.origins.get(name, 0.0) + float(value)
            self.variances[name] = self.variances.get(name, 0.0) + float(error) ** 2
            for record, share in zip(player.records, added, strict=True):
                self.records[record.id] = record
                self.bits[record.id] = self.bits.get(record.id, 0.0) + float(share)

    def _note_silent(self, moment: Moment) -> None:
        """Note records that earn nothing: copies, those that say nothing, and those unheard."""
        unheard = [r for p in moment.players for r in (*p.records, *p.copies)]
        for record in (*moment.silent, *unheard):
            self.records.setdefault(record.id, record)
            self.bits.setdefault(record.id, 0.0)

    def _record(self, name: str) -> RecordCredit:
        """Give the credit of one record."""
        record = self.records[name]
        resolved_it = record.submitter == self.ending.resolver
        return RecordCredit(
            record=name,
            origin=record.origin,
            source=record.source,
            submitter=record.submitter,
            bits=self.bits[name],
            withheld=resolved_it,
        )


def _tilted(moment: Moment) -> Floats:
    """Prior of the cells once the reference class has spoken."""
    cells = moment.base * np.exp(moment.tilt - moment.tilt.max())
    return np.asarray(cells / cells.sum())

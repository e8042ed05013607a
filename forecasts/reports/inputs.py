"""What a report is built from: scores, questions, credit, and the evidence behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from forecasts.calibration_reports import PitReport, YesNoReport, reports_of
from forecasts.clusters import ClusteredMean, clustered_mean
from forecasts.credit import Credit
from forecasts.judged_tables import JudgedTable
from forecasts.questions import QuestionType
from forecasts.reports.quarters import Quarter
from forecasts.reports.values import Headline, Origin, Text
from forecasts.worth import Estimate

#: The voice that reports are about first of all, and the one that it is set beside.
MODEL, PRIOR = "model", "opening-prior"
#: What people and bots together are called among voices.
PEOPLE = "people"
#: What mean scores can be.
_POSSIBLE = {"log2_loss": (0.0, np.inf), "brier": (0.0, 1.0)}
#: Quarters that a trend reaches back, this one included.
TREND = 8


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as a report tells of it.

    Attributes:
        title, type, drivers: of it.
        block: questions of one block share an outcome, or much of it.
        closes: last day, in days since 1970.
        known: when its outcome could be known; None while it has none.
        status: resolved, annulled or ambiguous; "open" without an outcome.
        outcome: in words; None without one.
        opening, closing: chance that the model gave to what happened, when the question opened and
            before the outcome was fixed; None where it is no chance of one thing.
        is_retrospective: a bank replayed it.
    """

    id: str
    title: Text
    type: QuestionType
    drivers: tuple[str, ...]
    block: str
    closes: float
    known: float | None
    status: str
    outcome: Text | None
    opening: float | None
    closing: float | None
    is_retrospective: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A record of evidence as a report tells of it."""

    id: str
    fact: Text
    source: Text
    published: str


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that was open when the quarter ended, with what the model forecast then."""

    id: str
    title: Text
    type: QuestionType
    closes: float
    forecast: Text
    probability: float | None
    before: float | None


@dataclass(frozen=True, slots=True)
class Relearned:
    """What a fit in the quarter changed: what is left of a claim of 3 to 1 by a source."""

    world: str
    source: Text
    grade: str
    before: Estimate
    after: Estimate
    fits: int


@dataclass(frozen=True, slots=True)
class Published:
    """An earlier edition: its quarter, number, headline, and the questions that it scored.

    Attributes:
        questions: outcome, loss in bits and status of each, by id.
        titles: of its questions, by id.
    """

    quarter: Quarter
    edition: int
    entries: int
    headline: Headline
    questions: Mapping[str, tuple[Text | None, float | None, str]]
    titles: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """All that a report of any quarter reads, as of a checkpoint.

    Attributes:
        people, voices: scores of all resolved questions, of people and of voices.
        questions: all that have an outcome, or were annulled.
        credits: of all questions.
        records, sources, drivers: what ids of them are called.
        open_at_end, relearned: of the quarter.
        published: editions that the checkpoint holds, oldest first.
    """

    quarter: Quarter
    first_month: int
    origin: Origin
    people: JudgedTable
    voices: JudgedTable
    questions: Mapping[str, AskedQuestion]
    credits: Sequence[Credit]
    records: Mapping[str, Record]
    sources: Mapping[str, Text]
    drivers: Mapping[str, Text]
    open_at_end: Sequence[OpenQuestion]
    relearned: Sequence[Relearned]
    published: Sequence[Published]
    _kept: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    def known_in(self, quarter: Quarter) -> list[AskedQuestion]:
        """Give the questions whose outcome could be known in a quarter first, by that day."""
        found = [
            one
            for one in self.questions.values()
            if one.known is not None and quarter.begins <= one.known < quarter.ends
        ]
        return sorted(found, key=lambda one: (one.known, one.id))

    def of_voice(self, voice: str, quarter: Quarter) -> JudgedTable:
        """Give the scores of a voice in a quarter."""
        return self.voices.select(forecaster=voice, period=quarter.name)

    def of_people(self, quarter: Quarter) -> JudgedTable:
        """Give the scores of people in a quarter."""
        return self.people.select(period=quarter.name)

    def mean_of(self, table: JudgedTable, column: str = "log2_loss") -> "Mean | None":
        """Average a score over rows; linked questions count as one for its error."""
        return mean_of(table.columns[column], self.blocks_of(table), *_POSSIBLE.get(column, ()))

    def blocks_of(self, table: JudgedTable) -> list[str]:
        """Name the block of each row."""
        facts = [table.questions[place].id for place in table.columns["question"].tolist()]
        return [self.questions[name].block if name in self.questions else name for name in facts]

    def headline_of(self, quarter: Quarter) -> Headline:
        """Give the numbers of a quarter that others are set beside."""
        key = ("headline", "", quarter.name)
        if key not in self._kept:
            self._kept[key] = headline_of(self, quarter)
        found: Headline = self._kept[key]
        return found

    def calibration_of(
        self, group: str, quarter: Quarter
    ) -> tuple[YesNoReport | None, PitReport | None]:
        """Give what there is to say of the calibration of a voice, or of people; made once."""
        key = ("calibration", group, quarter.name)
        if key not in self._kept:
            table = self.of_people(quarter) if group == PEOPLE else self.of_voice(group, quarter)
            self._kept[key] = reports_of(table)
        found: tuple[YesNoReport | None, PitReport | None] = self._kept[key]
        return found

    def gains(self, table: JudgedTable) -> Any:
        """Give the bits by which each row was better than the opening prior; NaN for no prior."""
        prior = self.voices.select(forecaster=PRIOR)
        losses = dict(
            zip(
                (prior.questions[place].id for place in prior.columns["question"].tolist()),
                prior.columns["log2_loss"].tolist(),
                strict=True,
            )
        )
        names = (table.questions[place].id for place in table.columns["question"].tolist())
        before = np.array([losses.get(name, np.nan) for name in names], float)
        return before - table.columns["log2_loss"]


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its 90% interval; None for a single block.

    Attributes:
        effective: how many unlinked values would give this error.
    """

    mean: float
    low: float | None
    high: float | None
    count: int
    blocks: int
    effective: float | None


def mean_of(
    values: Any, blocks: Sequence[str], least: float = -np.inf, most: float = np.inf
) -> Mean | None:
    """Average values; the interval is Student's t with one degree less than there are blocks.

    Args:
        values: shape (n,).
        blocks: name of the block of each.
        least, most: what a value can be; no interval reaches further.

    >>> found = mean_of([1.0, 3.0], ["a", "b"])
    >>> found.mean, round(found.low, 2), found.effective
    (2.0, -4.31, 2.0)
    """
    amounts = np.asarray(values, float)
    if not amounts.size:
        return None
    found: ClusteredMean = clustered_mean(amounts, np.asarray(blocks))
    if np.isnan(found.standard_error):
        return Mean(found.mean, None, None, amounts.size, found.blocks, None)
    from scipy.special import stdtrit  # noqa: PLC0415  # loads slowly

    reach = float(stdtrit(found.blocks - 1, 0.95)) * found.standard_error
    effective = None if np.isnan(found.effective_size) else min(found.effective_size, amounts.size)
    return Mean(
        found.mean,
        max(found.mean - reach, least),
        min(found.mean + reach, most),
        int(amounts.size),
        found.blocks,
        effective,
    )


def headline_of(inputs: Inputs, quarter: Quarter) -> Headline:
    """Give the numbers of a quarter: those of the model, or of people where no voice is scored."""
    group, table = MODEL, inputs.of_voice(MODEL, quarter)
    if not len(table):
        group, table = PEOPLE, inputs.of_people(quarter)
    annulled = sum(one.status != "resolved" for one in inputs.known_in(quarter))
    loss = inputs.mean_of(table)
    if loss is None:
        return Headline(0, None, annulled, None, None, None, None, None, None)
    brier = inputs.mean_of(table, "brier")
    assert brier is not None
    gains = inputs.gains(table)
    yes_no, _ = inputs.calibration_of(group, quarter)
    questions = len(np.unique(table.columns["question"]))
    return Headline(
        questions=questions,
        effective=loss.effective,
        annulled=annulled,
        log2_loss=loss.mean,
        low=loss.low,
        high=loss.high,
        brier=brier.mean,
        bits=None if np.isnan(gains).all() else float(np.nanmean(gains)),
        e_value=None if yes_no is None else yes_no.e_value,
    )

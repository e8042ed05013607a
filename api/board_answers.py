"""The shapes of the API's answers on leaderboards and credit."""

from typing import Any

from pydantic import Field

from api.answers import Answer
from api.judging_answers import ComputedFrom, none_if_nan
from forecasts.board_entries import BoardEntry
from forecasts.judged_boards import CreditStanding
from forecasts.voices import VoiceTotal

_HINDSIGHT = (
    "some of the evidence behind it was collected with hindsight, by a bank that replays the past: "
    "it shows the machine, not merit"
)


class ForecasterStanding(Answer):
    """One forecaster on a board; nulls where nobody stood beside him, or where he is unranked."""

    rank: int | None
    rank_low: int | None = Field(description="of the 90% interval of the rank: the best")
    rank_high: int | None
    forecaster: str
    kind: str
    questions: int
    coverage: float = Field(description="summed over questions")
    bits: float | None = Field(description="skill per question beside the others")
    low: float | None = Field(description="of its 90% interval")
    high: float | None
    chance_of_top: float | None = Field(description="that he is among the best `top`")
    sure_rank: int | None = Field(
        default=None, description="it is at this place or a better one, with a chance of 90%"
    )
    tier: int | None = Field(description="those of one tier cannot be told from its first")
    peer: float = Field(description="Metaculus points per question of full coverage")
    baseline: float
    brier: float
    log2_loss: float


class ForecasterBoardAnswer(Answer):
    """Forecasters by skill: the ranked ones first, then those with too little coverage."""

    items: tuple[ForecasterStanding, ...]
    next_cursor: str | None
    top: int
    people: ComputedFrom


class CreditBoardRow(Answer):
    """What an evidence submitter or a source added."""

    rank: int | None
    rank_low: int
    rank_high: int
    name: str
    bits: float = Field(description="final and provisional, without what is withheld")
    low: float | None = Field(description="of the 90% interval, by questions; null for one")
    high: float | None
    final: float
    provisional: float
    withheld: float = Field(description="on questions that the submitter resolved: paid to nobody")
    records: int
    questions: int


class CreditBoardAnswer(Answer):
    """Submitters, or sources, by the bits that they added."""

    items: tuple[CreditBoardRow, ...]
    next_cursor: str | None
    retrospective: bool = Field(description=_HINDSIGHT)
    computed: ComputedFrom


class VoiceStanding(Answer):
    """How one voice scored; errors are standard errors over questions."""

    rank: int
    rank_low: int
    rank_high: int
    voice: str
    questions: int
    log2_loss: float
    log2_loss_error: float | None
    brier: float
    brier_error: float | None
    bits: float = Field(description="log2 score over that of the opening prior, same questions")
    low: float | None = Field(description="of its 90% interval")
    high: float | None


class VoiceBoardAnswer(Answer):
    """Voices by their mean log2 loss."""

    items: tuple[VoiceStanding, ...]
    retrospective: bool = Field(description=_HINDSIGHT)
    computed: ComputedFrom


class CreditRecord(Answer):
    """What one record added."""

    record: str
    origin: str
    source: str
    submitter: str
    bits: float
    withheld: bool = Field(description="its submitter resolved the question, and is not paid")


class CreditSummary(Answer):
    """Who moved a question's forecast towards its outcome: gain = accounts + evidence."""

    question: str
    status: str = Field(description="final, provisional (still open) or void")
    gain: float = Field(description="bits over the opening prior, averaged over the window")
    coverage: float
    accounts: dict[str, float]
    evidence: float = Field(description="sum over origins")
    withheld: float
    standard_error: float
    retrospective: bool = Field(description=_HINDSIGHT)


class CreditDetail(CreditSummary):
    """The credit of one question by origin and record."""

    origins: dict[str, float]
    records: tuple[CreditRecord, ...]
    computed: ComputedFrom


class CreditList(Answer):
    """A page of credit, by question."""

    items: tuple[CreditSummary, ...]
    next_cursor: str | None
    computed: ComputedFrom


def forecaster_standing(entry: BoardEntry) -> ForecasterStanding:
    """Give an entry of a board of forecasters."""
    low, high = entry.interval or (None, None)
    best, worst = entry.rank_interval or (None, None)
    return ForecasterStanding(
        rank=entry.rank,
        rank_low=best,
        rank_high=worst,
        forecaster=entry.forecaster,
        kind=entry.kind,
        questions=entry.questions,
        coverage=entry.coverage,
        bits=entry.bits,
        low=low,
        high=high,
        chance_of_top=entry.chance_of_top,
        sure_rank=entry.sure_rank,
        tier=entry.tier,
        peer=entry.peer,
        baseline=entry.baseline,
        brier=entry.brier,
        log2_loss=entry.log2_loss,
    )


def credit_row(standing: CreditStanding) -> CreditBoardRow:
    """Give an entry of a board of credit."""
    low, high = standing.interval or (None, None)
    return CreditBoardRow(
        rank=standing.entry.rank,
        rank_low=standing.rank_interval[0],
        rank_high=standing.rank_interval[1],
        name=standing.entry.name,
        bits=standing.entry.bits,
        low=low,
        high=high,
        final=standing.total.final,
        provisional=standing.total.provisional,
        withheld=standing.total.withheld,
        records=standing.entry.records,
        questions=standing.entry.questions,
    )


def voice_standing(total: VoiceTotal, rank: int, ranks: tuple[int, int]) -> VoiceStanding:
    """Give an entry of the board of voices."""
    error = none_if_nan(total.difference_error)
    half = None if error is None else 1.6449 * error
    return VoiceStanding(
        rank=rank,
        rank_low=ranks[0],
        rank_high=ranks[1],
        voice=total.voice.replace(" ", "-"),
        questions=total.questions,
        log2_loss=total.log2_loss,
        log2_loss_error=none_if_nan(total.log2_loss_error),
        brier=total.brier,
        brier_error=none_if_nan(total.brier_error),
        bits=-total.difference,
        low=None if half is None else -total.difference - half,
        high=None if half is None else -total.difference + half,
    )


def credit_summary(body: dict[str, Any], *, retrospective: bool) -> CreditSummary:
    """Give the credit of a question, as the judge keeps it."""
    return CreditSummary(**_shared(body), retrospective=retrospective)


def credit_detail(
    body: dict[str, Any], computed: ComputedFrom, *, retrospective: bool
) -> CreditDetail:
    """Give the credit of a question with its origins and records."""
    return CreditDetail(
        **_shared(body),
        retrospective=retrospective,
        origins=body["origins"],
        records=tuple(CreditRecord(**record) for record in body["records"]),
        computed=computed,
    )


def _shared(body: dict[str, Any]) -> dict[str, Any]:
    """Give the fields of a summary."""
    names = ("question", "status", "gain", "coverage", "accounts", "standard_error")
    return {name: body[name] for name in names} | {
        "evidence": sum(body["origins"].values()),
        "withheld": sum(record["bits"] for record in body["records"] if record["withheld"]),
    }

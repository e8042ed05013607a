"""The shapes of the API's answers."""

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row

from data.formats.base import Bilingual
from data.formats.evidence import EvidenceFormat
from data.formats.questions import QuestionFormat
from data.formats.resolutions import ResolutionFormat
from data.standing import ALWAYS
from forecasts.times import moment_of

Status = Literal["upcoming", "open", "closed", "resolved", "annulled", "ambiguous"]
CAUSES = (
    "opening: the prior; evidence; time: days passed without the event; resolution of a linked "
    "question; retraction; fit: a new reading of reliabilities; track_record: a submitter became "
    "established"
)


class Answer(BaseModel):
    """An answer; fields that do not apply are null."""

    model_config = ConfigDict(frozen=True)


class OptionForecast(Answer):
    """The forecast of one option of a multiple-choice question."""

    option: str
    probability: float
    low: float
    high: float


class ForecastAnswer(Answer):
    """A forecast; which fields are filled depends on the question's type."""

    at: str = Field(description="when it began to hold, UTC")
    probability: float | None = Field(None, description="of yes, for binary questions")
    options: tuple[OptionForecast, ...] | None = Field(None, description="for multiple choice")
    median: float | str | None = Field(None, description="for numbers and days; null: in a tail")
    low: float | str | None = Field(None, description="lower end of the 90% interval")
    high: float | str | None = Field(None, description="upper end of the 90% interval")
    quantiles: dict[str, float | str | None] | None = None
    outside: tuple[float, ...] | None = Field(
        None, description="chance of each tail (numbers), or of later or never (days)"
    )
    monte_carlo_error: float
    effective_draws: float
    pareto_shape: float | None = Field(None, description="k-hat; above 0.7 do not trust the draws")


class StepAnswer(Answer):
    """One step of a question's history."""

    at: str
    cause: str = Field(description=CAUSES)
    cause_id: str = Field(description="the record, question or fit behind it; empty for time")
    direct: bool = Field(description="bears on this question itself, not only through drivers")
    bits: float = Field(
        description="change of log2 odds: of yes, of sooner or higher than the median was, or of "
        "the option that moved most"
    )
    forecast: ForecastAnswer


class QuestionAnswer(Answer):
    """A question with its current forecast (or its last, where it has an outcome)."""

    id: str
    world: str
    status: Status
    tags: tuple[str, ...] = Field(description="its claims, and the drivers that it loads on")
    question: QuestionFormat
    forecast: ForecastAnswer | None = Field(description="null before it opens")
    moved_bits: float = Field(description="net change of log2 odds in the last 7 days")
    resolution: ResolutionFormat | None


class CellAnswer(Answer):
    """One cell of a forecast's distribution."""

    label: str
    probability: float


class QuestionDetail(QuestionAnswer):
    """A question with the whole distribution of its current forecast."""

    distribution: tuple[CellAnswer, ...] = Field(description="empty where it has an outcome")


class PageAnswer(Answer):
    """A page of a collection."""

    next_cursor: str | None = Field(description="give it as `cursor` for the next page")


class QuestionList(PageAnswer):
    """A page of questions."""

    items: tuple[QuestionAnswer, ...]


class HistoryList(PageAnswer):
    """A page of a question's steps."""

    items: tuple[StepAnswer, ...]


class Movement(Answer):
    """How one event moved one forecast."""

    question: str
    direct: bool
    bits: float
    before: ForecastAnswer | None
    after: ForecastAnswer


class EvidenceAnswer(Answer):
    """A record of evidence as the ledger holds it."""

    id: str
    entry: int = Field(description="its number in the ledger")
    recorded_at: str
    replayed: bool = Field(description="from a bank: dated back, and collected with hindsight")
    submitter: str
    origin: str
    retracted_at: str | None
    disputed: str | None = Field(
        None, description="waiting, or its newest ruling: upheld or rejected; null: never disputed"
    )
    bits: float | None = Field(None, description="how far it moved the question that was asked for")
    record: EvidenceFormat


class EvidenceList(PageAnswer):
    """A page of evidence, newest entry first."""

    items: tuple[EvidenceAnswer, ...]


class EvidenceMoved(Answer):
    """A record, and every forecast that it moved."""

    evidence: EvidenceAnswer
    repeated: bool = Field(description="it was there already; nothing was stored twice")
    movements: tuple[Movement, ...]


class ResolutionAnswer(Answer):
    """An outcome as the ledger holds it; the newest of a question holds."""

    entry: int
    recorded_at: str
    resolver: str
    resolution: ResolutionFormat


class ResolutionMoved(Answer):
    """An outcome, and every forecast that it moved."""

    resolution: ResolutionAnswer
    movements: tuple[Movement, ...]


class ResolutionList(PageAnswer):
    """A page of outcomes, superseded ones included, oldest first."""

    items: tuple[ResolutionAnswer, ...]


class DriverAnswer(Answer):
    """A latent force, and where the evidence has moved it: standard normal to begin with."""

    id: str
    title: Bilingual
    high: Bilingual
    mean: float
    sd: float


class WorldAnswer(Answer):
    """A world: its drivers and questions, and how good its draws are."""

    id: str
    title: Bilingual
    drivers: tuple[DriverAnswer, ...]
    questions: tuple[str, ...]
    draws: int
    effective_draws: float


class WorldList(PageAnswer):
    """A page of worlds."""

    items: tuple[WorldAnswer, ...]


class EntryAnswer(Answer):
    """An entry of the ledger."""

    seq: int
    format: int
    kind: str
    recorded_at: str
    replayed: bool
    body: dict[str, Any] | None = Field(description="null while it is withheld")
    withheld: bool = Field(
        False, description="true for a forecast that is hidden for now; else left out"
    )
    previous: str
    hash: str


class EntryList(PageAnswer):
    """A page of entries, oldest first."""

    items: tuple[EntryAnswer, ...]


class CheckpointAnswer(Answer):
    """How far the ledger goes."""

    entries: int
    hash: str


class CheckpointList(PageAnswer):
    """A page of checkpoints, newest first."""

    items: tuple[CheckpointAnswer, ...]


def iso(instant: float) -> str:
    """Write days since 1970 as a UTC time."""
    return f"{moment_of(instant):%Y-%m-%dT%H:%M:%SZ}"


def forecast_answer(at: float, body: str) -> ForecastAnswer:
    """Give a stored forecast as an answer."""
    return ForecastAnswer.model_validate({"at": iso(at), **json.loads(body)})


def step_answer(row: Row[Any]) -> StepAnswer:
    """Give a row of the history as an answer."""
    return StepAnswer(
        at=iso(row.at),
        cause=row.cause,
        cause_id=row.cause_id,
        direct=bool(row.direct),
        bits=row.bits,
        forecast=forecast_answer(row.at, row.body),
    )


def movement_answer(row: Row[Any]) -> Movement:
    """Give a row with the forecast before it as an answer."""
    before = forecast_answer(row.at_before, row.body_before) if row.body_before else None
    after = forecast_answer(row.at, row.body)
    return Movement(
        question=row.question, direct=bool(row.direct), bits=row.bits, before=before, after=after
    )


def evidence_answer(row: Row[Any], bits: float | None = None, at: float = ALWAYS) -> EvidenceAnswer:
    """Give a row of evidence as an answer, as it stood at an instant."""
    is_retracted = row.retracted_at is not None and row.retracted_at <= at
    return EvidenceAnswer(
        id=row.id,
        entry=row.seq,
        recorded_at=iso(row.recorded_at),
        replayed=bool(row.replayed),
        submitter=row.submitter,
        origin=row.origin,
        retracted_at=iso(row.retracted_at) if is_retracted else None,
        disputed=row.disputed,
        bits=bits,
        record=EvidenceFormat.model_validate_json(row.body),
    )


def resolution_answer(row: Row[Any]) -> ResolutionAnswer:
    """Give a row of an outcome as an answer."""
    return ResolutionAnswer(
        entry=row.seq,
        recorded_at=iso(row.recorded_at),
        resolver=row.resolver,
        resolution=ResolutionFormat.model_validate_json(row.body),
    )

"""The shapes of the API's answers on what sources, grades and submitters are worth."""

import json
from typing import Any

from pydantic import Field
from sqlalchemy import Row

from api.answers import Answer, EvidenceAnswer, PageAnswer, iso
from data.formats.base import Bilingual
from forecasts.worth import Estimate, Worth

_BEFORE = "under the prior, which serves until a first fit"
_AFTER = "under the newest fit; null: nothing has been learned yet, and the prior serves"


class EstimateAnswer(Answer):
    """A quantity with its 90% interval."""

    median: float
    low: float
    high: float


class BelievedAnswer(Answer):
    """What is left of a claim: a single record that nothing repeats, on a question of even odds."""

    claimed: float = Field(description="likelihood ratio that the record claims")
    believed: EstimateAnswer = Field(description="likelihood ratio that it is read as")


class WorthAnswer(Answer):
    """What somebody's word is worth."""

    slope: EstimateAnswer = Field(description="nats believed for each nat claimed, before trust")
    chance_negative: float = Field(description="that the opposite of what it says is likelier")
    believed: tuple[BelievedAnswer, ...]


class GradeAnswer(Answer):
    """What records of one grade are worth, before and after learning."""

    grade: str = Field(description="the worse of Admiralty letter and digit, as a letter A-F")
    records: int = Field(description="that count: none that was taken back")
    before: WorthAnswer = Field(description=_BEFORE)
    after: WorthAnswer | None = Field(description=_AFTER)


class EstimatePair(Answer):
    """A quantity before and after learning."""

    before: EstimateAnswer = Field(description=_BEFORE)
    after: EstimateAnswer | None = Field(description=_AFTER)


class SubmitterAnswer(EstimatePair):
    """What multiplies the worth of all that somebody submits; 1 is average."""

    submitter: str
    records: int
    stands_alone: bool = Field(description="false: it counts in the newcomers' pool")


class ParameterAnswer(EstimatePair):
    """A parameter that all records share."""

    parameter: str


class SourceName(Answer):
    """Who says things."""

    id: str
    title: Bilingual = Field(description="the id where no bank names it")
    kind: str | None
    url: str | None


class SourceStanding(Answer):
    """What a source's word is worth in one world, and the facts beside it."""

    world: str
    fit: str | None = Field(description="the fit behind `after`")
    records: int = Field(description="that bear on the world; none that was taken back")
    records_with_outcome: int = Field(description="of them, on a question whose outcome is known")
    teaching_records: int = Field(
        description="of those, the ones that were there when a fit looks at the question: only "
        "they teach"
    )
    claims_with_outcome: int = Field(
        description="how often one took a side on a curve whose outcome is known; measured values "
        "take none"
    )
    claims_right: int = Field(description="of them, the outcome was on that side")
    grades: tuple[GradeAnswer, ...] = Field(description="the commonest of its grades first")


class SourceAnswer(SourceStanding, SourceName):
    """A source in one world."""


class SourceList(PageAnswer):
    """A page of sources, each once a world in which it has records."""

    items: tuple[SourceAnswer, ...]


class SourceDetail(SourceName):
    """A source in every world in which it has records, and its newest records."""

    worlds: tuple[SourceStanding, ...]
    newest: tuple[EvidenceAnswer, ...] = Field(description="none that was taken back")


class FitInForce(Answer):
    """A fit that landed."""

    id: str
    landed_at: str
    seed: int | None
    versions: dict[str, str]
    diagnostics: dict[str, Any]
    checkpoint: dict[str, Any] = Field(description="how much of the ledger it read")


class ReliabilityAnswer(Answer):
    """What grades and submitters are worth in a world, and what its records share."""

    world: str
    fit: FitInForce | None = Field(
        description="the newest; null: nothing has been learned yet, and the prior serves"
    )
    grades: tuple[GradeAnswer, ...] = Field(description="of the average source in each")
    submitters: tuple[SubmitterAnswer, ...]
    parameters: tuple[ParameterAnswer, ...]


def estimate_answer(found: Estimate) -> EstimateAnswer:
    """Give an estimate as an answer."""
    return EstimateAnswer(median=found.median, low=found.low, high=found.high)


def worth_answer(worth: Worth) -> WorthAnswer:
    """Give what a word is worth as an answer."""
    return WorthAnswer(
        slope=estimate_answer(worth.slope),
        chance_negative=worth.chance_negative,
        believed=tuple(
            BelievedAnswer(claimed=claimed, believed=estimate_answer(found))
            for claimed, found in worth.believed.items()
        ),
    )


def fit_answer(row: Row[Any]) -> FitInForce:
    """Give a row of a fit as an answer."""
    body = json.loads(row.body)
    return FitInForce(
        id=row.id,
        landed_at=iso(row.landed_at),
        seed=body.get("seed"),
        versions=body.get("versions", {}),
        diagnostics=body.get("diagnostics", {}),
        checkpoint=body["checkpoint"],
    )

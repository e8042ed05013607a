"""The shapes of what is asked and answered about reports."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter
from sqlalchemy import Row

from api.answers import Answer, iso
from forecasts.reports.values import Report

#: Where a report's schema says that it is at home.
SCHEMA_PATH = "/api/v1/reports/schema.json"


class CheckpointRead(Answer):
    """How much of the ledger a report was built from."""

    entries: int
    hash: str = Field(description="of the newest of them")


class HeadlineAnswer(Answer):
    """The numbers by which quarters are compared; null where nothing was scored."""

    questions: int = Field(description="resolved ones that were scored")
    effective: float | None = Field(description="how many unlinked ones they are worth")
    annulled: int = Field(description="annulled or ambiguous, and not scored")
    log2_loss: float | None = Field(description="of the model, or of people where none is scored")
    low: float | None = Field(description="of its 90% interval")
    high: float | None
    brier: float | None
    bits: float | None = Field(description="per question over the opening prior")
    e_value: float | None = Field(description="against calibration; 20 and more rejects it")


class ReportFile(Answer):
    """A file of a report."""

    name: str
    sha256: str
    size: int = Field(description="bytes")
    address: str


class ReportAnswer(Answer):
    """An edition of a quarter's report."""

    id: str
    quarter: str
    edition: int
    entry: int = Field(description="its number in the ledger")
    published_at: str
    checkpoint: CheckpointRead
    first: str = Field(description="day of the quarter")
    last: str
    retrospective: Literal["all", "some", "none"] = Field(
        description="whether scores rest on evidence that was collected with hindsight"
    )
    headline: HeadlineAnswer


class ReportDetail(ReportAnswer):
    """An edition with its files, and the numbers of all editions."""

    editions: tuple[int, ...]
    files: tuple[ReportFile, ...]


class ReportList(Answer):
    """Published reports, the oldest quarter and edition first."""

    items: tuple[ReportAnswer, ...]
    next_cursor: str | None


class ReportWish(Answer):
    """Which report to build and publish."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quarter: Annotated[
        str, StringConstraints(pattern=r"^((FY)?[0-9]{4}Q[1-4])$"), Field(examples=["2025Q4"])
    ] = Field(description="2025Q4, or FY2025Q3 for that of the fiscal year of the settings")
    languages: tuple[Literal["en", "ja"], ...] = Field(
        ("en", "ja"), min_length=1, max_length=2, description="of HTML and PDF"
    )
    scores: Literal["all", "people"] = Field(
        "all", description="people: leave out model and voices, which take a replay of the ledger"
    )


def report_answer(row: Row[Any]) -> ReportAnswer:
    """Give an edition as an answer."""
    return ReportAnswer(**_fields(row))


def report_detail(
    row: Row[Any], editions: Sequence[int], files: Sequence[Row[Any]]
) -> ReportDetail:
    """Give an edition with its files."""
    base = f"/api/v1/reports/{row.quarter}"
    told = tuple(
        ReportFile(
            name=file.name,
            sha256=file.sha256,
            size=file.size,
            address=f"{base}/{file.name}?edition={row.edition}",
        )
        for file in files
    )
    return ReportDetail(**_fields(row), editions=tuple(editions), files=told)


def report_schema() -> dict[str, Any]:
    """Give the JSON schema of reports."""
    schema = TypeAdapter(Report).json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_PATH,
        **schema,
    }


def _fields(row: Row[Any]) -> dict[str, Any]:
    """Give the fields that all answers on an edition share."""
    shown = json.loads(row.body)
    return {
        "id": row.id,
        "quarter": row.quarter,
        "edition": row.edition,
        "entry": row.seq,
        "published_at": iso(row.published_at),
        "checkpoint": CheckpointRead(entries=row.entries, hash=row.hash),
        "first": shown["first"]["day"],
        "last": shown["last"]["day"],
        "retrospective": shown["retrospective"],
        "headline": HeadlineAnswer(**shown["headline"]),
    }

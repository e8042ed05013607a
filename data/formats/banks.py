"""The written form of a bank: a document's claims, sources, questions, evidence, resolutions."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from data.formats.base import Bilingual, DayOrMonth, Format, Line, Slug, Url
from data.formats.evidence import EvidenceFormat


class Driver(Format):
    """A latent force of a world, standard normal; `high` says what a positive value means."""

    id: Slug
    title: Bilingual
    high: Bilingual


class WorldFormat(Format):
    """The drivers that the questions of one world share."""

    id: Slug
    title: Bilingual
    drivers: tuple[Driver, ...]


class DocumentFormat(Format):
    """The text that the questions are drawn from; its own sentences are not copied."""

    id: Slug
    title: Bilingual
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    written: DayOrMonth
    characters: Annotated[int, Field(gt=0)]


class BankFormat(Format):
    """bank.yaml: what the bank is and which world it opens."""

    format: Literal[1]
    id: Slug
    title: Bilingual
    as_of: DayOrMonth
    curator: Slug  # submits the bank's records; curators of a bank are not pooled with newcomers
    licence: Line
    document: DocumentFormat
    world: WorldFormat


class Claim(Format):
    """One passage that can turn out true or false: where it stands, its hash, our paraphrase."""

    id: Slug
    start: Annotated[int, Field(ge=0)]  # 0-based characters, end exclusive
    end: Annotated[int, Field(gt=0)]
    sha1: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{10}$")]  # first 10 digits
    section: Annotated[int, Field(ge=1)]
    paraphrase: Bilingual
    actors: tuple[Line, ...] = ()
    check: Bilingual | None = None


class Source(Format):
    """Who says things: one id however it is spelt."""

    id: Slug
    title: Bilingual
    kind: Literal["actor", "public_body", "press", "tracker", "research", "other"]
    url: Url | None = None


class BankStance(Format):
    """A link that must never reach a forecast: it gives the outcome, or came after it."""

    question: Slug
    timing: Literal["resolving", "after_resolution"]


class BankEvidence(EvidenceFormat):
    """A record as a bank holds it: also how sure its date is, and links kept from forecasts."""

    id: Slug
    date_confidence: Literal["looked_up", "recalled"] = "looked_up"
    topic: Slug | None = None
    withheld: tuple[BankStance, ...] = ()

"""The written forms of a proposed question, of its opening or declination, and of its amendment."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from data.formats.base import Bilingual, Flag, Format, Moment, Slug, Text
from data.formats.questions import QuestionFormat


class ProposedFormat(Format):
    """A question, and why it is worth asking."""

    question: QuestionFormat
    reason: Text


class ProposalFormat(ProposedFormat):
    """A question that somebody would like to see forecast in a world."""

    world: Slug


class OpeningFormat(Format):
    """An admin's yes to a proposal: as it stands, or mended."""

    question: QuestionFormat | None = None
    reason: Text | None = None


class ReasonFormat(Format):
    """Why something is decided so."""

    reason: Text


class AmendmentFormat(Format):
    """New words of a question, or a longer hiding; what is left out stays as it was.

    Prior, times, loadings and options are never amended: what people forecast stays the same.
    """

    reason: Text
    title: Bilingual | None = None
    background: Bilingual | None = None
    criteria: Bilingual | None = None
    fine_print: Bilingual | None = None
    resolution_sources: Annotated[tuple[Text, ...], Field(min_length=1, max_length=50)] | None = (
        None
    )
    forecasts_hidden_until: Moment | None = None
    forecasts_hidden_until_own: Flag | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set - {"reason"}:
            raise ValueError("give at least one thing to amend beside `reason`")
        return self

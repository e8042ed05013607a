"""The written form of a resolution: what happened, when it was fixed, when it could be known."""

from typing import Literal, Self

from pydantic import model_validator

from data.formats.base import Bilingual, Day, Flag, Format, Number, Slug, Text

ResolutionStatus = Literal["resolved", "annulled", "ambiguous"]


class ResolutionFormat(Format):
    """The outcome of a question. A later one supersedes an earlier one and must say why.

    `outcome` is true or false (binary), a choice's id, a number, a day, or "never" for a date
    that did not come by the close.
    """

    question: Slug
    status: ResolutionStatus = "resolved"
    outcome: Flag | Number | Day | Slug | None = None
    resolved_at: Day  # the day on which the outcome became fixed
    known_by: Day  # the day by which a public source let it be known
    sources: tuple[Text, ...] = ()
    basis: Bilingual
    doubt: Text | None = None
    supersedes_reason: Text | None = None

    @model_validator(mode="after")
    def _outcome_fits_the_status(self) -> Self:
        if (self.status == "resolved") != (self.outcome is not None):
            raise ValueError("`outcome` goes with status resolved, and only there")
        if self.known_by < self.resolved_at:
            raise ValueError(f"known_by {self.known_by} is before resolved_at {self.resolved_at}")
        return self

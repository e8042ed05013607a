"""The written forms of a link between a question and a contract elsewhere, and of a no to one."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from data.formats.base import Chance, Format, Slug, Text

#: What the question is to the contract; `forecasts.matching` says what each means.
Relation = Literal["same", "complement", "implies", "implied_by", "excludes", "overlaps"]
MarketId = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}:[^\x00-\x20\x7f]{1,200}$", max_length=241)
]


class LinkFormat(Format):
    """That a question and a contract belong together, as a person found by reading both.

    `mismatch` is the chance that they come out otherwise than the relation says: another source, an
    hour's difference, a rule for the unforeseen.
    """

    question: Slug
    market: MarketId
    relation: Relation
    mismatch: Chance
    reason: Text | None = None


class DeclinedFormat(Format):
    """That a question and a contract do not belong together: the pair is not proposed again."""

    question: Slug
    market: MarketId
    reason: Text | None = None

"""The written forms of a dispute about a record of evidence, and of the ruling on it."""

from typing import Literal, Self

from pydantic import model_validator

from data.formats.base import Format, Slug, Text

Decision = Literal["upheld", "rejected"]


class DisputeFormat(Format):
    """What is wrong with a record, and what is asked for.

    `exclude`: it should not count. `origin`: it belongs to another `origin`, named by the id of a
    record that it shares one with (its own id: it copies nobody). `other`: something that words
    settle; a ruling on it moves no forecast.
    """

    asks: Literal["exclude", "origin", "other"]
    reason: Text
    origin: Slug | None = None

    @model_validator(mode="after")
    def _names_an_origin(self) -> Self:
        if (self.asks == "origin") != (self.origin is not None):
            raise ValueError("`origin` belongs to a dispute that asks for one, and only there")
        return self


class RulingFormat(Format):
    """How a dispute is decided, and why."""

    decision: Decision
    reason: Text

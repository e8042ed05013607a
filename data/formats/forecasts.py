"""The written form of a forecast: what somebody states of a question."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from data.formats.base import Day, Format, Moment, Number, Probability, Slug, Text

#: The most points that a quantile forecast or a list of days may have.
MOST_POINTS = 99
#: The points of a CDF: the edges of 200 cells.
CDF_POINTS = 201
Chance = Annotated[Number, Field(ge=0, le=1)]
Level = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}(\.[0-9]{1,3})?$")]
_ROUTES = ("probability", "probabilities", "quantiles", "cdf", "by")


class ForecastFormat(Format):
    """What a forecaster states; it stands until the next one, a withdrawal, or `expires`.

    Binary: `probability` of yes. Multiple choice: `probabilities`, one an option. Numeric:
    `quantiles` such as {"10": 1.2, "50": 2.0, "90": 3.5}, or `cdf` at the 201 edges of the range.
    Date: `quantiles` such as {"10": "2027-01-15", "50": "2027-06-01"}, or `by`: the chance that it
    has come by the end of some days.
    """

    question: Slug
    probability: Probability | None = None
    probabilities: Annotated[dict[Slug, Chance], Field(max_length=MOST_POINTS)] | None = None
    quantiles: Annotated[dict[Level, Number | Day], Field(max_length=MOST_POINTS)] | None = None
    cdf: (
        Annotated[tuple[Chance, ...], Field(min_length=CDF_POINTS, max_length=CDF_POINTS)] | None
    ) = None
    by: Annotated[dict[Day, Probability], Field(max_length=MOST_POINTS)] | None = None
    rationale: Text | None = None
    expires: Moment | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        given = [name for name in _ROUTES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                "give exactly one of `probability`, `probabilities`, `quantiles`, `cdf`, `by`"
            )
        return self

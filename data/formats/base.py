"""What every written form shares: strict fields, two languages, days and months."""

import re
from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)


class Format(BaseModel):
    """A written form: unknown fields are faults, values never change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _only_number(value: object) -> object:
    """Refuse "0.5" and true where a number is meant: Pydantic would take both."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")  # noqa: TRY004  # Pydantic turns only ValueError into a fault
    return value


def _day_as_text(value: object) -> object:
    """Take a day that YAML has already read as a date: unquoted, 2025-04-08 is one."""
    return value.isoformat() if type(value) is date else value


def _date_or_month(text: str) -> str:
    """Refuse 2025-13 and 2025-02-30, which have the shape of a day but are none."""
    date.fromisoformat(text if len(text) == len("2025-02-28") else f"{text}-01")
    return text


_WITHOUT_NUL = re.compile(r"^[^\x00]*$").pattern  # not every database can store it

Slug = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", min_length=2, max_length=80)
]
Line = Annotated[
    str,
    StringConstraints(pattern=_WITHOUT_NUL, strip_whitespace=True, min_length=1, max_length=400),
]
Text = Annotated[
    str,
    StringConstraints(pattern=_WITHOUT_NUL, strip_whitespace=True, min_length=1, max_length=10_000),
]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"\x00]+$", max_length=2_000)]
Number = Annotated[float, Field(), BeforeValidator(_only_number)]
Probability = Annotated[float, Field(gt=0, lt=1), BeforeValidator(_only_number)]
#: "2025-04-08", or "2025-04" where only the month is known.
DayOrMonth = Annotated[
    str,
    StringConstraints(pattern=r"^[12]\d{3}-\d{2}(-\d{2})?$"),
    AfterValidator(_date_or_month),
    BeforeValidator(_day_as_text),
]


class Bilingual(Format):
    """One sentence or more in English and, where someone wrote it, in Japanese."""

    en: Text
    ja: Text | None = None

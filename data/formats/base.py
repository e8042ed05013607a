"""What every written form shares: strict fields, two languages, days and months."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError, PydanticKnownError


class Format(BaseModel):
    """A written form: unknown fields are faults, values never change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _only_number(value: object) -> object:
    """Refuse "0.5" and true where a number is meant: Pydantic would take both."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticKnownError("float_type")
    return value


def _only_whole(value: object) -> object:
    """Take 1 and 1.0, as JSON does; refuse "1" and true."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticKnownError("int_type")
    return value


def _only_day(value: object) -> object:
    """Refuse seconds since 1970 and times of a day where a day is meant: Pydantic takes both."""
    if type(value) is date or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("day", "Input should be a day such as 2025-04-08")


def _only_moment(value: object) -> object:
    """Refuse seconds since 1970, and what RFC 3339 does not know."""
    if isinstance(value, datetime) or (isinstance(value, str) and _MOMENT.fullmatch(value)):
        return value
    raise PydanticCustomError("moment", "Input should be a time such as 2025-04-08T12:00:00Z")


def _day_as_text(value: object) -> object:
    """Take a day that YAML has already read as a date: unquoted, 2025-04-08 is one."""
    return value.isoformat() if type(value) is date else value


def _date_or_month(text: str) -> str:
    """Refuse 2025-13 and 2025-02-30, which have the shape of a day but are none."""
    date.fromisoformat(text if len(text) == len("2025-02-28") else f"{text}-01")
    return text


def _within_years(value: datetime) -> datetime:
    """Refuse times that no database can hold in every time zone."""
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        raise ValueError("give a year from 2 to 9998")
    return value


_YEARS = (2, 9998)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})",
    re.IGNORECASE,
)
#: What any reader of patterns takes for a space or a control character; `\s` differs among them.
_LITERAL = "\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACES = rf"\x00-\x20\x7f-\xa0{_LITERAL}"
#: Some character that is no space, and no NUL: not every database can store that.
_SAYS_SOMETHING = rf"^[^\x00]*[^{_SPACES}][^\x00]*$"

Slug = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,79}$", min_length=2, max_length=80)
]
Line = Annotated[
    str,
    StringConstraints(pattern=_SAYS_SOMETHING, min_length=1, max_length=400),
    AfterValidator(str.strip),
]
Text = Annotated[
    str,
    StringConstraints(pattern=_SAYS_SOMETHING, min_length=1, max_length=10_000),
    AfterValidator(str.strip),
]
Url = Annotated[str, StringConstraints(pattern=rf'^https?://[^{_SPACES}<>"]+$', max_length=2_000)]
Number = Annotated[float, Field(), BeforeValidator(_only_number)]
#: A chance that may also be none, or certain.
Chance = Annotated[float, Field(ge=0, le=1), BeforeValidator(_only_number)]
Probability = Annotated[float, Field(gt=0, lt=1), BeforeValidator(_only_number)]
#: Bounds of a whole number go into a Field before this, or the schema would lose them.
OnlyWhole = BeforeValidator(_only_whole)
Flag = Annotated[bool, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_only_day)]
Moment = Annotated[AwareDatetime, BeforeValidator(_only_moment), AfterValidator(_within_years)]
#: "2025-04-08", or "2025-04" where only the month is known.
DayOrMonth = Annotated[
    str,
    StringConstraints(pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$"),
    AfterValidator(_date_or_month),
    BeforeValidator(_day_as_text),
]


class Bilingual(Format):
    """One sentence or more in English and, where someone wrote it, in Japanese."""

    en: Text
    ja: Text | None = None

"""Shapes of other people's records: what is needed is strict, what is new is taken and reported."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from data.importers.records import Fault, Read, fingerprint_of
from forecasts.errors import KizashiError
from forecasts.times import instant_of

#: Days since 1970 of the last instant that dates can hold; later ones are taken for it.
LATEST = 2_932_896.0
_SECONDS, _MILLISECONDS = 86_400.0, 86_400_000.0
#: Values that are not known are reported, as far as this.
_MOST_VALUE = 40


class AnswerUnreadable(KizashiError):
    """A platform answered something that is no answer of its."""

    message = "{platform} answered what cannot be read ({part}): {reason}."


class Shape(BaseModel):
    """A record of a platform: fields that are not known are kept aside, and reported."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    #: Documented fields that nothing here reads.
    unread: ClassVar[frozenset[str]] = frozenset()
    #: Values that a field is known to have.
    values: ClassVar[dict[str, frozenset[str]]] = {}


def _number(value: object) -> object:
    """Take a number, or a decimal written as text."""
    if isinstance(value, str):
        try:
            number = float(Decimal(value))
        except InvalidOperation as error:
            raise ValueError("give a decimal number") from error
        return number
    return value


def iso_instant(value: object) -> float:
    """Take an ISO time, or a day, as days since 1970; without a zone it is UTC."""
    if not isinstance(value, str):
        raise ValueError("give an ISO time as text")  # noqa: TRY004  # Pydantic takes no TypeError
    text = value.strip().replace(" ", "T", 1)
    moment = datetime.fromisoformat(text if len(text) < 22 or "T" in text else text[:10])
    return instant_of(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)


def _scaled(unit: float) -> Callable[[object], object]:
    """Take a count of seconds or milliseconds since 1970 as days."""

    def days(value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("give a number since 1970")  # noqa: TRY004
        return min(float(value) / unit, LATEST)

    return days


def _json_texts(value: object) -> object:
    """Take a list of texts that was written into a text."""
    if isinstance(value, str):
        value = json.loads(value)
    if not isinstance(value, list):
        raise ValueError("give a list, or a JSON list as text")  # noqa: TRY004
    return tuple(str(item) for item in value)


def _fraction(value: object) -> object:
    """Take a number from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("give a number from 0 to 1")
    return float(value)


Milliseconds = Annotated[float, BeforeValidator(_scaled(_MILLISECONDS))]
Seconds = Annotated[float, BeforeValidator(_scaled(_SECONDS))]
IsoTime = Annotated[float, BeforeValidator(iso_instant)]
#: Kalshi's decimals are texts, Polymarket's now one and now the other.
DecimalText = Annotated[float, BeforeValidator(_number)]
JsonTexts = Annotated[tuple[str, ...], BeforeValidator(_json_texts)]
Fraction = Annotated[float, BeforeValidator(_fraction)]


def parse_json(body: bytes, platform: str, part: str) -> Any:
    """Read an answer's JSON; NaN and infinities are none.

    Raises:
        AnswerUnreadable: it is no JSON.
    """
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise AnswerUnreadable(platform=platform, part=part, reason="no JSON") from error


def _refuse_constant(name: str) -> float:
    """Refuse what JSON does not have."""
    raise ValueError(name)


def field_of(answer: Any, name: str, platform: str, part: str) -> list[Any]:
    """Give a list out of an answer.

    Raises:
        AnswerUnreadable: it is not there.
    """
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise AnswerUnreadable(platform=platform, part=part, reason=f"it has no list `{name}`")
    return found


def read_shapes[S: Shape](
    shape: type[S], records: Iterable[Any], key: str, read: Read
) -> Iterator[tuple[S, Any]]:
    """Give the records that fit with what they were; put the others, and what is new, into `read`.

    Args:
        key: field that names a record.
    """
    for record in records:
        read.rows += 1
        try:
            found = shape.model_validate_json(json.dumps(record))  # where a list is a tuple
        except ValidationError as error:
            read.faults.append(fault_of(shape, record, key, _reason(error)))
            continue
        read.sound.add((shape.__name__, _printable(record[key])))
        read.unknown.update(unknown_of(found, shape.__name__))
        yield found, record


def fault_of(shape: type[Shape], record: Any, key: str, reason: str) -> Fault:
    """Say that a record could not be read."""
    name = record.get(key) if isinstance(record, dict) else None
    known = _printable(name) if isinstance(name, str | int) else None
    return Fault(shape.__name__, known, reason, fingerprint_of([shape.__name__, reason, record]))


def _printable(name: object) -> str:
    """Give a name that any database can hold."""
    return str(name)[:80].encode(errors="replace").decode()


def _reason(error: ValidationError) -> str:
    """Say which fields do not fit, and how, without a word of what stood there."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    told = [f"{'.'.join(str(p) for p in f['loc']) or 'record'}: {f['msg']}" for f in faults[:3]]
    more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""
    return "; ".join(told) + more


def unknown_of(found: Shape, name: str, path: str = "") -> Counter[tuple[str, str]]:
    """Count the fields, and values of fields, of a record that are not known."""
    counts: Counter[tuple[str, str]] = Counter()
    for extra in found.model_extra or {}:
        if extra not in found.unread:
            counts[name, f"{path}{extra[:_MOST_VALUE]}"] += 1
    for field, known in found.values.items():
        value = getattr(found, field)
        if isinstance(value, str) and value not in known:
            counts[name, f"{path}{field}={value[:_MOST_VALUE]}"] += 1
    for field in type(found).model_fields:
        value = getattr(found, field)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Shape):
                counts.update(unknown_of(part, name, f"{path}{field}."))
    return counts

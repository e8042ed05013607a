"""What a body must be before anything reads it: small, UTF-8, and JSON that says one thing once."""

import json
import re
from typing import Any, Never

import numpy as np

from forecasts.errors import Malformed

#: Bytes of a body, unless its address takes more.
MOST_BYTES = 2**20
#: Bytes of a batch: 1,000 records of the longest texts that are usual.
MOST_BYTES_OF_BATCH = 16 * 2**20
#: Brackets within brackets; the forms of the API need eight at most.
MOST_DEPTH = 20
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


class BodyTooLarge(Malformed):
    """A body has more bytes than its address takes."""

    message = "The body has more than {most} KiB. Send less at once, or split it."


class WrongContentType(Malformed):
    """A body is of a kind that its address does not take."""

    message = "This address takes `Content-Type: {wanted}` only."


class UnreadableBody(Malformed):
    """A body is not plain JSON."""


class NotJson(UnreadableBody):
    """A body is no JSON."""

    message = "The body is not JSON in UTF-8 without a byte order mark. Send it as RFC 8259 says."


class NotANumber(UnreadableBody):
    """A body holds NaN or Infinity, which JSON has not."""

    message = "A number is not finite. Leave the field out, or give a finite number."


class NameTwice(UnreadableBody):
    """An object of a body has two members of one name."""

    message = "An object has two members of the same name. Give each name once."


class TooDeep(UnreadableBody):
    """A body has too many brackets within brackets."""

    message = "The body nests deeper than {most} levels. No form of this API needs that."


class HoldsNul(UnreadableBody):
    """A body holds the character NUL, which not every database can store."""

    message = "A text holds the character NUL. Leave it out."


class HalfCharacter(UnreadableBody):
    r"""A body holds half of a surrogate pair, such as \ud800 alone: no text has that."""

    message = "A text holds half of a character (a lone surrogate). Send whole characters."


def check_json(body: bytes) -> None:
    r"""Refuse a body that is not plain JSON.

    Raises:
        NotJson, NotANumber, NameTwice, TooDeep, HoldsNul, HalfCharacter: see there.

    >>> check_json(b'{"a": [1, 2]}')
    >>> check_json(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
        ...
    api.bodies.NameTwice: An object has two members of the same name. Give each name once.
    """
    if body.count(b"[") + body.count(b"{") > MOST_DEPTH and _depth(body) > MOST_DEPTH:
        raise TooDeep(most=MOST_DEPTH)
    try:
        value = _DECODER.decode(body.decode())
        if rb"\u" in body:
            json.dumps(value, ensure_ascii=False).encode()
            if rb"\u0000" in body and _holds_nul(value):
                raise HoldsNul
    except RecursionError as error:
        raise TooDeep(most=MOST_DEPTH) from error
    except UnicodeEncodeError as error:
        raise HalfCharacter from error
    except ValueError as error:  # no JSON, no UTF-8, or a number of more than 4,300 digits
        raise NotJson from error


def _depth(body: bytes) -> int:
    """Count brackets within brackets; those in strings are none."""
    if rb"\"" in body or b"\\\\" in body:  # some quotes end no string
        body = _STRING.sub(b"", body)
    signs = np.frombuffer(body, np.uint8)
    outside = ~np.cumsum(signs == ord('"'), dtype=np.uint8) & 1
    alike = signs | np.uint8(0x20)  # makes [ and { one, ] and } too
    opened = (alike == ord("{")).view(np.int8) - (alike == ord("}")).view(np.int8)
    return int(np.cumsum(opened * outside.view(np.int8), dtype=np.int32).max(initial=0))


def _holds_nul(value: Any) -> bool:
    """Look for NUL in every text."""
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(map(_holds_nul, value)) or any(map(_holds_nul, value.values()))
    return isinstance(value, list) and any(map(_holds_nul, value))


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members."""
    made = dict(members)
    if len(made) != len(members):
        raise NameTwice
    return made


def _refuse_constant(_name: str) -> Never:
    """NaN and Infinity are Python's, not JSON's."""
    raise NotANumber


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse_constant)

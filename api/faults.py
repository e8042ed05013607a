"""Faults of a body or parameter: what Pydantic found, told without a word of what was sent.

Pointers alone may hold keys of the sender, where a body has keys of its own (options, points in
time) and the key could be the name of a field.
"""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from api.language import translate

#: Faults that are listed at most, and characters of their texts.
_MOST_FAULTS, _LONGEST_TEXT = 20, 300
_NAMES_A_FIELD = re.compile(r"[A-Za-z0-9_.\[\]-]{1,80}").fullmatch


class Fault(BaseModel):
    """One field that is wrong."""

    pointer: str = Field(description="JSON pointer to the field")
    message: str


def faults_of(found: Sequence[dict[str, Any]], body: Any, language: str) -> tuple[Fault, ...]:
    """Give the first of Pydantic's findings."""
    return tuple(_fault(one, body, language) for one in found[:_MOST_FAULTS])


def are_of_meaning(found: Sequence[dict[str, Any]], body: Any) -> bool:
    """Tell whether every field is what the schema says, and only together they say nothing."""
    return all(_is_of_meaning(one, found, body) for one in found)


def _is_of_meaning(one: dict[str, Any], found: Sequence[dict[str, Any]], body: Any) -> bool:
    """Tell a rule of ours from a breach of the schema.

    A list that lacks items only where they fail is none, nor is a value that is of another form
    than one whose rule it breaks.
    """
    place, others = one["loc"], [other for other in found if other is not one]
    if one["type"] == "too_short":
        return any(other["loc"][: len(place)] == place for other in others)
    if one["type"] not in ("missing", "value_error") and _is_arm(place, body):
        return any(o["type"] == "value_error" and o["loc"][:-1] == place[:-1] for o in others)
    return bool(one["type"] == "value_error")


def _is_arm(place: Sequence[Any], body: Any) -> bool:
    """Tell whether a place ends in the name of one form of several, which stands in no body."""
    if place[0] != "body":
        return len(place) > 2
    try:
        for step in place[1:-1]:
            body = body[step]
    except (LookupError, TypeError):
        return False
    return not isinstance(body, list | dict) or (isinstance(body, dict) and place[-1] not in body)


def _fault(found: dict[str, Any], body: Any, language: str) -> Fault:
    """Give one of Pydantic's findings; it names rules and places of the schema, never the input."""
    place, message = list(found["loc"]), found["msg"].removeprefix("Value error, ")
    if found["type"] == "extra_forbidden":
        number = _member_number(body, place[1:])
        place.pop()
        told = translate("Member {number} is not known here: leave it out.", language)
        message = told.format(number=number)
    elif place and place[-1] == "[key]":
        place = place[:-2]
    parts = [part if _NAMES_A_FIELD(str(part)) else "*" for part in place]
    pointer = "".join(f"/{part}" for part in parts)[:_LONGEST_TEXT]
    return Fault(pointer=pointer, message=translate(message, language)[:_LONGEST_TEXT])


def _member_number(body: Any, place: Sequence[Any]) -> int:
    """Count at which place of its object a member stands, from 1."""
    try:
        for step in place[:-1]:
            body = body[step]
        return list(body).index(place[-1]) + 1
    except (LookupError, TypeError, ValueError):
        return 1

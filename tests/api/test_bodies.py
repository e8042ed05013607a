"""What a body must be before anything reads it."""

import json

import pytest

from api.bodies import (
    MOST_DEPTH,
    HalfCharacter,
    HoldsNul,
    NameTwice,
    NotANumber,
    NotJson,
    TooDeep,
    check_json,
)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b'{"a": 1, "a": 2}', NameTwice),
        (b'[{"a": {"b": 1, "b": 1}}]', NameTwice),
        (b'{"a": NaN}', NotANumber),
        (b"[-Infinity]", NotANumber),
        (rb'{"a": "\ud800"}', HalfCharacter),
        (rb'{"\udfff": 1}', HalfCharacter),
        (rb'["\u0000"]', HoldsNul),
        (rb'{"a\u0000": 1}', HoldsNul),
        ('{"a": 1}'.encode("utf-16"), NotJson),
        (b'\xef\xbb\xbf{"a": 1}', NotJson),
        (b'"\xff"', NotJson),
        (b"1" * 5_000, NotJson),
        (b"{", NotJson),
        (b"[" * 21 + b"]" * 21, TooDeep),
        (b"[" * 1_000_000, TooDeep),
        (b'["' + b"]" * 30 + b'"' + b",[" * 21 + b"]" * 22, TooDeep),
        (rb'["\"' + b"]" * 30 + b'"' + b",[" * 21 + b"]" * 22, TooDeep),
        (rb'["\\"' + b",[" * 21 + b"]" * 22, TooDeep),
    ],
)
def test_what_is_no_plain_json_is_refused(body, fault):
    with pytest.raises(fault):
        check_json(body)


@pytest.mark.parametrize(
    "value",
    [
        {"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[["},
        {"a": '"[[[[[[[[[[[[[[[[[[[[[[[[[[[['},
        {"a": "\\", "b": "{" * 50},
        [{"a": [{"b": "九"}]}] * 100,
        r"\u0000 as six letters",
        "😀",
    ],
)
def test_what_only_looks_deep_or_odd_is_taken(value):
    check_json(json.dumps(value).encode())
    check_json(json.dumps(value, ensure_ascii=False).encode())


def test_a_body_may_be_as_deep_as_it_says():
    check_json(b"[" * MOST_DEPTH + b"]" * MOST_DEPTH)

"""How conditions are written in a line: on the command line, and in addresses of pages."""

import pytest

from api.suppositions import ConditionUnreadable, condition_from, line_of
from data.formats.scenarios import ConditionFormat

DRIVERS = ("compute",)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("ban:yes", {"question": "ban", "outcome": True}),
        ("ban:no", {"question": "ban", "outcome": False}),
        ("winner:red", {"question": "winner", "outcome": "red"}),
        ("release:never", {"question": "release", "outcome": "never"}),
        ("release:by=2025-05-31", {"question": "release", "by": "2025-05-31"}),
        ("release:after=2025-05-31", {"question": "release", "after": "2025-05-31"}),
        ("price:at-least=1.5", {"question": "price", "at_least": 1.5}),
        ("price:at-most=2", {"question": "price", "at_most": 2.0}),
        ("compute:-1.5", {"driver": "compute", "value": -1.5}),
        ("compute:at-least=0.5", {"driver": "compute", "at_least": 0.5}),
    ],
)
def test_a_condition_is_read(text, condition):
    assert condition_from(text, DRIVERS) == condition


@pytest.mark.parametrize(
    "text",
    ["ban", "ban:", ":yes", "price:over=3", "price:at-least=x", "compute:yes", "compute:is=1"],
)
def test_what_is_no_condition_is_refused_with_the_ways_to_write_one(text):
    with pytest.raises(ConditionUnreadable, match="question:by=DAY"):
        condition_from(text, DRIVERS)


@pytest.mark.parametrize(
    "condition",
    [
        {"question": "ban", "outcome": False},
        {"question": "winner", "outcome": "red"},
        {"question": "release", "outcome": "never"},
        {"question": "release", "by": "2025-05-31"},
        {"question": "release", "after": "2025-05-31"},
        {"question": "price", "at_least": 1.123456789},
        {"driver": "compute", "at_most": -0.5},
        {"driver": "compute", "value": -1.5},
    ],
)
def test_a_condition_that_is_written_is_read_as_the_same(condition):
    written = ConditionFormat.model_validate(condition)

    assert ConditionFormat.model_validate(condition_from(line_of(written), DRIVERS)) == written

"""Tests of conditions as stretches of a curve's line."""

from datetime import date

import numpy as np
import pytest

from forecasts.conditions import Relation, common, point_of, shares, stretch_of
from forecasts.errors import ConditionDoesNotFit
from forecasts.outcomes import share_at_least
from tests.forecasts import building as b
from tests.forecasts.supposing import driver, learn, outcome

WORLD = b.full_world()
END = float("inf")


def stretch(question: str, value: object, relation: Relation = "is") -> tuple[float, float]:
    asked = WORLD.questions[question]
    return stretch_of(
        asked, WORLD.curves[asked.curve].curve.space, outcome(question, value, relation)
    )


@pytest.mark.parametrize(
    ("question", "value", "relation", "wanted"),
    [
        ("plain", True, "is", (1, 2)),
        ("plain", False, "is", (0, 1)),
        ("choice", "green", "is", (1, 2)),
        ("event", True, "is", (0, -1)),
        ("event", False, "is", (-1, END)),
        ("date", "never", "is", (-1, END)),
        ("number", 50.0, "at_least", (101, END)),
        ("number", 50.0, "at_most", (0, 101)),
        ("number", 50.25, "at_least", (101.5, END)),
        ("at-least-60", True, "is", (121, END)),
        ("at-least-60", False, "is", (0, 121)),
        ("date", b.FIRST, "by", (0, 1)),
    ],
)
def test_a_condition_is_a_stretch_of_the_line(question, value, relation, wanted):
    size = WORLD.curves[WORLD.questions[question].curve].curve.space.size
    ends = tuple(size if end == END else size + end if end < 0 else end for end in wanted)

    assert stretch(question, value, relation) == ends


def test_deadlines_meet_where_they_are():
    early, late = stretch("by-early", True), stretch("by-late", True)

    assert stretch("by-early", False) == stretch("date", b.EARLY, "after")
    assert stretch("date", b.EARLY, "by") == early
    assert common(stretch("by-early", False), late) == (early[1], late[1])
    assert common(early, stretch("date", b.EARLY, "after")) == (early[1], early[1])


def test_a_threshold_inside_of_a_cell_shares_it_out():
    space = WORLD.curves["number"].curve.space
    low, high = stretch("number", 30.1, "at_least")

    np.testing.assert_allclose(shares((low, high), space.size), share_at_least(space, 30.1))
    assert point_of(space, 30.1) == low


@pytest.mark.parametrize(
    ("question", "value", "relation"),
    [
        ("plain", "red", "is"),
        ("plain", 3.0, "at_least"),
        ("choice", "yellow", "is"),
        ("choice", True, "is"),
        ("date", True, "is"),
        ("date", date(2024, 12, 30), "by"),
        ("date", date(2026, 1, 1), "after"),
        ("number", 101.0, "at_least"),
        ("number", True, "at_most"),
        ("number", b.FIRST, "by"),
        ("event", b.EARLY, "by"),
    ],
)
def test_what_a_question_does_not_have_cannot_be_supposed(question, value, relation):
    with pytest.raises(ConditionDoesNotFit, match=question):
        stretch(question, value, relation)


def test_a_scenario_knows_its_questions():
    assert learn(outcome("plain"), driver("supply", "at_least", 0)).questions == ("plain",)

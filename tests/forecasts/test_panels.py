"""Panels: points are numbered anew without losing who stood where; skill looks only elsewhere."""

import numpy as np
import pytest

from forecasts.panels import skills
from tests.forecasts.panel_building import a_panel

TWO_PEOPLE = [(0, 0, 0.8, 1.0, False), (0, 1, 0.4, 2.0, False)]


def test_a_part_of_a_panel_keeps_its_forecasts():
    panel = a_panel(
        [(0, 0, 0.1, 0.0, False), (1, 0, 0.2, 0.0, False), (2, 1, 0.3, 0.0, True)], [0, 1, 1]
    )

    part = panel.at(np.array([False, True, True]))

    assert part.probability.tolist() == [0.2, 0.3]
    assert part.point.tolist() == [0, 1]
    assert part.outcome.tolist() == [1.0, 1.0]


def test_points_at_which_nobody_is_left_fall_away():
    panel = a_panel([(0, 0, 0.1, 0.0, False), (1, 0, 0.2, 0.0, True)], [0, 1])

    people = panel.said_by(~panel.is_market)

    assert people.points == 1
    assert people.outcome.tolist() == [0.0]


def test_skill_is_the_shrunk_sum_of_bits_ahead():
    record = a_panel(TWO_PEOPLE, [1])
    asked = a_panel(TWO_PEOPLE, [1], questions=[7])

    skill, questions = skills(record, asked, prior_questions=3.0)

    # .8 against .4 is one bit ahead, on one question beside three equal ones.
    assert skill == pytest.approx([0.25, -0.25])
    assert questions.tolist() == [1.0, 1.0]


def test_a_question_does_not_teach_its_own_forecasts():
    record = a_panel(TWO_PEOPLE, [1])

    skill, questions = skills(record, record)

    assert skill.tolist() == [0.0, 0.0]
    assert questions.tolist() == [0.0, 0.0]


def test_two_points_of_one_question_count_once():
    twice = a_panel([*TWO_PEOPLE, *((1, *row[1:]) for row in TWO_PEOPLE)], [1, 1], questions=[0, 0])
    asked = a_panel(TWO_PEOPLE, [1], questions=[7])

    assert skills(twice, asked)[0] == pytest.approx(skills(a_panel(TWO_PEOPLE, [1]), asked)[0])


def test_who_forecasts_alone_is_neither_ahead_nor_behind():
    record = a_panel([(0, 0, 0.01, 0.0, False)], [1])
    asked = a_panel([(0, 0, 0.5, 0.0, False)], [1], questions=[7])

    assert skills(record, asked)[0].tolist() == [0.0]


def test_an_empty_record_teaches_nothing():
    record = a_panel(TWO_PEOPLE, [1]).at(np.array([False]))
    asked = a_panel(TWO_PEOPLE, [1])

    assert skills(record, asked)[0].tolist() == [0.0, 0.0]

"""Tests of evidence suites: attack, cuts, and the simple ways to read, by hand."""

import numpy as np
import pytest

from forecasts.suites import (
    ATTACK_CLAIM,
    ATTACK_RECORDS,
    Suite,
    attacked,
    brier_scores,
    class_log_odds,
    design_effect,
    first_questions,
    fixed_weights,
    grade_indices,
    log2_losses,
    naive_sum,
)


def suite() -> Suite:
    """Two questions: yes with an origin of two claims and one alone; no with nothing said."""
    return Suite(
        classes=np.array([0, 1]),
        outcomes=np.array([1.0, 0.0]),
        question=np.array([0, 0, 0]),
        origin=np.array([0, 0, 1]),
        source=np.array(["a", "b", "a"]),
        grade=np.array([0, 1, 0]),
        claim=np.array([2.0, 1.0, -0.5]),
        is_attack=np.zeros(3, np.bool_),
    )


def test_simple_sums_by_hand() -> None:
    """Two of one origin count 1 / 1.7; fixed: .5 x (2 + .9) / 1.7 and -.25, each bounded at .9."""
    bounded = [
        np.log((0.9 / (1 + np.exp(-s)) + 0.05) / (0.9 / (1 + np.exp(s)) + 0.05))
        for s in (0.5 * 2.9 / 1.7, -0.25)
    ]

    assert naive_sum(suite()).tolist() == [2.5, 0.0]
    assert design_effect(suite()) == pytest.approx([3 / 1.7 - 0.5, 0])
    assert fixed_weights(suite()) == pytest.approx([sum(bounded), 0])


def test_an_attack_floods_the_wrong_side_with_origins_of_their_own() -> None:
    under = attacked(suite(), seed=3)

    lies = under.claim[under.is_attack]
    assert len(lies) == 2 * ATTACK_RECORDS
    assert set(lies[under.question[under.is_attack] == 0]) == {-ATTACK_CLAIM}
    assert set(lies[under.question[under.is_attack] == 1]) == {ATTACK_CLAIM}
    assert len(set(under.origin)) == 2 + len(lies)
    assert set(under.source[under.is_attack]) == {"a"}  # the only one of grade A
    assert naive_sum(under) == pytest.approx([2.5 - 90, 90])


def test_the_first_questions_keep_their_claims_and_no_others() -> None:
    both = attacked(suite(), seed=3)

    first = first_questions(both, 1)

    assert first.outcomes.tolist() == [1.0]
    assert len(first.claim) == 3 + ATTACK_RECORDS
    assert set(first.origin) == set(range(2 + ATTACK_RECORDS))


def test_a_class_that_was_never_seen_starts_from_the_overall_rate() -> None:
    """Overall (1 + 1) / (2 + 2) = .5; class 0: (1 + .5) / 2 = .75; class 1: (0 + .5) / 2 = .25."""
    odds = class_log_odds(suite(), np.array([0, 1, 5]))

    assert odds == pytest.approx([np.log(3), -np.log(3), 0])


def test_scores_by_hand() -> None:
    log_odds = np.array([np.log(3), -800.0])

    assert log2_losses(log_odds, np.array([1.0, 1.0])) == pytest.approx(
        [-np.log2(0.75), 800 / np.log(2)]
    )
    assert brier_scores(log_odds, np.array([0.0, 0.0])) == pytest.approx([0.5625, 0])


def test_grades_are_numbered() -> None:
    assert grade_indices(np.array(["A", "F", "B"])).tolist() == [0, 5, 1]

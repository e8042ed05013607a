"""Running sums of scores: what they say in the end, and that pieces add up to the whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.frequencies import (
    EXACT_LIMIT,
    Frequencies,
    count_frequencies,
    merge_frequencies,
)
from forecasts.tallies import Tallies, empty_tallies, merge, tally


def test_a_mean_weighs_each_forecast_by_its_time():
    sums = tally([0, 0], [1, 2], [1.0, 0.5], [[0.01, 0.04]], groups=1)

    assert sums.means[0, 0] == pytest.approx(0.03 / 1.5)


def test_the_standard_error_takes_questions_as_clusters():
    scores, questions = [0.0, 0.0, 1.0, 1.0], [1, 1, 2, 2]
    sums = tally([0] * 4, questions, [1.0] * 4, [scores], groups=1)

    # Two clusters of weight 2 with sums 0 and 2 about a mean of 1/2: residuals -1 and 1.
    assert sums.standard_errors[0, 0] == pytest.approx(np.sqrt(2 / 1 * 2) / 4)
    assert sums.questions[0] == 2 and sums.forecasts[0] == 4


def test_one_question_has_no_standard_error():
    assert np.isnan(tally([0], [1], [1.0], [[0.5]], groups=1).standard_errors[0, 0])


def test_thirty_zero_questions_hold_a_newcomer_near_zero():
    sums = tally([0], [1], [1.0], [[60.0]], groups=1)

    assert sums.shrunk_means()[0, 0] == pytest.approx(2.0)


def test_coverage_is_the_share_of_what_was_possible():
    sums = tally([0, 0], [1, 1], [0.25, 0.5], [[0.0, 0.0]], groups=1, possible=[1, 0])

    assert sums.coverage[0] == 0.75


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.floats(0, 1)), max_size=40),
    st.integers(0, 10),
)
def test_merged_tallies_equal_one_pass(forecasts, cut):
    low = [row for row in forecasts if row[1] < cut]
    high = [row for row in forecasts if row[1] >= cut]
    merged = merge(merge(empty_tallies(2), tally_of(low)), tally_of(high))
    whole = tally_of(forecasts)

    for name in Tallies.__slots__:
        assert getattr(merged, name) == pytest.approx(getattr(whole, name), abs=1e-12)


def tally_of(forecasts: list[tuple[int, int, float]]) -> Tallies:
    group, question, score = np.array(forecasts, float).reshape(-1, 3).T
    return tally(group.astype(int), question.astype(int), score, [score, 1 - score], groups=4)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from([0, 0.1, 0.5, 1]), st.integers(0, 1)),
        min_size=1,
        max_size=30,
    ),
    st.integers(0, 30),
)
def test_merged_frequencies_equal_one_pass(rows, cut):
    merged = merge_frequencies([counts_of(rows[:cut]), counts_of(rows[cut:])])
    whole = counts_of(rows)

    for group in range(3):
        for ours, expected in zip(merged.of_group(group), whole.of_group(group), strict=True):
            assert ours.tolist() == expected.tolist()


def counts_of(rows: list[tuple[int, float, int]]) -> Frequencies:
    group, probability, outcome = np.array(rows, float).reshape(-1, 3).T
    return count_frequencies(group.astype(int), probability, outcome)


def test_pooled_frequencies_forget_the_groups():
    counts = count_frequencies([0, 1, 2], [0.5, 0.5, 0.5], [1, 1, 0])
    probability, outcome, count = counts.pooled.of_group(0)

    assert (probability.tolist(), outcome.tolist()) == ([0.5, 0.5], [0, 1])
    assert count.tolist() == [1, 2]


def test_too_many_distinct_probabilities_are_rounded_to_a_millionth_and_say_so():
    many = np.linspace(0, 1, EXACT_LIMIT + 1)
    few = count_frequencies([0], [1 / 3], [1])
    merged = merge_frequencies([few, count_frequencies(np.zeros(len(many)), many, many > 2)])

    assert not few.is_rounded and merged.is_rounded
    assert 0.333333 in merged.of_group(0)[0].tolist()
    assert merged.of_group(0)[2].sum() == EXACT_LIMIT + 2

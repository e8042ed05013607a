"""Tests of averages over the time for which forecasts stand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.errors import NumbersDoNotFit
from forecasts.windows import Windows, standing_at, standing_times, time_averages

WINDOW = Windows(np.array([0.0]), np.array([10.0]), np.array([10.0]))
inf = np.inf


def average(start, score, *, end=None, window=WINDOW):
    rows = np.zeros(len(start), int)
    return time_averages(standing_times(rows, rows, start, end), score, window)


def test_forecasts_weigh_by_how_long_they_stand() -> None:
    # from 2 to 5 at .4, from 5 to 10 at 0: 1.2 / 8, over 8 of 10 days
    found = average([5.0, 2.0], [0.0, 0.4])

    assert found.mean == pytest.approx([0.15])
    assert found.coverage == pytest.approx([0.8])
    assert found.total == pytest.approx([0.12])


def test_a_withdrawn_forecast_leaves_a_gap_that_is_not_scored() -> None:
    found = average([0.0, 6.0], [0.3, 0.1], end=[2.0, inf])

    assert found.mean == pytest.approx([(2 * 0.3 + 4 * 0.1) / 6])
    assert found.coverage == pytest.approx([0.6])


def test_an_early_resolution_pays_nobody_for_having_waited() -> None:
    early = Windows(np.array([0.0]), np.array([10.0]), np.array([4.0]))

    found = average([-3.0, 2.0, 5.0], [0.2, 0.6, 9.0], window=early)

    assert found.mean == pytest.approx([0.4])
    assert found.coverage == pytest.approx([0.4])


def test_a_close_after_the_scheduled_one_adds_nothing() -> None:
    late = Windows(np.array([0.0]), np.array([10.0]), np.array([40.0]))

    assert average([0.0, 5.0], [0.2, 0.4], window=late).coverage.tolist() == [1.0]


def test_who_never_stood_in_the_window_has_no_score() -> None:
    standing = standing_times([0, 0, 0], [1, 2, 3], [10.0, -5.0, 1.0], [inf, 0.0, inf])

    found = time_averages(standing, [0.1, 0.2, 0.3], WINDOW)

    assert found.forecaster.tolist() == [3]
    assert found.mean == pytest.approx([0.3])


def test_an_infinite_loss_that_never_stood_costs_nothing() -> None:
    assert average([0.0, 0.0], [inf, 0.5]).mean.tolist() == [0.5]
    assert average([0.0, 9.0], [0.5, inf]).mean.tolist() == [inf]


def test_several_scores_are_averaged_at_once() -> None:
    assert average([0.0, 5.0], [[0.0, 1.0], [2.0, 4.0]]).mean.tolist() == [[0.5], [3.0]]


def test_pairs_do_not_mix_and_come_in_order() -> None:
    windows = Windows(np.array([0.0, 0.0]), np.array([10.0, 20.0]), np.array([10.0, 20.0]))
    standing = standing_times([1, 0, 1, 0], [5, 9, 3, 3], [10.0, 5.0, 0.0, 0.0])

    found = time_averages(standing, [1.0, 2.0, 3.0, 4.0], windows)

    assert found.question.tolist() == [0, 0, 1, 1]
    assert found.forecaster.tolist() == [3, 9, 3, 5]
    assert found.mean.tolist() == [4.0, 2.0, 3.0, 1.0]
    assert found.coverage.tolist() == [1.0, 0.5, 1.0, 0.5]


def test_no_forecasts_have_no_averages() -> None:
    found = average([], [])

    assert found.mean.size == found.coverage.size == found.question.size == 0


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(0, 2),
            st.integers(-2, 12),
            st.integers(0, 9),
            st.booleans(),
        ),
        max_size=25,
    )
)
def test_averages_are_those_of_a_plain_walk_through_time(rows) -> None:
    windows = Windows(
        np.array([0.0, 1.0, 2.0]), np.array([10.0, 9.0, 8.0]), np.array([10.0, 4.0, 8.0])
    )
    question, forecaster, start, score, stays = (
        (np.array(c) for c in zip(*rows, strict=True)) if rows else [np.empty(0, int)] * 5
    )
    end = np.where(stays, inf, start + 3.0)
    standing = standing_times(question, forecaster, start, end)

    found = time_averages(standing, score, windows)
    got = dict(
        zip(
            zip(found.question, found.forecaster, strict=True),
            zip(found.mean, found.coverage, strict=True),
            strict=True,
        )
    )

    wanted = {}
    for q in range(3):
        for f in range(3):
            said = []
            for day in range(int(windows.opens[q]), int(min(windows.closes[q], windows.ends[q]))):
                made = [
                    i
                    for i in range(len(rows))
                    if (question[i], forecaster[i]) == (q, f) and start[i] <= day
                ]
                last = max(made, key=lambda i: (start[i], i), default=None)
                if last is not None and day < end[last]:
                    said.append(score[last])
            if said:
                length = windows.closes[q] - windows.opens[q]
                wanted[q, f] = (pytest.approx(np.mean(said)), pytest.approx(len(said) / length))
    assert got == wanted


def test_the_forecast_that_stands_is_the_latest_not_withdrawn() -> None:
    standing = standing_times(
        [0, 0, 0, 1], [4, 4, 4, 4], [1.0, 3.0, 3.0, 2.0], [inf, inf, 5.0, inf]
    )

    assert standing_at(standing, 0.5).tolist() == []
    assert standing_at(standing, 1.0).tolist() == [0]
    assert standing_at(standing, 3.0).tolist() == [2, 3]  # the later of two at once
    assert standing_at(standing, 5.0).tolist() == [3]  # withdrawn, and nobody comes back
    assert standing_at(standing, [1.5, 2.0]).tolist() == [0, 3]


@pytest.mark.parametrize(
    ("question", "start", "end", "what"),
    [
        ([0, 0], [1.0], None, "columns of shapes"),
        ([-1], [1.0], None, "numbers from 0"),
        ([0], [np.nan], None, "infinite or NaN"),
        ([0], [1.0], [0.5], "1 of 1 forecasts end before"),
        ([0], [1.0], [np.nan], "1 of 1 forecasts end before"),
    ],
)
def test_forecasts_that_cannot_stand_are_refused(question, start, end, what: str) -> None:
    with pytest.raises(NumbersDoNotFit, match=what):
        standing_times(question, [0] * len(question), start, end)


def test_windows_without_length_are_refused() -> None:
    with pytest.raises(NumbersDoNotFit, match="1 of 1 questions"):
        Windows(np.array([1.0]), np.array([1.0]), np.array([1.0]))
    with pytest.raises(NumbersDoNotFit, match="one window"):
        Windows(np.array([1.0]), np.array([2.0, 3.0]), np.array([2.0]))


def test_scores_must_be_one_a_forecast_on_known_questions() -> None:
    with pytest.raises(NumbersDoNotFit, match="for 1 forecasts"):
        average([1.0], [1.0, 2.0])
    with pytest.raises(NumbersDoNotFit, match="1 scores are NaN"):
        average([1.0], [np.nan])
    other = standing_times([3], [0], [1.0])
    with pytest.raises(NumbersDoNotFit, match="question 3"):
        time_averages(other, [1.0], WINDOW)
    with pytest.raises(NumbersDoNotFit, match="question 3"):
        standing_at(other, [1.0, 2.0])

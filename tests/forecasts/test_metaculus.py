"""Tests of Metaculus' baseline scores against its own tables, and of how scores are gathered.

Tables marked upstream hold the numbers of Metaculus/metaculus (BSD-2-Clause),
tests/unit/test_scoring/test_score_math.py at e9eeda96 and test_preopen_forecast_parity.py.
"""

import numpy as np
import pytest

from forecasts.errors import ImpossibleProbability, NumbersDoNotFit
from forecasts.metaculus import (
    Scores,
    baseline_scores,
    scored_forecasts,
    scored_questions,
    spot_baseline_scores,
    spot_times,
)
from forecasts.metaculus_boards import sum_by_forecaster
from forecasts.metaculus_buckets import (
    buckets_of_cdf,
    chance_of_option,
    ignorance_of_bucket,
    ignorance_of_option,
)

TEN_DAYS = scored_questions([0.0], [10.0])
NUMBERS = scored_questions([0.0], [10.0], is_continuous=True)
#: Chosen upstream so that option 0 scores 0 and "Other" 50; the third option did not exist.
OPTIONS = [1 / 3, 1 - 3**-0.5 - 1 / 3, np.nan, 3**-0.5]


def forecasts_of(rows, end=np.inf):
    """One forecast for each (start, chance) or (start, chance, end)."""
    table = np.array([(*row, end)[:3] for row in rows], float).reshape(-1, 3)
    return scored_forecasts(np.zeros(len(table), int), table[:, 0], table[:, 1], end=table[:, 2])


@pytest.mark.parametrize(
    ("rows", "close", "coverage"),
    [
        ([], 10, []),
        ([(0, 0.5)], 10, [1]),
        ([(0, 0.5)] * 100, 10, [1] * 100),
        ([(3, 0.5)], 10, [0.7]),
        ([(5, 0.5)], 10, [0.5]),
        ([(7, 0.5)], 10, [0.3]),
        ([(1, 0.5), (7, 0.5)], 10, [0.9, 0.3]),
        ([(0, 0.5, 3)], 10, [0.3]),
        ([(5, 0.5, 8)], 10, [0.3]),
        ([(0, 0.5)], 5, [0.5]),
        ([(5, 0.5)], 5, [0]),
        ([(-30, 0.5)], 10, [1]),
        ([(-30, 0.5, -2)], 10, [0]),
    ],
)
def test_coverage_is_the_share_of_the_scheduled_time_as_upstream(rows, close, coverage) -> None:
    """A coin's toss scores 0 however long it stands."""
    scores = baseline_scores(forecasts_of(rows), scored_questions([0.0], [10.0], [close]))

    np.testing.assert_allclose(scores.coverage, coverage, atol=1e-12)
    np.testing.assert_allclose(scores.score, 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("chance", "start", "score", "spot"),
    [
        (0.9, 0, 84.79969066, 84.79969066),
        (0.1, 0, -232.19280949, -232.19280949),
        (0.9, 5, 84.79969066 / 2, 84.79969066),
        (2 ** (-1 / 2), 0, 50, 50),
        (2 ** (-3 / 2), 0, -50, -50),
        (1.0, 0, 100, 100),
        (0.999, 0, 99.85565, 99.85565),  # the limits: 100 (log2 .999 + 1), 100 (log2 .001 + 1)
        (0.001, 0, -896.57843, -896.57843),
    ],
)
def test_binary_baseline_scores_are_those_of_upstream(chance, start, score, spot) -> None:
    """For 100 (log2 p + 1), over half of the time where it starts on day 5."""
    one = forecasts_of([(start, chance)])

    assert baseline_scores(one, TEN_DAYS).score == pytest.approx([score], abs=1e-5)
    assert spot_baseline_scores(one, TEN_DAYS).score == pytest.approx([spot], abs=1e-5)


@pytest.mark.parametrize(("option", "score"), [(0, 0.0), (2, 50.0), (3, 50.0)])
def test_an_option_that_did_not_exist_yet_scores_as_other_as_upstream(option, score) -> None:
    """Three options existed: 100 ln(3 p) / ln 3."""
    chance = chance_of_option([OPTIONS], option)
    one, ignorance = scored_forecasts([0], [0.0], chance), ignorance_of_option([OPTIONS])

    assert baseline_scores(one, TEN_DAYS, ignorance).score == pytest.approx([score], abs=1e-10)
    assert spot_baseline_scores(one, TEN_DAYS, ignorance).score == pytest.approx([score], abs=1e-10)


@pytest.mark.parametrize(
    ("cdf", "bucket", "open_bounds", "score"),
    [
        (np.linspace(0, 1, 201), 150, 0, 0.0),
        (np.linspace(0.05, 0.95, 201), 150, 2, 0.0),
        ([0, np.e / 2, 1], 1, 0, 50.0),
        ([0, 1 / (np.e * 2), 1], 1, 0, -50.0),
        ([0.1, 0.5, 1.0], 0, 1, 50 * np.log(2)),  # outside: .1 over .05
        ([0.0, 0.5, 0.8], 3, 1, 50 * np.log(4)),  # outside: .2 over .05
    ],
)
def test_continuous_baseline_scores_are_those_of_upstream(cdf, bucket, open_bounds, score) -> None:
    """50 ln(p / b); b is .05 outside of the range, and what is left of 1 spread evenly inside."""
    inner = len(cdf) - 1
    chance = np.diff([0, *cdf, 1])[bucket]  # one CDF of upstream's overshoots 1
    ignorance = ignorance_of_bucket([bucket], open_bounds, inner)
    nats = np.log(chance / ignorance)

    if chance <= 1:
        one = scored_forecasts([0], [0.0], [chance])
        assert baseline_scores(one, NUMBERS, ignorance).score == pytest.approx([score], abs=1e-9)
        assert spot_baseline_scores(one, NUMBERS, ignorance).score == pytest.approx([score])
    assert 50 * nats == pytest.approx([score], abs=1e-9)


def test_binary_options_and_numbers_are_scored_in_one_call() -> None:
    """Questions 0 (two options), 1 (three) and 2 (a bucket's baseline of .005), each at p = .6."""
    asked = scored_questions([0.0, 0.0, 5.0], [10.0, 20.0, 15.0], is_continuous=[0, 0, 1])
    said = scored_forecasts([2, 0, 1], [5.0, 0.0, 10.0], [0.6, 0.6, 0.6])

    scores = baseline_scores(said, asked, [0.005, 1 / 2, 1 / 3])

    assert scores.score == pytest.approx(
        [50 * np.log(120), 100 * np.log2(1.2), 50 * np.log(1.8) / np.log(3)]
    )
    assert scores.coverage.tolist() == [1.0, 1.0, 0.5]


@pytest.mark.parametrize(
    ("rows", "spot", "coverage"),
    [
        ([(3, 0.5)], 10, [1]),
        ([(1, 0.5), (7, 0.5)], 10, [1, 1]),
        ([(0, 0.5, 3)], 10, [0]),
        ([(5, 0.5, 8)], 10, [0]),
        ([(5, 0.5, 8)], 6, [1]),
        ([(0, 0.5)], 5, [1]),
        ([(6, 0.5)], 5, [0]),
        ([(5, 0.5)], 5, [1]),
        ([(0, 0.5, 5)], 5, [0]),
    ],
)
def test_spot_scores_look_at_what_stands_then_as_upstream(rows, spot, coverage) -> None:
    """From its start until just before its end."""
    scores = spot_baseline_scores(forecasts_of(rows), scored_questions([0.0], [10.0], spot=[spot]))

    assert scores.coverage.tolist() == coverage


def test_the_spot_time_is_the_first_that_is_known() -> None:
    """Set, else revealed after the opening, else the actual, else the scheduled close; capped."""
    unknown = np.nan

    found = spot_times(
        0.0, 10.0, [8, 8, 8, 8, unknown], [9, unknown, 2, unknown, unknown], [5, 5, 5, 0, unknown]
    )

    assert found.tolist() == [8, 5, 2, 8, 10]


def test_forecasts_before_the_opening_count_from_then_as_upstream() -> None:
    """A year, and a forecast 30 days before it."""
    year = scored_questions([0.0], [365.0])

    early, on_time = (baseline_scores(forecasts_of([(d, 0.7)]), year) for d in (-30, 0))

    assert early.score == on_time.score and early.coverage == on_time.coverage


def test_sums_by_forecaster_leave_out_who_covers_nothing() -> None:
    """Forecaster 1 has two forecasts on question 0; forecaster 0 only one that never counted."""
    said = scored_forecasts([0, 0, 0, 1], 0.0, 0.5, forecaster=[1, 0, 1, 0])
    scores = Scores(np.array([1.0, 0.0, 2.0, 4.0]), np.array([0.25, 0.0, 0.5, 1.0]))

    sums = sum_by_forecaster(scores, said)

    assert sums.question.tolist() == [0, 1] and sums.forecaster.tolist() == [1, 0]
    assert sums.score.tolist() == [3.0, 4.0] and sums.coverage.tolist() == [0.75, 1.0]


@pytest.mark.parametrize("chance", [-0.1, 1.1, np.nan])
def test_what_is_no_chance_is_refused(chance) -> None:
    """With how many of how many."""
    with pytest.raises(ImpossibleProbability, match="1 of 2"):
        scored_forecasts([0, 0], [0.0, 0.0], [0.5, chance])


def test_a_chance_of_nothing_loses_708_nats_not_infinitely_many() -> None:
    """The smallest number is 2.2e-308: ln is -708.4, log2 -1022; 100 (1 - 1022)."""
    assert baseline_scores(forecasts_of([(0, 0.0)]), TEN_DAYS).score == pytest.approx([-102100.0])


def test_the_buckets_of_an_even_cdf_are_those_of_upstream() -> None:
    """No chance outside, 1/200 in each."""
    np.testing.assert_allclose(buckets_of_cdf(np.linspace(0, 1, 201)), [0, *[1 / 200] * 200, 0])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: scored_questions([5.0], [5.0]),
        lambda: scored_questions([0.0], [np.nan]),
        lambda: scored_questions([0.0, 1.0, 2.0], [9.0, 9.0]),
        lambda: scored_forecasts([0], [np.nan], [0.5]),
        lambda: scored_forecasts([-1], [0.0], [0.5]),
        lambda: scored_forecasts([0, 0], [0.0] * 3, [0.5]),
        lambda: baseline_scores(scored_forecasts([1], [0.0], [0.5]), TEN_DAYS),
        lambda: spot_baseline_scores(scored_forecasts([1], [0.0], [0.5]), TEN_DAYS),
        lambda: baseline_scores(scored_forecasts([0], [0.0], [0.5]), TEN_DAYS, 1.0),
    ],
)
def test_numbers_that_do_not_go_together_are_refused(wrong) -> None:
    """Times, numbers of questions, lengths, ignorance."""
    with pytest.raises(NumbersDoNotFit):
        wrong()


def test_a_question_that_closed_before_its_opening_covers_nothing() -> None:
    """It resolved a day early."""
    scores = baseline_scores(forecasts_of([(-3, 0.9)]), scored_questions([0.0], [10.0], [-1.0]))

    assert scores.score.tolist() == [0.0] and scores.coverage.tolist() == [0.0]

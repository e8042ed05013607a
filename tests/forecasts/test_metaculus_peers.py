"""Tests of Metaculus' peer scores: its own tables, its three defects, and a slow twin.

Tables marked upstream hold the numbers of Metaculus/metaculus (BSD-2-Clause),
tests/unit/test_scoring/test_score_math.py at e9eeda96.
"""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasts.metaculus import ScoredForecasts, scored_forecasts, scored_questions
from forecasts.metaculus_peers import peer_scores, relative_legacy_scores, spot_peer_scores
from tests.forecasts.peers_by_loops import (
    legacy_by_loops,
    peers_as_upstream,
    peers_by_loops,
    random_forecasts,
)

LN = np.log


def log_of_mean(*chances):
    """Logarithm of the geometric mean."""
    return np.mean(LN(chances))


FOUR = [0.1, 0.3, 0.6, 0.9]
#: (start, chance[, end]) of each forecast; scores and coverages over ten days.
PEERS = [
    ([], [], []),
    ([(0, 0.5)], [0], [1]),
    ([(0, 0.5)] * 100, [0] * 100, [1] * 100),
    ([(3, 0.5)], [0], [0.7]),
    ([(5, 0.5)], [0], [0.5]),
    ([(7, 0.5)], [0], [0.3]),
    ([(1, 0.5), (7, 0.5)], [0, 0], [0.9, 0.3]),
    ([(0, 0.5, 3)], [0], [0.3]),  # upstream has these four as what should be
    ([(5, 0.5, 8)], [0], [0.3]),
    ([(0, 0.5, 3), (0, 0.5, 7)], [0, 0], [0.3, 0.7]),
    ([(0, 0.5, 5), (2, 0.5, 7)], [0, 0], [0.5, 0.5]),
    ([(0, 0.5), (4, 0.5, 6)], [0, 0], [1, 0.2]),
    ([(0, 0.5, 5), (5, 0.5), (2, 0.5)], [0, 0, 0], [0.5, 0.5, 0.8]),
    ([(0, 0.9)], [0], [1]),
    ([(0, 0.9), (0, 0.9)], [0, 0], [1, 1]),
    ([(0, 0.1), (0, 0.9)], [LN(1 / 9), LN(9)], [1, 1]),
    ([(0, 0.4), (0, 0.6)], [LN(4 / 6), LN(6 / 4)], [1, 1]),
    (
        [(0, 0.1), (0, 0.5), (0, 0.9)],
        [
            LN(0.1) - log_of_mean(0.5, 0.9),
            LN(0.5) - log_of_mean(0.1, 0.9),
            LN(0.9) - log_of_mean(0.1, 0.5),
        ],
        [1, 1, 1],
    ),
    (
        [(0, p) for p in FOUR],
        [LN(p) - log_of_mean(*(q for q in FOUR if q != p)) for p in FOUR],
        [1] * 4,
    ),
    (
        [(0, 0.1), (0, 0.5), (5, 0.9)],
        [
            (LN(0.1 / 0.5) + LN(0.1) - log_of_mean(0.5, 0.9)) / 2,
            (LN(0.5 / 0.1) + LN(0.5) - log_of_mean(0.1, 0.9)) / 2,
            (LN(0.9) - log_of_mean(0.1, 0.5)) / 2,
        ],
        [1, 1, 0.5],
    ),
    ([(0, np.exp(0.25) / 3), (0, 1 / 3)], [0.25, -0.25], [1, 1]),  # "Other" of upstream's options
]


def forecasts_of(rows, *, base=True):
    """One forecast for each (start, chance) or (start, chance, end)."""
    table = np.array([(*row, np.inf)[:3] for row in rows], float).reshape(-1, 3)
    zeros = np.zeros(len(table), int)
    return scored_forecasts(zeros, table[:, 0], table[:, 1], table[:, 2], in_base=base)


@pytest.mark.parametrize(("rows", "nats", "coverage"), PEERS)
def test_peer_scores_are_those_of_upstream(rows, nats, coverage) -> None:
    """100 times how far ln p lies over the mean of the others' at the same time."""
    scores = peer_scores(forecasts_of(rows), scored_questions([0.0], [10.0]))

    np.testing.assert_allclose(scores.score, 100 * np.array(nats), atol=1e-10)
    np.testing.assert_allclose(scores.coverage, coverage, atol=1e-12)


@pytest.mark.parametrize(("start", "coverage"), [(0, [0.5]), (5, [0])])
def test_an_early_close_ends_what_is_covered_as_upstream(start, coverage) -> None:
    """Closed on day 5 of 10."""
    scores = peer_scores(forecasts_of([(start, 0.5)]), scored_questions([0.0], [10.0], [5.0]))

    assert scores.coverage.tolist() == coverage


@pytest.mark.parametrize(
    ("rows", "nats"),
    [
        *[(rows, nats) for rows, nats, _ in PEERS if all(row[0] == 0 for row in rows)][:3],
        *[(rows, nats) for rows, nats, coverage in PEERS[15:19]],
        ([(0, 0.1), (0, 0.5), (5, 0.9)], PEERS[17][1]),
        ([(0, 0.1), (0, 0.5), (0, 0.9, 5)], [LN(0.1 / 0.5), LN(0.5 / 0.1), 0]),
        PEERS[20][:2],
    ],
)
def test_spot_peer_scores_are_those_of_upstream(rows, nats) -> None:
    """The same at one instant, day 10."""
    scores = spot_peer_scores(forecasts_of(rows), scored_questions([0.0], [10.0]))

    np.testing.assert_allclose(scores.score, 100 * np.array(nats), atol=1e-10)


def test_continuous_questions_count_half() -> None:
    """.1 and .9 in the bucket that happened."""
    asked = scored_questions([0.0], [10.0], is_continuous=True)
    two = forecasts_of([(0, 0.1), (0, 0.9)])

    for scores in (peer_scores(two, asked), spot_peer_scores(two, asked)):
        assert scores.score == pytest.approx([-50 * LN(9), 50 * LN(9)])


@pytest.mark.parametrize(("defects", "score", "coverage"), [(False, 65.92, 0.3), (True, 219.72, 1)])
def test_nobody_earns_over_a_gap(defects, score, coverage) -> None:
    """All withdraw on day 3 of 10: 30 ln 9 is 65.92; Metaculus' code goes on to day 10."""
    two = forecasts_of([(0, 0.1, 3), (0, 0.9, 3)])

    scores = peer_scores(two, scored_questions([0.0], [10.0]), upstream_defects=defects)

    assert scores.score.round(2).tolist() == [-score, score]
    assert scores.coverage == pytest.approx([coverage, coverage])


@pytest.mark.parametrize(("defects", "score", "coverage"), [(False, 62.93, 0.75), (True, 0, 0)])
def test_a_forecaster_outside_of_the_base_counts_from_his_start(defects, score, coverage) -> None:
    """Base .5 and .7, his .9 from day 2.5: 150 ln(.9 / sqrt(.35)) is 62.93."""
    three = forecasts_of([(0, 0.5), (0, 0.7), (2.5, 0.9)], base=[True, True, False])

    scores = peer_scores(three, scored_questions([0.0], [10.0]), upstream_defects=defects)

    assert scores.score[2].round(2) == score and scores.coverage[2] == coverage
    assert scores.score[:2] == pytest.approx([100 * LN(0.5 / 0.7), 100 * LN(0.7 / 0.5)])


@pytest.mark.parametrize(
    ("defects", "expected"),
    [(False, [139.25, 51.08, -190.33]), (True, [278.50, 160.94, -160.94])],
)
def test_who_starts_at_the_spot_time_is_compared_both_ways(defects, expected) -> None:
    """.9 comes exactly then, beside .5 and .1: 150 (ln .9 - mean of ln .9, .5, .1) is 139.25."""
    three = forecasts_of([(10, 0.9), (0, 0.5), (0, 0.1)])

    scores = spot_peer_scores(three, scored_questions([0.0], [10.0]), upstream_defects=defects)

    assert scores.score.round(2).tolist() == expected


def test_while_nobody_of_the_base_stands_outsiders_cover_nothing() -> None:
    """The base stands from day 2 to 6; with one of it, the outsider covers but earns 0."""
    rows = [(2, 0.5, 6), (2, 0.7, 4), (0, 0.9)]

    scores = peer_scores(
        forecasts_of(rows, base=[True, True, False]), scored_questions([0.0], [10.0])
    )

    assert scores.coverage == pytest.approx([0.4, 0.2, 0.4])
    assert scores.score[2] == pytest.approx(0.2 * 200 * LN(0.9 / np.sqrt(0.35)))


def test_an_outsider_with_no_base_at_the_spot_time_has_no_score() -> None:
    """Nobody to compare with."""
    scores = spot_peer_scores(forecasts_of([(0, 0.9)], base=False), scored_questions([0.0], [10.0]))

    assert scores.score.tolist() == [0.0] and scores.coverage.tolist() == [0.0]


@pytest.mark.parametrize(("defects", "coverage"), [(False, 0.6), (True, 0.5)])
def test_the_legacy_score_is_bits_over_the_crowd(defects, coverage) -> None:
    """The crowd says .8 to day 5, then .4; his .8 of day 4 is even with it, then one bit ahead.

    Over the ten days to the actual close .1 x 0 + .5 x 1 bits. Upstream's code does not see him
    before the crowd speaks again.
    """
    crowd, one = forecasts_of([(0, 0.8), (5, 0.4)]), forecasts_of([(4, 0.8)])
    asked = scored_questions([0.0], [12.0], [10.0])

    scores = relative_legacy_scores(one, asked, crowd, upstream_defects=defects)

    assert scores.coverage == pytest.approx([coverage])
    assert scores.score == pytest.approx([0.5])


def test_before_the_crowd_speaks_the_legacy_score_covers_nothing() -> None:
    """The crowd begins on day 6 of 10."""
    scores = relative_legacy_scores(
        forecasts_of([(0, 0.8)]), scored_questions([0.0], [10.0]), forecasts_of([(6, 0.2)])
    )

    assert scores.score == pytest.approx([0.4 * 2]) and scores.coverage == pytest.approx([0.4])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("epoch", [0.0, 1.7e9])
def test_all_questions_at_once_score_as_loops_do(seed, epoch) -> None:
    """Random starts, ends, gaps, ties, outsiders and early closes; days or seconds since 1970."""
    said, asked, crowd = random_forecasts(np.random.default_rng(seed), epoch)

    averaged, spot, legacy = (
        peer_scores(said, asked),
        spot_peer_scores(said, asked),
        relative_legacy_scores(said, asked, crowd),
    )

    expected = peers_by_loops(said, asked)
    np.testing.assert_allclose(averaged.score, expected[0], atol=1e-9)
    np.testing.assert_allclose(averaged.coverage, expected[1], atol=1e-12)
    np.testing.assert_allclose(spot.score, expected[2], atol=1e-9)
    expected_legacy = legacy_by_loops(said, asked, crowd)
    np.testing.assert_allclose(legacy.score, expected_legacy[0], atol=1e-11)
    np.testing.assert_allclose(legacy.coverage, expected_legacy[1], atol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_the_switch_does_as_upstreams_code_does(seed) -> None:
    """With gaps and outsiders, but without what never stood: there it looks at the base as well."""
    every, asked, _ = random_forecasts(np.random.default_rng(seed), 0.0)
    kept = every.end > np.maximum(every.start, asked.opens[every.question])
    said = ScoredForecasts(*(getattr(every, field.name)[kept] for field in fields(every)))

    scores = peer_scores(said, asked, upstream_defects=True)

    expected = peers_as_upstream(said, asked)
    np.testing.assert_allclose(scores.score, expected[0], atol=1e-9)
    np.testing.assert_allclose(scores.coverage, expected[1], atol=1e-12)


def test_a_question_scores_alike_alone_and_among_100_000_others() -> None:
    """Running sums over all of them lose nothing: 10^-10 points, in seconds since 1970."""
    rng = np.random.default_rng(7)
    questions, each = 100_000, 5
    number = np.repeat(np.arange(questions), each)
    chance = rng.uniform(0.001, 0.999, len(number))
    opens = 1.7e9 + rng.uniform(0, 1e7, questions).round()
    asked = scored_questions(opens, opens + 9e6)
    start = opens[number] + rng.uniform(0, 9e6, len(number)).round()
    last = number == questions - 1

    among = peer_scores(scored_forecasts(number, start, chance), asked).score[last]
    alone = peer_scores(
        scored_forecasts(number[last] * 0, start[last], chance[last]),
        scored_questions(opens[-1:], opens[-1:] + 9e6),
    ).score

    np.testing.assert_allclose(among, alone, atol=1e-10, rtol=0)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_the_scores_of_the_base_sum_to_zero(seed) -> None:
    """Over each question, whatever comes and goes; and at the spot time."""
    said, asked, _ = random_forecasts(np.random.default_rng(seed), 0.0)

    for scores in (peer_scores(said, asked), spot_peer_scores(said, asked)):
        base = np.where(said.in_base, scores.score, 0.0)
        np.testing.assert_allclose(np.bincount(said.question, base), 0.0, atol=1e-9)


@pytest.mark.parametrize("defects", [False, True])
def test_a_question_that_closed_before_its_opening_scores_nobody(defects) -> None:
    """It resolved a day early; so does nobody on a question without forecasts."""
    asked = scored_questions([0.0, 0.0], [10.0, 10.0], [-1.0, 10.0])
    two = forecasts_of([(-3, 0.9), (1, 0.8)])

    averaged = peer_scores(two, asked, upstream_defects=defects)
    legacy = relative_legacy_scores(two, asked, two, upstream_defects=defects)

    assert not averaged.score.any() and not averaged.coverage.any()
    assert not legacy.score.any() and not legacy.coverage.any()

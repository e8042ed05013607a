"""Tests of leaderboards: who is shown, how ties, tiers and ranks fall, and what is refused."""

import math

import numpy as np
import pytest

from forecasts.board_entries import (
    BoardFilter,
    CreditEntry,
    ForecasterScores,
    VoiceEntry,
    days_of_period,
)
from forecasts.errors import NumbersDoNotFit
from forecasts.leaderboards import board_by_bits, competition_ranks, forecaster_board
from forecasts.skill import Skill

NAMES = ["ann", "ben", "cat"]
#: ann is best in every draw, ben and cat take turns.
SKILL = Skill(
    np.stack(
        [np.full(100, 0.5), np.linspace(-0.1, 0.1, 100), np.linspace(0.1, -0.12, 100)], axis=1
    ),
    np.array([2, 1, 1]),
)


def score(forecaster="ann", question="q1", **changes) -> ForecasterScores:
    fields = {
        "kind": "person",
        "known": 0.0,
        "topic": "",
        "coverage": 1.0,
        "peer": 10.0,
        "baseline": 20.0,
        "brier": 0.1,
        "log2_loss": 0.4,
    }
    return ForecasterScores(forecaster=forecaster, question=question, **{**fields, **changes})


ROWS = [score(), score(question="q2", coverage=0.5, peer=40.0), score("ben"), score("cat")]


def by_name(board):
    return {entry.forecaster: entry for entry in board.entries}


def test_the_best_stands_first_with_its_rank_interval_and_chances():
    board = forecaster_board(ROWS, SKILL, NAMES, top=1)

    assert [entry.forecaster for entry in board.entries] == ["ann", "ben", "cat"]
    assert [entry.rank for entry in board.entries] == [1, 2, 3]
    assert board.entries[0].rank_interval == (1, 1)
    assert board.entries[1].rank_interval == (2, 3)
    assert [entry.chance_of_top for entry in board.entries] == [1.0, 0.0, 0.0]


def test_scores_are_means_weighted_by_coverage():
    ann = by_name(forecaster_board(ROWS, SKILL, NAMES))["ann"]

    assert (ann.questions, ann.coverage) == (2, 1.5)
    assert ann.peer == pytest.approx(20.0)  # (10 + .5 * 40) / 1.5
    assert ann.brier == pytest.approx(0.1)


def test_who_cannot_be_told_apart_shares_a_tier():
    board = forecaster_board(ROWS, SKILL, NAMES)

    assert [entry.tier for entry in board.entries] == [1, 2, 2]


def test_the_excluded_are_shown_but_take_no_rank():
    board = forecaster_board(ROWS, SKILL, NAMES, BoardFilter(excluded=frozenset({"ann"})))

    assert [(entry.forecaster, entry.rank) for entry in board.entries] == [
        ("ben", 1),
        ("cat", 2),
        ("ann", None),
    ]
    assert board.entries[0].rank_interval == (1, 2)  # among those who are ranked
    assert board.entries[2].bits == pytest.approx(0.5)


def test_who_was_there_too_little_has_no_rank():
    board = forecaster_board(ROWS, SKILL, NAMES, BoardFilter(least_coverage=1.2))

    assert [entry.rank for entry in board.entries] == [1, None, None]


def test_who_was_never_beside_another_has_scores_but_no_skill():
    entry = by_name(forecaster_board([*ROWS, score("dan")], SKILL, NAMES))["dan"]

    assert (entry.bits, entry.interval, entry.rank, entry.tier) == (None, None, None, None)
    assert entry.baseline == 20.0


def test_bots_and_people_have_boards_of_their_own():
    rows = [*ROWS[:3], score("cat", kind="bot")]

    bots = forecaster_board(rows, SKILL, NAMES, BoardFilter(kinds=frozenset({"bot"})))

    assert [entry.forecaster for entry in bots.entries] == ["cat"]
    assert bots.entries[0].rank == 1


def test_a_quarter_counts_what_was_known_in_it():
    rows = [score(known=20_361.0), score("ben", known=20_362.0), score("cat", known=20_454.0)]

    board = forecaster_board(rows, SKILL, NAMES, BoardFilter(period="2025Q4"))

    assert [entry.forecaster for entry in board.entries] == ["ben"]  # 30 Sep, 1 Oct, 1 Jan


def test_what_has_no_date_counts_in_all_periods_together_only():
    rows = [score(known=math.nan), score("ben", known=20_362.0)]

    whole, quarter = (
        forecaster_board(rows, SKILL, NAMES, BoardFilter(period=p)) for p in ("all", "2025Q4")
    )

    assert [entry.forecaster for entry in whole.entries] == ["ann", "ben"]
    assert [entry.forecaster for entry in quarter.entries] == ["ben"]


def test_a_topic_counts_its_own_questions_only():
    rows = [score(topic="ai"), score(question="q2", topic="war", peer=90.0)]

    board = forecaster_board(rows, SKILL, NAMES, BoardFilter(topic="ai"))

    assert (board.entries[0].questions, board.entries[0].peer) == (1, 10.0)


def test_equal_skill_shares_the_better_rank():
    draws = np.array([[0.3, 0.1 + 0.2, 0.0]])

    board = forecaster_board(ROWS, Skill(draws, np.ones(3, int)), NAMES)

    assert [entry.rank for entry in board.entries] == [1, 1, 3]


def test_a_board_may_be_empty():
    assert forecaster_board([], SKILL, NAMES).entries == ()


def test_a_year_begins_and_ends_in_january():
    assert days_of_period("1970") == (0.0, 365.0)
    assert days_of_period("1970Q4") == (273.0, 365.0)
    assert days_of_period("all") == (-math.inf, math.inf)


@pytest.mark.parametrize("period", ["", "25", "2025Q5", "2025Q", "2025-10", "2025q4", "99999"])
def test_a_period_that_cannot_be_read_is_refused(period):
    with pytest.raises(NumbersDoNotFit, match="2025Q4"):
        days_of_period(period)


@pytest.mark.parametrize("names", [["ann"], ["ann", "ann", "cat"]])
def test_names_that_do_not_match_the_draws_are_refused(names):
    with pytest.raises(NumbersDoNotFit, match="one name for each column"):
        forecaster_board(ROWS, SKILL, names)


@pytest.mark.parametrize("coverage", [0.0, -1.0, math.nan])
def test_a_coverage_of_nothing_is_refused(coverage):
    with pytest.raises(NumbersDoNotFit, match="coverage"):
        forecaster_board([score(coverage=coverage)], SKILL, NAMES)


def test_credit_is_ranked_by_bits():
    board = board_by_bits([CreditEntry("low", -0.2, 9, 3), CreditEntry("high", 0.7, 2, 1)])

    assert [(entry.name, entry.rank) for entry in board] == [("high", 1), ("low", 2)]


def test_voices_are_ranked_by_bits_and_ties_by_name():
    board = board_by_bits(
        [VoiceEntry("model", 0.1, 0.2, 0.5, 9), VoiceEntry("crowd", 0.1, 0.1, 0.5, 9)]
    )

    assert [(entry.name, entry.rank) for entry in board] == [("crowd", 1), ("model", 1)]


def test_bits_that_are_not_finite_are_refused():
    with pytest.raises(NumbersDoNotFit, match="finite"):
        board_by_bits([CreditEntry("odd", math.nan, 1, 1)])


def test_ranks_of_nothing_are_none():
    assert competition_ranks([]) == []

"""Tests of skill: shrinkage by hand, ranks, coverage of intervals, and bad input."""

import math
from dataclasses import replace

import numpy as np
import pytest

from forecasts.differences import Differences
from forecasts.errors import NumbersDoNotFit
from forecasts.skill import Skill, estimate_skill


def rows(bits, forecaster, coverage=None) -> Differences:
    bits = np.asarray(bits, float)
    return Differences(
        np.arange(len(bits)),
        np.asarray(forecaster),
        bits,
        np.ones(len(bits)) if coverage is None else np.asarray(coverage, float),
        np.ones(len(bits)),
    )


def simulated(rng, people=60, spread=0.2, noise=0.8):
    skill = spread * rng.standard_normal(people)
    counts = rng.integers(5, 120, people)
    who = np.repeat(np.arange(people), counts)
    return skill, rows(skill[who] + noise * rng.standard_normal(len(who)), who)


def test_who_said_little_is_drawn_towards_nothing():
    rng = np.random.default_rng(1)
    who = np.repeat(np.arange(40), 50)
    bits = np.tile(np.repeat([0.2, -0.2], 50), 20) + 0.8 * rng.standard_normal(2000)
    many = rows(np.append(bits, 0.9), np.append(who, 40))

    skill = estimate_skill(many, 41, rng)

    assert 0 < skill.mean[40] < 0.2  # one question of .9 is mostly noise
    assert skill.spread[40] > 1.5 * skill.spread[0]


def test_who_was_never_compared_gets_the_prior():
    rng = np.random.default_rng(2)
    _, found = simulated(rng)

    skill = estimate_skill(found, 61, rng)

    assert skill.mean[60] == pytest.approx(0, abs=0.02)
    assert skill.spread[60] == pytest.approx(0.2, abs=0.06)
    assert skill.questions[60] == 0


def test_who_shows_up_for_seconds_hardly_counts():
    bits, who = np.tile([1.0, -1.0], 200), np.repeat([0, 1], 200)
    coverage = np.where(np.arange(400) % 2 == 0, 1.0, 0.05 / 3.05)  # its noise is 4

    skill = estimate_skill(rows(bits, who, coverage), 2, np.random.default_rng(3))

    # (1 - 1/4) / (1 + 1/4) = .6, hardly shrunk by 125 questions' worth
    assert skill.mean == pytest.approx([0.6, 0.6], abs=0.03)


def test_linked_questions_that_all_correlate_count_once():
    bits = np.concatenate([np.full(100, 1.0), np.zeros(100), np.tile([1.0, -1.0], 50)])
    found = rows(bits, np.repeat([0, 0, 1], 100))
    blocks = np.concatenate([np.zeros(100, int), np.arange(1, 201)])

    apart = estimate_skill(found, 2, np.random.default_rng(4))
    linked = estimate_skill(found, 2, np.random.default_rng(4), blocks=blocks, correlation=1.0)

    assert apart.mean[0] > 0.45
    assert abs(linked.mean[0]) < 0.05  # one success beside a hundred draws


def test_intervals_hold_what_they_promise():
    inside, ranked = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        truth, found = simulated(rng)
        skill = estimate_skill(found, len(truth), rng)
        low, high = skill.interval()
        inside.append((low <= truth) & (truth <= high))
        best, worst = skill.rank_interval()
        rank = np.argsort(np.argsort(-truth)) + 1
        ranked.append((best <= rank) & (rank <= worst))

    # 2,400 intervals; those of one replicate share little: SE about .007
    assert np.mean(inside) == pytest.approx(0.9, abs=0.021)
    assert np.mean(ranked) == pytest.approx(0.9, abs=0.02)


def test_heavy_tails_forgive_one_great_loss_and_plain_means_do_not():
    bits = np.tile(np.append(np.full(19, 0.2), -3.0), 20)
    found = rows(np.concatenate([bits, -np.tile([0.2, -0.2], 200)]), np.repeat([0, 1], 400))

    normal = estimate_skill(found, 2, np.random.default_rng(5))
    heavy = estimate_skill(found, 2, np.random.default_rng(5), degrees_of_freedom=4)

    assert normal.mean[0] == pytest.approx(0.04, abs=0.02)  # (19 * .2 - 3) / 20
    assert heavy.mean[0] > 0.15


def test_overconfidence_earns_nothing_under_the_default():
    rng = np.random.default_rng(6)
    outcome = rng.random(4000) < 0.85
    lead = np.where(
        outcome, np.log2(0.97 / 0.85), np.log2(0.03 / 0.15)
    )  # says .97 where .85 is true
    found = rows(np.concatenate([lead, -lead]), np.repeat([0, 1], 4000))

    plain = estimate_skill(found, 2, rng)
    heavy = estimate_skill(found, 2, rng, degrees_of_freedom=4)

    assert plain.mean[0] < -0.1  # .85 * .190 - .15 * 2.322 = -.186
    assert heavy.mean[0] > 0  # why it is not the default


def test_the_same_seed_gives_the_same_draws():
    _, found = simulated(np.random.default_rng(7))

    one, two = (estimate_skill(found, 60, np.random.default_rng(8)) for _ in range(2))

    assert np.array_equal(one.draws, two.draws)


def test_ranks_and_chances_follow_the_joint_draws():
    skill = Skill(np.array([[3.0, 2.0, 1.0], [3.0, 1.0, 2.0]]), np.array([1, 1, 1]))

    assert skill.ranks().tolist() == [[1, 2, 3], [1, 3, 2]]
    assert skill.chance_of_top(2).tolist() == [1.0, 0.5, 0.5]
    assert skill.rank_interval().tolist() == [[1, 2, 2], [1, 3, 3]]
    assert skill.among([1, 2]).ranks().tolist() == [[1, 2], [2, 1]]


def test_a_rank_interval_is_the_one_nearest_to_its_level():
    draws = np.zeros((100, 3))
    draws[:, 0], draws[:94, 1], draws[94:, 1] = 9.0, 5.0, -5.0  # second in 94 of 100, else third

    skill = Skill(draws, np.array([1, 1, 1]))

    assert skill.rank_interval(0.9).tolist() == [[1, 2, 3], [1, 2, 3]]  # 94% is nearer than 100%
    assert skill.rank_interval(0.99).tolist() == [[1, 2, 2], [1, 3, 3]]


def test_rows_that_are_all_alike_give_no_error():
    skill = estimate_skill(rows(np.zeros(10), np.repeat([0, 1], 5)), 2, np.random.default_rng(9))

    assert skill.mean == pytest.approx([0, 0], abs=0.01)


def test_no_rows_are_refused():
    with pytest.raises(NumbersDoNotFit, match="0 rows"):
        estimate_skill(rows([], np.array([], int)), 2, np.random.default_rng(0))


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_rows_that_are_not_finite_are_refused(bad):
    with pytest.raises(NumbersDoNotFit, match="1 not finite"):
        estimate_skill(rows([0.1, bad], [0, 1]), 2, np.random.default_rng(0))


def test_a_coverage_of_nothing_is_refused():
    with pytest.raises(NumbersDoNotFit, match="coverage"):
        estimate_skill(rows([0.1, 0.2], [0, 1], [1, 0]), 2, np.random.default_rng(0))


def test_a_forecaster_beyond_their_number_is_refused():
    with pytest.raises(NumbersDoNotFit, match="forecaster 1 of 1"):
        estimate_skill(rows([0.1, 0.2], [0, 1]), 1, np.random.default_rng(0))


def test_settings_out_of_range_are_refused():
    found = rows([0.1, 0.2], [0, 1])
    with pytest.raises(NumbersDoNotFit, match="degrees"):
        estimate_skill(found, 2, np.random.default_rng(0), degrees_of_freedom=1)
    with pytest.raises(NumbersDoNotFit, match="correlation"):
        estimate_skill(found, 2, np.random.default_rng(0), correlation=2)


def test_rows_can_be_taken_apart():
    found = rows([0.1, 0.2, 0.3], [0, 1, 0])

    assert found.take(found.forecaster == 0).bits.tolist() == [0.1, 0.3]
    assert replace(found, bits=-found.bits).take([1]).bits.tolist() == [-0.2]

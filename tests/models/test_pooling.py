"""Learned pools: what was put into simulated crowds is found again, and nothing is looked ahead."""

from dataclasses import fields

import numpy as np
import pytensor.tensor as pt
import pytest

from forecasts.house import boldness_of_mixture, crowd_precision
from forecasts.markets import COMMON_NOISE
from forecasts.panels import skills
from forecasts.pooling import (
    CrowdTerms,
    HouseTerms,
    HouseVoices,
    Weighing,
    crowd_log_odds,
    pool,
    pooled_log_odds,
)
from models.crowd_backtest import FEWEST_TO_LEARN, cross_fit, forecast_all, walk_forward
from models.diagnostics import SamplingSettings
from models.pooling import HouseData, crowd_data, learn_crowd, learn_house
from models.weighing import learn_weighing
from tests.forecasts.panel_building import a_panel

SETTINGS = SamplingSettings(seed=3, draws=500, tune=500)


def a_crowd(questions, rng, *, boldness=1.0, people=6):
    """Simulate people of whom the first three see well and the rest see noise, and timid all."""
    truth = rng.normal(0, 2.0, questions)
    outcome = rng.random(questions) < 1 / (1 + np.exp(-truth))
    rows = []
    for q in range(questions):
        for who in range(people):
            seen = truth[q] + rng.normal(0, 0.3) if who < 3 else rng.normal(0, 1.0)
            chance = 1 / (1 + np.exp(-boldness * seen))
            rows.append((q, who, chance, q + who / 100, False))
    return a_panel(rows, outcome.astype(float))


def test_the_skilled_come_to_count():
    panel = a_crowd(400, np.random.default_rng(1))
    skill, _ = skills(panel, panel)

    weighing = learn_weighing(panel, skill, np.ones(panel.points))

    by_skill = pool(panel, skill, weighing).mean
    unweighted = pool(panel, skill, Weighing(0.0, 0.0)).mean
    truth = 2 * panel.outcome - 1
    assert weighing.skill > 1
    assert np.mean(np.logaddexp(0, -truth * by_skill)) < np.mean(
        np.logaddexp(0, -truth * unweighted)
    )


@pytest.mark.slow
def test_the_recalibration_of_a_timid_crowd_is_found():
    rng = np.random.default_rng(2)
    truth = rng.normal(0, 2.0, 3_000)
    outcome = (rng.random(3_000) < 1 / (1 + np.exp(-truth - 0.4))).astype(float)
    rows = [(q, 0, 1 / (1 + np.exp(-truth[q] / 1.5)), 0.0, False) for q in range(3_000)]
    panel = a_panel(rows, outcome)
    pooled = pool(panel, np.zeros(3_000), Weighing())

    terms = learn_crowd(crowd_data(pooled, outcome, np.ones(3_000), 1), SETTINGS)

    # A crowd of one: size log(1/3) and spread -1 change the slope by what they have learned.
    slope = terms.slope[:, 0] + terms.size * pooled.size[0] + terms.spread * pooled.spread[0]
    assert slope.mean() == pytest.approx(1.5, abs=0.15)
    assert terms.intercept[:, 0].mean() == pytest.approx(0.4, abs=0.15)


def voices(quoted, rest, precision, news=()):
    """Voices of one platform at points; news: for each point its (days to the quote, nats)."""
    points = len(quoted)
    told = [list(found) for found in news] or [[] for _ in range(points)]
    flat = np.array([pair for found in told for pair in found], float).reshape(-1, 2)
    return HouseVoices(
        quoted=np.array(quoted, float),
        noise=np.zeros(points),
        rest=np.array(rest, float),
        rest_precision=np.broadcast_to(np.asarray(precision, float), points).copy(),
        strand=np.zeros(points, int),
        elapsed=flat[:, 0],
        moves=flat[:, 1],
        strand_of_move=np.zeros(len(flat), int),
        bounds=np.append(0, np.cumsum([len(found) for found in told])),
    )


@pytest.mark.slow
def test_the_house_goes_as_far_from_the_market_as_the_crowd_deserves():
    rng = np.random.default_rng(3)
    market, crowd = rng.normal(0, 1.5, (2, 3_000))
    outcome = (rng.random(3_000) < 1 / (1 + np.exp(-(0.6 * market + 0.4 * crowd)))).astype(float)
    data = HouseData(voices(market, crowd, 4.0), outcome, np.ones(3_000), np.array([3e3]))

    terms = learn_house(data, SETTINGS)

    precision = 1 / (COMMON_NOISE + terms.noise[:, 0])
    share = precision / (precision + 4.0)
    boldness = boldness_of_mixture(share, terms.overlap)
    assert (boldness * share * terms.slope[:, 0]).mean() == pytest.approx(0.6, abs=0.08)
    assert share.mean() == pytest.approx(0.6, abs=0.08)


def a_mixture(questions, rng, shared, private):
    """Simulate a market and a crowd that know some facts both and some alone, each calibrated.

    A fact is normal given the outcome, with a mean of +-half its variance: its own log-odds.
    Beside every question with both stands one with a quote only.
    """
    outcome = rng.integers(0, 2, 2 * questions).astype(float)
    facts = [
        rng.normal((outcome - 0.5) * variance, np.sqrt(variance))
        for variance in (shared, private, private)
    ]
    market, crowd = facts[0] + facts[1], facts[0] + facts[2]
    is_heard = np.arange(2 * questions) < questions
    said = voices(market, np.where(is_heard, crowd, 0.0), np.where(is_heard, 4.0, 0.0))
    return HouseData(said, outcome, np.ones(2 * questions), np.array([2.0 * questions]))


@pytest.mark.slow
@pytest.mark.parametrize(("shared", "private"), [(1.6, 0.4), (0.8, 1.2)])
def test_how_much_market_and_crowd_share_is_found(shared, private):
    data = a_mixture(5_000, np.random.default_rng(7), shared, private)

    terms = learn_house(data, SETTINGS)

    share = 1 / (COMMON_NOISE + terms.noise[:, 0])
    share = share / (share + 4.0)
    assert terms.overlap.mean() == pytest.approx(shared / (shared + private), abs=0.15)
    assert share.mean() == pytest.approx(0.5, abs=0.1)
    assert terms.slope[:, 0].mean() == pytest.approx(1.0, abs=0.1)


@pytest.mark.slow
def test_quotes_alone_say_nothing_of_what_voices_share():
    rng = np.random.default_rng(8)
    quoted = rng.normal(0, 1.5, 2_000)
    outcome = (rng.random(2_000) < 1 / (1 + np.exp(-1.3 * quoted))).astype(float)
    said = voices(quoted, np.zeros(2_000), 0.0)

    terms = learn_house(HouseData(said, outcome, np.ones(2_000), np.array([2e3])), SETTINGS)

    # It is left as it was before: even on [0, 1]. The slope is the quote's alone.
    assert np.quantile(terms.overlap, [0.25, 0.5, 0.75]) == pytest.approx(
        [0.25, 0.5, 0.75], abs=0.1
    )
    assert terms.slope[:, 0].mean() == pytest.approx(1.3, abs=0.15)


@pytest.mark.slow
@pytest.mark.parametrize("days", [0.5, 20.0])
def test_how_fast_a_platform_reads_the_news_is_found(days):
    rng = np.random.default_rng(6)
    prior, moved, elapsed = (
        rng.normal(0, 1, 4_000),
        rng.normal(0, 2, 4_000),
        rng.exponential(5, 4_000),
    )
    held = (1 - np.exp(-elapsed / days)) * moved
    outcome = (rng.random(4_000) < 1 / (1 + np.exp(-(prior + moved)))).astype(float)
    news = [[pair] for pair in zip(elapsed, moved, strict=True)]
    data = HouseData(
        voices(prior + held, np.zeros(4_000), 0.0, news), outcome, np.ones(4_000), np.array([4e3])
    )

    terms = learn_house(data, SETTINGS)

    assert np.median(terms.absorption) == pytest.approx(days, rel=0.5)


def test_numbers_and_tensors_say_the_same():
    terms = HouseTerms(*(np.array([value]) for value in (0.1, 1.1, 0.2, 3.0, 0.4)))
    said = voices(
        [1.0, -2.0, 0.5], [0.3, 0.0, 2.0], [2.0, 0.0, 9.0], [[(1, 0.5), (9, -1)], [], [(-2, 3)]]
    )
    tensors = HouseTerms(*(pt.as_tensor(getattr(terms, f.name)) for f in fields(HouseTerms)))

    assert pooled_log_odds(tensors, said, pt).eval() == pytest.approx(pooled_log_odds(terms, said))


def test_the_formulas_say_by_hand_what_they_say():
    panel = a_panel(
        [(0, 0, 0.8, 0.0, False), (0, 1, 0.8, 1.0, False), (0, 2, 0.8, 2.0, False)], [1]
    )
    pooled = pool(panel, np.zeros(3), Weighing())
    crowd = CrowdTerms(np.array([0.1]), np.array([1.2]), 0.5, 0.3)
    house = HouseTerms(*(np.array([value]) for value in (0.0, 2.0, 0.06, 1.0, 0.5)))

    # Three who agree: log size 0, spread -1: slope 1.2 - .3; log-odds of .8 are ln 4.
    assert crowd_log_odds(crowd, pooled) == pytest.approx([0.1 + 0.9 * np.log(4)])
    # Precisions of 1 / (.04 + .06) and 10: half way. News: 1 nat of 1, and half of 2.
    # Equal shares that overlap by half are bolder by a third.
    news = [[(-1.0, 1.0), (np.log(2), 2.0)]]
    said = pooled_log_odds(house, voices([1.0], [3.0], 10.0, news))
    assert said == pytest.approx([(2.0 + 1.0 + 1.0 + 3.0) / 2 * 4 / 3])
    assert crowd_precision(1) == 1


def test_walking_forward_learns_only_from_what_was_known():
    rng = np.random.default_rng(4)
    made = np.sort(rng.uniform(0, 1_000, 300))
    made[:20] = np.nan
    known = made + rng.uniform(1, 200, 300)
    panel = a_panel(
        [(q, 0, 0.5, 0.0, False) for q in range(300)], np.ones(300), made=made, known=known
    )

    splits = walk_forward(panel, np.ones(300, bool))

    assert sum(split.testing.astype(int) for split in splits).tolist() == [1] * 300
    for split in splits:
        dated = split.testing & ~np.isnan(made)
        if dated.any():
            assert not split.training.any() or known[split.training].max() < made[dated].min()
        assert not (split.training & split.testing).any()


def test_cross_fitting_never_learns_from_a_linked_question():
    panel = a_panel(
        [(q, 0, 0.5, 0.0, False) for q in range(40)], np.ones(40), groups=np.arange(40) // 4
    )

    for split in cross_fit(panel, np.ones(40, bool), 3):
        assert not set(panel.group[split.training]) & set(panel.group[split.testing])


def test_with_few_outcomes_the_ladder_falls_back_to_recency_and_the_market():
    rows = [(0, 0, 0.2, 1.0, False), (0, 1, 0.8, 2.0, False), (0, 2, 0.8, 2.0, False)]
    panel = a_panel([*rows, (1, 3, 0.9, 0.0, True)], [1, 1])

    said = dict(forecast_all(panel, walk_forward(panel, np.ones(2, bool)), SETTINGS))

    assert said["crowd"][0] == pytest.approx(said["recency_weighted_log_odds"][0])
    assert np.isnan(said["crowd"][1])
    assert said["house"] == pytest.approx([said["crowd"][0], 0.9])  # each alone


@pytest.mark.slow
def test_outcomes_of_the_future_do_not_change_a_forecast():
    rng = np.random.default_rng(5)
    panel = a_crowd(FEWEST_TO_LEARN * 2, rng)
    splits = walk_forward(panel, np.ones(panel.points, bool))
    turned = a_panel(
        list(
            zip(
                panel.point,
                panel.forecaster,
                panel.probability,
                panel.time,
                panel.is_market,
                strict=True,
            )
        ),
        np.where(np.arange(panel.points) > 100, 1 - panel.outcome, panel.outcome),
    )

    before, after = (dict(forecast_all(p, splits, SETTINGS))["house"] for p in (panel, turned))

    first = splits[1].testing | splits[0].testing
    assert (before[first] == after[first]).all()
    assert before[first & (np.arange(panel.points) > FEWEST_TO_LEARN)].size > 0

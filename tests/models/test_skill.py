"""Tests of skill by NUTS, and that the fast estimate says the same."""

import math
from dataclasses import replace

import numpy as np
import pytest

from forecasts.differences import Differences
from forecasts.skill import estimate_skill
from models.diagnostics import SamplingSettings, require_good
from models.sampling import sample
from models.skill import SkillData, build, skill_of

SETTINGS = SamplingSettings(seed=1, draws=1_000, tune=500, chains=2)
LONGER = replace(SETTINGS, draws=3_000, tune=1_000)


def simulated(degrees: float, people=40) -> tuple[np.ndarray, Differences]:
    rng = np.random.default_rng(11)
    skill = 0.25 * rng.standard_normal(people)
    counts = rng.integers(5, 80, people)
    who = np.repeat(np.arange(people), counts)
    rows = len(who)
    coverage = rng.uniform(0.3, 1, rows)
    noise = rng.standard_normal(rows) if math.isinf(degrees) else rng.standard_t(degrees, rows)
    bits = skill[who] + 0.6 * noise / np.sqrt(coverage)
    return skill, Differences(rng.integers(0, 100, rows), who, bits, coverage, np.ones(rows))


def by_nuts(rows: Differences, settings=SETTINGS, people=40, **changes):
    data = SkillData(rows, [f"f{place}" for place in range(people)], **changes)
    posterior, diagnostics = sample(build(data), settings)
    require_good(diagnostics, "skill")
    return skill_of(posterior, data)


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [math.inf, 4.0])
def test_the_fast_estimate_says_what_nuts_says(degrees):
    _, rows = simulated(degrees)

    slow = by_nuts(rows, degrees_of_freedom=degrees)
    fast = estimate_skill(rows, 40, np.random.default_rng(1), degrees_of_freedom=degrees)

    # Means and spreads in bits; the posterior's own spread is about .1.
    allowed = 0.01 if math.isinf(degrees) else 0.03
    assert np.corrcoef(slow.mean, fast.mean)[0, 1] > 0.995
    assert np.abs(slow.mean - fast.mean).max() < 2 * allowed
    assert np.abs(slow.mean - fast.mean).mean() < allowed
    assert np.abs(slow.spread - fast.spread).mean() < allowed
    assert np.abs(slow.rank_interval() - fast.rank_interval()).mean() < 1.5  # of 40 ranks


@pytest.mark.slow
def test_topics_blocks_and_noisy_questions_can_be_told_apart():
    truth, rows = simulated(4.0)
    topics, blocks = rows.question % 5, rows.question // 10

    skill = by_nuts(
        rows, LONGER, degrees_of_freedom=4.0, questions_differ=True, topics=topics, blocks=blocks
    )

    # Skill of spread .25, known to about .15 from 40 questions: .85, with a standard error of .06.
    assert np.corrcoef(skill.mean, truth)[0, 1] > 0.65
    assert skill.questions.tolist() == np.bincount(rows.forecaster).tolist()


def test_the_model_scores_leads_as_the_formula_says():
    rows = Differences(
        np.array([0, 1]), np.array([0, 0]), np.array([0.5, -0.2]), np.array([1.0, 0.25]), np.ones(2)
    )
    model = build(SkillData(rows, ["ann"]))

    point = {"spread_log__": math.log(0.2), "deviation": np.array([1.0]), "log_noise": 0.0}
    found = model.compile_logp(vars=[model["lead"]])(point)

    # Variances 1 and .95 + .05 / .25 = 1.15; residuals .3 and -.4
    wanted = -math.log(2 * math.pi) - 0.3**2 / 2 - math.log(1.15) / 2 - 0.4**2 / 1.15 / 2
    assert float(found) == pytest.approx(wanted)

"""Tests of worlds: drivers, outcomes, time and draws, by hand and by brute force."""

from dataclasses import replace

import numpy as np
import pytest

from forecasts.distributions import forecast_all
from forecasts.elicitation import solve_log_odds, solve_softmax
from forecasts.evidence import Stance
from forecasts.outcomes import Floats, choice_space
from forecasts.reliability import draw_from_priors
from forecasts.worlds import (
    World,
    add_question,
    advance,
    new_world,
    observe,
    settle,
)
from tests.forecasts import building as b
from tests.forecasts.speaking import after, chance, likelihoods, moved, said

FULL = b.full_world()


def test_two_options_are_a_binary_question() -> None:
    """The binary one is read from a table of 128 nodes, the other at every draw."""
    loadings = np.array([0.8, -0.5])
    binary, on = b.plain(probability=0.3, loadings=(0.8, -0.5))
    rows = np.array([[0.0, 0.0], loadings])
    prior = solve_softmax(np.array([0.7, 0.3]), rows)
    two = b.question("two", "multiple_choice", "two")
    on_two = b.curve("two", choice_space(("no", "yes")), prior, rows)
    theta = draw_from_priors(seed=3, draws=64)
    one = after(b.one_question(binary, on, theta), said("r"))
    other = observe(
        b.one_question(two, on_two, theta), b.record("r", Stance("two", "toward", 2.0, choice=1))
    )

    yes, options = forecast_all(one)["plain"], forecast_all(other)["two"]

    np.testing.assert_allclose(options.cells, yes.cells, atol=2e-4)
    assert options.monte_carlo_error == pytest.approx(yes.monte_carlo_error, rel=0.01)
    assert isinstance(options.low, tuple) and isinstance(options.high, tuple)
    assert (options.low[1], options.high[1]) == pytest.approx((yes.low, yes.high), abs=0.015)


def linked() -> World:
    world = new_world("linked", b.DRIVERS, b.sure(), b.OPENS)
    for name, loadings in {
        "told": (1.2, 0.0),
        "with": (0.9, 0.0),
        "against": (-0.9, 0.0),
        "apart": (0.0, 0.9),
    }.items():
        world = add_question(world, *b.plain(name, 0.4, loadings))
    return replace(world, established=frozenset({"curator"}))


def test_a_record_moves_other_questions_as_the_loadings_imply() -> None:
    shift = {
        name: moved(linked(), name, said("r", "told", weight=3.0))
        for name in ("told", "with", "against", "apart")
    }

    assert shift["told"] > shift["with"] > 0.1 and shift["against"] < -0.1
    assert abs(shift["apart"]) < 0.05


def test_an_outcome_conditions_linked_questions_as_numbers_say() -> None:
    """P(with | told = yes) by integrating over the driver, read from 10^6 fresh draws."""
    world = settle(linked(), "told", np.array([0.0, 1.0]))
    drivers = np.random.default_rng(9).standard_normal(1_000_000)

    def yes(pull: float) -> Floats:
        return np.asarray(1 / (1 + np.exp(-solve_log_odds(0.4, pull).log_odds - pull * drivers)))

    expected = (yes(1.2) * yes(0.9)).mean() / yes(1.2).mean()
    found = forecast_all(world, {"with"})["with"]
    assert found.probability == pytest.approx(expected, abs=4 * found.monte_carlo_error)
    assert chance(world, "told") == pytest.approx(1.0)


COLLAPSING = {"a": 0.05, "b": 0.08, "c": 0.1, "d": 0.04}


def collapsed() -> World:
    """Four unlikely outcomes on one driver: too few draws carry the weight, so all are moved."""
    world = new_world("collapse", b.DRIVERS, b.sure(), b.OPENS)
    for name, probability in COLLAPSING.items():
        world = add_question(world, *b.plain(name, probability, (1.8, 0.3)))
    world = add_question(world, *b.plain("target", 0.2, (1.0, -0.8)))
    for name in COLLAPSING:
        world = settle(world, name, np.array([0.0, 1.0]))
    return world


def test_after_a_collapse_forecasts_agree_with_brute_force() -> None:
    """Two million fresh draws of the prior, weighted by the chance of what happened."""
    world = collapsed()
    drivers = np.random.default_rng(5).standard_normal((2_000_000, 2))

    def yes(probability: float, loadings: tuple[float, float]) -> Floats:
        start = solve_log_odds(probability, float(np.hypot(*loadings))).log_odds
        return np.asarray(1 / (1 + np.exp(-start - drivers @ np.array(loadings))))

    weight = np.prod([yes(p, (1.8, 0.3)) for p in COLLAPSING.values()], axis=0)
    target = yes(0.2, (1.0, -0.8))
    expected = (weight @ target) / weight.sum()
    found = forecast_all(world, {"target"})["target"]

    assert world.moves >= 1
    assert found.effective_draws >= 1_000 and found.pareto_shape < 0.7
    assert found.probability == pytest.approx(expected, abs=4 * found.monte_carlo_error)
    mean = weight @ drivers[:, 0] / weight.sum()
    assert world.weights @ world.draws[:, 0] == pytest.approx(mean, abs=4 / np.sqrt(1_000))


def test_draws_are_all_different_after_a_move_and_the_same_on_every_run() -> None:
    first, again = collapsed(), collapsed()

    assert len(np.unique(first.draws[:, 0])) == 4_000
    np.testing.assert_array_equal(first.draws, again.draws)
    np.testing.assert_array_equal(first.weights, again.weights)


def test_taking_outcomes_back_after_a_move_gives_the_prior_back_within_its_error() -> None:
    world = collapsed()
    for name in COLLAPSING:
        world = settle(world, name, None)

    found = forecast_all(world)
    for name, probability in {**COLLAPSING, "target": 0.2}.items():
        error = 5 * found[name].monte_carlo_error
        assert found[name].probability == pytest.approx(probability, abs=error)


def test_time_without_the_event_lowers_it_by_its_survival() -> None:
    """H = t / 365, never .1, v = .5, lag 1: on day 101 silence is known up to day 100.

    S(t) = .1 + .9 / (1 + .5 t / 365)^2: S(100) = .1 + .9 / 1.13699^2 = .796; S(365) = .1 + .4.
    """
    world = b.one_question(*b.event(loadings=(0.0, 0.0)))
    at_100 = 0.1 + 0.9 / (1 + 50 / 365) ** 2

    assert chance(world, "event") == pytest.approx(0.5)
    assert chance(advance(world, b.OPENS + 101), "event") == pytest.approx(1 - 0.5 / at_100)
    assert chance(advance(world, b.OPENS + 101.9), "event") == pytest.approx(1 - 0.5 / at_100)


def test_silence_lowers_what_hangs_on_the_same_drivers() -> None:
    late = advance(FULL, b.OPENS + 300)

    assert chance(late, "event") < chance(FULL, "event")
    assert chance(late, "plain") < chance(FULL, "plain")  # both rise with supply
    assert chance(late, "by-early") == pytest.approx(0, abs=1e-12)


def test_a_record_published_before_the_prior_was_formed_does_not_count() -> None:
    old, fresh = (b.OPENS - 90.5, b.OPENS - 90)

    assert likelihoods(observe(FULL, replace(said("r"), published=old))) == likelihoods(FULL)
    assert likelihoods(observe(FULL, replace(said("r"), published=fresh))) != likelihoods(FULL)


def test_a_record_on_a_date_and_its_deadlines_counts_once_with_its_largest_weight() -> None:
    both = b.record(
        "r",
        Stance("by-late", "yes", 1.0),
        Stance("by-early", "yes", 2.0),
        Stance("date", "sooner", 1.5),
    )

    assert likelihoods(observe(FULL, both)) == likelihoods(
        observe(FULL, said("r", "by-early", weight=2.0))
    )


def test_of_equal_weights_the_question_that_owns_the_curve_speaks() -> None:
    both = b.record("r", Stance("by-early", "yes", 2.0), Stance("date", "sooner", 2.0))

    assert likelihoods(observe(FULL, both)) == likelihoods(
        observe(FULL, said("r", "date", "sooner"))
    )


def test_a_stance_on_a_question_that_is_not_open_waits() -> None:
    assert likelihoods(observe(FULL, said("r", "not-yet"))) == likelihoods(FULL)

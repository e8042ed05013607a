"""Tests of worlds: drivers, outcomes, time and draws, by hand and by brute force."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from forecasts.distributions import Forecast, forecast_all
from forecasts.elicitation import solve_log_odds, solve_softmax
from forecasts.errors import OutcomeDoesNotFit
from forecasts.evidence import Stance
from forecasts.outcomes import Floats, choice_space
from forecasts.reliability import draw_from_priors
from forecasts.worlds import (
    World,
    add_question,
    advance,
    log_evidence,
    new_world,
    observe,
    relearn,
    settle,
    with_draws,
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
    assert (options.low[1], options.high[1]) == pytest.approx((yes.low, yes.high), abs=2e-3)


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


def test_another_theta_reads_all_evidence_anew() -> None:
    world = after(b.one_question(*b.plain(loadings=(0.0, 0.0))), said("r"))

    doubled = relearn(world, b.sure(slope=2.0), world.established)
    expected = after(b.one_question(*b.plain(loadings=(0.0, 0.0)), b.sure(slope=2.0)), said("r"))

    assert chance(doubled, "plain") == chance(expected, "plain") > chance(world, "plain")


def test_draws_of_a_fit_count_by_what_they_carry() -> None:
    """Draws from the posterior carry their log-likelihood: all weights are then equal."""
    world = after(linked(), said("r", "told"))
    fresh = np.random.default_rng(1).standard_normal((4_000, 2))
    carried = log_evidence(world, fresh)

    refitted = relearn(world, world.reliability, world.established, fresh, carried)

    assert refitted.moves == world.moves + 1
    np.testing.assert_allclose(refitted.weights, 1 / 4_000)
    again = with_draws(refitted, world.draws, world.reference, world.moves)
    np.testing.assert_array_equal(again.weights, world.weights)


def test_a_threshold_that_came_true_leaves_the_cells_below_it_only() -> None:
    by_early = FULL.questions["by-early"].yes
    world = settle(advance(FULL, b.OPENS + 20), "by-early", by_early)
    late = advance(world, b.OPENS + 200)

    assert chance(world, "by-early") == pytest.approx(1.0)
    assert chance(world, "by-late") == pytest.approx(1.0)
    assert chance(late, "by-late") == pytest.approx(1.0)  # silence since cannot undo it


def test_outcomes_that_contradict_each_other_are_refused() -> None:
    """Nothing can come by March and yet not by August."""
    yes = {name: FULL.questions[name].yes for name in ("by-early", "by-late")}
    assert yes["by-early"] is not None and yes["by-late"] is not None
    world = settle(FULL, "by-early", yes["by-early"])

    with pytest.raises(OutcomeDoesNotFit, match="together with those of the deadlines beside it"):
        settle(world, "by-late", 1 - yes["by-late"])


def test_an_annulled_threshold_leaves_its_curve_as_it_was() -> None:
    world = advance(FULL, b.OPENS + 230)
    before: Forecast = forecast_all(world)["date"]

    annulled = settle(world, "by-late", None)

    np.testing.assert_array_equal(forecast_all(annulled)["date"].cells, before.cells)


def test_a_world_begins_with_the_same_draws_whenever_it_has_the_same_name() -> None:
    theta = b.sure()
    first, again, other = (new_world(name, ("x",), theta, 0.0) for name in ("a", "a", "b"))

    np.testing.assert_array_equal(first.draws, again.draws)
    assert not np.array_equal(first.draws, other.draws)
    np.testing.assert_allclose(first.weights, 1 / 4_000)


def test_permuted_records_of_one_instant_give_one_forecast() -> None:
    taken = [said("a"), said("b", direction="no", origin="a"), said("c", "event")]

    found = {
        tuple(forecast_all(after(FULL, *order))["plain"].cells) for order in permutations(taken)
    }

    assert len(found) == 1


def test_an_outcome_that_hundreds_of_records_spoke_against_still_gives_forecasts() -> None:
    """400 origins at r = .9 leave .1^400 = e^-921, which no float holds."""
    world = linked()
    for place in range(400):
        world = observe(world, said(f"r{place}", "told", weight=4.5))

    settled = forecast_all(settle(world, "told", np.array([1.0, 0.0])))
    surprised = forecast_all(settle(linked(), "told", np.array([1.0, 0.0])))

    for name in ("told", "with", "against"):
        error = 4 * settled[name].monte_carlo_error + 1e-9
        assert settled[name].probability == pytest.approx(surprised[name].probability, abs=error)
